"""What most rows share: head and tail cells, and the small conversions of values to cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random

from app.demo.city.people import City, Person
from app.demo.city.places import CITY_CODE

Row = dict[str, str]
RECEIVING, ENDED = "40", "50"
_WITHOUT_HISTORY = {"20a", "20b"}


class Frame:
    """The city, the source of chance of one data set, and the cells every person row begins and ends with."""

    def __init__(self, city: City, rng: Random) -> None:
        self.city = city
        self.rng = rng
        self.as_of = city.as_of
        self.taxed_year = city.as_of.year if city.as_of.month >= 6 else city.as_of.year - 1
        self.operation = {
            "sosashaid": "KIKAN01",
            "sosanengappi": (city.as_of - timedelta(days=1)).isoformat(),
            "sosajikoku": "23:10:00",
        }
        self.person = {
            "shikuchosonkodo": CITY_CODE,
            "rirekibango": "1",
            "saishinfuragu": "1",
            "sakujofuragu": "0",
            **self.operation,
        }
        self.plain = {"shikuchosonkodo": CITY_CODE, "sakujofuragu": "0", **self.operation}

    def row(self, number: str, **cells: str) -> Row:
        """A person row of the data set, current and first in its history unless the cells say otherwise."""
        return {**self.person, "atenabango": number, **cells}

    def between(self, low: int, high: int) -> int:
        return low + int(self.rng.random() * (high - low + 1))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def day(self, first: date, last: date) -> date:
        """A day from first to last, never after the as-of day; ``first`` when the span is empty."""
        span = (min(last, self.as_of) - first).days
        return first + timedelta(days=int(self.rng.random() * (span + 1))) if span > 0 else first


def april_first(day: date) -> date:
    """The 1 April on or before a day: fiscal years begin there."""
    return date(day.year if day.month >= 4 else day.year - 1, 4, 1)


def birthday(person: Person, age: int) -> date:
    """The day someone turns an age; 29 February becomes 1 March in common years."""
    year, month, day = person.birth.year + age, person.birth.month, person.birth.day
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, 3, 1)


def school_year_end(person: Person, age: int) -> date:
    """The first 31 March on or after the day before the ``age``-th birthday: when child benefits end."""
    turns = birthday(person, age) - timedelta(days=1)
    return date(turns.year if turns <= date(turns.year, 3, 31) else turns.year + 1, 3, 31)


def with_extra(frame: Frame, layout: str, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows, then those that special households brought for this layout."""
    yield from rows
    common = frame.plain if layout in _WITHOUT_HISTORY else frame.person
    for extra in frame.city.rows.get(layout, ()):
        yield {**common, **extra}
