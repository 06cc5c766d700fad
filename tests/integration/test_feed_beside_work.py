"""Counters go on while an import runs, and the engine keeps writers apart."""

from __future__ import annotations

import threading
import time
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from app.data import residents, transactions
from app.data.transactions import transaction
from app.domain.disclosure import Disclosure
from app.domain.query import parse_query
from app.extensions import db
from app.operations import feeds
from tests.integration import small_city as city

EVERYTHING = Disclosure("tester", "", "test", frozenset({"01a"}))
NEXT_NIGHT = "2026-11-21T01:00:00"


@pytest.fixture
def loaded(app: Flask, tmp_path: Path) -> Path:
    city.write(tmp_path / "first", city.people())
    feeds.import_files([tmp_path / "first"])
    data = city.people()
    data["01a"][0] |= {"jusho_banchigohyoki": "8番8号"}
    city.write(tmp_path / "next", {"01a": data["01a"], "01c": data["01c"]}, at=NEXT_NIGHT)
    return tmp_path / "next"


def lot() -> str:
    (hit,) = residents.search(parse_query("高橋太郎", today=date(2026, 11, 20)), EVERYTHING).hits
    db.session.rollback()
    return hit.person.address.number


def elsewhere(app: Flask, work: object) -> list[object]:
    """Run something in another thread with its own session; its result or exception."""
    found: list[object] = []

    def run() -> None:
        with app.app_context():
            try:
                found.append(work())  # type: ignore[operator]
            except Exception as error:
                found.append(error)
            finally:
                db.session.remove()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    return found


def write_memo() -> str:
    with transaction() as session:
        session.execute(text("UPDATE audit_head SET position = position"))
    return "written"


def test_searches_and_saves_go_on_until_the_switch(app: Flask, loaded: Path) -> None:
    seen: list[object] = []

    def progress(stage: str, _done: int, _total: int) -> None:
        if stage in ("読み取り 01a 住民情報", "前回との比較", "検索の準備"):
            seen.extend(elsewhere(app, lot) + elsewhere(app, write_memo))

    feeds.import_files([loaded], progress=progress)
    assert set(seen) == {"1番1号", "written"} and len(seen) >= 6
    assert lot() == "8番8号"


def test_readers_see_the_old_state_until_the_commit(
    app: Flask, loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    original = transactions.write_pending

    def write_pending(session: object) -> None:
        original(session)  # type: ignore[arg-type]
        seen.extend(elsewhere(app, lot))

    monkeypatch.setattr(transactions, "write_pending", write_pending)
    feeds.import_files([loaded])
    assert seen == ["1番1号"]
    assert lot() == "8番8号"


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_writer_takes_the_lock_before_it_reads(app: Flask, loaded: Path) -> None:
    """Two who read first and write later would both fail at once; so the second waits for the first."""
    order: list[str] = []
    inside = threading.Event()

    def first() -> None:
        with app.app_context(), transaction() as session:
            session.execute(text("SELECT position FROM audit_head")).all()
            inside.set()
            time.sleep(0.3)
            session.execute(text("UPDATE audit_head SET position = position"))
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(10)
    with transaction() as session:
        session.execute(text("SELECT position FROM audit_head")).all()
        order.append("second")
        session.execute(text("UPDATE audit_head SET position = position"))
    thread.join(10)
    assert order == ["first", "second"]


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_postgresql_ends_what_takes_too_long(app: Flask) -> None:
    limits = {
        name: db.session.scalar(text(f"SHOW {name}"))
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    }
    assert limits == {
        "statement_timeout": "5s",
        "lock_timeout": "3s",
        "idle_in_transaction_session_timeout": "30s",
    }
    with pytest.raises(OperationalError, match="timeout"):
        db.session.execute(text("SELECT pg_sleep(8)"))


def test_an_error_of_the_database_shows_no_value(loaded: Path) -> None:
    with pytest.raises(IntegrityError) as caught:
        db.session.execute(
            text("INSERT INTO row_form (id, data_set, columns) VALUES (1, '01a', :secret)"),
            {"secret": "高橋太郎"},
        )
    db.session.rollback()
    assert "高橋" not in str(caught.value)
