"""Check digits and reception numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.numbers import (
    NumberProblem,
    check_digit,
    municipality_code,
    number_key,
    parse_reception_number,
    reception_number,
)


@pytest.mark.parametrize(
    ("digits", "check"),
    [("0", "0"), ("1", "9"), ("5", "1"), ("6", "0"), ("123456", "0"), ("5804000123", "7"), ("11", "6")],
)
def test_check_digits_worked_out_by_hand(digits: str, check: str) -> None:
    assert check_digit(digits) == check


@pytest.mark.parametrize("digits", ["", "12a", "１２", "-1"])
def test_only_digits_have_a_check_digit(digits: str) -> None:
    with pytest.raises(ValueError, match="not digits"):
        check_digit(digits)


@given(st.text(alphabet="0123456789", min_size=2, max_size=14), st.data())
def test_the_check_digit_sees_nearly_every_single_mistake(digits: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(digits) - 1))
    wrong = digits[:at] + str((int(digits[at]) + data.draw(st.integers(1, 9))) % 10) + digits[at + 1 :]
    if check_digit(wrong) == check_digit(digits):
        assert check_digit(digits) == "0"  # remainders 0 and 1 share the digit 0


def test_reception_numbers() -> None:
    assert reception_number("R8", 4, 123) == "R8-04-000123-7"
    assert reception_number("令和8年", 4, 123) == reception_number("r08", 4, 123) == "R8-04-000123-7"
    assert reception_number("R元", 5, 1).startswith("R1-05-000001-")
    assert reception_number("H8", 4, 123) != reception_number("R8", 4, 123)


@pytest.mark.parametrize(
    ("year", "month", "serial"),
    [
        ("R8", 0, 1),
        ("R8", 13, 1),
        ("R8", 4, 0),
        ("R8", 4, 1_000_000),
        ("X8", 4, 1),
        ("R0", 4, 1),
        ("2026", 4, 1),
    ],
)
def test_impossible_reception_numbers(year: str, month: int, serial: int) -> None:
    with pytest.raises(ValueError, match="not a year|no reception number"):
        reception_number(year, month, serial)


@pytest.mark.parametrize(
    "typed",
    [
        "R8-04-000123-7",
        "r8-04-000123-7",
        "Ｒ８−０４−０００１２３−７",
        "R8ー04ー000123ー7",
        "R8-4-123",
        "R8-04-000123",
        "R8040001237",
        "R804000123",
        " R8-04-000123-7 ",
    ],
)
def test_a_reception_number_is_read_in_any_form(typed: str) -> None:
    assert parse_reception_number(typed) == "R8-04-000123-7"


@pytest.mark.parametrize(
    "typed", ["R8-04-000123-8", "R8-05-000123-7", "R8-04-000132-7", "R9-04-000123-7", "R8040001236"]
)
def test_a_mistyped_reception_number_is_refused(typed: str) -> None:
    with pytest.raises(NumberProblem, match="最後の数字が合いません"):
        parse_reception_number(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "R8",
        "R8-13-000123-7",
        "R8-04-000000-0",
        "A8-04-000123-7",
        "R8-04",
        "R812345678901",
        "R0001000001",
        "12345",
    ],
)
def test_another_shape_is_no_reception_number(typed: str) -> None:
    with pytest.raises(NumberProblem, match="読めません"):
        parse_reception_number(typed)


@given(st.integers(1, 99), st.integers(1, 12), st.integers(1, 999_999))
def test_every_reception_number_is_read_back_with_and_without_separators(
    year: int, month: int, serial: int
) -> None:
    number = reception_number(f"R{year}", month, serial)
    assert parse_reception_number(number) == number
    read = parse_reception_number(number.replace("-", ""))
    assert read.replace("-", "") == number.replace("-", "")


def test_numbers_are_compared_without_separators_and_leading_zeros() -> None:
    assert number_key("００12-34") == number_key("1234") == "1234"
    assert number_key("ab-12") == "AB12"


@pytest.mark.parametrize(
    ("five", "six"), [("43206", "432067"), ("13101", "131016"), ("01101", "011011"), ("43000", "430005")]
)
def test_a_municipality_code_has_its_check_digit(five: str, six: str) -> None:
    assert municipality_code(five) == six


@pytest.mark.parametrize("five", ["", "4320", "432067", "４３２０６", "4320a"])
def test_what_is_no_municipality_has_no_check_digit(five: str) -> None:
    with pytest.raises(ValueError, match="five digits"):
        municipality_code(five)
