"""Reading facts for rules: stored ones as they are, derived ones computed when first asked, with what they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.content import ContentPack, FactDefinition, Subject
from app.domain.derivations import DERIVATIONS
from app.domain.facts import DateSpan, FactKey, FactSet, Span, Value, read_value


@dataclass(frozen=True)
class Reading:
    """A value with the stored facts that are missing for it (in the order they were needed) and all it looked at."""

    value: Value
    missing: tuple[FactKey, ...]
    used: frozenset[FactKey]


class Reader:
    """Reads facts of one case under one content pack; every fact is read and derived at most once.

    `assumed` are values it reads instead of the stored ones: a value to try, or None to read as if it were missing.
    """

    def __init__(self, pack: ContentPack, facts: FactSet) -> None:
        self.pack = pack
        self.facts = facts
        self.assumed: Mapping[FactKey, Value] = {}
        self._base: Reader | None = None
        self._known: dict[FactKey, Reading] = {}
        self._computing: set[FactKey] = set()

    def assuming(self, assumed: Mapping[FactKey, Value]) -> Reader:
        """A reader of the same case that replaces these values; what does not rest on them is not derived again."""
        reader = Reader(self.pack, self.facts)
        reader.assumed = {**self.assumed, **assumed}
        reader._base = self
        return reader

    def definition(self, fact: str) -> FactDefinition:
        """The definition of a fact; raises `KeyError` when the pack has none."""
        return self.pack.fact_by_id[fact]

    def read(self, fact: str, person: str | None) -> Reading:
        """The fact's value for the person (ignored for a fact of the case).

        Raises `KeyError` for a fact without definition and `ValueError` for one that is derived from itself.
        """
        definition = self.pack.fact_by_id[fact]
        key: FactKey = (fact, person if definition.subject is Subject.PERSON else None)
        known = self._known.get(key)
        if known is not None:
            return known
        known = self._from_base(key)
        if known is None:
            known = self._derive(definition, key) if definition.derivation else self._look_up(definition, key)
        self._known[key] = known
        return known

    def _from_base(self, key: FactKey) -> Reading | None:
        """What the reader below this one has read, when it looked at none of the replaced values."""
        known = None if self._base is None else self._base._known.get(key)
        return known if known is not None and known.used.isdisjoint(self.assumed) else None

    def is_given_up(self, key: FactKey) -> bool:
        """Whether the fact was asked for and the visitor does not know (わからない): it is not asked again.

        A derived fact is given up when everything missing for it is.
        """
        if self.definition(key[0]).derivation:
            missing = self.read(*key).missing
            return bool(missing) and all(self.is_given_up(one) for one in missing)
        answer = self.facts.answers.get(key)
        return answer is not None and answer.value is None and key not in self.assumed

    def _look_up(self, definition: FactDefinition, key: FactKey) -> Reading:
        if key in self.assumed:
            value = self.assumed[key]
        else:
            stored = self.facts.find(*key)
            value = None if stored is None else read_value(stored.value, definition.type)
        return Reading(value, () if is_certain(value) else (key,), frozenset({key}))

    def _derive(self, definition: FactDefinition, key: FactKey) -> Reading:
        if key in self._computing:
            raise ValueError(f"fact {definition.id!r} is derived from itself")
        self._computing.add(key)
        scope = _Scope(self, key[1], definition.args)
        try:
            value = DERIVATIONS[definition.derivation or ""].compute(scope)
        finally:
            self._computing.discard(key)
        missing = () if is_certain(value) else tuple(scope.missing)
        return Reading(value, missing, frozenset(scope.used))


def is_certain(value: Value) -> bool:
    """Whether a value is fully known."""
    return value is not None and not isinstance(value, Span | DateSpan)


class _Scope:
    """What a derivation may see; remembers what it read and what of that is missing."""

    def __init__(self, reader: Reader, person: str | None, args: tuple[str | int, ...]) -> None:
        self._reader = reader
        self.person = person
        self.args = args
        self.missing: dict[FactKey, None] = {}
        self.used: set[FactKey] = set()

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(person.id for person in self._reader.facts.people)

    def get(self, fact: str, person: str | None = None) -> Value:
        reading = self._reader.read(fact, person or self.person)
        self.missing.update(dict.fromkeys(reading.missing))
        self.used |= reading.used
        return reading.value

    def peek(self, fact: str, person: str | None = None) -> Value:
        reading = self._reader.read(fact, person or self.person)
        self.used |= reading.used
        return reading.value

    def is_given_up(self, fact: str) -> bool:
        person = self.person if self._reader.definition(fact).subject is Subject.PERSON else None
        return self._reader.is_given_up((fact, person))
