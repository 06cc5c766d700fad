"""What is entered of a letter (郵送), a booking (予約) or a case of the city's own accord (職権), and how it is shown again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.domain.case import Case, Channel
from app.domain.channel_details import (
    ENCLOSURES,
    orders_in_words,
    read_day,
    read_orders,
    read_text,
    read_time,
    shown_day,
)
from app.domain.dates import format_wareki_day

GROUND = "ex_officio.ground"
ORDERS = "post.orders"
ENCLOSED = "post.enclosures"


def read_channel(
    case: Case, typed: Mapping[str, str], enclosures: Sequence[str], today: date, wrong: dict[str, str]
) -> dict[str, Any]:
    """The facts about how the case came, from the entries of its screen; what is wrong is put into ``wrong``."""
    match case.channel:
        case Channel.POST:
            return _letter(typed, enclosures, today, wrong)
        case Channel.PHONE | Channel.ONLINE:
            return _booking(typed, today, wrong)
        case Channel.EX_OFFICIO:
            return _ground(typed, today, wrong)
    return {}


def _letter(
    typed: Mapping[str, str], enclosures: Sequence[str], today: date, wrong: dict[str, str]
) -> dict[str, Any]:
    orders: tuple[int, ...] = ()
    try:
        orders = read_orders(typed.get("orders", ""))
    except ValueError as problem:
        wrong["orders"] = str(problem)
    known = [code for code, _label in ENCLOSURES if code in enclosures]
    return {
        "post.received_on": read_day(typed.get("arrived_on", ""), today, "arrived_on", wrong) or today.isoformat(),
        ENCLOSED: [*known, *(["orders"] if orders and "orders" not in known else [])],
        ORDERS: list(orders),
        "post.return_address": read_text(typed, "return_address", "返送先", wrong),
    }  # fmt: skip


def _booking(typed: Mapping[str, str], today: date, wrong: dict[str, str]) -> dict[str, Any]:
    day = read_day(typed.get("booked_on", ""), today, "booked_on", wrong, future=True)
    if not day and "booked_on" not in wrong:
        wrong["booked_on"] = "予約の日を入力してください（例: 明日、11/25）。"
    time = ""
    try:
        time = read_time(typed.get("booked_at", ""))
    except ValueError as problem:
        wrong["booked_at"] = str(problem)
    return {
        "appointment.on": day, "appointment.at": time, "appointment.number": read_text(typed, "booking_number", "予約番号", wrong),
        "appointment.wish": read_text(typed, "wish", "予約の用件", wrong),
    }  # fmt: skip


def _ground(typed: Mapping[str, str], today: date, wrong: dict[str, str]) -> dict[str, Any]:
    ground = read_text(typed, "ground", "職権による処理の根拠", wrong)
    if not ground:
        wrong["ground"] = (
            "職権による処理の根拠を入力してください（例: 実態調査により不在を確認、戸籍の通知）。"
        )
    return {
        GROUND: ground, "ex_officio.draft": read_text(typed, "draft_number", "起案番号", wrong),
        "ex_officio.drafter": read_text(typed, "drafter", "起案者", wrong),
        "ex_officio.drafted_on": read_day(typed.get("drafted_on", ""), today, "drafted_on", wrong),
    }  # fmt: skip


_SHOWN: Mapping[str, str] = {
    "arrived_on": "post.received_on", "return_address": "post.return_address", "booked_on": "appointment.on",
    "booked_at": "appointment.at", "booking_number": "appointment.number", "wish": "appointment.wish", "ground": GROUND,
    "draft_number": "ex_officio.draft", "drafter": "ex_officio.drafter", "drafted_on": "ex_officio.drafted_on",
}  # fmt: skip


def shown_channel(case: Case) -> dict[str, Any]:
    """What was entered, by the names of the screen's fields, as it is typed."""
    found: dict[str, Any] = {
        field: shown_day(case.fact(fact, default=""))
        if field.endswith("_on")
        else case.fact(fact, default="")
        for field, fact in _SHOWN.items()
    }
    amounts: list[int] = case.fact(ORDERS, default=[])
    found["orders"] = " ".join(f"{one}x{amounts.count(one)}" for one in dict.fromkeys(amounts))
    found["enclosures"] = case.fact(ENCLOSED, default=[])
    if not found["arrived_on"]:
        found["arrived_on"] = format_wareki_day(case.received_on)
    return found


def channel_in_words(case: Case) -> str:
    """How the case came, in one line: the day of the letter, the hour of the booking, the ground. Empty at the counter."""
    match case.channel:
        case Channel.POST:
            orders = orders_in_words(case.fact(ORDERS, default=[]))
            day = shown_day(case.fact("post.received_on", default=""))
            return "　".join(
                part for part in (f"{day}受付" if day else "", f"小為替 {orders}" if orders else "") if part
            )
        case Channel.PHONE | Channel.ONLINE:
            return f"{shown_day(case.fact('appointment.on', default=''))} {case.fact('appointment.at', default='')}".strip()
        case Channel.EX_OFFICIO:
            return str(case.fact(GROUND, default=""))
    return ""
