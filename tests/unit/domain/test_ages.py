"""Ages by law, of certain and of partly unknown birth dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ages import age_of, age_on, attains, birthday, fiscal_year_end
from app.domain.dates import PartialDate

TODAY = date(2026, 11, 22)
days = st.dates(date(1868, 1, 25), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        (date(2008, 4, 1), date(2026, 3, 30), 17),
        (date(2008, 4, 1), date(2026, 3, 31), 18),
        (date(2008, 4, 2), date(2026, 3, 31), 17),
        (date(2008, 2, 29), date(2026, 2, 27), 17),
        (date(2008, 2, 29), date(2026, 2, 28), 18),
        (date(2008, 2, 29), date(2028, 2, 27), 19),
        (date(2008, 2, 29), date(2028, 2, 28), 20),
        (date(2025, 1, 1), date(2025, 12, 31), 1),
        (date(2026, 11, 22), date(2026, 11, 22), 0),
        (date(2026, 11, 22), date(2026, 11, 21), None),
        (PartialDate(1940, 3, 2), TODAY, 86),
        (PartialDate(1940, 3, text="昭和15年3月日不詳"), TODAY, 86),
        (PartialDate(1940, 11, text="昭和15年11月下旬"), TODAY, None),
        (PartialDate(1940, 11, text="昭和15年11月中旬"), TODAY, 86),
        (PartialDate(1940, text="昭和15年月日不詳"), TODAY, None),
        (PartialDate(1940, text="昭和15年月日不詳"), date(2026, 12, 30), 86),
        (PartialDate(1940, 3, 2, "昭和15年3月2日推定"), TODAY, None),
        (PartialDate(1940, text="昭和15年頃"), TODAY, None),
        (PartialDate(1940, 3, 1, "昭和15年3月1日から5日までの間"), TODAY, None),
        (PartialDate(None, text="不詳"), TODAY, None),
        (PartialDate(1965, 2, 29), TODAY, 61),
        (PartialDate(1965, 2, 29), date(2026, 2, 27), None),
    ],
)
def test_the_age_on_a_day_is_told_only_where_every_possible_birth_gives_it(
    birth: date | PartialDate, on: date, age: int | None
) -> None:
    assert age_on(birth, on) == age


@given(born=days, age=st.integers(0, 120))
def test_an_age_is_reached_on_the_eve_of_the_birthday(born: date, age: int) -> None:
    if born.year + age > 2200:
        return
    reached = attains(born, age)
    assert age_of(born, reached) == age and age_of(born, reached - timedelta(days=1)) == age - 1
    assert birthday(born, age) - reached == timedelta(days=1)


@given(year=st.integers(1900, 2020), month=st.integers(1, 12), on=days)
def test_an_age_of_an_unknown_day_is_that_of_every_day_of_the_month(year: int, month: int, on: date) -> None:
    told = age_on(PartialDate(year, month), on)
    first = date(year, month, 1)
    ages = {
        age_on(day, on)
        for day in (first + timedelta(days=ahead) for ahead in range(31))
        if day.month == month
    }
    assert told == (ages.pop() if len(ages) == 1 else None)


def test_school_years_part_on_2_april() -> None:
    assert fiscal_year_end(attains(date(2008, 4, 1), 18)) == date(2026, 3, 31)
    assert fiscal_year_end(attains(date(2008, 4, 2), 18)) == date(2027, 3, 31)
