"""Dates at the counter: the one door to eras, partial dates, reading what was typed, and legal ages.

A stored date of a person may be partly unknown or no day of the calendar, so it is a `PartialDate`; `date` is what can
be computed with, and every computation answers None where the date is not certain.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta, timezone

from app.domain.date_input import parse_date
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
)

__all__ = [
    "ERAS",
    "JAPAN",
    "DateProblem",
    "DateRange",
    "Era",
    "PartialDate",
    "age_on",
    "attains_on",
    "end_of_month",
    "era_on",
    "fiscal_year",
    "fiscal_year_end",
    "fiscal_year_end_of_age",
    "format_wareki",
    "format_wareki_day",
    "format_western",
    "in_japan",
    "parse_date",
    "today_in_japan",
    "wareki_parts",
]


# Japan keeps one offset all year (明治28年勅令167号), so that no table of zones is needed.
JAPAN = timezone(timedelta(hours=9), "JST")


def today_in_japan() -> date:
    """The day it is at the counter, wherever the server stands and whatever its clock's zone is."""
    return datetime.now(JAPAN).date()


def in_japan(moment: datetime) -> datetime:
    """An instant as the clock on the wall shows it."""
    return moment.astimezone(JAPAN)


def _certain(d: date | PartialDate) -> date | None:
    return d.certain if isinstance(d, PartialDate) else d


def age_on(birth: date | PartialDate, on: date) -> int | None:
    """Years of age on a day, by law reached on the day before the birthday (年齢計算ニ関スル法律, 民法143条).

    None when the birth date is not certain or lies after `on`: such a condition is to be asked, never guessed.
    """
    born = _certain(birth)
    if born is None or born > on:
        return None
    tomorrow = on + timedelta(days=1)
    return tomorrow.year - born.year - ((tomorrow.month, tomorrow.day) < (born.month, born.day))


def attains_on(birth: date | PartialDate, age: int) -> date | None:
    """The day on which a person reaches an age: the day before that birthday. None when the birth date is not certain.

    Who was born on 29 February reaches it on 28 February in every year.
    """
    born = _certain(birth)
    if born is None:
        return None
    try:
        birthday = born.replace(year=born.year + age)
    except ValueError:
        birthday = date(born.year + age, 3, 1)
    return birthday - timedelta(days=1)


def fiscal_year(day: date) -> int:
    """The fiscal year (年度, from April) of a day."""
    return day.year - (day.month < 4)


def fiscal_year_end(day: date) -> date:
    """The 31 March on which the fiscal year of a day ends."""
    return date(fiscal_year(day) + 1, 3, 31)


def fiscal_year_end_of_age(birth: date | PartialDate, age: int) -> date | None:
    """The first 31 March on or after the day an age is reached (○歳到達後最初の3月31日); None when birth is not certain."""
    reached = attains_on(birth, age)
    return None if reached is None else fiscal_year_end(reached)


def end_of_month(day: date) -> date:
    """The last day of the month of a day."""
    return day.replace(day=monthrange(day.year, day.month)[1])
