"""PCs of staff (職員用の端末) that the server knows (AC-38): let in by a code like other devices, known by a token of their own."""

from __future__ import annotations

import hashlib
import secrets

from flask import current_app
from sqlalchemy import select

from app.config import Settings
from app.data import audit
from app.data.models.device import CounterDeviceRow
from app.data.transactions import transaction
from app.domain.authority import Actor, ActorKind
from app.extensions import db
from app.operations import devices
from app.operations.devices import Device, DeviceKind

UNKNOWN = (
    "この端末は登録されていないため、ログインできません。登録済みの端末をお使いください。"
    "この端末を使うときは、管理者が「窓口の機器」で作った登録番号を入力してください。"
)


def must_be_known() -> bool:
    """Whether staff may work at PCs that were let in and nowhere else."""
    settings: Settings = current_app.config["KAKANAI"]
    return settings.known_terminals_only


def pair(code: str, origin: str) -> str:
    """Make this browser's PC the one the code is for. Returns its token, which is kept nowhere else. Raises Refused."""
    token = secrets.token_urlsafe(32)
    devices.enrol(DeviceKind.STAFF_PC, code, _digest(token), origin)
    return token


def terminal_of(token: str) -> Device | None:
    """The PC that a token stands for; none once it was shut out."""
    if not 40 <= len(token) <= 64:
        return None
    found = db.session.scalar(
        select(CounterDeviceRow.id).where(
            CounterDeviceRow.secret == _digest(token), CounterDeviceRow.kind == DeviceKind.STAFF_PC
        )
    )
    return devices.find_device(found, DeviceKind.STAFF_PC) if found else None


def note_unknown(origin: str) -> None:
    """Somebody wanted to sign in at a PC that the server does not know."""
    with transaction():
        actor = Actor(origin[:40] or "-", "", "", "", frozenset(), kind=ActorKind.DEVICE)
        audit.record("device.unknown_terminal", actor=actor)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
