"""The operation log: written with what it records, and every tampering is found."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.data import audit
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.extensions import db
from tests.conftest import application, prepare_empty_template
from tests.stores import PostgresqlStore

ACTOR = Actor("somebody", "だれか", "C01", "市民課", frozenset({"counter"}))
OTHER = Actor("another", "べつのだれか", "C02", "支所", frozenset({"counter"}))


def write(count: int, actor: Actor = ACTOR) -> None:
    for number in range(count):
        with transaction():
            audit.record("resident.search", actor=actor, detail={"hits": number}, sealed=audit.seal("高橋"))


def without_guard(statement: str, **values: object) -> None:
    """What someone with the database's own password could do: take the triggers away first."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for (name,) in connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).all():
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        connection.execute(text(statement), values)


def test_rows_of_two_counters_form_two_sound_chains(app: Flask) -> None:
    with app.app_context():
        before = audit.verify().rows
        write(3)
        write(2, OTHER)
        result = audit.verify()
        assert result.breaks == ()
        # Each counter's first row opens its lane with a row of its own.
        assert result.rows - before == 3 + 2 + 2


def test_nothing_is_recorded_outside_a_transaction(app: Flask) -> None:
    with app.app_context(), pytest.raises(RuntimeError):
        audit.record("resident.search", actor=ACTOR)


def test_an_event_outside_the_catalogue_is_refused(app: Flask) -> None:
    with app.app_context(), transaction(), pytest.raises(KeyError):
        audit.record("resident.painted", actor=ACTOR)


def test_a_rolled_back_change_leaves_no_row(app: Flask) -> None:
    with app.app_context():
        before = audit.verify().rows
        with pytest.raises(ZeroDivisionError), transaction():
            audit.record("resident.search", actor=ACTOR)
            raise ZeroDivisionError
        assert audit.verify().rows == before


def test_rows_cannot_be_changed_or_deleted(app: Flask) -> None:
    with app.app_context():
        write(1)
        for statement in ("UPDATE audit_event SET actor_id = 'x'", "DELETE FROM audit_event"):
            with pytest.raises(Exception, match="append-only"), db.engine.begin() as connection:
                connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "position"),
    [
        ("UPDATE audit_event SET actor_id = 'x' WHERE lane = 'C01' AND position = 2", 2),
        ("UPDATE audit_event SET detail = '{\"hits\": 99}' WHERE lane = 'C01' AND position = 3", 3),
        ("DELETE FROM audit_event WHERE lane = 'C01' AND position = 2", 2),
        ("DELETE FROM audit_event WHERE lane = 'C01' AND position = 4", 4),
        ("DELETE FROM audit_event WHERE lane = 'C01'", 1),
    ],
)
def test_tampering_is_found_and_located(app: Flask, statement: str, position: int) -> None:
    with app.app_context():
        write(4)
        without_guard(statement)
        found = audit.verify().breaks
        assert [(one.lane, one.position) for one in found] == [("C01", position)]


def test_a_lane_that_vanished_with_its_head_is_missed(app: Flask) -> None:
    with app.app_context():
        write(2)
        without_guard("DELETE FROM audit_event WHERE lane = 'C01'")
        without_guard("DELETE FROM audit_head WHERE lane = 'C01'")
        assert "C01" in {one.lane for one in audit.verify().breaks}


def test_the_search_text_is_not_readable_in_the_row(app: Flask) -> None:
    with app.app_context():
        write(1)
        row = db.session.execute(text("SELECT * FROM audit_event WHERE action = 'resident.search'")).one()
        assert "高橋" not in repr(tuple(row))
        assert "高橋".encode() not in bytes(row.secret)


@pytest.mark.postgresql
def test_a_counter_that_works_meanwhile_raises_no_alarm(
    postgresql_store: PostgresqlStore,
    tmp_path: Path,
    make_settings: Callable[[str], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """SQLite gives every reader one moment by itself; here each statement would have its own."""
    prepare_empty_template(postgresql_store, tmp_path)
    verify_lane = audit._verify_lane
    opened = application(postgresql_store, "empty", make_settings)
    app = next(opened)

    def at_work() -> None:
        with app.app_context():
            write(1)

    def meanwhile(*args: Any) -> Any:
        worker = threading.Thread(target=at_work)
        worker.start()
        worker.join()
        return verify_lane(*args)

    with app.app_context():
        write(3)
        monkeypatch.setattr(audit, "_verify_lane", meanwhile)
        assert audit.verify().breaks == ()
    assert next(opened, None) is None
