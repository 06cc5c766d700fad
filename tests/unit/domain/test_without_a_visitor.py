"""What is read of a letter, a booking and a requester's details."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.channel_details import check_letter, orders_in_words, read_orders, read_time
from app.domain.requester_details import DETAILS, Asks, field_of, in_words, read_details

TODAY = date(2026, 5, 31)


def typed(asks: Asks, **values: str) -> dict[str, str]:
    return {field_of(asks, one): values[one.name] for one in DETAILS[asks] if one.name in values}


@pytest.mark.parametrize(
    ("text", "orders"),
    [("450 300x2", (450, 300, 300)), ("４５０、３００×２枚", (450, 300, 300)), ("750円", (750,)), ("", ())],
)
def test_money_orders(text: str, orders: tuple[int, ...]) -> None:
    assert read_orders(text) == orders


@pytest.mark.parametrize("text", ["425", "300x", "三百", "300x99", "9999999"])
def test_what_is_no_money_order_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="定額小為替"):
        read_orders(text)


def test_a_letter_is_compared_with_the_fee() -> None:
    complete = ["request", "id_copy", "envelope", "stamps"]
    assert check_letter(complete, [450, 300], 750).missing == ()
    short = check_letter(complete[:3], [300], 750)
    assert (short.difference, short.missing) == (-450, ("返信用切手", "定額小為替450円分"))
    over = check_letter(complete, [1000], 750)
    assert over.words == "250円多く入っています。" and len(over.missing) == 1
    assert orders_in_words([300, 450, 300]) == "450円1枚、300円2枚"


@pytest.mark.parametrize(
    ("text", "time"), [("10:30", "10:30"), ("９時", "09:00"), ("10時半", "10:30"), ("", "")]
)
def test_an_hour(text: str, time: str) -> None:
    assert read_time(text) == time


@pytest.mark.parametrize("text", ["25:00", "10:75", "朝"])
def test_what_is_no_hour(text: str) -> None:
    with pytest.raises(ValueError, match="時刻"):
        read_time(text)


def test_a_corporation_says_who_it_is() -> None:
    wrong: dict[str, str] = {}
    known = typed(
        Asks.CORPORATION,
        name="株式会社見本",
        address="架空市1",
        representative="代表　見本",
        number="１２３４５６７８９０１２３",
    )
    kept = read_details(Asks.CORPORATION, known, TODAY, wrong)
    assert not wrong and kept["number"] == "1234567890123"
    assert in_words(Asks.CORPORATION, kept) == "株式会社見本　代表　見本　架空市1"
    read_details(Asks.CORPORATION, {}, TODAY, wrong)
    assert set(wrong) == {f"detail-corporation-{name}" for name in ("name", "address", "representative")}


@pytest.mark.parametrize(("day", "fits"), [("R8.2.28", True), ("R8.2.27", False)])
def test_a_paper_of_a_guardian_is_three_months_old_at_most(day: str, fits: bool) -> None:
    wrong: dict[str, str] = {}
    read_details(Asks.LEGAL, typed(Asks.LEGAL, ground="成年後見人", issued_on=day), TODAY, wrong)
    assert (not wrong) is fits


def test_only_what_the_relation_asks_for_is_read() -> None:
    wrong: dict[str, str] = {}
    assert read_details(Asks.NOTHING, typed(Asks.OFFICE, name="警察署"), TODAY, wrong) == {}
    assert not wrong
