"""The wire of card readers: JSON over HTTPS, called by the agent beside a reader. No browser comes here.

``POST /cards/enrol`` takes the code of the administration page and the agent's public key. Everything else is signed with
its private key: the headers ``X-Kakanai-Device``, ``-Count`` (rises with every message), ``-Time`` (Unix seconds) and
``-Signature`` (Ed25519, hex) over ``METHOD \\n path \\n device \\n count \\n time \\n SHA-256 of the body (hex)``.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from app.domain.errors import Conflict, Invalid, KakanaiError, NotFound, Refused
from app.extensions import csrf
from app.operations import card_slots, devices
from app.operations.devices import Device, Message

bp = Blueprint("agents", __name__)
csrf.exempt(bp)

HOLD_SECONDS = 5.0
"""How long a reader's question waits for a slot."""
MOST_HELD = 4
"""Questions of readers that one process keeps waiting; more are answered at once and ask again."""
_held = threading.BoundedSemaphore(MOST_HELD)
STATUS: dict[type[KakanaiError], int] = {Refused: 401, Conflict: 409, NotFound: 404, Invalid: 422}


@bp.before_request
def no_cookie() -> None:
    g.cookie_wanted = False


@bp.errorhandler(KakanaiError)
def refused(error: KakanaiError) -> tuple[Response, int]:
    """One word for a program; what people are to do stands on the clerk's screen."""
    return jsonify({"error": error.message}), STATUS[type(error)]


@bp.post("/cards/enrol")
def enrol() -> tuple[Response, int]:
    sent = _body()
    device = devices.enrol_reader(
        str(sent.get("code", ""))[:20], str(sent.get("public_key", ""))[:100], request.remote_addr or ""
    )
    said = {
        "device": device.id, "counter": device.counter_title, "seat": device.seat,
        "environment": devices.environment(),
    }  # fmt: skip
    return jsonify(said), 201


@bp.post("/cards/next")
def next_slot() -> tuple[Response | str, int]:
    """The slot that waits for this reader, as soon as there is one; 204 when none came in time: ask again."""
    device, said = _sender(), _body()
    if devices.is_too_old(said.get("version")):
        return jsonify({"error": "too_old", "least": ".".join(map(str, devices.LEAST_VERSION))}), 426
    devices.note_state(device, said)
    card_slots.forget_unused()
    found = card_slots.next_slot(device)
    if found is None and said.get("wait") is not False and _held.acquire(blocking=False):
        try:
            found = card_slots.await_slot(device, HOLD_SECONDS)
        finally:
            _held.release()
    return (jsonify(found), 200) if found else ("", 204)


@bp.post("/cards/slots/<slot_id>/stage")
def stage(slot_id: str) -> tuple[str, int]:
    card_slots.note_stage(_sender(), slot_id, _body().get("stage"))
    return "", 204


@bp.post("/cards/slots/<slot_id>/answer")
def answer(slot_id: str) -> tuple[str, int]:
    card_slots.answer(_sender(), slot_id, _body())
    return "", 204


def _sender() -> Device:
    """The reader that signed the request. Raises Refused, Conflict."""
    head = request.headers
    try:
        message = Message(
            head.get("X-Kakanai-Device", "")[:32], int(head.get("X-Kakanai-Count", "")[:15]),
            int(head.get("X-Kakanai-Time", "")[:15]), bytes.fromhex(head.get("X-Kakanai-Signature", "")[:128]),
            request.method, request.path, request.get_data(),
        )  # fmt: skip
    except ValueError:
        raise Refused("headers") from None
    return devices.accept(message, request.remote_addr or "")


def _body() -> Mapping[str, Any]:
    try:
        sent = json.loads(request.get_data() or b"{}")
    except ValueError:
        raise Invalid("json") from None
    if not isinstance(sent, dict):
        raise Invalid("json")
    return sent
