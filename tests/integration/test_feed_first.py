"""The first import on PostgreSQL fills the empty tables itself: what it leaves is what staging and switching would leave."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from app.config import Settings
from app.data import feed_first
from app.extensions import db
from app.operations import feeds
from tests.conftest import application, prepare_empty_template
from tests.integration import small_city as city
from tests.integration.test_feed_import import contents
from tests.integration.test_feed_kill import run_and_die
from tests.stores import PostgresqlStore, see_vault

LEFT = {
    **dict.fromkeys(
        ("register_row", "person", "search_key", "person_flag", "person_relation", "town", "lot", "building", "area",
         "municipality", "row_form", "feed_file", "feed_reject"),
        "SELECT * FROM {}",
    ),
    "vault_entry": "SELECT data_set, row_key, person_number FROM {}",
    "protected_person": "SELECT number, ground, source FROM {}",
    "pg_indexes": "SELECT indexname, indexdef FROM {} WHERE schemaname = 'public'",
    "pg_constraint": "SELECT conname, pg_get_constraintdef(oid) FROM {} WHERE connamespace = 'public'::regnamespace",
}  # fmt: skip


def left() -> dict[str, list[str]]:
    db.session.rollback()
    see_vault(db.session())
    return {
        table: sorted(repr(row) for row in db.session.execute(text(question.format(table))))
        for table, question in LEFT.items()
    }


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The small city, with a mark in a name that COPY gives a meaning."""
    data = city.people()
    data["01b"][0] |= {"shimei": "逆\\斜線　N"}
    city.write(tmp_path / "files", data)
    return tmp_path / "files"


@pytest.mark.postgresql
def test_it_leaves_what_staging_leaves(
    postgresql_store: PostgresqlStore,
    tmp_path: Path,
    make_settings: Callable[[str], Settings],
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prepare_empty_template(postgresql_store, tmp_path)
    possible = feed_first.is_possible
    straight: list[bool] = []

    def watched(connection: Connection) -> bool:
        straight.append(possible(connection))
        return straight[-1]

    found = []
    for asked in (watched, lambda _connection: False):
        monkeypatch.setattr(feed_first, "is_possible", asked)
        for app in application(postgresql_store, "empty", make_settings):
            with app.app_context():
                (report,) = feeds.import_files([files])
                found.append((report, left()))
    (filled_report, filled_tables), (staged_report, staged_tables) = found
    assert straight == [True, True]
    assert filled_report == staged_report
    for table in LEFT:
        assert filled_tables[table] == staged_tables[table], table


@pytest.mark.parametrize("point", ["読み取り 18b 地番 2", "切替 0", "protection written", "audit written"])
def test_killed_in_the_middle_leaves_an_empty_register(app: Flask, tmp_path: Path, point: str) -> None:
    city.write(tmp_path / "first", city.people())
    before = contents()
    run_and_die(app, tmp_path / "first", point)
    assert contents() == before
    feeds.import_files([tmp_path / "first"])
    assert db.session.scalar(text("SELECT count(*) FROM person")) == 14


def test_whoever_declines_or_sends_faults_leaves_an_empty_register(app: Flask, tmp_path: Path) -> None:
    data = city.people()
    city.write(tmp_path / "first", data)
    before = contents()
    with pytest.raises(feeds.ImportInterrupted):
        feeds.import_files([tmp_path / "first"], confirm=lambda report: report.changes == 0)
    data["01a"][0] |= {"seibetsu": "9x"}
    city.write(tmp_path / "bad", data)
    with pytest.raises(feeds.ImportRefused):
        feeds.import_files([tmp_path / "bad"])
    assert contents() == before
