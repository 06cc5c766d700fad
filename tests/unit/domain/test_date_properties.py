"""What holds for every date: writing and reading agree, and what cannot be read is said, never guessed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.wire import _decode, _encode
from app.domain.characters import compose
from app.domain.dates import (
    ERAS,
    DateProblem,
    PartialDate,
    echo_text,
    format_wareki,
    format_western,
    parse_date,
    wareki_parts,
)
from app.domain.eras import read_eras

LATER = date(2100, 12, 31)
TODAY = date(2026, 11, 22)
REGISTER_EXPRESSIONS = [
    ("昭和15年頃", (1940, None, None), None),
    ("昭和15年3月頃", (1940, 3, None), None),
    ("昭和15年3月2日頃", (1940, 3, 2), None),
    ("昭和15年3月2日推定", (1940, 3, 2), None),
    ("推定昭和15年3月2日", (1940, 3, 2), None),
    ("昭和15年春", (1940, None, None), (date(1940, 1, 1), date(1940, 12, 31))),
    ("昭和15年3月上旬", (1940, 3, None), (date(1940, 3, 1), date(1940, 3, 10))),
    ("昭和15年3月中旬", (1940, 3, None), (date(1940, 3, 11), date(1940, 3, 20))),
    ("昭和15年2月下旬", (1940, 2, None), (date(1940, 2, 21), date(1940, 2, 29))),
    ("昭和15年3月上旬頃", (1940, 3, None), None),
    ("昭和15年月日不詳", (1940, None, None), (date(1940, 1, 1), date(1940, 12, 31))),
    ("昭和15年3月日不詳", (1940, 3, None), (date(1940, 3, 1), date(1940, 3, 31))),
    ("昭和20年3月10日から同月15日頃までの間", (1945, 3, 10), None),
    ("昭和20年3月30日から昭和20年4月2日までの間", (1945, 3, 30), None),
    ("昭和15年以前", (1940, None, None), None),
    ("年月日不詳", (None, None, None), None),
    ("1940年月日不詳", (1940, None, None), (date(1940, 1, 1), date(1940, 12, 31))),
]


def every_day() -> list[date]:
    first = date(1868, 1, 25)
    return [first + timedelta(days=ahead) for ahead in range((LATER - first).days + 1)]


def test_every_day_from_1868_to_2100_is_read_as_it_is_written() -> None:
    for day in every_day():
        kept = PartialDate.of(day)
        assert parse_date(format_wareki(day), today=LATER).certain == day
        assert parse_date(format_western(day), today=LATER).certain == day
        assert PartialDate.from_iso(kept.iso) == kept and PartialDate.from_iso(day.isoformat()) == kept
        if day.year < 1873:
            assert wareki_parts(day)[0] == "西暦"
            continue
        name, year, month, number = wareki_parts(day)
        era = next(era for era in ERAS if era.name == name)
        if year is not None and year < 100:
            assert parse_date(f"{era.code}{year:02}{month:02}{number:02}", today=LATER).certain == day
            assert (
                parse_date(f"{era.letter}{year}.{month}.{number}", today=LATER, field="change").certain == day
            )


@pytest.mark.parametrize(("text", "parts", "days"), REGISTER_EXPRESSIONS)
def test_an_expression_of_the_register_is_kept_with_the_date_inside_it(
    text: str, parts: tuple[int | None, ...], days: tuple[date, date] | None
) -> None:
    read = parse_date(text, today=TODAY)
    assert ((read.year, read.month, read.day), read.text) == (parts, text)
    assert format_wareki(read) == format_western(read) == text
    assert (read.days, read.certain) == (days, None)
    year, month, day = (part or 1 for part in parts)
    stored = PartialDate.from_standard(f"{year if parts[0] else 1:04}-{month:02}-{day:02}", "1", text)
    if parts[0]:
        assert stored == read
    assert _decode(_encode(read)) == read


def test_impossible_days_of_the_register_are_kept_and_shown() -> None:
    for year in range(1900, 2021):
        for month, day in ((2, 29), (2, 30), (4, 31), (6, 31), (9, 31), (11, 31)):
            kept = PartialDate(year, month, day)
            read = parse_date(format_wareki(kept), today=TODAY)
            assert read == kept == PartialDate.from_standard(kept.iso, "0", "")
            if kept.certain is None:
                assert kept.days is not None and kept.days[1] - kept.days[0] == timedelta(days=1)
                assert "暦にない日です" in echo_text(format_wareki(kept), today=TODAY, field="birth")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("S40.4", "昭和40年4月1日～昭和40年4月30日"),
        ("1965", "昭和40年1月1日～昭和40年12月31日"),
        ("1989", "昭和64年1月1日～平成元年12月31日"),
        ("H1", "平成元年1月8日～平成元年12月31日"),
        ("S64", "昭和64年1月1日～昭和64年1月7日"),
        ("S40.3.2", "昭和40年3月2日"),
    ],
)
def test_a_searched_year_or_month_is_said_from_its_first_to_its_last_day(typed: str, said: str) -> None:
    assert echo_text(typed, today=TODAY, field="any") == said


def test_the_birth_of_a_foreign_resident_is_told_in_western_years() -> None:
    for typed in ("S54.7.3", "1979-07-03"):
        assert echo_text(typed, today=date(2026, 11, 20), field="birth") == "昭和54年7月3日（47歳）"
        assert echo_text(typed, today=date(2026, 11, 20), field="foreign") == "1979年7月3日（47歳）"


@given(
    year=st.integers(1873, 2026), month=st.none() | st.integers(1, 12), day=st.none() | st.integers(1, 31),
)  # fmt: skip
def test_partial_dates_survive_storing_and_bound_their_days(
    year: int, month: int | None, day: int | None
) -> None:
    kept = PartialDate(year, month, day if month else None)
    assert PartialDate.from_iso(kept.iso) == kept
    first, last = kept.days or (date.max, date.min)
    assert first <= last and first.year == year
    assert (kept.certain is not None) == (first == last)


LIKE_A_DATE = r"[MTSHR昭平令明大]?[0-9０-９元]{0,8}[./年-]?[0-9]{0,3}[./月-]?[0-9]{0,3}日?"


@given(text=st.text(max_size=20) | st.from_regex(LIKE_A_DATE, fullmatch=True))
def test_whatever_is_typed_is_read_or_refused_with_a_reason(text: str) -> None:
    for field in ("birth", "foreign", "past", "plan", "any"):
        try:
            said = echo_text(text, today=TODAY, field=field)  # type: ignore[arg-type]
        except DateProblem as problem:
            assert problem.message.endswith(("。", "）")) or "例" in problem.message
            assert not compose(text).strip() or text in problem.message
        else:
            assert said


def test_a_birth_date_of_a_foreign_resident_is_written_by_the_western_calendar_only() -> None:
    kept = PartialDate(1985, 3, 2, western=True)
    assert format_wareki(kept) == "1985年3月2日"
    assert wareki_parts(kept) == ("西暦", 1985, 3, 2)
    assert kept == PartialDate(1985, 3, 2)
    assert _decode(_encode(kept)).western  # type: ignore[attr-defined]


ROW = '[[era]]\nname = "{}"\nletter = "{}"\ncode = "{}"\nfirst = {}\n'


def test_a_new_era_is_a_row_of_the_table() -> None:
    old = ROW.format("令和", "R", "5", "2019-05-01")
    new = ROW.format("架空", "K", "6", "2050-01-01")
    assert [era.name for era in read_eras(old + "last = 2049-12-31\n" + new)] == ["令和", "架空"]
    assert [era.name for era in read_eras(old + "last = 2050-01-01\n" + new)] == ["令和", "架空"]
    for wrong in (
        old + new,
        old + "last = 2049-12-30\n" + new,
        old + "last = 2050-01-02\n" + new,
        old + "last = 2049-12-31\n",
        old + "last = 2049-12-31\n" + new.replace('"K"', '"R"'),
        old.replace('name = "令和"\n', ""),
    ):
        with pytest.raises(ValueError, match="era"):
            read_eras(wrong)


@pytest.mark.parametrize(
    ("value", "expression", "wareki", "western"),
    [
        ("1965-00-00", "", "昭和40年月日不詳", "1965年月日不詳"),
        ("1965-03-00", "", "昭和40年3月日不詳", "1965年3月日不詳"),
        ("1965-03-02", "", "昭和40年月日不詳", "1965年月日不詳"),
        ("0000-00-00", "", "不詳", "不詳"),
        ("1965-00-00", "昭和四拾年頃", "昭和四拾年頃", "昭和四拾年頃"),
    ],
)
def test_what_is_known_of_an_unknown_date_is_said(
    value: str, expression: str, wareki: str, western: str
) -> None:
    found = PartialDate.from_standard(value, "1", expression)
    assert found is not None
    assert format_wareki(found) == wareki
    assert format_wareki(found.in_western_years()) == western
