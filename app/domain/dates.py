"""Dates at the counter: the one door to eras, partial dates, reading what was typed, and legal ages.

A stored date of a person may be partly unknown or no day of the calendar, so it is a `PartialDate`; `date` is what can
be computed with, and every computation answers None where the date is not certain.
"""

from datetime import date, datetime, timedelta, timezone

from app.domain.ages import age_on
from app.domain.date_input import Echo, echo_text, parse_date, parse_day, parse_happened
from app.domain.eras import (
    ERAS,
    DateProblem,
    DateRange,
    Era,
    PartialDate,
    era_on,
    format_wareki,
    format_wareki_day,
    format_western,
    wareki_parts,
    western_parts,
)

__all__ = [
    "ERAS",
    "JAPAN",
    "DateProblem",
    "DateRange",
    "Echo",
    "Era",
    "PartialDate",
    "age_on",
    "echo_text",
    "era_on",
    "format_wareki",
    "format_wareki_day",
    "format_western",
    "in_japan",
    "parse_date",
    "parse_day",
    "parse_happened",
    "today_in_japan",
    "wareki_parts",
    "western_parts",
]


# Japan keeps one offset all year (明治28年勅令167号), so that no table of zones is needed.
JAPAN = timezone(timedelta(hours=9), "JST")


def today_in_japan() -> date:
    """The day it is at the counter, wherever the server stands and whatever its clock's zone is."""
    return datetime.now(JAPAN).date()


def in_japan(moment: datetime) -> datetime:
    """An instant as the clock on the wall shows it."""
    return moment.astimezone(JAPAN)
