"""Small answers while an address is typed: which places exist (R45)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from flask import Response, make_response, render_template, request

from app.domain.dates import DateProblem, parse_day, today_in_japan
from app.domain.lots import lot_key, written_lot
from app.domain.new_households import KEYS
from app.domain.places import Choice, Town, postal_digits, written_postal
from app.operations import places
from app.operations.notice_households import prefix
from app.reception.blueprint import bp

UNLISTED = "マスタにない地番"
_NONE = "候補がありません。そのまま入力できます"
_NO_TOWN = "先に町・字を選ぶと候補が出ます。そのまま入力もできます"
_NO_AREA = "この郵便番号の地域は一覧にありません。住所を入力してください"
_ASK, _STAY = "ask", "stay"

Option = tuple[str, str, str, Mapping[str, str]]


def _own() -> str:
    """What the fields of the household begin with that is being typed, where there are several (R19)."""
    key = request.args.get("household", "")
    return prefix(key) if key in KEYS else ""


@bp.post("/addresses/towns")
def towns() -> Response:
    found = places.list_towns(request.form.get("q", ""), _day())
    return _options(
        [(town.town_id, town.name, town.kana, {"said": town_said(town)}) for town in found], f"{_own()}town"
    )


@bp.post("/addresses/lots")
def lots() -> Response:
    town, typed = request.form.get(f"{_own()}town", ""), request.form.get("q", "")
    items: list[Option] = []
    for lot in places.list_lots(town, typed):
        exact = {"likely": "exact"} if lot.number == lot_key(typed) else {}
        note = "住居表示" if lot.residence else ""
        items.append((lot.number, written_lot(lot.number, residence=lot.residence), note, exact))
    return _options(
        items, f"{_own()}lot", f"{UNLISTED}です。そのまま入力できます" if town and typed.strip() else _NO_TOWN
    )


@bp.post("/addresses/buildings")
def buildings() -> Response:
    town, typed = request.form.get(f"{_own()}town", ""), request.form.get("q", "")
    lot = request.form.get(f"{_own()}lot") or request.form.get(f"{_own()}lot_text", "")
    items: list[Option] = []
    for building in places.list_buildings(town, lot, typed, _day()):
        brings = {"more": _STAY} | ({"likely": "first"} if typed.strip() and not items else {})
        if building.lot and not lot:
            brings["fill"] = json.dumps({f"{_own()}lot_text": building.lot, f"{_own()}lot": building.lot})
        # A room may follow the name.
        items.append((building.name, f"{building.name}　", building.kana, brings))
    return _options(items, f"{_own()}building", _NONE if town else _NO_TOWN)


@bp.post("/addresses")
def suggest_address() -> Response:
    """How any address goes on: prefecture, municipality, town, or a country."""
    typed = request.form.get("q", "")
    # With the number of the lot nothing is left to pick, and nothing to say about it.
    nothing = _NO_AREA if postal_digits(typed) else "" if any(char.isdigit() for char in typed) else _NONE
    return _options([_option(choice) for choice in places.suggest(typed)], f"{_own()}place", nothing)


def _option(choice: Choice) -> Option:
    brings = {"more": _STAY if choice.complete or choice.origin == places.ABROAD else _ASK}
    if choice.postal_code:
        brings["said"] = f"〒{written_postal(choice.postal_code)}"
    if choice.origin:
        brings["check"] = f"{_own()}origin-{choice.origin}"
    if choice.likely:
        brings["likely"] = "first"
    if choice.sure:
        brings["sure"] = ""
    return choice.code, choice.text, choice.note, brings


def town_said(town: Town) -> str:
    """What follows from a town: postal code, district, school zones."""
    parts = (
        ("〒", written_postal(town.postal_code)), ("行政区 ", town.district), ("小学校区 ", town.elementary),
        ("中学校区 ", town.junior_high),
    )  # fmt: skip
    return "　".join(f"{label}{value}" for label, value in parts if value)


def _day() -> date:
    """The day the new address must exist on: that of the change, where the form has one."""
    today = today_in_japan()
    try:
        return parse_day(request.form.get("changed_on", ""), today=today, future=True)
    except DateProblem:
        return today


def _options(items: Sequence[Option], prefix: str, nothing: str = _NONE) -> Response:
    return make_response(
        render_template("reception/options.html", items=items, prefix=prefix, nothing=nothing)
    )
