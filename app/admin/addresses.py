"""The page 住所マスタ (M-13): towns, lots and buildings with their readings, counts and origin. Names no resident."""

from __future__ import annotations

from flask import Response, request

from app.admin.blueprint import bp
from app.domain.lots import written_lot
from app.domain.places import Town, written_postal
from app.operations import address_masters as operations
from app.web.pages import Action, Page, show

SOURCES = {"18a": "データ連携", "registry": "レジストリ"}


@bp.get("/admin/addresses")
def addresses() -> Response:
    return _page("", "", "app")


@bp.post("/admin/addresses")
def search_addresses() -> Response:
    """Towns that fit, or a town with its lots and buildings; posted, as every search is."""
    return _page(request.form.get("query", ""), request.form.get("town", ""), "found")


def _page(query: str, town_id: str, block: str) -> Response:
    detail = operations.show_town(town_id, query) if town_id else None
    asked = request.method == "POST"
    return show(
        "admin/addresses.html", Page("住所マスタ"), block=block, masters=() if asked else operations.overview(),
        towns=operations.search_towns(query) if asked and not detail else (), detail=detail, query=query, most=operations.SHOWN,
        sources=SOURCES, written=_written, postal=written_postal, valid=_valid, actions=[Action("管理へ戻る", "F3", "link", "/admin")],
    )  # fmt: skip


def _written(number: str, residence: bool) -> str:
    return written_lot(number, residence=residence)


def _valid(town: Town) -> str:
    """From when to when a town exists, as far as it is known."""
    first = "" if town.valid_from.startswith("0000") else town.valid_from.replace("-", "/")
    last = town.valid_to.replace("-", "/") if town.is_abolished else ""
    return f"{first}〜{last}" if first or last else ""
