"""Several counters at the same moment: numbers without gap or double, one case a form, one session a person."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from flask import Flask
from sqlalchemy import select

from app.data import audit_check
from app.data.models.case import CasePersonRow, CaseRow, ReceptionSerialRow
from app.data.models.staff import SessionRow
from app.domain.authority import Actor
from app.domain.case import Channel
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid
from app.extensions import db
from app.operations import cases, printing, sessions
from tests.conftest import DEMO_PASSWORD
from tests.integration.served import clerk, looked_up, resident, stored

THREADS = 6
COUNTERS = ("main", "taimei", "yokoshima", "tensui", "insurance", "care")
T = TypeVar("T")


def at_once(app: Flask, works: list[Callable[[], T]]) -> list[T | Exception]:
    """Each work in a thread of its own, begun together; what it returned or raised."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], T]) -> T | Exception:
        with app.app_context():
            barrier.wait()
            try:
                return work()
            except Exception as problem:
                return problem

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def opening(counter: str, token: str, person: str | None = None) -> Callable[[], str]:
    actor = Actor("demo-counter", "", counter, "", frozenset({"counter"}))
    today = today_in_japan()
    return lambda: cases.open_case(actor, person_id=person, channel=Channel.COUNTER, token=token, today=today)


def test_reception_numbers_have_neither_gap_nor_double(
    served_city: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the first case of the year on, at counters that had none yet, while some fail after they took a number."""
    app, person = served_city, resident(served_city)
    place = cases.place_visitor

    def sometimes(row: CaseRow, *rest: object) -> None:
        place(row, *rest)  # type: ignore[arg-type]
        raise OSError("the disk of this counter is full")

    monkeypatch.setattr(cases, "place_visitor", sometimes)
    opened: list[str] = []
    for turn in range(4):
        works = [
            opening(counter, f"{turn}{counter}", person.id if place_ % 3 == turn % 3 else None)
            for place_, counter in enumerate(COUNTERS)
        ]
        for outcome in at_once(app, works):
            if isinstance(outcome, str):
                opened.append(outcome)
            else:
                assert isinstance(outcome, OSError), repr(outcome)
    assert 0 < len(opened) < 4 * len(COUNTERS)

    def read() -> tuple[list[int], int, int, audit_check.Verification]:
        serials = sorted(int(number.split("-")[2]) for number in db.session.scalars(select(CaseRow.number)))
        persons = len(db.session.scalars(select(CasePersonRow.id)).all())
        return (
            serials,
            db.session.scalars(select(ReceptionSerialRow.last)).one(),
            persons,
            audit_check.verify(),
        )

    serials, last, persons, verified = looked_up(app, read)
    assert serials == list(range(1, len(opened) + 1)) and last == len(opened)
    assert persons == 0, "nothing of a failed opening is stored"
    assert verified.breaks == ()


def test_two_counters_that_print_the_same_at_once_see_each_other(
    served_city: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both papers are made; of the two transactions that keep them the second finds what the first has written."""
    app, person = served_city, resident(served_city)
    desk, orders = clerk(app), []
    for _ in range(2):
        case = desk.open_case(person.id)
        desk.identify(case)
        desk.choose(case, "certificate")
        subject = stored(app, case).subjects[0].id
        desk.post(f"/cases/{case}/certificates", version=desk.version(case), quick="j1", person=subject)
        orders.append(case)
    made, together = printing.render, threading.Barrier(2)

    def render(*given: Any) -> Any:
        rendered = made(*given)
        together.wait(60)
        return rendered

    def slowly(*given: Any, **named: Any) -> None:
        time.sleep(0.3)
        store(*given, **named)

    store = printing.store
    monkeypatch.setattr(printing, "render", render)
    monkeypatch.setattr(printing, "store", slowly)
    actor = Actor("demo-counter", "", "main", "", frozenset({"counter"}))
    outcomes = at_once(app, [lambda case=case: printing.issue(case, actor, None, None) for case in orders])  # type: ignore[misc]
    printed = [one for one in outcomes if isinstance(one, str)]
    told = [one for one in outcomes if isinstance(one, Invalid)]
    assert len(printed) == len(told) == 1 and "duplicates" in told[0].fields, outcomes


def test_a_button_pressed_on_two_screens_at_once_opens_one_case(served_city: Flask) -> None:
    outcomes = at_once(served_city, [opening("main", "the same token") for _ in range(THREADS)])
    assert len(set(outcomes)) == 1 and isinstance(outcomes[0], str), outcomes
    numbers = looked_up(served_city, lambda: db.session.scalars(select(CaseRow.number)).all())
    assert len(numbers) == 1


def test_one_change_of_two_that_saw_the_same_state_is_stored(served_city: Flask) -> None:
    with served_city.app_context():
        case = opening("main", "a token")()
        db.session.rollback()
    actor = Actor("demo-counter", "", "main", "", frozenset({"counter"}))

    def close() -> str:
        cases.close(case, actor, 1)
        return "closed"

    outcomes = at_once(served_city, [close for _ in range(THREADS)])
    assert outcomes.count("closed") == 1
    # Who comes after the close is told that it is closed, who met it on the way that it has changed.
    assert {type(one).__name__ for one in outcomes if one != "closed"} <= {"Conflict", "Refused"}, outcomes


def test_one_person_signing_in_on_several_pcs_at_once_has_one_session(served_city: Flask) -> None:
    def sign_in(terminal: int) -> Callable[[], str]:
        return lambda: sessions.sign_in("demo-counter", DEMO_PASSWORD, "main", f"10.0.0.{terminal}").token

    tokens = at_once(served_city, [sign_in(terminal) for terminal in range(THREADS)])
    assert all(isinstance(token, str) for token in tokens), tokens
    alive = looked_up(
        served_city, lambda: [t for t in tokens if isinstance(t, str) and sessions.resolve(t, extend=False)]
    )
    assert len(alive) == 1
    rows = looked_up(served_city, lambda: db.session.scalars(select(SessionRow)).all())
    assert len(rows) == 1
