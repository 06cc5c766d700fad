"""Deadlines (期限): how long is counted, from when, and what a closed day does, all of it data."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.content import ContentPack, DeadlineRule, Limit
from app.domain.validity import is_valid

_MOST_CLOSED_DAYS = 31


@dataclass(frozen=True)
class Deadline:
    """The last day of a deadline. `counted` is where the count ends before a closed day moves it.

    `missing` names dates of the case that a further, perhaps earlier limit would need.
    """

    rule: DeadlineRule
    last_day: date
    counted: date
    missing: tuple[str, ...] = ()

    @property
    def is_moved(self) -> bool:
        """Whether it ends on a closed day (閉庁日) and was moved to the next open one."""
        return self.last_day != self.counted

    def is_over(self, today: date) -> bool:
        """Whether the last day has passed."""
        return today > self.last_day


def find_deadline_rule(pack: ContentPack, code: str, on: date) -> DeadlineRule | None:
    """The rule of that code valid on a day; None when there is none."""
    return next((rule for rule in pack.deadlines if rule.code == code and is_valid(rule, on)), None)


def find_deadline(
    rule: DeadlineRule, dates: Mapping[str, date | None], is_open: Callable[[date], bool]
) -> Deadline | None:
    """The earliest limit of a rule, counted from the dates of the case; None while none of them is known.

    `dates` maps the base names of the limits (changed_on, planned_move_out_on, …) to days. Raises `ValueError` when
    the calendar has no open day within a month, because then the calendar is wrong.
    """
    missing = tuple(limit.base for limit in rule.limits if dates.get(limit.base) is None)
    ends = [count(limit, start) for limit in rule.limits if (start := dates.get(limit.base)) is not None]
    if not ends:
        return None
    counted = min(ends)
    return Deadline(rule, next_open_day(counted, is_open) if rule.roll else counted, counted, missing)


def count(limit: Limit, start: date) -> date:
    """The last day of a limit. The first day is not counted unless the limit says so (民法140条; 戸籍法43条 counts it).

    Months and years end on the day before the one that corresponds to the first counted day; without such a day in the
    last month they end with that month (民法143条). Raises `ValueError` for an unknown unit.
    """
    first = start if limit.include_first else start + timedelta(days=1)
    match limit.unit:
        case "day":
            return first + timedelta(days=limit.amount - 1)
        case "month":
            return _months_on(first, limit.amount)
        case "year":
            return _months_on(first, limit.amount * 12)
    raise ValueError(f"unknown unit {limit.unit!r}")


def _months_on(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    last = monthrange(year, month)[1]
    if first.day > last:
        return date(year, month, last)
    return date(year, month, first.day) - timedelta(days=1)


def next_open_day(day: date, is_open: Callable[[date], bool]) -> date:
    """The day itself when the office is open on it, otherwise the next open day. Raises `ValueError` after a month."""
    for ahead in range(_MOST_CLOSED_DAYS):
        candidate = day + timedelta(days=ahead)
        if is_open(candidate):
            return candidate
    raise ValueError(f"no open day within {_MOST_CLOSED_DAYS} days of {day.isoformat()}")
