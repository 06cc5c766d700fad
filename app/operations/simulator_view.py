"""What the simulator shows of an invented household: its interview, its list under one content or two, and what fits a search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.data import inventions
from app.domain.conditions import shown_value
from app.domain.content import ContentPack, FactDefinition, FactType, Subject
from app.domain.example_content import PlainValue
from app.domain.facts import read_value
from app.domain.interview import UNKNOWN, AnsweredQuestion, QuestionInstance, open_and_answered
from app.domain.rules import Need
from app.domain.simulation import (
    ComparedLine,
    Simulation,
    compare,
    outcomes,
    settable_facts,
    simulated_facts,
)
from app.intake.content_rows import row_from_json
from app.operations import tried_content
from app.operations.examples import live_examples
from app.operations.interview import Topic, topics_of
from app.operations.navigation import joined_reasons
from app.operations.tried_content import TriedContent

SHOWN_OPTIONS = 20
SHOWN_FOUND = 120


@dataclass(frozen=True)
class SimulatorView:
    """A simulation as its screen shows it."""

    id: str
    version: int
    simulation: Simulation
    content: TriedContent
    beside: TriedContent | None
    open: tuple[QuestionInstance, ...]
    answered: tuple[AnsweredQuestion, ...]
    lines: tuple[ComparedLine, ...]

    @property
    def pack(self) -> ContentPack:
        return self.content.pack

    @property
    def topics(self) -> tuple[Topic, ...]:
        """The open questions as the counter's screen sorts and folds them."""
        return topics_of(self.pack, self.open)

    def reasons(self, line: ComparedLine) -> list[str]:
        """Why a line stands as it does, reasons that differ only in whose they are joined as on the counter's list."""
        shown = line.tried or line.beside
        return (
            joined_reasons(shown.reasons, [one.name for one in self.simulation.household.people])
            if shown
            else []
        )

    @property
    def listed(self) -> list[ComparedLine]:
        """What differs, then what is needed under either content."""
        found = [one for one in self.lines if one.change or Need.NEEDED in self._needs(one)]
        return sorted(found, key=lambda one: not one.change)

    @property
    def undecided(self) -> list[ComparedLine]:
        """What both lists may still get."""
        listed = {one.procedure for one in self.listed}
        return [one for one in self.lines if one.procedure not in listed and Need.OPEN in self._needs(one)]

    @property
    def changes(self) -> int:
        return sum(1 for one in self.lines if one.change)

    @staticmethod
    def _needs(line: ComparedLine) -> set[Need]:
        return {one.need for one in (line.tried, line.beside) if one}

    def title(self, code: str) -> str:
        """A procedure's title, in whichever content has it."""
        for content in (self.content, self.beside):
            found = content.pack.procedure_by_code.get(code) if content else None
            if found:
                return found.title
        return code

    def section(self, code: str) -> str:
        """The section that receives it."""
        procedure = self.pack.procedure_by_code.get(code)
        section = self.pack.section_by_code.get(procedure.section) if procedure else None
        return section.title if section else ""

    def said(self, facts: Mapping[str, PlainValue]) -> list[tuple[str, str, str]]:
        """Facts as (id, label, value in Japanese)."""
        return [(name, *_said(self.pack, name, value)) for name, value in facts.items()]


def _said(pack: ContentPack, name: str, value: PlainValue) -> tuple[str, str]:
    fact = pack.fact_by_id.get(name)
    if fact is None:
        return name, str(value)
    if value == UNKNOWN:
        return fact.label, "分からない"
    return fact.label, shown_value(read_value(value, fact.type), fact).strip("「」")


def show(invention_id: str) -> SimulatorView:
    """The simulation with its interview and its lists. Raises NotFound, Invalid when a draft cannot be tried now."""
    kept = inventions.get(invention_id)
    simulation = row_from_json(Simulation, kept.text)
    content = tried_content.get_sound(simulation.tried)
    beside = tried_content.find(simulation.beside) if simulation.beside else None
    household = _with_known_presets(content.pack, simulation)
    facts = simulated_facts(content.pack, household)
    tried = outcomes(content.pack, facts, household.on)
    other = None
    if beside is not None:
        there = _with_known_presets(beside.pack, simulation)
        other = outcomes(beside.pack, simulated_facts(beside.pack, there), there.on)
    still_open, known = open_and_answered(content.pack, facts, household.on)
    return SimulatorView(
        kept.id, kept.version, simulation, content, beside, tuple(still_open), tuple(known),
        tuple(compare(tried, other)),
    )  # fmt: skip


def _with_known_presets(pack: ContentPack, simulation: Simulation) -> Simulation:
    """A preset that one content does not have is nothing there."""
    known = {preset.code for preset in pack.presets}
    people = tuple(one if one.like in known else replace(one, like="") for one in simulation.household.people)
    return replace(simulation, household=replace(simulation.household, people=people))


def search_facts(invention_id: str, person: str, text: str) -> list[tuple[str, str, str]]:
    """What can be said of a person or the case, as options (value, text, note) that contain every word of a text."""
    pack = tried_content.get(row_from_json(Simulation, inventions.get(invention_id).text).tried).pack
    words = text.split()
    options = [
        option
        for fact in settable_facts(pack, Subject.PERSON if person else Subject.CASE)
        for option in _options(fact)
        if all(word in f"{option[1]}{fact.id}" for word in words)
    ]
    return options[:SHOWN_OPTIONS]


def _options(fact: FactDefinition) -> list[tuple[str, str, str]]:
    match fact.type:
        case FactType.YES_NO:
            values = [("yes", "はい"), ("no", "いいえ")]
        case FactType.CHOICE:
            values = [(one.code, one.label) for one in fact.choices]
        case _:
            return [(f"{fact.id}=", fact.label, "値を右の欄に入力")]
    return [
        (f"{fact.id}={code}", f"{fact.label}：{word}", "")
        for code, word in [*values, (UNKNOWN, "分からない")]
    ]


def search_examples(source: str, text: str) -> list[tuple[str, str, str]]:
    """Stored examples as options (code, title, event) that contain every word of a text."""
    pack = tried_content.get(source).pack
    words = text.split()
    events = {event.code: event.title for event in pack.events}
    found = [
        (one.code, one.title, events.get(one.event, ""))
        for one in live_examples(pack)
        if all(word in f"{one.title}{one.code}{events.get(one.event, '')}" for word in words)
    ]
    return found[:SHOWN_OPTIONS]


def search_lines(view: SimulatorView, text: str, need: str) -> list[ComparedLine]:
    """Procedures whose title, code or section contain every word, of one outcome where it is named; bounded."""
    words = text.split()
    if not words and not need:
        return []
    found = [
        one
        for one in view.lines
        if all(
            word in f"{view.title(one.procedure)}{one.procedure}{view.section(one.procedure)}"
            for word in words
        )
        and (not need or (one.tried is not None and one.tried.need == need))
    ]
    return found[:SHOWN_FOUND]
