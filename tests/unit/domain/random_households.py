"""Random households with everything about them known, consistent as real ones are, for whatever facts a pack defines."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta

from app.domain.conditions import samples
from app.domain.content import FactDefinition, FactType, Subject
from app.domain.derivation import BIRTH, MOVES, RELATIONSHIP
from app.domain.examples import membership
from app.domain.facts import (
    CHANGED_ON,
    IN_AFTER,
    IN_BEFORE,
    FactSet,
    FactValue,
    PersonFacts,
    Source,
    StoredValue,
)
from app.domain.reading import Reader
from tests.unit.domain.households import default_pack

ON = date(2026, 4, 1)
_HOUSEHOLDS = (
    ("世帯主",),
    ("世帯主", "妻"),
    ("世帯主", "妻", "子"),
    ("世帯主", "妻", "子", "子"),
    ("世帯主", "子", "子"),
    ("世帯主", "妻", "母"),
    ("世帯主", "子", "子の子"),
    ("同居人",),
)
_YEARS = {
    "世帯主": (20, 85),
    "妻": (20, 85),
    "子": (0, 45),
    "母": (60, 95),
    "子の子": (0, 20),
    "同居人": (18, 60),
}
_ALL_MOVE = frozenset({"move_in", "single"})
_ONE_MOVES = frozenset({"birth", "death"})
_STRUCTURE = frozenset({BIRTH, MOVES, IN_BEFORE, IN_AFTER, RELATIONSHIP, "relationship_before", CHANGED_ON})
_ORDINARY_SHARE = 0.6

Values = dict[str, StoredValue]


def random_household(chance: random.Random, event: str = "") -> FactSet:
    """A household with a value for every fact that is stored, those of persons and those asked for all together."""
    event = event or chance.choice(sorted({one for rule in default_pack().rules for one in rule.events}))
    made = _Household(event, chance)
    made.fill()
    # What one gate opens can be a gate itself.
    for _ in range(3):
        made.agree()
    return made.facts


class _Household:
    """A household in the making: plain values by person and for the case."""

    def __init__(self, event: str, chance: random.Random) -> None:
        self._pack = default_pack().settled
        self._ordinary = {one.fact: one.answer for one in self._pack.ordinary}
        self._event, self._chance = event, chance
        self._case: Values = {}
        roles = chance.choice(_HOUSEHOLDS)
        self._people: dict[str, Values] = {
            f"{role}{at}": {RELATIONSHIP: role} for at, role in enumerate(roles)
        }
        mover = chance.randrange(len(roles))
        for at, (name, values) in enumerate(self._people.items()):
            moves = at == mover or event in _ALL_MOVE or (event not in _ONE_MOVES and chance.random() < 0.7)
            before, after = membership(event, moves)
            low, high = _YEARS[roles[at]]
            values |= {MOVES: moves, IN_BEFORE: before, IN_AFTER: after, BIRTH: self._birth(name, low, high)}

    def _birth(self, _name: str, low: int, high: int) -> str:
        born = ON - timedelta(days=round(self._chance.uniform(low, high) * 365.25))
        if self._chance.random() < 0.1:
            born = born.replace(month=4, day=self._chance.choice((1, 2)))
        return born.isoformat()

    @property
    def facts(self) -> FactSet:
        people = tuple(
            PersonFacts(
                name, name, {fact: FactValue(value, Source.REGISTER) for fact, value in values.items()}
            )
            for name, values in self._people.items()
        )
        case = {fact: FactValue(value, Source.CASE) for fact, value in self._case.items()}
        return FactSet(self._event, ON, case, people)

    def fill(self) -> None:
        """A value for each stored fact, more often than not the ordinary one."""
        for fact in self._pack.facts:
            if fact.derivation or fact.id in _STRUCTURE:
                continue
            for values in self._people.values() if fact.subject is Subject.PERSON else (self._case,):
                values[fact.id] = self._any(fact)

    def _any(self, fact: FactDefinition) -> StoredValue:
        if fact.id in self._ordinary and self._chance.random() < _ORDINARY_SHARE:
            return self._ordinary[fact.id]
        match fact.type:
            case FactType.YES_NO:
                return self._chance.random() < 0.4
            case FactType.CHOICE:
                return self._chance.choice(fact.choices).code
            case FactType.DATE:
                return (ON - timedelta(days=self._chance.randrange(400))).isoformat()
        told = [
            one
            for one in samples(self._pack.conditions_by_fact.get(fact.id, ()), fact)
            if isinstance(one, int | str) and one != "\0"
        ]
        return self._chance.choice(told or [3 if fact.type is FactType.NUMBER else "何か"])

    def agree(self) -> None:
        """Coarse facts say of the household what fine ones say of its members, as somebody who knows would answer."""
        gates: dict[str, bool] = {}
        for fact in self._pack.facts:
            if fact.derivation in _AGREEMENTS:
                _AGREEMENTS[fact.derivation](self, fact, gates)
        for gate, opened in gates.items():
            self._open(gate, opened)

        for fact in self._pack.facts:
            if fact.derivation == "if_yes":
                inner = [
                    one.args[1]
                    for one in self._pack.facts
                    if one.derivation == "if_yes" and one.args[0] == fact.args[0]
                ]
                self._case[str(fact.args[0])] = any(self._case.get(str(one)) is True for one in inner)

    def _open(self, gate: str, opened: bool) -> None:
        """A gate that is itself behind an outer question opens with that one."""
        definition = self._pack.fact_by_id[gate]
        if definition.derivation is None:
            self._case[gate] = opened
        else:
            self._open(str(definition.args[1]), opened)

    def _read(self, fact: str, person: str | None = None) -> object:
        return Reader(self._pack, self.facts).read(fact, person).value

    def _asked_people(self) -> Iterable[tuple[str, Values]]:
        return ((name, values) for name, values in self._people.items() if values[MOVES])

    def _gated(self, fact: FactDefinition, gates: dict[str, bool], otherwise: StoredValue = False) -> None:
        gate, own, eligible = (str(arg) for arg in fact.args[:3])
        for name, values in self._people.items():
            if not values[MOVES] or self._read(eligible, name) is not True:
                values[own] = otherwise
        opened = any(values[own] != otherwise for values in self._people.values())
        gates[gate] = gates.get(gate, False) or opened

    def _gated_choice(self, fact: FactDefinition, gates: dict[str, bool]) -> None:
        self._gated(fact, gates, str(fact.args[3]))

    def _shared_yes_no(self, fact: FactDefinition, _gates: dict[str, bool]) -> None:
        common, own, everyone, nobody = (str(arg) for arg in fact.args)
        first = next(
            one for one in self._pack.facts if one.derivation == fact.derivation and one.args[0] == common
        )
        for values in self._people.values():
            values[own] = values[str(first.args[1])]
        found = {values[own] for values in self._people.values()}
        mixed = next(
            one.code for one in self._pack.fact_by_id[common].choices if one.code not in {everyone, nobody}
        )
        self._case[common] = mixed if len(found) > 1 else everyone if found == {True} else nobody

    def _shared(self, fact: FactDefinition, _gates: dict[str, bool]) -> None:
        common, own, differs = (str(arg) for arg in fact.args)
        choices = {one.code for one in self._pack.fact_by_id[common].choices}
        found = {values[own] for values in self._people.values()}
        self._case[common] = found.pop() if len(found) == 1 and found <= choices else differs

    def _known_or(self, fact: FactDefinition, gates: dict[str, bool]) -> None:
        data, asked = (str(arg) for arg in fact.args)
        others = [
            one for one in self._pack.facts if one.derivation == fact.derivation and one.args[1] == asked
        ]
        self._alike([self._pack.fact_by_id[str(one.args[0])] for one in others])
        gates[asked] = self._read(data) is True

    def _alike(self, totals: list[FactDefinition]) -> None:
        """One question for several registers: whoever is in one of them is in all."""
        owns = [str(one.args[0]) for one in totals if one.args]
        for values in self._people.values():
            for own in owns[1:]:
                if owns[0] in values and own in values:
                    values[own] = values[owns[0]]

    def _possible_and(self, fact: FactDefinition, gates: dict[str, bool]) -> None:
        possible, asked = (str(arg) for arg in fact.args)
        gates[asked] = self._case.get(asked) is True and self._read(possible) is True

    def _choice_if(self, fact: FactDefinition, _gates: dict[str, bool]) -> None:
        data, code, asked = (str(arg) for arg in fact.args)
        if self._read(data) is True:
            self._case[asked] = code


_AGREEMENTS: dict[str, Callable[[_Household, FactDefinition, dict[str, bool]], None]] = {
    "gated": _Household._gated,
    "gated_choice": _Household._gated_choice,
    "shared_yes_no": _Household._shared_yes_no,
    "shared": _Household._shared,
    "known_or": _Household._known_or,
    "possible_and": _Household._possible_and,
    "choice_if": _Household._choice_if,
}


def hide(whole: FactSet, chance: random.Random, share: float, *, only_askable: bool) -> FactSet:
    """The household with some of its facts missing: all kinds, or only those a question asks for."""
    questions = default_pack().question_by_fact

    def kept(facts: dict[str, FactValue]) -> dict[str, FactValue]:
        return {
            name: value
            for name, value in facts.items()
            if name in {IN_BEFORE, IN_AFTER}
            or (only_askable and name not in questions)
            or chance.random() >= share
        }

    people = tuple(replace(one, facts=kept(dict(one.facts))) for one in whole.people)
    return replace(whole, case=kept(dict(whole.case)), people=people)
