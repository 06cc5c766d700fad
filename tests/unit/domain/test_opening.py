"""The opening calendar: the rule of every year, what entries change, and what they may not contradict."""

from __future__ import annotations

from datetime import date, time, timedelta

import jpholiday
import pytest

from app.domain.opening import (
    Entry,
    EntryKind,
    Hours,
    OpeningCalendar,
    contradicting,
    longest_closed,
    parse_time,
)

LATE = Hours(time(8), time(21))
MORNING = Hours(time(9), time(12))


def entry(
    kind: EntryKind, first: date, last: date | None = None, hours: Hours | None = None, *, at: str = "x", **more: object
) -> Entry:  # fmt: skip
    return Entry(at, "city_hall", kind, first, last, "理由", hours, **more)  # type: ignore[arg-type]


def calendar(*entries: Entry) -> OpeningCalendar:
    return OpeningCalendar("city_hall", "市役所", entries, jpholiday.is_holiday_name)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 11, 24), ""),
        (date(2026, 11, 22), "日曜"),
        (date(2026, 11, 23), "勤労感謝の日"),
        (date(2026, 5, 3), "日曜・憲法記念日"),
        (date(2026, 5, 6), "憲法記念日 振替休日"),
        (date(2026, 9, 22), "国民の休日"),
        (date(2026, 12, 28), ""),
        (date(2026, 12, 29), "年末年始"),
        (date(2027, 1, 3), "日曜・年末年始"),
        (date(2027, 1, 4), ""),
        (date(2030, 9, 23), "秋分の日"),
    ],
)
def test_the_rule_of_every_year(day: date, why: str) -> None:
    found = calendar().day(day)
    assert found.why == why
    assert (found.hours is None) == bool(why) and found.ends_deadlines == (not why)


def test_an_extension_lengthens_open_days_and_opens_no_holiday() -> None:
    found = calendar(entry(EntryKind.HOURS, date(2027, 3, 15), date(2027, 4, 9), LATE))
    assert found.day(date(2027, 3, 15)).hours == LATE
    assert found.day(date(2027, 3, 20)).hours is None  # Saturday
    assert found.day(date(2027, 3, 22)).hours is None  # substitute holiday
    assert found.day(date(2027, 4, 12)).hours == Hours(time(8), time(20))


def test_a_sunday_opening_does_not_end_a_deadline_unless_the_city_says_so() -> None:
    sunday = date(2027, 3, 28)
    for counts in (False, True):
        found = calendar(entry(EntryKind.OPEN, sunday, sunday, MORNING, counts=counts))
        assert found.day(sunday).hours == MORNING
        assert found.not_for_deadlines(sunday) == (None if counts else "日曜")


def test_the_shorter_period_counts_and_a_later_usual_time_replaces_the_earlier_one() -> None:
    usual = entry(EntryKind.HOURS, date(2027, 4, 1), None, Hours(time(8, 30), time(17, 15)), at="a")
    later = entry(EntryKind.HOURS, date(2028, 4, 3), None, MORNING, at="b")
    busy = entry(EntryKind.HOURS, date(2027, 4, 1), date(2027, 4, 30), LATE, at="c")
    typhoon = entry(EntryKind.CLOSED, date(2027, 4, 8), date(2027, 4, 8), at="d")
    found = calendar(usual, later, busy, typhoon)
    assert found.day(date(2027, 4, 7)).hours == LATE
    assert found.day(date(2027, 4, 8)).hours is None
    assert found.not_for_deadlines(date(2027, 4, 8)) == "理由"
    assert found.day(date(2027, 5, 6)).hours == usual.hours
    assert found.day(date(2028, 4, 3)).hours == MORNING
    assert not any(contradicting(one, found.entries) for one in found.entries)


@pytest.mark.parametrize(
    ("first", "last", "weekdays", "clash"),
    [
        (date(2027, 4, 5), date(2027, 4, 16), set(), True),  # they overlap on 5 to 9 April
        (date(2027, 4, 10), date(2027, 4, 16), set(), False),
        (date(2027, 4, 6), date(2027, 4, 7), set(), False),  # lies inside and is the narrower one
        (date(2027, 4, 1), date(2027, 4, 9), set(), True),  # the same period twice
        (date(2027, 4, 9), date(2027, 4, 16), {0}, False),  # Mondays only: none in common
    ],
)
def test_contradictions(first: date, last: date, weekdays: set[int], clash: bool) -> None:
    stands = entry(EntryKind.HOURS, date(2027, 4, 1), date(2027, 4, 9), LATE)
    new = entry(EntryKind.CLOSED, first, last, at="new", weekdays=frozenset(weekdays))
    assert (contradicting(new, [stands]) is stands) == clash


def test_the_longest_closed_run_is_the_turn_of_the_year_and_next_open_passes_it() -> None:
    assert longest_closed(calendar(), date(2026, 12, 1), date(2027, 1, 31)) == 6
    following = calendar().next_open(date(2026, 12, 28))
    assert following is not None and following.day == date(2027, 1, 4)


def test_every_year_ahead_can_be_computed() -> None:
    found = calendar()
    for year in range(2026, 2100):
        assert found.day(date(year, 1, 1)).hours is None
        assert (
            sum(found.day(date(year, 1, 1) + timedelta(days=n)).hours is not None for n in range(365)) > 230
        )


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("8:30", time(8, 30)), ("0830", time(8, 30)), ("８：３０", time(8, 30)), ("17時15分", time(17, 15)), ("8時半", time(8, 30)),
        ("午後5時15分", time(17, 15)), ("8", time(8)), ("25:00", None), ("8:60", None), ("", None), ("朝", None),
    ],
)  # fmt: skip
def test_typed_times(text: str, read: time | None) -> None:
    assert parse_time(text) == read
