"""Facts (事実): everything a case knows, each with its source. What is missing or partly known is *unknown*, never false."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from app.domain.dates import PartialDate

FactKey = tuple[str, str | None]
"""A fact's id and the person it is about; None for a fact of the case."""

CHANGED_ON = "changed_on"
"""The id under which the change date (異動日) is read, asked for and shown like any other fact of the case."""


IN_BEFORE = "in_before"
IN_AFTER = "in_after"
"""Whether a person is of the household before and after the change. Whoever is in a case is, unless it says otherwise."""


class Source(StrEnum):
    """Where a value came from."""

    REGISTER = "register"
    NOTICE = "move_out_notice"
    CARD = "card"
    CASE = "case"
    ASKED = "asked"
    CORRECTED = "corrected"
    DERIVED = "derived"


@dataclass(frozen=True)
class Span:
    """A whole number known only to lie between two bounds, both included; None is no bound."""

    low: int | None
    high: int | None


@dataclass(frozen=True)
class DateSpan:
    """A day known only to lie between two days, both included."""

    first: date
    last: date


StoredValue = bool | int | str | date | PartialDate | None
Value = bool | int | str | date | Span | DateSpan | None
"""A value as rules read it. None is unknown; a Span or DateSpan is partly known."""


@dataclass(frozen=True)
class FactValue:
    """A value with its source, the time it was recorded and by whom.

    Dates may be `date`, `PartialDate`, or text "YYYY-MM-DD" with 00 for an unknown part. None means: asked, not known.
    """

    value: StoredValue
    source: str
    at: datetime | None = None
    by: str | None = None


_MEMBER = FactValue(True, Source.CASE)
_NO_MEMBER = FactValue(False, Source.CASE)


@dataclass(frozen=True)
class PersonFacts:
    """A person of the household after the move, with his facts by id; ``household`` where there are several after it."""

    id: str
    name: str
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    household: str = ""


@dataclass(frozen=True)
class FactSet:
    """All facts of a case: the event, the change date (異動日), facts of the case and of each person.

    Answers of the interview lie over the other facts in `answers` and hide them; taking an answer away therefore leaves
    exactly what was there before it was given.

    One event can lead to several households (R19): ``households`` has the facts of the case that differ from one to the
    next. Rules are tried on one of them at a time (`views`); ``here`` are those who are judged in such a view.
    """

    event: str
    changed_on: date | None
    case: Mapping[str, FactValue] = field(default_factory=dict)
    people: tuple[PersonFacts, ...] = ()
    answers: Mapping[FactKey, FactValue] = field(default_factory=dict)
    households: Mapping[str, Mapping[str, FactValue]] = field(default_factory=dict)
    here: frozenset[str] | None = None

    def views(self) -> tuple[FactSet, ...]:
        """The facts as each household after the event has them; these facts themselves where there is only one.

        Those of the other households moved as well and are not in this one. Whoever is in none of them (he stays, or is
        of the household that is left) is judged with the first.
        """
        if len(self.households) < 2:
            return (self,)
        first = next(iter(self.households))
        return tuple(
            replace(
                self,
                case={**self.case, **own},
                people=tuple(
                    _elsewhere(one) if one.household not in {"", key} else one for one in self.people
                ),
                households={},
                here=frozenset(one.id for one in self.people if (one.household or first) == key),
            )
            for key, own in self.households.items()
        )

    def is_here(self, person: str) -> bool:
        """Whether a person is judged in this view."""
        return self.here is None or person in self.here

    def person(self, person_id: str) -> PersonFacts:
        """The person with this id; raises `KeyError` when he is not in the case."""
        for person in self.people:
            if person.id == person_id:
                return person
        raise KeyError(person_id)

    def find(self, fact: str, person: str | None) -> FactValue | None:
        """The value that counts for a fact: the answer, otherwise what the case or the person has; None when missing."""
        answer = self.answers.get((fact, person))
        if answer is not None:
            return answer
        if person is not None:
            own = self.person(person).facts.get(fact)
            return _MEMBER if own is None and fact in {IN_BEFORE, IN_AFTER} else own
        if fact == CHANGED_ON and self.changed_on is not None:
            return FactValue(self.changed_on, Source.CASE)
        return self.case.get(fact)

    def with_answer(self, fact: str, person: str | None, answer: FactValue) -> FactSet:
        """These facts with one more answer; an earlier answer to the same question is replaced."""
        return replace(self, answers={**self.answers, (fact, person): answer})

    def without_answer(self, fact: str, person: str | None) -> FactSet:
        """These facts as if the answer had never been given."""
        return replace(
            self, answers={key: kept for key, kept in self.answers.items() if key != (fact, person)}
        )

    def list_keys(self) -> Iterator[FactKey]:
        """Every fact that has a value or an answer, of the case first, each once."""
        seen: dict[FactKey, None] = {(fact, None): None for fact in self.case}
        for person in self.people:
            seen.update(dict.fromkeys((fact, person.id) for fact in person.facts))
        seen.update(dict.fromkeys(self.answers))
        yield from seen


def _elsewhere(person: PersonFacts) -> PersonFacts:
    return replace(person, facts={**person.facts, IN_AFTER: _NO_MEMBER})


def read_value(stored: StoredValue, kind: str) -> Value:
    """A stored value as the rules read it, for a fact of the given type; what does not fit the type is unknown (None)."""
    match kind:
        case "yes_no":
            return stored if isinstance(stored, bool) else None
        case "number":
            return stored if isinstance(stored, int) and not isinstance(stored, bool) else None
        case "date":
            return read_date(stored)
        case _:
            return stored if isinstance(stored, str) and stored else None


def read_date(stored: StoredValue) -> date | DateSpan | None:
    """A stored date as a day, or as the span of days it can be; None when not even the year is certain."""
    if isinstance(stored, date):
        return stored
    if isinstance(stored, str):
        try:
            stored = PartialDate.from_iso(stored)
        except ValueError:
            return None
    if not isinstance(stored, PartialDate):
        return None
    days = stored.days
    if days is None:
        return None
    return days[0] if days[0] == days[1] else DateSpan(*days)


def display(value: Value) -> str:
    """A value in Japanese, for reasons; choices are shown by their own label instead."""
    match value:
        case None:
            return "不明"
        case bool():
            return "はい" if value else "いいえ"
        case date():
            return f"{value.year}年{value.month}月{value.day}日"
        case Span(low, high):
            return f"{'' if low is None else low}～{'' if high is None else high}"
        case DateSpan(first, last):
            return f"{display(first)}～{display(last)}"
        case _:
            return str(value)
