"""Households, and an interview held with somebody who knows every answer."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
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


@cache
def default_pack() -> ContentPack:
    return load_pack(CONTENT).settled


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
    return next(one.answer for one in default_pack().ordinary if one.fact == fact)


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
