"""What the stored list of a case promises for random answers, on both databases: order and second thoughts leave no trace."""

from __future__ import annotations

import random
from datetime import date

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.data import cases, content
from app.data.models.base import opaque_id, utc_now
from app.data.models.case import CaseRow
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.case import Channel, Kind, State, Step
from app.domain.content import FactType
from app.domain.interview import UNKNOWN, QuestionInstance
from app.operations import interview, navigation
from tests.stores import ONE_IS_ENOUGH

CLERK = Actor("demo-counter", "", "main", "", frozenset({"counter"}))
TODAY = date(2026, 11, 20)
_ROLES = (("世帯主", (25, 80)), ("妻", (25, 80)), ("子", (0, 20)), ("母", (60, 95)))

Reply = tuple[str, str | None, str]
Listed = dict[str, tuple[tuple[str, ...], bool, str]]
"""By procedure: whom it concerns, whether it is needed, and why."""


def typed_case(kind: Kind, births: list[str]) -> str:
    """A case at its questions, of people who are in no register, so that everything has to be asked."""
    now, case = utc_now(), opaque_id()
    with transaction() as session:
        session.add(
            CaseRow(
                id=case,
                number=f"P-{case[:12]}",
                kind=kind,
                channel=Channel.COUNTER,
                state=State.OPEN,
                step=Step.QUESTIONS,
                counter=CLERK.counter,
                opened_by=CLERK.staff_id,
                held_by=CLERK.staff_id,
                opened_at=now,
                changed_at=now,
                received_on=TODAY,
                version=1,
                content_version_id=content.current_version_id(),
                register_import_id=None,
            )
        )
        session.flush()
        for (role, _), birth in zip(_ROLES, births, strict=False):
            seen = {
                "name": f"{role}さん",
                "relationship": role,
                "birth": birth,
                "sex": "2" if role == "妻" else "1",
            }
            cases.add_person(case, number=None, source="typed", seen=seen, visitor=False, subject=True)
        cases.set_fact(case, "", "move.changed_on", TODAY.isoformat(), "case", CLERK.staff_id)
        navigation.refresh(case, CLERK)
    return case


def listed(case: str) -> Listed:
    stored = cases.get_case(case)
    names = {person.id: person.name for person in stored.persons}
    return {
        line.code: (tuple(sorted(names[one] for one in line.people)), line.needed, line.reason)
        for line in stored.procedures
    }


def without_reasons(lines: Listed) -> dict[str, tuple[tuple[str, ...], bool]]:
    """Of two rows that need a procedure, the one whose facts became known is the reason."""
    return {code: line[:2] for code, line in lines.items()}


class Family:
    """Always says the same to the same question about the same person, whichever case it is asked in."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._said: dict[tuple[str, str], str] = {}

    def say(self, case: str, question: QuestionInstance) -> Reply:
        fact, person = question.key
        name = next((one.name for one in cases.get_case(case).persons if one.id == person), "")
        codes = [option.code for option in question.options if option.code != UNKNOWN]
        if question.type is FactType.NUMBER:
            codes = ["0", "1", "3"]
        elif question.type is FactType.DATE:
            codes = ["2026-10-01", "2026-11-18"]
        elif question.type is FactType.TEXT:
            codes = ["何か"]
        return fact, person, self._said.setdefault((fact, name), self._chance.choice([*codes, UNKNOWN]))


def answer_all(case: str, family: Family, chance: random.Random) -> list[Reply]:
    replies: list[Reply] = []
    while questions := interview.interview(cases.get_case(case), CLERK).open:
        replies.append(family.say(case, chance.choice(questions)))
        interview.answer(case, CLERK, None, replies[-1:], TODAY)
    return replies


def _births(chance: random.Random, people: int) -> list[str]:
    return [
        f"{2026 - chance.randint(*years)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}"
        for _, years in _ROLES[:people]
    ]


@ONE_IS_ENOUGH
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chance=st.integers(0, 2**32).map(random.Random), kind=st.sampled_from([Kind.MOVE_IN, Kind.ADDRESS_CHANGE])
)
def test_neither_order_nor_second_thoughts_change_the_list(
    city_app: Flask, chance: random.Random, kind: Kind
) -> None:
    with city_app.app_context():
        births = _births(chance, chance.randint(1, 2))
        family = Family(chance)
        one, other = typed_case(kind, births), typed_case(kind, births)
        assert listed(one) == listed(other)
        replies = answer_all(one, family, chance)
        answer_all(other, family, chance)
        assert without_reasons(listed(one)) == without_reasons(listed(other))

        before = listed(one)
        fact, person, said = chance.choice(replies)
        interview.take_back(one, CLERK, None, fact, person)
        interview.answer(one, CLERK, None, [(fact, person, said)], TODAY)
        assert listed(one) == before
