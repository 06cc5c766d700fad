"""Who acts: a machine, a command and the clock stand in the operation log as what they are, never under a clerk's name."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.commands import COMMANDS, feed
from app.commands.operator import OperatorGroup, operator
from app.data import audit, audit_check
from app.data.transactions import transaction
from app.domain.authority import ACTOR_KINDS, SYSTEM, Actor, ActorKind
from app.domain.dates import today_in_japan
from app.extensions import db
from app.operations import record_files
from tests.conftest import DEMO_PASSWORD


def recorded(after: int = 0) -> set[tuple[str, str, str]]:
    """Kind, id and action of the rows behind this one; the opening of a lane is the system's own."""
    found = text(
        "SELECT actor_kind, actor_id, action FROM audit_event WHERE id > :after AND action <> 'audit.lane_opened'"
    )
    return {tuple(row) for row in db.session.execute(found, {"after": after})}


def newest() -> int:
    return db.session.scalar(text("SELECT max(id) FROM audit_event")) or 0


def test_a_command_is_its_operators_and_the_watch_is_itself(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert all(isinstance(group, OperatorGroup) for group in COMMANDS)
    run = app.test_cli_runner(env={"KAKANAI_DEMO_PASSWORD": DEMO_PASSWORD}).invoke
    who, out = operator(), tmp_path / "log.zip"
    assert who.staff_id.startswith("os:") and len(who.staff_id) > 3
    with app.app_context():
        # All that went before: the structure, the content, the counters.
        assert {row[:2] for row in recorded()} <= {("command", who.staff_id)}
        before = newest()
    day = f"{today_in_japan():%Y-%m-%d}"
    for command in (
        ["staff", "demo"],
        ["staff", "unlock", "demo-tax"],
        ["audit", "export", "--since", day, "--until", day, "--out", str(out)],
        ["audit", "seal"],
    ):
        assert (done := run(args=command)).exit_code == 0, done.output
    with app.app_context():
        assert {row[:2] for row in recorded(before)} == {("command", who.staff_id)}
        assert {row[2] for row in recorded(before)} >= {"staff.created", "audit.exported", "audit.sealed"}
        before = newest()
        # Outside of a command again, the system is nobody but itself.
        with transaction():
            audit.record("browser.blocked", actor=SYSTEM)
        assert recorded(before) == {("system", "system", "browser.blocked")}
    # What the watch does by the clock is its own, whoever started it.
    app.config["KAKANAI"].feeds.mkdir(parents=True, exist_ok=True)
    ending = threading.Event()
    monkeypatch.setattr(feed.threading, "Event", lambda: ending)
    monkeypatch.setattr(feed.signal, "signal", lambda *_: None)
    monkeypatch.setattr(feed, "today_in_japan", lambda: ending.set() or today_in_japan())
    monkeypatch.setattr(feed.audits, "seal_beside", lambda: note("audit.sealed"))
    with app.app_context():
        before = newest()
    run(args=["feed", "watch"])
    with app.app_context():
        assert recorded(before) == {("system", "feed-watch", "audit.sealed")}


def note(action: str) -> bool:
    with transaction():
        audit.record(action, actor=SYSTEM)
    return True


def test_every_kind_of_actor_is_recorded_chained_and_handed_over(app: Flask, tmp_path: Path) -> None:
    """People, robots, other systems, devices, commands and the clock: the same rows, the same chain, the same file."""
    out, today = tmp_path / "log.zip", today_in_japan()
    assert set(ACTOR_KINDS) == set(ActorKind)
    with app.app_context():
        for kind in ActorKind:
            actor = Actor(f"{kind}-1", "", "main", "市民課", frozenset(), kind=kind)
            with transaction():
                audit.record("resident.viewed", actor=actor, persons=["1"], detail={"members": 1})
        assert audit_check.verify().breaks == ()
        assert {row[:2] for row in recorded()} >= {(kind, f"{kind}-1") for kind in ActorKind}
        record_files.write(out, today, today, SYSTEM)
        assert record_files.check(out)[1] == ()
