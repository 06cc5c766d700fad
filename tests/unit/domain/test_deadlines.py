"""Counting deadlines."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.content import DeadlineRule, Limit
from app.domain.deadlines import count, find_deadline, find_deadline_rule, next_open_day
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
