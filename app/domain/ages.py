"""Ages by law: reached at the end of the day before the birthday (年齢計算ニ関スル法律, 民法143条), in three values.

A birth date that is partly unknown gives an answer only where every day it can be gives the same.
"""

from __future__ import annotations

from datetime import date, timedelta

from app.domain.eras import PartialDate


def age_on(birth: date | PartialDate, on: date) -> int | None:
    """Years of age on a day. None when it is not certain, or the birth lies after `on`: to be asked, never guessed."""
    days = _days(birth)
    if days is None or days[1] > on:
        return None
    oldest, youngest = (age_of(born, on) for born in days)
    return oldest if oldest == youngest else None


def age_of(born: date, on: date) -> int:
    """Years of age on a day of one who was born on a certain day; negative before the birth."""
    # Reached on the day before the birthday: who was born on 1 January is a year older on 31 December.
    tomorrow = on + timedelta(days=1)
    return tomorrow.year - born.year - ((tomorrow.month, tomorrow.day) < (born.month, born.day))


def birthday(born: date, age: int) -> date:
    """The birthday of an age; 1 March in a common year for who was born on 29 February."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def attains(born: date, age: int) -> date:
    """The day on which an age is reached: the day before that birthday, 28 February for 29 February in every year."""
    return birthday(born, age) - timedelta(days=1)


def fiscal_year(day: date) -> int:
    """The fiscal year (年度, from April) of a day."""
    return day.year - (day.month < 4)


def fiscal_year_end(day: date) -> date:
    """The 31 March on which the fiscal year of a day ends."""
    return date(fiscal_year(day) + 1, 3, 31)


def _days(birth: date | PartialDate) -> tuple[date, date] | None:
    return birth.days if isinstance(birth, PartialDate) else (birth, birth)
