"""«カードを読み取る» (F4): the screen asks for a card, sees how far the reader is, and what to do when it fails."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.errors import Refused
from app.operations import card_slots, devices
from app.operations.devices import DeviceKind
from app.web.access import current_actor
from app.web.pages import HOME, Action, Page, go, show
from app.web.seat import chosen_seat, keep_seat

bp = Blueprint("cards", __name__)


@bp.post("/cards/slots")
def open_slot() -> BaseResponse:
    """Ask the reader of this seat; several readers at the counter and no seat chosen yet: choose first."""
    actor, case_id = current_actor(), request.form.get("case") or None
    readers = devices.list_devices(actor.counter, DeviceKind.CARD_READER)
    seat = chosen_seat()
    if len(readers) > 1 and seat not in {one.seat for one in readers}:
        return _panel(case_id, seats=[one.seat for one in readers])
    try:
        slot_id = card_slots.open_slot(actor, seat, case_id, last_try="last_try" in request.form)
    except Refused as refused:
        return _panel(case_id, refused=refused.message)
    return go(url_for("cards.show_slot", slot_id=slot_id))


@bp.get("/cards/slots/<slot_id>")
def show_slot(slot_id: str) -> Response:
    slot = card_slots.show(slot_id, current_actor())
    return _panel(slot.case_id, slot=slot)


@bp.post("/cards/slots/<slot_id>/drop")
def drop_slot(slot_id: str) -> BaseResponse:
    case_id = card_slots.show(slot_id, current_actor()).case_id
    card_slots.drop(slot_id, current_actor())
    return go(url_for("reception.show_case", case_id=case_id) if case_id else url_for("residents.home"))


@bp.post("/cards/seat")
def choose_seat() -> BaseResponse:
    """At which seat this PC stands; kept in the browser, so that it is asked once."""
    seat = request.form.get("seat", "")
    keep_seat(seat if seat in devices.seats(current_actor().counter) else "")
    return open_slot()


def _panel(case_id: str | None, **context: Any) -> Response:
    back = (
        Action("受付へ戻る", "F3", "link", url_for("reception.show_case", case_id=case_id))
        if case_id
        else HOME
    )
    shown: dict[str, Any] = {"slot": None, "seats": (), "refused": "", **context}
    return show(
        "cards/slot.html", Page("カードの読み取り"), block="card", case_id=case_id, actions=[back], **shown
    )
