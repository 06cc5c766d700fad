"""Example households, and an interview held with somebody who knows every answer."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.domain.content import ContentPack
from app.domain.facts import FactSet, FactValue, PersonFacts, Source, StoredValue
from app.domain.interview import QuestionInstance, open_questions
from app.domain.rules import evaluate, needed_procedures
from app.intake.content_pack import load_pack

CONTENT = Path(__file__).parents[3] / "app" / "content"
TODAY = date(2026, 4, 3)

ORDINARY: dict[str, StoredValue] = {
    "from_abroad": False,
    "to_abroad": False,
    "same_prefecture": False,
    "move_in_type": "certificate",
    "joins_household": False,
    "existing_householder_foreign": False,
    "residence_card_common": "none",
    "card_common": "none",
    "seal_common": "none",
    "seal_registered": False,
    "insurance_common": "work",
    "nhi_member": False,
    "late_elderly_member": False,
    "pension_first": False,
    "pension_relief_wish": False,
    "children_elsewhere": "none",
    "allowance_payer": "municipality",
    "allowance_any": False,
    "support_allowance_any": False,
    "single_parent": False,
    "nursery_common": "none",
    "nursery_user": False,
    "pregnant_any": False,
    "school_changes": False,
    "care_any": False,
    "support_any": False,
    "handbook_any": False,
    "self_support_any": False,
    "service_any": False,
    "disease_any": False,
    "special_child_any": False,
    "assistance_any": False,
    "severe_grade": False,
    "severe_medical": False,
    "belongings_any": False,
    "moped_any": False,
    "dog_any": False,
    "student_any": False,
    "leaves_tax": False,
}
"""What a household answers to whatever its example does not mention."""


@cache
def default_pack() -> ContentPack:
    return load_pack(CONTENT)


def person(
    name: str, birth: str, relationship: str, *, moves: bool = True, **known: StoredValue
) -> PersonFacts:
    """A person with what the city's data say about him; the id is the name."""
    facts: dict[str, StoredValue] = {"birth": birth, "relationship": relationship, "moves": moves, **known}
    return PersonFacts(name, name, {fact: FactValue(value, Source.REGISTER) for fact, value in facts.items()})


def case(event: str, *people: PersonFacts, on: date = date(2026, 4, 1), **known: StoredValue) -> FactSet:
    facts = {fact: FactValue(value, Source.CASE) for fact, value in known.items()}
    return FactSet(event, on, facts, people)


Truth = Mapping[str, StoredValue] | Callable[[QuestionInstance], StoredValue]


def told(truth: Truth, question: QuestionInstance) -> StoredValue:
    """What the household answers: `fact:person` before `fact` before the ordinary answer."""
    if callable(truth):
        return truth(question)
    fact, who = question.key
    for key in (f"{fact}:{who}", fact):
        if key in truth:
            return truth[key]
    return ORDINARY[fact]


def interviewed(
    facts: FactSet, truth: Truth, *, on: date = TODAY, chance: random.Random | None = None
) -> tuple[FactSet, list[str]]:
    """The facts after every open question was answered, in the order shown or in a random one, and what was asked."""
    asked: list[str] = []
    while questions := open_questions(default_pack(), facts, on):
        question = chance.choice(questions) if chance else questions[0]
        facts = facts.with_answer(*question.key, FactValue(told(truth, question), Source.ASKED))
        asked.append(question.question.id)
        assert len(asked) < 200, "the interview does not end"
    return facts, asked


def needed(facts: FactSet, *, on: date = TODAY) -> dict[str, set[str]]:
    """The needed procedures with the ids of the persons they concern."""
    lines = needed_procedures(default_pack(), evaluate(default_pack(), facts, on))
    return {line.procedure.code: set(line.people) for line in lines}


def verdict_values(facts: FactSet, *, on: date = TODAY) -> dict[tuple[str, str | None], Any]:
    return {(one.procedure, one.person): one.value for one in evaluate(default_pack(), facts, on)}


@dataclass(frozen=True)
class Example:
    """A household, the list it must get, what it answers besides the ordinary, and how often it may be asked."""

    title: str
    facts: FactSet
    expected: dict[str, set[str]]
    answers: dict[str, StoredValue] = field(default_factory=dict)
    most_questions: int = 30


def linked(**known: StoredValue) -> dict[str, StoredValue]:
    """What a linked move-out notice says of a Japanese mover, unless the example says otherwise."""
    return {
        "foreigner": False,
        "residence_card_holder": False,
        "pension_first": False,
        "allowance_recipient": False,
        "has_card": False,
        "care_status": "none",
        **known,
    }


def notice(**known: StoredValue) -> dict[str, StoredValue]:
    return {
        "from_abroad": False,
        "same_prefecture": False,
        "joins_household": False,
        "move_in_type": "certificate",
        **known,
    }


def resident(**known: StoredValue) -> dict[str, StoredValue]:
    """What the city's data say of a resident without anything special."""
    return {
        "foreigner": False,
        "residence_card_holder": False,
        "nhi_member": False,
        "late_elderly_member": False,
        "pension_first": False,
        "public_assistance": False,
        "handbook": "none",
        "severe_grade": False,
        "self_support": False,
        "special_child": False,
        "disability_service": False,
        "care_status": "none",
        "allowance_recipient": False,
        "support_allowance_recipient": False,
        "single_parent_medical": False,
        "severe_medical": False,
        "nursery_user": False,
        "seal_registered": False,
        **known,
    }
