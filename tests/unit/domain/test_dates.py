"""Eras, partial dates, typed dates and legal ages."""

from datetime import date, timedelta

import pytest

from app.domain.dates import (
    DateProblem,
    DateRange,
    PartialDate,
    format_wareki,
    format_western,
    parse_date,
    parse_happened,
    wareki_parts,
)

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "typed",
    [
        "S15.3.2",
        "s15.3.2",
        "s150302",
        "昭和15年3月2日",
        "昭和十五年三月二日",
        "1940-03-02",
        "1940/3/2",
        "19400302",
        "3150302",
        "Ｓ１５．３．２",
        "S15/3/2",
        "S15-3-2",
        "昭15.3.2",
        "昭和15年3月2日生",
        "昭和15年（1940年）3月2日",
        "S15。3。2",
        "S15・3・2",
        " S 15. 3. 2 ",
        "S15.3\u200b.2\ufeff",
        "昭和１５年０３月０２日",
        "西暦1940年3月2日",
        "S15−3−2",
        "S15 3 2",
        "Ｓ１５　３　２",
        "昭和15 3 2",
        "昭和 15 03 02",
        "昭和15年 3 2",
        "昭和15年（1940年） 3月 2日",
        "S15（1940） 3 2",
        "1940 3 2",
        "西暦 1940 3 2",
    ],
)
def test_every_way_to_type_a_day(typed: str) -> None:
    assert parse_date(typed, today=TODAY) == PartialDate(1940, 3, 2)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("R8.11.22", date(2026, 11, 22)),
        ("R元.5.1", date(2019, 5, 1)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("H31.4.30", date(2019, 4, 30)),
        ("3400102", date(1965, 1, 2)),
        ("㍻10年2月3日", date(1998, 2, 3)),
        ("H100203", date(1998, 2, 3)),
        ("明治45年7月30日", date(1912, 7, 30)),
        ("大正元年7月30日", date(1912, 7, 30)),
        ("大正15年12月25日", date(1926, 12, 25)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("M6.1.1", date(1873, 1, 1)),
    ],
)
def test_eras_and_both_eras_on_the_day_of_a_change(typed: str, expected: date) -> None:
    assert parse_date(typed, today=TODAY).certain == expected


@pytest.mark.parametrize(
    ("typed", "right", "example"),
    [
        ("S64.1.8", "平成元年1月8日", "H1.1.8"),
        ("H31.5.1", "令和元年5月1日", "R1.5.1"),
        ("R1.4.30", "平成31年4月30日", "H31.4.30"),
        ("M45.7.31", "大正元年7月31日", "T1.7.31"),
        ("T1.7.29", "明治45年7月29日", "M45.7.29"),
        ("S1.12.24", "大正15年12月24日", "T15.12.24"),
        ("S70.3.2", "平成7年3月2日", "H7.3.2"),
        ("H35.1.1", "令和5年1月1日", "R5.1.1"),
        ("4350101", "令和5年1月1日", "R5.1.1"),
    ],
)
def test_a_date_outside_its_era_names_the_right_one_with_an_example(
    typed: str, right: str, example: str
) -> None:
    with pytest.raises(DateProblem) as caught:
        parse_date(typed, today=TODAY)
    assert typed in caught.value.message and right in caught.value.message and example in caught.value.message
    assert parse_date(example, today=TODAY) == parse_date(right, today=TODAY)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("3/2", date(2026, 3, 2)),
        ("3月2日", date(2026, 3, 2)),
        ("0302", date(2026, 3, 2)),
        ("8.4.1", date(2026, 4, 1)),
        ("080401", date(2026, 4, 1)),
        ("今日", TODAY),
        ("昨日", TODAY - timedelta(days=1)),
        ("H30.4.1", date(2018, 4, 1)),
        ("12-31", date(2026, 12, 31)),
        ("2026-04-01", date(2026, 4, 1)),
        ("R9.1.5", date(2027, 1, 5)),
        ("4 1", date(2026, 4, 1)),
        ("8 4 1", date(2026, 4, 1)),
        ("11 1 2", date(2029, 1, 2)),
        ("R元 5 1", date(2019, 5, 1)),
    ],
)
def test_a_change_date_has_the_current_year_and_era_by_default(typed: str, expected: date) -> None:
    assert parse_date(typed, today=TODAY, field="change").certain == expected


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "S40",
        "R8.4",
        "R8.2.29",
        "R8.4.31",
        "令和8年4月頃",
        "不詳",
        "R8.0.0",
        "13/1",
        "4/32",
        "明日か明後日",
        "M3.1.1",
    ],
)
def test_a_change_date_is_a_whole_day_of_the_calendar(typed: str) -> None:
    with pytest.raises(DateProblem):
        parse_date(typed, today=TODAY, field="change")


@pytest.mark.parametrize(
    "typed",
    [
        "15.3.2",
        "150302",
        "3/2",
        "S40",
        "1965/1",
        "S15.13.2",
        "S15.3.32",
        "S0.1.1",
        "S151.3.2",
        "9400102",
        "S15032",
        "高橋",
        "R8.11.23",
        "2027-01-01",
        "0940-03-02",
        "30.3.2頃",
        "元年5月1日",
        "S15.3.2.1",
        "1234567890",
    ],
)
def test_a_birth_date_that_cannot_be_read_is_refused_with_what_was_read(typed: str) -> None:
    with pytest.raises(DateProblem) as caught:
        parse_date(typed, today=TODAY)
    assert f"「{typed}」" in caught.value.message
    assert caught.value.message.endswith(("。", "2", "302", "頃", "）", "不詳"))


def test_a_bare_year_is_asked_for_its_era() -> None:
    with pytest.raises(
        DateProblem, match="元号を付けてください。例: H15.3.2（平成15年3月2日・23歳）、S15.3.2"
    ):
        parse_date("15.3.2", today=TODAY)
    with pytest.raises(
        DateProblem, match="S400102（昭和40年1月2日・61歳）、M400102（明治40年1月2日・119歳）$"
    ):
        parse_date("400102", today=TODAY)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("1965", "19650000", "19651231"),
        ("1965年", "19650000", "19651231"),
        ("S40", "19650000", "19651231"),
        ("昭和40年", "19650000", "19651231"),
        ("昭和40年1月", "19650100", "19650131"),
        ("S40.1", "19650100", "19650131"),
        ("S4001", "19650100", "19650131"),
        ("1965/1", "19650100", "19650131"),
        ("196501", "19650100", "19650131"),
        ("1965-01", "19650100", "19650131"),
        ("R1", "20190501", "20191231"),
        ("令和元年", "20190501", "20191231"),
        ("H31", "20190000", "20190430"),
        ("S64", "19890000", "19890107"),
        ("S64.1", "19890100", "19890107"),
        ("H1.1", "19890108", "19890131"),
        ("M45", "19120000", "19120730"),
        ("M3.2.1", "18700000", "18701231"),
    ],
)
def test_a_year_or_month_is_a_range_when_searching(typed: str, first: str, last: str) -> None:
    found = parse_date(typed, today=TODAY, field="any")
    assert isinstance(found, DateRange) and (found.first, found.last) == (first, last)


@pytest.mark.parametrize(
    ("typed", "iso", "text"),
    [
        ("昭和15年月日不詳", "19400000", "昭和15年月日不詳"),
        ("S15.3.0", "19400300", "昭和15年3月日不詳"),
        ("昭和15年3月日不詳", "19400300", "昭和15年3月日不詳"),
        ("S15年頃", "19400000", "昭和15年頃"),
        ("昭和１５年３月頃", "19400300", "昭和15年3月頃"),
        ("昭和15年3月上旬頃", "19400300", "昭和15年3月上旬頃"),
        ("推定昭和15年3月2日", "19400302", "推定昭和15年3月2日"),
        ("昭和15年春", "19400000", "昭和15年春"),
        ("昭和15年から昭和17年までの間", "19400000", "昭和15年から昭和17年までの間"),
        ("年月日不詳", "00000000", "年月日不詳"),
        ("19400000", "19400000", "昭和15年月日不詳"),
        ("不詳", "00000000", "不詳"),
        ("S15.3頃", "19400300", "昭和15年3月頃"),
        ("明治5年2月1日", "18720000", "明治5年2月1日"),
        ("昭和元年頃", "19260000", "昭和元年頃"),
    ],
)
def test_unknown_parts_are_kept_with_their_wording_and_never_certain(typed: str, iso: str, text: str) -> None:
    read = parse_date(typed, today=TODAY)
    assert (read.iso, read.text, read.certain) == (iso, text, None)
    assert format_wareki(read) == text


def test_a_day_the_calendar_does_not_have_is_legal_for_a_birth_and_found_by_its_text() -> None:
    read = parse_date("S40.2.29", today=TODAY)
    assert read == PartialDate(1965, 2, 29) and read.is_complete and read.certain is None
    assert format_wareki(read) == "昭和40年2月29日" and wareki_parts(read) == ("昭和", 40, 2, 29)
    month = parse_date("S40.2", today=TODAY, field="any")
    assert isinstance(month, DateRange) and month.first <= read.iso <= month.last


@pytest.mark.parametrize(
    ("triple", "expected"),
    [
        (("1940-03-02", "0", ""), PartialDate(1940, 3, 2)),
        (("1940-03-02", "", ""), PartialDate(1940, 3, 2)),
        (("1940-01-01", "1", "昭和15年頃"), PartialDate(1940, text="昭和15年頃")),
        (("1940-03-01", "1", "昭和15年3月頃"), PartialDate(1940, 3, text="昭和15年3月頃")),
        (("1940-03-02", "1", "昭和15年3月2日推定"), PartialDate(1940, 3, 2, "昭和15年3月2日推定")),
        (("1940-03-01", "1", "昭和１５年３月頃"), PartialDate(1940, 3, text="昭和１５年３月頃")),
        (("1940-11-01", "1", "昭和十五年十一月日不詳"), PartialDate(1940, 11, text="昭和十五年十一月日不詳")),
        (("1940-01-01", "1", ""), PartialDate(1940, text="不詳")),
        (("1940-03-00", "1", ""), PartialDate(1940, 3, text="不詳")),
        (("", "1", "年月日不詳"), PartialDate(None, text="年月日不詳")),
        (("", "0", ""), None),
        (("0000-01-01", "0", ""), None),
        (("9999-12-31", "0", ""), None),
        (("1965-02-29", "0", ""), PartialDate(1965, 2, 29)),
    ],
)
def test_the_standard_triple(triple: tuple[str, str, str], expected: PartialDate | None) -> None:
    assert PartialDate.from_standard(*triple) == expected


def test_writing_dates() -> None:
    assert format_wareki(date(2019, 5, 1)) == "令和元年5月1日"
    assert format_wareki(date(2019, 5, 1), first_year="1") == "令和1年5月1日"
    assert format_wareki(date(2019, 4, 30)) == "平成31年4月30日"
    assert format_wareki(date(1989, 1, 7)) == "昭和64年1月7日"
    assert format_wareki(date(1926, 12, 25)) == "昭和元年12月25日"
    assert format_wareki(date(1872, 12, 31)) == "西暦1872年12月31日"
    assert format_wareki(PartialDate(1965, 1)) == "昭和40年1月"
    assert format_western(date(1940, 3, 2)) == "1940年3月2日"
    assert format_western(PartialDate(None)) == "不詳"
    assert wareki_parts(PartialDate(None, text="不詳")) == ("", None, None, None)


def test_every_day_survives_writing_and_reading_in_each_form() -> None:
    day = date(1873, 1, 1)
    while day <= TODAY:
        era, year, month, numeral = wareki_parts(day)
        for typed in (format_wareki(day), f"{day:%Y%m%d}", f"{era[0]}{year}.{month}.{numeral}"):
            assert parse_date(typed, today=TODAY).certain == day, typed
        day += timedelta(days=37)


@pytest.mark.parametrize("iso", ["", "1940", "19401301", "19400132", "1940-3-2", "1940-03-02 ", "不詳"])
def test_a_stored_date_of_another_shape_is_refused(iso: str) -> None:
    with pytest.raises(ValueError, match="YYYYMMDD"):
        PartialDate.from_iso(iso)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("11/20", PartialDate(2026, 11, 20)),
        ("昨日", PartialDate(2026, 11, 21)),
        ("令和8年11月日不詳", PartialDate(2026, 11, None, "令和8年11月日不詳")),
        ("令和8年11月20日頃", PartialDate(2026, 11, 20, "令和8年11月20日頃")),
        ("不詳", PartialDate(None, text="不詳")),
    ],
)
def test_a_day_that_may_be_known_in_part(typed: str, expected: PartialDate) -> None:
    assert parse_happened(typed, today=TODAY) == expected


@pytest.mark.parametrize("typed", ["11/23", "令和8年12月日不詳", "R8.11", "なし"])
def test_what_did_not_happen_yet_or_cannot_be_read(typed: str) -> None:
    with pytest.raises(DateProblem) as found:
        parse_happened(typed, today=TODAY)
    assert typed in found.value.message


@pytest.mark.parametrize(
    ("typed", "meant", "joined"),
    [
        ("S40 1 2", PartialDate(1965, 1, 2), "S40.12"),
        ("S5 1 12", PartialDate(1930, 1, 12), "S51.12"),
        ("1965 1 2", PartialDate(1965, 1, 2), "196512"),
        ("S5 11 2", PartialDate(1930, 11, 2), "S51.1.2"),
    ],
)
def test_spaces_between_numbers_separate_and_never_join(typed: str, meant: PartialDate, joined: str) -> None:
    assert parse_date(typed, today=TODAY, field="any") == meant
    assert parse_date(typed, today=TODAY, field="any") != parse_date(joined, today=TODAY, field="any")


@pytest.mark.parametrize("typed", ["1 9 4 0", "S1 5 03 02", "S15 0302", "1940 0302"])
def test_numbers_that_spaces_cut_otherwise_are_not_guessed(typed: str) -> None:
    with pytest.raises(DateProblem):
        parse_date(typed, today=TODAY)
