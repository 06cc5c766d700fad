"""The opening calendar (開庁暦): on which days and at what hours an office (庁舎) is open, and why it is not.

The rule of every year is computed: weekdays are open, holidays and the turn of the year are closed (地方自治法4条の2 and
the ordinance that follows it). What differs is an entry; of several the one with the shorter period counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

WEEKDAYS = "月火水木金土日"
CITY_HALL = "city_hall"
"""The code of the office that every city has (市役所)."""
MOST_CLOSED_DAYS = 30
"""No office is closed for longer at a stretch: a deadline must find its next open day."""
_TURN_OF_YEAR = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
_SEARCHED = 400


class EntryKind(StrEnum):
    """What an entry does to the days it covers."""

    HOURS = "hours"
    """Other hours on days that are open anyway (延長・短縮); without an end the hours from then on."""
    OPEN = "open"
    """Open on days that are closed by rule (日曜開庁)."""
    CLOSED = "closed"
    """Closed on days that are open by rule (臨時閉庁)."""


KIND_LABELS: dict[EntryKind, str] = {
    EntryKind.HOURS: "開庁時間の変更",
    EntryKind.OPEN: "臨時開庁",
    EntryKind.CLOSED: "臨時閉庁",
}


@dataclass(frozen=True)
class Hours:
    """From when until when an office is open; `closes` itself is outside."""

    opens: time
    closes: time

    @property
    def text(self) -> str:
        return f"{_clock(self.opens)}～{_clock(self.closes)}"

    def contains(self, moment: time) -> bool:
        return self.opens <= moment < self.closes


USUAL_HOURS = Hours(time(8), time(20))
"""What weekdays have until an entry says otherwise (S1 of the specification)."""


@dataclass(frozen=True)
class Entry:
    """An exception of one office for a period; both ends belong to it, without `last` it goes on.

    `weekdays` (0 is Monday) narrows it, empty means every day. `counts`: a day opened by it may be the last day of a
    deadline; by law it is not, because it stays a holiday of the office (地方自治法4条の2第4項).
    """

    id: str
    office: str
    kind: EntryKind
    first: date
    last: date | None
    reason: str
    hours: Hours | None = None
    weekdays: frozenset[int] = frozenset()
    counts: bool = False

    def covers(self, day: date) -> bool:
        """Whether the entry says something about a day."""
        in_period = self.first <= day and (self.last is None or day <= self.last)
        return in_period and (not self.weekdays or day.weekday() in self.weekdays)

    def list_days(self, until: date) -> Iterator[date]:
        """The days it covers, to its end or to `until`."""
        last = min(self.last, until) if self.last else until
        for ahead in range((last - self.first).days + 1):
            day = self.first + timedelta(days=ahead)
            if self.covers(day):
                yield day


@dataclass(frozen=True)
class Day:
    """A day of an office: its hours (None: closed), why it differs, and whether a deadline can end on it."""

    day: date
    hours: Hours | None
    why: str
    ends_deadlines: bool
    entry: str = ""


@dataclass(frozen=True)
class OpeningCalendar:
    """The calendar of one office. `holiday` names the national holiday (国民の祝日・休日) of a day, None when it is none."""

    office: str
    title: str
    entries: tuple[Entry, ...]
    holiday: Callable[[date], str | None]

    def day(self, day: date) -> Day:
        """How a day is, by the rule and the entries."""
        rule = self.closed_by_rule(day)
        entry = min((one for one in self.entries if self._applies(one, day, rule)), key=_rank, default=None)
        if entry is None:
            return Day(day, None if rule else USUAL_HOURS, rule, not rule)
        if entry.kind is EntryKind.CLOSED:
            return Day(day, None, entry.reason, False, entry.id)
        return Day(day, entry.hours, entry.reason, not rule or entry.counts, entry.id)

    def closed_by_rule(self, day: date) -> str:
        """Why a day is closed in every year (日曜, a holiday's name, 年末年始); empty when it is open."""
        reasons = [f"{WEEKDAYS[day.weekday()]}曜"] if day.weekday() >= 5 else []
        if (day.month, day.day) in _TURN_OF_YEAR:
            return "・".join([*reasons, "年末年始"])
        name = self.holiday(day)
        return "・".join([*reasons, name] if name else reasons)

    def not_for_deadlines(self, day: date) -> str | None:
        """Why a deadline that would end on the day ends later; None when it ends on it."""
        found = self.day(day)
        return None if found.ends_deadlines else (self.closed_by_rule(day) or found.why)

    def next_open(self, after: date) -> Day | None:
        """The first open day after a day; None when there is none within a year."""
        ahead = (self.day(after + timedelta(days=days)) for days in range(1, _SEARCHED))
        return next((found for found in ahead if found.hours is not None), None)

    def _applies(self, entry: Entry, day: date, rule: str) -> bool:
        return entry.covers(day) and (entry.kind is not EntryKind.HOURS or not rule)


def _rank(entry: Entry) -> tuple[int, int]:
    """The entry that counts comes first: the shorter period, of two without an end the later one."""
    if entry.last is None:
        return 1, -entry.first.toordinal()
    return 0, (entry.last - entry.first).days


def contradicting(entry: Entry, others: Iterable[Entry]) -> Entry | None:
    """An entry that says something else about the same day without one of the two being the narrower one."""
    return next((one for one in others if one.id != entry.id and _contradict(entry, one)), None)


def _contradict(one: Entry, other: Entry) -> bool:
    if (one.last is None) != (other.last is None):
        return False
    if one.last is None or other.last is None:
        return one.first == other.first and _share_weekday(one, other)
    if one.last < other.first or other.last < one.first:
        return False
    contained = _is_inside(one, other) or _is_inside(other, one)
    first, last = max(one.first, other.first), min(one.last, other.last)
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return not contained and any(one.covers(day) and other.covers(day) for day in days)


def _is_inside(inner: Entry, outer: Entry) -> bool:
    if inner.last is None or outer.last is None or _rank(inner) == _rank(outer):
        return False
    return outer.first <= inner.first and inner.last <= outer.last


def _share_weekday(one: Entry, other: Entry) -> bool:
    return not one.weekdays or not other.weekdays or bool(one.weekdays & other.weekdays)


def longest_closed(calendar: OpeningCalendar, first: date, last: date) -> int:
    """The most days in a row of a period on which no deadline can end."""
    longest = run = 0
    for ahead in range((last - first).days + 1):
        run = 0 if calendar.day(first + timedelta(days=ahead)).ends_deadlines else run + 1
        longest = max(longest, run)
    return longest


def _clock(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02}"


_TIME = re.compile(r"(?:(午前|午後|AM|PM))?(\d{1,2})(?:[:時.](\d{1,2})?分?|(\d{2}))?(半)?")


def parse_time(text: str) -> time | None:
    """A typed time of day (8:30, 0830, 8時半, 午後5時15分, any width); None when it is not one."""
    match = _TIME.fullmatch(unicodedata.normalize("NFKC", text).strip().upper().replace(" ", ""))
    if match is None:
        return None
    half, hour, minute, compact, thirty = match.groups()
    if thirty and (minute or compact):
        return None
    try:
        read = time(int(hour), 30 if thirty else int(minute or compact or 0))
    except ValueError:
        return None
    if half in {"午後", "PM"} and read.hour < 12:
        return read.replace(hour=read.hour + 12)
    return read
