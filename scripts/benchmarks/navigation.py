"""Navigation: rules and interview for a household of eight, with ten times as many rules, and ten thousand cases replayed.

The baseline is reading the same cases from the database as every step does: the case with its persons and facts, and
what the register holds of them. Nothing of the cases is kept.
"""

from __future__ import annotations

import secrets
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from sqlalchemy import Integer, cast, func, insert, select

from app import create_app
from app.data import cases, content, persons
from app.data.models.base import opaque_id, utc_now
from app.data.models.case import CasePersonRow, CaseRow
from app.data.models.register import PersonRow
from app.domain.authority import Actor
from app.domain.case import Channel, Kind, State, Step
from app.domain.content import ContentPack
from app.domain.facts import FactSet
from app.domain.interview import open_questions
from app.domain.rules import evaluate
from app.domain.trials import Trial, TrialKind, TrialState
from app.extensions import db
from app.operations import navigation, packs
from app.operations.cases import seen
from app.operations.replay import READER, Replay
from benchmarks import Row
from benchmarks.counter import COUNTER, STAFF, make_staff

MEMBERS = 8
REPLAYED = 10_000
LONG_AGO = date(1999, 1, 4)
"""The day the replayed cases are of, so that no real one is among them."""
ROUNDS = 60
TIMES_AS_MANY = 10
CLERK = Actor(STAFF, "", COUNTER, "", frozenset({"counter"}))


def run() -> list[Row]:
    """Medians in milliseconds."""
    app = create_app()
    with app.app_context():
        make_staff(secrets.token_hex(10))
        try:
            return [*_rows(_case_of_eight()), *_replayed()]
        finally:
            db.session.rollback()


def _rows(case_id: str) -> Iterator[Row]:
    on = date.today()
    pack = packs.current().pack
    facts = _facts(case_id, pack)
    read = _median(lambda: _facts(case_id, pack))
    for what, tried in (
        (f"{len(pack.rules)} rules", pack),
        (f"{TIMES_AS_MANY} times as many", _larger(pack)),
    ):
        for name, work in (("all verdicts", evaluate), ("questions left", open_questions)):
            figure = _median(partial(work, tried, facts, on))
            yield Row(f"household of {MEMBERS}, {name}, {what}", figure, "ms", read, "reading the case")


def _facts(case_id: str, pack: ContentPack) -> FactSet:
    db.session.expire_all()
    return navigation.facts_of(cases.get_case(case_id), pack, CLERK)


def _median(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def _replayed() -> Iterator[Row]:
    """Households of the city, each as a change of address, under content in which every row was touched."""
    case_ids, pack = _many_cases(), packs.current().pack
    changed = replace(pack, rules=tuple(replace(one, valid_to=date(2999, 12, 31)) for one in pack.rules))
    trial = Trial(
        "", TrialKind.REPLAY, "", "", content.current_version_id(), LONG_AGO, LONG_AGO, None, TrialState.RUNNING,
        len(case_ids), 0, 0, {}, "", utc_now() + timedelta(days=1), None,
    )  # fmt: skip
    began = time.perf_counter()
    for case_id in case_ids:
        navigation.facts_of(cases.get_case(case_id), pack, READER)
    read = time.perf_counter() - began
    began, place, ended = time.perf_counter(), "", None
    while ended is None:
        part = Replay(trial, changed).part(place, float("inf"))
        trial, place, ended = (
            replace(trial, done=trial.done + part.done, tally=part.tally),
            part.place,
            part.ended,
        )
    taken = time.perf_counter() - began
    if trial.done != len(case_ids) or part.tally["unread"]:
        raise RuntimeError(f"{trial.done} cases replayed, {part.tally['unread']} of them unread")
    yield Row(f"replay of {trial.done:,} cases under two contents", taken, "s", read, "reading the cases")


def _many_cases() -> list[str]:
    """Changes of address of whole households under nobody's protection, one case each, in the open transaction."""
    households = (
        select(PersonRow.household_number)
        .where(PersonRow.status == "resident")
        .group_by(PersonRow.household_number)
        .having(func.max(cast(PersonRow.protected, Integer)) == 0)
        .order_by(PersonRow.household_number)
        .limit(REPLAYED)
    )
    people: dict[str, list[PersonRow]] = {}
    for row in db.session.scalars(
        select(PersonRow).where(PersonRow.status == "resident", PersonRow.household_number.in_(households))
    ):
        people.setdefault(row.household_number, []).append(row)
    made = {household: opaque_id() for household in people}
    db.session.execute(insert(CaseRow), [_case_row(case, LONG_AGO) for case in made.values()])
    db.session.execute(
        insert(CasePersonRow),
        [
            {
                "id": opaque_id(), "case_id": made[household], "person_number": row.number, "position": at,
                "is_visitor": at == 1, "is_subject": True, "source": "register", "corrected": {},
                "seen": {"name": row.name, "birth": f"{row.birth[:4]}-{row.birth[4:6]}-{row.birth[6:]}", "sex": row.sex,
                         "relationship": row.relationship, "status": row.status, "category": row.category},
            }
            for household, rows in people.items()
            for at, row in enumerate(rows, start=1)
        ],
    )  # fmt: skip
    return list(made.values())


def _larger(pack: ContentPack) -> ContentPack:
    """The pack with every procedure and row several times over, each under a name of its own."""
    copies = range(TIMES_AS_MANY)
    return replace(
        pack,
        procedures=tuple(
            replace(one, code=f"{one.code}_{copy}") for copy in copies for one in pack.procedures
        ),
        rules=tuple(
            replace(one, id=f"{one.id}_{copy}", procedure=f"{one.procedure}_{copy}")
            for copy in copies
            for one in pack.rules
        ),
    )


def _case_of_eight() -> str:
    """A change of address of the register's largest households, in the open transaction."""
    case_id = opaque_id()
    db.session.execute(insert(CaseRow), [_case_row(case_id, date.today())])
    for at, person_id in enumerate(_largest_household()):
        person = persons.get_person(person_id, CLERK.disclosure("benchmark"))
        cases.add_person(
            case_id, number=person.number, source="register", seen=seen(person), visitor=at == 0, subject=True
        )
    cases.set_fact(case_id, "", "move.changed_on", date.today().isoformat(), "case", CLERK.staff_id)
    db.session.flush()
    return case_id


def _case_row(case_id: str, on: date) -> dict[str, object]:
    now = utc_now()
    return {
        "id": case_id, "number": f"bench-{case_id[:13]}", "kind": Kind.ADDRESS_CHANGE, "channel": Channel.COUNTER,
        "state": State.OPEN, "step": Step.QUESTIONS, "counter": CLERK.counter, "opened_by": CLERK.staff_id,
        "held_by": CLERK.staff_id, "opened_at": now, "changed_at": now, "received_on": on, "version": 1,
        "content_version_id": content.current_version_id(),
    }  # fmt: skip


def _largest_household() -> list[str]:
    """Eight residents who are under nobody's protection, from as few households as there are."""
    largest = (
        select(PersonRow.household_number)
        .where(PersonRow.status == "resident")
        .group_by(PersonRow.household_number)
        .order_by(func.count().desc(), PersonRow.household_number)
        .limit(MEMBERS)
    )
    people = (
        select(PersonRow.id)
        .where(PersonRow.household_number.in_(largest), PersonRow.status == "resident", ~PersonRow.protected)
        .order_by(PersonRow.household_number)
        .limit(MEMBERS)
    )
    return list(db.session.scalars(people))
