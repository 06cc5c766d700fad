"""Devices of the counters: card readers, customer screens and PCs of staff are let in by a short code, and shut out again.

An administrator makes a code for a seat (席) of a counter; whoever enters it within ten minutes is that seat's device.
A reader keeps a private key of its own and signs everything it sends; a customer screen keeps a token.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import current_app
from sqlalchemy import select, update

from app.config import Settings
from app.data import audit, staff
from app.data.models.base import utc_now
from app.data.models.device import CounterDeviceRow
from app.data.transactions import transaction
from app.domain.authority import Actor, ActorKind, Right
from app.domain.card import FAILURES
from app.domain.errors import Conflict, Invalid, NotFound, Refused
from app.extensions import db
from app.operations.cases import require

CODE_LIVES = timedelta(minutes=10)
MOST_TRIES = 5
MOST_REFUSED = 60
"""Refused messages that are recorded within an hour; anybody on the network can send one."""
LONGEST_SEAT = 40
CLOCKS_DIFFER = 30
"""Seconds by which the clocks of server and reader may differ."""
SILENT = timedelta(minutes=2)
LEAST_VERSION = (1, 0, 0)
"""The oldest reader's program that is let work."""
_VERSION = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){2}")
_WRONG_CODE = (
    "この番号では登録できません。管理画面「窓口の機器」で新しい番号を作り、10分以内に入力してください。"
)


class DeviceKind(StrEnum):
    """What the device is."""

    CARD_READER = "card_reader"
    CUSTOMER_SCREEN = "customer_screen"
    STAFF_PC = "staff_pc"


KIND_TITLES = {
    DeviceKind.CARD_READER: "カード読取装置",
    DeviceKind.CUSTOMER_SCREEN: "お客様画面",
    DeviceKind.STAFF_PC: "職員用の端末",
}


@dataclass(frozen=True)
class Device:
    """A device that is enrolled, or waits for its code."""

    id: str
    kind: DeviceKind
    counter: str
    counter_title: str
    seat: str
    enrolled: bool
    waits: bool
    seen_at: datetime | None
    silent: bool
    version: str = ""
    readers: tuple[str, ...] = ()
    problem: str = ""
    """Why its program cannot read just now, as an outcome of `app.domain.card`."""


@dataclass(frozen=True)
class Message:
    """What a reader sends, with what it signed: ``count`` rises with every message, ``at`` is its clock (Unix seconds)."""

    device_id: str
    count: int
    at: int
    signature: bytes
    method: str
    path: str
    body: bytes

    @property
    def signed(self) -> bytes:
        """The bytes under the signature."""
        digest = hashlib.sha256(self.body).hexdigest()
        return "\n".join(
            [self.method, self.path, self.device_id, str(self.count), str(self.at), digest]
        ).encode()


def list_devices(counter: str | None = None, kind: DeviceKind | None = None) -> tuple[Device, ...]:
    """Every device that is not shut out, by counter and seat."""
    asked = select(CounterDeviceRow).where(CounterDeviceRow.revoked_at.is_(None))
    if counter is not None:
        asked = asked.where(CounterDeviceRow.counter == counter)
    if kind is not None:
        asked = asked.where(CounterDeviceRow.kind == kind, CounterDeviceRow.enrolled_at.is_not(None))
    rows = db.session.scalars(
        asked.order_by(CounterDeviceRow.counter, CounterDeviceRow.seat, CounterDeviceRow.kind)
    )
    now = utc_now()
    return tuple(_device(row, now) for row in rows if row.enrolled_at or _waits(row, now))


def device_names(ids: Iterable[str]) -> dict[str, str]:
    """Id → what a device is and where it stands, of those that were shut out, too."""
    rows = db.session.scalars(select(CounterDeviceRow).where(CounterDeviceRow.id.in_(sorted(ids))))
    return {row.id: f"{KIND_TITLES[DeviceKind(row.kind)]} {row.seat}" for row in rows}


def find_device(device_id: str, kind: DeviceKind) -> Device | None:
    """An enrolled device that is not shut out."""
    row = db.session.get(CounterDeviceRow, device_id)
    if row is None or row.kind != kind or row.revoked_at or not row.enrolled_at:
        return None
    return _device(row, utc_now())


def at_seat(counter: str, kind: DeviceKind, seat: str) -> Device | None:
    """The seat's device of a kind; where a counter has one such device only, that one whatever the seat is."""
    found = list_devices(counter, kind)
    return next((one for one in found if one.seat == seat), found[0] if len(found) == 1 else None)


def seats(counter: str) -> Sequence[str]:
    """The seats of a counter that have a reader or a customer screen."""
    return sorted(
        {one.seat for one in list_devices(counter) if one.enrolled and one.kind is not DeviceKind.STAFF_PC}
    )


def make_code(actor: Actor, kind: str, counter: str, seat: str) -> str:
    """A code for a seat's new device; shown once, stored as its hash. An enrolled device of that seat is replaced when
    the new one comes. Raises Refused, Invalid.
    """
    require(actor, Right.MANAGE_STAFF)
    wrong = {}
    if kind not in set(DeviceKind):
        wrong["kind"] = "機器の種類を選んでください。"
    if counter not in dict(staff.list_counters()):
        wrong["counter"] = "窓口を選んでください。"
    if not seat.strip() or len(seat) > LONGEST_SEAT:
        wrong["seat"] = f"席の名前を{LONGEST_SEAT}文字以内で入力してください（例: 1番）。"
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
    code, now = f"{secrets.randbelow(1_000_000):06}", utc_now()
    with transaction() as session:
        _forget_waiting(kind, counter, seat.strip(), now)
        row = CounterDeviceRow(
            kind=kind, counter=counter, seat=seat.strip(), code_hash=_digest(f"{kind}:{code}"), code_until=now + CODE_LIVES,
            made_at=now, made_by=actor.staff_id,
        )  # fmt: skip
        session.add(row)
        session.flush()
        audit.record(
            "device.code_made", actor=actor, detail={"device": row.id, "kind": kind, "counter": counter}
        )
    return code


def enrol(kind: DeviceKind, code: str, secret: str, origin: str) -> Device:
    """Let the device in whose code this is. Every wrong try counts against every waiting code of the kind; after five
    they are all void. Raises Refused with one message whatever was wrong.
    """
    now = utc_now()
    with transaction() as session:
        waiting = session.scalars(
            select(CounterDeviceRow)
            .where(
                CounterDeviceRow.kind == kind, CounterDeviceRow.enrolled_at.is_(None),
                CounterDeviceRow.revoked_at.is_(None), CounterDeviceRow.code_until > now,
                CounterDeviceRow.code_tries < MOST_TRIES,
            ).with_for_update()
        ).all()  # fmt: skip
        wanted = _digest(f"{kind}:{code.strip()}")
        row = next((one for one in waiting if secrets.compare_digest(one.code_hash, wanted)), None)
        if row is None:
            for one in waiting:
                one.code_tries += 1
            audit.record(
                "device.refused", actor=_stranger(origin), detail={"kind": kind, "waiting": len(waiting)}
            )
        else:
            _replace(row, now)
            row.enrolled_at, row.seen_at, row.secret, row.code_hash, row.code_until = (
                now,
                now,
                secret,
                "",
                None,
            )
            audit.record(
                "device.enrolled",
                actor=acting(row.id, row.counter),
                detail={"kind": kind, "counter": row.counter},
            )
    if row is None:
        raise Refused(_WRONG_CODE)
    return _device(row, now)


def enrol_reader(code: str, public_key: str, origin: str) -> Device:
    """A card reader's agent with the public key (Ed25519, hex) whose private half never leaves it. Raises Refused, Invalid."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    except ValueError:
        raise Invalid("public_key: 32 bytes as hex") from None
    return enrol(DeviceKind.CARD_READER, code, public_key.lower(), origin)


def revoke(actor: Actor, device_id: str) -> None:
    """Shut a device out at once, or void its code. Raises Refused, NotFound."""
    require(actor, Right.MANAGE_STAFF)
    with transaction() as session:
        row = session.get(CounterDeviceRow, device_id, with_for_update=True)
        if row is None or row.revoked_at:
            raise NotFound("この機器は登録されていません。一覧を開き直してください。")
        row.revoked_at, row.revoked_by, row.secret, row.code_hash = utc_now(), actor.staff_id, "", ""
        audit.record(
            "device.revoked", actor=actor, detail={"device": row.id, "kind": row.kind, "counter": row.counter}
        )


def accept(message: Message, origin: str) -> Device:
    """The reader a message is from. Its count is used up whatever the message leads to.

    Raises Refused for one that no enrolled reader signed, Conflict for one that came before or too late; recorded.
    """
    try:
        return _accept(message)
    except (Refused, Conflict) as refusal:
        _note_refused(message.device_id, refusal.message, origin)
        raise


def _note_refused(device_id: str, problem: str, origin: str) -> None:
    """Whoever sent it is known by where it came from alone: a device's id can be said by anybody, and any number of times."""
    since = utc_now() - timedelta(hours=1)
    if len(audit.list_of_action("device.message_refused", since, MOST_REFUSED)) >= MOST_REFUSED:
        return
    known = db.session.get(CounterDeviceRow, device_id) is not None
    detail = {"device": device_id if known else "", "problem": problem}
    with transaction():
        audit.record("device.message_refused", actor=_stranger(origin), detail=detail)


def _accept(message: Message) -> Device:
    row = db.session.get(CounterDeviceRow, message.device_id)
    if row is None or row.revoked_at or not row.enrolled_at or row.kind != DeviceKind.CARD_READER:
        raise Refused("unknown device")
    now = utc_now()
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(row.secret)).verify(
            message.signature, message.signed
        )
    except InvalidSignature:
        raise Refused("signature") from None
    if abs(now.timestamp() - message.at) > CLOCKS_DIFFER:
        raise Conflict("clock")
    with transaction() as session:
        taken = session.execute(
            update(CounterDeviceRow)
            .where(CounterDeviceRow.id == message.device_id, CounterDeviceRow.last_count < message.count)
            .values(last_count=message.count, seen_at=now)
        )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("count")
    return _device(db.session.get_one(CounterDeviceRow, message.device_id), now)


def note_state(device: Device, said: Mapping[str, Any]) -> None:
    """What a reader's program says of itself: its version, the readers beside it, why it cannot read. Raises Invalid."""
    version, readers, problem = said.get("version"), said.get("readers"), said.get("problem")
    if not (isinstance(version, str) and _VERSION.fullmatch(version)):
        raise Invalid("version")
    if not (isinstance(readers, list) and len(readers) <= 4 and all(isinstance(one, str) for one in readers)):
        raise Invalid("readers")
    if not isinstance(problem, str) or problem not in {"", *FAILURES}:
        raise Invalid("problem")
    told = (version, tuple(one[: LONGEST_SEAT * 2] for one in readers), problem)
    if told == (device.version, device.readers, device.problem):
        return
    with transaction() as session:
        row = session.get_one(CounterDeviceRow, device.id)
        row.version, row.readers, row.problem = version, list(told[1]), problem


def is_too_old(version: object) -> bool:
    """Whether a reader's program has to be renewed before it may read; true also for what is no version."""
    if not (isinstance(version, str) and _VERSION.fullmatch(version)):
        return True
    return tuple(map(int, version.split("."))) < LEAST_VERSION


def environment() -> str:
    """The name of this installation: a reader that was let in here reads for no other, and a trial's for no real one."""
    settings: Settings = current_app.config["KAKANAI"]
    digest = hashlib.sha256(b"card readers of " + settings.keys.identity).hexdigest()
    return f"{'demo' if settings.demo else 'city'}-{digest[:16]}"


def acting(device_id: str, counter: str) -> Actor:
    """The device as the operation log names it; it has no rights."""
    return Actor(device_id, "", counter, "", frozenset(), kind=ActorKind.DEVICE)


def _stranger(origin: str) -> Actor:
    return Actor(origin[:40] or "-", "", "", "", frozenset(), kind=ActorKind.DEVICE)


def _forget_waiting(kind: str, counter: str, seat: str, now: datetime) -> None:
    """A newer code for the same seat leaves no older one that works, and codes that ran out are cleared away."""
    for row in db.session.scalars(select(CounterDeviceRow).where(CounterDeviceRow.enrolled_at.is_(None))):
        if not _waits(row, now) or (row.kind, row.counter, row.seat) == (kind, counter, seat):
            db.session.delete(row)


def _replace(row: CounterDeviceRow, now: datetime) -> None:
    """The device that stood at the seat before is shut out."""
    for other in db.session.scalars(
        select(CounterDeviceRow).where(
            CounterDeviceRow.kind == row.kind, CounterDeviceRow.counter == row.counter, CounterDeviceRow.seat == row.seat,
            CounterDeviceRow.id != row.id, CounterDeviceRow.revoked_at.is_(None),
        )
    ):  # fmt: skip
        other.revoked_at, other.revoked_by, other.secret = now, row.made_by, ""


def _waits(row: CounterDeviceRow, now: datetime) -> bool:
    return bool(
        row.code_until and row.code_until > now and row.code_tries < MOST_TRIES and not row.revoked_at
    )


def _is_silent(row: CounterDeviceRow, now: datetime) -> bool:
    """Whether it should have been heard of; a PC of staff is only known, and says nothing by itself."""
    return row.kind != DeviceKind.STAFF_PC and (row.seen_at is None or now - row.seen_at > SILENT)


def _device(row: CounterDeviceRow, now: datetime) -> Device:
    return Device(
        row.id, DeviceKind(row.kind), row.counter, staff.counter_title(row.counter), row.seat, row.enrolled_at is not None,
        _waits(row, now), row.seen_at, _is_silent(row, now), row.version, tuple(row.readers),
        row.problem,
    )  # fmt: skip


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
