"""A household invented to try content on (シミュレーター): persons that do not exist, what is known of them, what they answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from app.domain.content import ContentPack, FactDefinition, FactType, Subject
from app.domain.dates import DateProblem, parse_day
from app.domain.derivation import BIRTH, MOVES, RELATIONSHIP
from app.domain.example_content import Example, ExamplePerson, PlainValue
from app.domain.examples import example_facts, received_on
from app.domain.facts import CHANGED_ON, IN_AFTER, IN_BEFORE, FactKey, FactSet, FactValue, Source
from app.domain.interview import UNKNOWN
from app.domain.list_difference import Change, change_between
from app.domain.rules import Need, Verdict, evaluate

_OF_THE_PERSON = frozenset({BIRTH, RELATIONSHIP, MOVES, IN_BEFORE, IN_AFTER, CHANGED_ON})
"""Facts that are entered with the person or the case itself."""

_LONGEST_TEXT = 200


@dataclass(frozen=True)
class Simulation:
    """An invented household (an example without an expected list) and the contents it is tried on.

    `tried` and `beside` name contents; the second one may be empty.
    """

    household: Example
    tried: str
    beside: str = ""

    @property
    def on(self) -> date:
        """The day whose content counts."""
        return received_on(self.household)


def answer_name(key: FactKey) -> str:
    """How an answer is called in an example: `fact`, or `fact:person`."""
    fact, person = key
    return f"{fact}:{person}" if person else fact


def simulated_facts(pack: ContentPack, simulation: Simulation) -> FactSet:
    """Everything known in a simulation, its answers included; answers to questions the pack does not have are left out."""
    facts = example_facts(pack, simulation.household)
    people = {person.name for person in simulation.household.people}
    for name, value in simulation.household.answers.items():
        fact, _, person = name.partition(":")
        if fact in pack.question_by_fact and (not person or person in people):
            said = FactValue(None if value == UNKNOWN else value, Source.ASKED)
            facts = facts.with_answer(fact, person or None, said)
    return facts


def with_answer(simulation: Simulation, key: FactKey, value: PlainValue) -> Simulation:
    """The simulation with one more answer; `UNKNOWN` is わからない."""
    answers = {**simulation.household.answers, answer_name(key): value}
    return replace(simulation, household=replace(simulation.household, answers=answers))


def without_answer(simulation: Simulation, key: FactKey) -> Simulation:
    """The simulation as if a question had never been answered."""
    name = answer_name(key)
    answers = {one: value for one, value in simulation.household.answers.items() if one != name}
    return replace(simulation, household=replace(simulation.household, answers=answers))


def with_people(simulation: Simulation, people: list[ExamplePerson], was: Mapping[str, str]) -> Simulation:
    """The simulation with other persons. `was` is old name by new name: answers of who is renamed stay his."""
    renamed = {old: new for new, old in was.items()}
    names = {person.name for person in people}

    def kept(name: str) -> str | None:
        fact, _, person = name.partition(":")
        if not person:
            return name
        now = renamed.get(person, person)
        return f"{fact}:{now}" if now in names else None

    household = simulation.household
    answers = {new: value for name, value in household.answers.items() if (new := kept(name))}
    return replace(simulation, household=replace(household, people=tuple(people), answers=answers))


def settable_facts(pack: ContentPack, subject: Subject) -> list[FactDefinition]:
    """The facts that may be said of a person, or of the case: those that are neither derived nor entered by themselves."""
    return [
        fact
        for fact in pack.facts
        if fact.subject is subject and not fact.derivation and fact.id not in _OF_THE_PERSON
    ]


def with_fact(simulation: Simulation, person: str, fact: str, value: PlainValue | None) -> Simulation:
    """The simulation with something said of a person ("" for the case); None takes it back. Raises `KeyError`."""
    household = simulation.household
    if not person:
        return replace(simulation, household=replace(household, case=_put(household.case, fact, value)))
    if person not in {one.name for one in household.people}:
        raise KeyError(person)
    people = tuple(
        replace(one, facts=_put(one.facts, fact, value)) if one.name == person else one
        for one in household.people
    )
    return replace(simulation, household=replace(household, people=people))


def _put(facts: Mapping[str, PlainValue], fact: str, value: PlainValue | None) -> dict[str, PlainValue]:
    left = {name: kept for name, kept in facts.items() if name != fact}
    return left if value is None else {**left, fact: value}


class ValueProblem(ValueError):
    """A value that does not fit its fact; `message` says what was read, what is wrong and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def parse_value(fact: FactDefinition, raw: str, today: date) -> PlainValue:
    """The value of a fact from an option's code (はい is ``yes``) or from typed text; `UNKNOWN` where nothing tells it.

    Raises `ValueProblem`.
    """
    text = raw.strip()
    if text == UNKNOWN:
        return UNKNOWN
    match fact.type:
        case FactType.YES_NO if text in {"yes", "no"}:
            return text == "yes"
        case FactType.CHOICE if text in {choice.code for choice in fact.choices}:
            return text
        case FactType.NUMBER if text.isascii() and text.isdecimal() and len(text) <= 6:
            return int(text)
        case FactType.DATE:
            try:
                return parse_day(text, today=today, future=True).isoformat()
            except DateProblem as problem:
                raise ValueProblem(problem.message) from problem
        case FactType.TEXT if 0 < len(text) <= _LONGEST_TEXT:
            return text
    raise ValueProblem(
        f"「{text[:20]}」は「{fact.label}」の値として読めません。選び直すか、入力し直してください。"
    )


@dataclass(frozen=True)
class Outcome:
    """How a procedure comes out under one content: its need, the persons concerned, and why."""

    need: Need
    people: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    legal_basis: str = ""


@dataclass(frozen=True)
class ComparedLine:
    """A procedure under the content that is tried and under the other one (None: nothing is compared)."""

    procedure: str
    tried: Outcome | None
    beside: Outcome | None
    change: Change | None


def outcomes(pack: ContentPack, facts: FactSet, on: date) -> dict[str, Outcome]:
    """Every procedure valid on a day, in the order of the route."""
    found: dict[str, list[Verdict]] = {}
    for verdict in evaluate(pack, facts, on):
        found.setdefault(verdict.procedure, []).append(verdict)
    return {code: _outcome(verdicts) for code, verdicts in found.items()}


def _outcome(verdicts: list[Verdict]) -> Outcome:
    values = {one.value for one in verdicts}
    need = next(one for one in (Need.NEEDED, Need.OPEN, Need.NOT_NEEDED) if one in values)
    deciding = [one for one in verdicts if one.value is need]
    people = (
        tuple(dict.fromkeys(who for one in deciding for who in one.people)) if need is Need.NEEDED else ()
    )
    return Outcome(
        need, people, tuple(dict.fromkeys(one.reason for one in deciding)), deciding[0].legal_basis
    )


_NOWHERE = Outcome(Need.NOT_NEEDED)


def compare(tried: Mapping[str, Outcome], beside: Mapping[str, Outcome] | None) -> list[ComparedLine]:
    """Both contents line by line, in the order of the one that is tried; lines only the other has come last."""
    if beside is None:
        return [ComparedLine(code, one, None, None) for code, one in tried.items()]
    return [
        ComparedLine(
            code, tried.get(code), beside.get(code),
            change_between(beside.get(code, _NOWHERE), tried.get(code, _NOWHERE)),
        )
        for code in dict.fromkeys([*tried, *beside])
    ]  # fmt: skip
