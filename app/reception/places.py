"""Small answers while a step is typed: how a date is read, and which addresses exist (R45)."""

from __future__ import annotations

from typing import Literal, cast

from flask import Response, make_response, render_template, request

from app.domain.dates import DateProblem, PartialDate, age_on, format_wareki, parse_date, today_in_japan
from app.operations import places
from app.reception.blueprint import bp

FIELDS = {"birth", "change", "any"}


@bp.post("/dates")
def echo_date() -> Response:
    """How a typed date is read, as plain text: 200 when it is one, 422 with what is wrong."""
    field = request.form.get("field", "any")
    today = today_in_japan()
    if field not in FIELDS:
        field = "any"
    try:
        read = parse_date(request.form.get("text", ""), today=today, field=cast(Literal["birth"], field))
    except DateProblem as problem:
        return _plain(problem.message, 422)
    if not isinstance(read, PartialDate):
        return _plain("日まで入力してください。", 422)
    age = age_on(read, today) if field == "birth" else None
    return _plain(f"✓ {format_wareki(read)}" + (f"（{age}歳）" if age is not None else ""))


@bp.post("/addresses/towns")
def towns() -> Response:
    found = places.list_towns(request.form.get("q", ""))
    return _options([(town.town_id, town.name, town.kana) for town in found], "town")


@bp.post("/addresses/lots")
def lots() -> Response:
    found = places.list_lots(request.form.get("town", ""), request.form.get("q", ""))
    return _options([(lot.number, lot.number, "") for lot in found], "lot")


@bp.post("/addresses/buildings")
def buildings() -> Response:
    found = places.list_buildings(
        request.form.get("town", ""), request.form.get("lot_text", ""), request.form.get("q", "")
    )
    return _options([(building.name, building.name, building.kana) for building in found], "building")


def _options(items: list[tuple[str, str, str]], prefix: str) -> Response:
    return make_response(render_template("reception/options.html", items=items, prefix=prefix))


def _plain(text: str, status: int = 200) -> Response:
    response = make_response(text, status)
    response.mimetype = "text/plain"
    return response
