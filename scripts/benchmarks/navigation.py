"""Navigation: all rules and the interview for a household of eight, and the same with ten times as many rules.

The baseline is reading the same case from the database as every step does: the case with its persons and facts, and
what the register holds of them. Nothing of the case is kept.
"""

from __future__ import annotations

import secrets
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial

from sqlalchemy import func, select

from app import create_app
from app.data import cases, content, persons
from app.data.models.base import opaque_id, utc_now
from app.data.models.case import CaseRow
from app.data.models.register import PersonRow
from app.domain.authority import Actor
from app.domain.case import Channel, Kind, State, Step
from app.domain.content import ContentPack
from app.domain.facts import FactSet
from app.domain.interview import open_questions
from app.domain.rules import evaluate
from app.extensions import db
from app.operations import navigation, packs
from app.operations.cases import seen
from benchmarks import Row
from benchmarks.counter import COUNTER, STAFF, make_staff

MEMBERS = 8
ROUNDS = 60
TIMES_AS_MANY = 10
CLERK = Actor(STAFF, "", COUNTER, "", frozenset({"counter"}))


def run() -> list[Row]:
    """Medians in milliseconds."""
    app = create_app()
    with app.app_context():
        make_staff(secrets.token_hex(10))
        try:
            return list(_rows(_case_of_eight()))
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
    now, case_id = utc_now(), opaque_id()
    db.session.add(
        CaseRow(
            id=case_id,
            number=f"bench-{case_id[:8]}",
            kind=Kind.ADDRESS_CHANGE,
            channel=Channel.COUNTER,
            state=State.OPEN,
            step=Step.QUESTIONS,
            counter=CLERK.counter,
            opened_by=CLERK.staff_id,
            held_by=CLERK.staff_id,
            opened_at=now,
            changed_at=now,
            received_on=date.today(),
            version=1,
            content_version_id=content.current_version_id(),
            register_import_id=None,
        )
    )
    db.session.flush()
    for at, person_id in enumerate(_largest_household()):
        person = persons.get_person(person_id, CLERK.disclosure("benchmark"))
        cases.add_person(
            case_id, number=person.number, source="register", seen=seen(person), visitor=at == 0, subject=True
        )
    cases.set_fact(case_id, "", "move.changed_on", date.today().isoformat(), "case", CLERK.staff_id)
    db.session.flush()
    return case_id


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
