"""One-time codes against the published vectors of RFC 6238, and what is read from what was typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.one_time_codes import as_text, code_at, enrolment_address, find_step, step_of

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_vectors_of_the_standard(seconds: int, code: str) -> None:
    assert code_at(SECRET, step_of(datetime.fromtimestamp(seconds, UTC))) == code


def test_a_code_fits_for_a_minute_and_a_half_and_never_twice() -> None:
    made = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    code, step = code_at(SECRET, step_of(made)), step_of(made)
    fits = [
        away
        for away in range(-90, 121, 15)
        if find_step(SECRET, code, made + timedelta(seconds=away), 0) == step
    ]
    assert (fits[0], fits[-1]) == (-30, 45)
    assert find_step(SECRET, code, made, step) is None
    assert find_step(SECRET, code, made, step + 1) is None


@pytest.mark.parametrize("typed", ["287 082", " 287082 ", "２８７０８２"])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert find_step(SECRET, typed, datetime.fromtimestamp(59, UTC), 0) == 1


@pytest.mark.parametrize("typed", ["", "28708", "2870820", "287083", "二八七〇八二", "x" * 4000])
def test_anything_else_does_not_fit(typed: str) -> None:
    assert find_step(SECRET, typed, datetime.fromtimestamp(59, UTC), 0) is None


def test_the_address_of_the_code_names_city_and_account() -> None:
    address = enrolment_address(SECRET, "書かない窓口 架空市", "shimin-012")
    assert address.startswith("otpauth://totp/%E6%9B%B8")
    assert ":shimin-012?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&" in address
    assert as_text(SECRET).startswith("GEZD GNBV")
