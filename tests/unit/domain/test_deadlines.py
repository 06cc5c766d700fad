"""Counting deadlines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import jpholiday
import pytest

from app.domain.content import DeadlineRule, Limit
from app.domain.deadlines import (
    check_deadlines,
    count,
    counting_in,
    find_deadline,
    find_deadline_rule,
    last_day_text,
    next_open_day,
    why_text,
)
from app.domain.opening import OpeningCalendar
from tests.unit.domain.households import default_pack

CLOSED = {date(2026, 4, 29), date(2026, 5, 3), date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 6)}


def closed(day: date) -> str | None:
    return None if day.weekday() < 5 and day not in CLOSED else "閉庁日"


def rule_of(code: str) -> DeadlineRule:
    found = find_deadline_rule(default_pack(), code, date(2026, 4, 1))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("code", "base", "start", "last_day"),
    [
        ("R1", "changed_on", date(2026, 4, 1), date(2026, 4, 15)),  # from the next day
        ("R1", "changed_on", date(2026, 4, 4), date(2026, 4, 20)),  # the 18th is a Saturday
        ("R1", "changed_on", date(2026, 4, 19), date(2026, 5, 7)),  # golden week: 3 to 6 May are closed
        ("R2", "born_on", date(2026, 4, 1), date(2026, 4, 14)),  # the day of birth is the first
        ("R3", "death_known_on", date(2026, 4, 1), date(2026, 4, 7)),
        ("R4", "planned_move_out_on", date(2026, 4, 30), date(2026, 5, 15)),  # the 16th day is too late
        ("R4", "planned_move_out_on", date(2026, 4, 17), date(2026, 5, 2)),  # a Saturday does not move it
        (
            "R4",
            "planned_move_out_on",
            date(2026, 3, 31),
            date(2026, 4, 15),
        ),  # the end of a month: paid from April
        ("R6", "funeral_on", date(2026, 4, 1), date(2028, 4, 1)),
        ("R7", "changed_on", date(2026, 4, 4), date(2026, 4, 18)),
        ("R10", "divorced_on", date(2026, 3, 31), date(2026, 6, 30)),
        ("R11", "born_on", date(2026, 4, 1), date(2026, 5, 1)),
        ("card_90", "notified_on", date(2026, 4, 3), date(2026, 7, 2)),
    ],
)
def test_rules_of_the_catalogue(code: str, base: str, start: date, last_day: date) -> None:
    found = find_deadline(rule_of(code), {base: start}, closed)

    assert found is not None
    assert found.last_day == last_day
    assert not found.is_over(last_day)
    assert found.is_over(date.fromordinal(last_day.toordinal() + 1))


def test_the_earliest_of_several_limits_counts_and_a_missing_one_is_named() -> None:
    special = rule_of("R5")

    both = find_deadline(
        special, {"changed_on": date(2026, 4, 20), "planned_move_out_on": date(2026, 3, 25)}, closed
    )
    assert both is not None and (both.last_day, both.missing) == (date(2026, 4, 24), ())
    one = find_deadline(special, {"changed_on": date(2026, 4, 1)}, closed)
    assert one is not None and (one.last_day, one.missing) == (date(2026, 4, 15), ("planned_move_out_on",))
    assert find_deadline(special, {"changed_on": None}, closed) is None


@pytest.mark.parametrize(
    ("start", "limit", "last_day"),
    [
        (date(2026, 1, 30), Limit("x", 1, "month"), date(2026, 2, 28)),
        (date(2026, 1, 31), Limit("x", 1, "month"), date(2026, 2, 28)),
        (date(2024, 2, 29), Limit("x", 1, "year"), date(2025, 2, 28)),
        (date(2023, 12, 31), Limit("x", 2, "month"), date(2024, 2, 29)),
        (date(2026, 5, 1), Limit("x", 1, "month", include_first=True), date(2026, 5, 31)),
    ],
)
def test_months_end_on_the_day_before_the_corresponding_one(
    start: date, limit: Limit, last_day: date
) -> None:
    assert count(limit, start) == last_day


def test_a_calendar_without_open_days_is_refused() -> None:
    with pytest.raises(ValueError, match="no open day"):
        next_open_day(date(2026, 4, 1), lambda _day: "閉庁日")


CALENDAR = OpeningCalendar("city_hall", "市役所", (), jpholiday.is_holiday_name)


@pytest.mark.parametrize(
    ("code", "base", "start", "counted", "last_day"),
    [
        ("R1", "changed_on", date(2026, 7, 19), date(2026, 8, 2), date(2026, 8, 3)),  # a Sunday
        ("R1", "changed_on", date(2026, 12, 15), date(2026, 12, 29), date(2027, 1, 4)),  # the turn of the year
        ("R1", "changed_on", date(2026, 4, 15), date(2026, 4, 29), date(2026, 4, 30)),  # 昭和の日
        ("R1", "changed_on", date(2026, 4, 19), date(2026, 5, 3), date(2026, 5, 7)),  # golden week
        ("R1", "changed_on", date(2027, 3, 7), date(2027, 3, 21), date(2027, 3, 23)),  # 春分 on a Sunday
        ("R1", "changed_on", date(2026, 9, 7), date(2026, 9, 21), date(2026, 9, 24)),  # 敬老の日, 国民の休日, 秋分
        ("R1", "changed_on", date(2028, 2, 15), date(2028, 2, 29), date(2028, 2, 29)),  # leap day, open
        ("R1", "changed_on", date(2026, 2, 15), date(2026, 3, 1), date(2026, 3, 2)),
        ("R2", "born_on", date(2026, 12, 18), date(2026, 12, 31), date(2027, 1, 4)),
        ("R3", "death_known_on", date(2026, 4, 27), date(2026, 5, 3), date(2026, 5, 7)),
        ("R4", "planned_move_out_on", date(2026, 12, 17), date(2027, 1, 1), date(2027, 1, 1)),  # no closed day moves it
        ("R6", "funeral_on", date(2026, 2, 28), date(2028, 2, 29), date(2028, 2, 29)),  # the month's last day
        ("R7", "changed_on", date(2026, 12, 18), date(2027, 1, 1), date(2027, 1, 1)),
        ("R8", "died_on", date(2026, 8, 1), date(2026, 8, 15), date(2026, 8, 17)),
        ("R9", "notified_on", date(2028, 2, 29), date(2029, 2, 28), date(2029, 2, 28)),
        ("R10", "divorced_on", date(2026, 11, 30), date(2027, 2, 28), date(2027, 3, 1)),
        ("R11", "born_on", date(2026, 12, 2), date(2027, 1, 1), date(2027, 1, 1)),
        ("card_90", "notified_on", date(2026, 10, 1), date(2026, 12, 30), date(2027, 1, 4)),
        ("moped_15", "changed_on", date(2026, 4, 28), date(2026, 5, 13), date(2026, 5, 13)),
        ("dog_30", "changed_on", date(2026, 4, 3), date(2026, 5, 3), date(2026, 5, 7)),
    ],
)  # fmt: skip
def test_deadlines_counted_by_hand(code: str, base: str, start: date, counted: date, last_day: date) -> None:
    found = find_deadline(rule_of(code), {base: start}, CALENDAR.not_for_deadlines)
    assert found is not None
    assert (found.counted, found.last_day) == (counted, last_day)


def test_a_deadline_says_its_weekday_and_why_it_ends_there() -> None:
    pack = default_pack()
    moved = find_deadline(rule_of("R1"), {"changed_on": date(2026, 7, 19)}, CALENDAR.not_for_deadlines)
    assert moved is not None
    assert last_day_text(moved) == "令和8年8月3日（月）まで"
    assert why_text(pack, moved) == "異動日の翌日から14日以内（8月2日が日曜のため、次の開庁日）"
    early = find_deadline(rule_of("R5"), {"changed_on": date(2026, 4, 1)}, CALENDAR.not_for_deadlines)
    assert early is not None
    assert why_text(pack, early) == (
        "異動日の翌日から14日以内と転出予定日の翌日から30日以内の早いほう。転出予定日がわかると、早まることがあります"
    )
    born = find_deadline(rule_of("R2"), {"born_on": date(2026, 4, 1)}, CALENDAR.not_for_deadlines)
    assert born is not None and why_text(pack, born) == "出生日を1日目として14日以内"


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ((), "数え方"),
        ((Limit("changed_on", 14, "week"),), "単位"),
        ((Limit("changed_on", 0, "day"),), "長さ"),
        ((Limit("some_day", 14, "day"),), "起算日"),
    ],
)
def test_limits_that_cannot_be_counted_are_refused_with_the_content(
    limits: tuple[Limit, ...], said: str
) -> None:
    pack = replace(default_pack(), deadlines=(DeadlineRule("bad", "誤り", limits, True),))
    assert [problem.problem for problem in check_deadlines(pack) if said in problem.problem]


@pytest.mark.parametrize(
    ("event", "base"),
    [
        ("move_in", "planned_move_out_on"),
        ("birth", "born_on"),
        ("death", "died_on"),
        ("divorce", "divorced_on"),
    ],
)
def test_the_allowance_counts_from_the_day_of_its_own_event(event: str, base: str) -> None:
    """A birth is not told that a move-out date could bring the day forward."""
    rule = counting_in(rule_of("R4"), event)
    assert rule is not None
    found = find_deadline(rule, {base: date(2026, 4, 30)}, closed)

    assert found is not None
    assert (found.last_day, found.missing) == (date(2026, 5, 15), ())
    assert counting_in(rule_of("R4"), "marriage") is None
