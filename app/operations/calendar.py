"""On which days the city hall is open (開庁日)."""

from __future__ import annotations

from datetime import date

import jpholiday

# 地方自治法4条の2 and the ordinances that follow it: weekends, holidays and the turn of the year are closed.
_TURN_OF_YEAR = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}


def is_open(day: date) -> bool:
    """Whether deadlines can end on the day."""
    return day.weekday() < 5 and not jpholiday.is_holiday(day) and (day.month, day.day) not in _TURN_OF_YEAR
