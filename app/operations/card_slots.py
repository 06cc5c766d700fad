"""Slots: one reading of one card, asked for by one screen and answered by the reader of its seat, once.

A slot is a name of 150 random bits, bound to the session, the case, the counter, the reader and the fields it asks for. It
lives for sixty seconds, is answered at most once and used at most once, by the session that opened it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Select, delete, or_, select

from app.config import Settings
from app.data import audit, cases, restrictions
from app.data.models.base import utc_now
from app.data.models.device import CardSlotRow, CounterDeviceRow
from app.data.transactions import end_reading, transaction
from app.domain.authority import Actor, Right
from app.domain.card import (
    CARDS,
    FAILURES,
    FIELDS,
    SCANNED,
    STAGES,
    Reading,
    parse_reading,
    parse_scanned,
    reading_of,
)
from app.domain.errors import Conflict, Invalid, NotFound, Refused
from app.extensions import db
from app.operations import devices
from app.operations.cases import require, stop_if_protected
from app.operations.devices import Device, DeviceKind

LIVES = timedelta(seconds=60)
KEPT = timedelta(minutes=10)
"""How long what was read waits to be used."""
REMEMBERED = timedelta(days=1)
"""How long a slot that is over is known; the operation log knows of it as long as of everything."""
AGREED = timedelta(minutes=5)
"""How long after a reading that stopped before the last try it may be agreed to."""
LOOK_EVERY = 0.3
UNHEARD = timedelta(seconds=20)
"""A reader's program is heard every few seconds, and at least every fifteen while it finds back to the server."""
ALL_STOPPED = "カードの読み取りは、全庁で止めています。宛名検索または手入力で進めてください。"
NO_READER = "この席で使える読取装置がありません。席を選ぶか、手入力で進めてください。"
NOBODY = "この席の読取プログラムから応答がありません。端末の電源と、読取プログラムが動いているかを確かめてください。"
_GONE = "この読み取りは、すでに終わっています。もう一度「カードを読み取る」を押してください。"
_NO_LAST_TRY = "先に、もう一度カードを読み取ってください。あと1回の確認は、読み取りの直後だけ選べます。"
_ASKED, _READING, _ANSWERED, _FAILED, _USED, _DROPPED = (
    "asked", "reading", "answered", "failed", "used", "dropped",
)  # fmt: skip
_OPEN = (_ASKED, _READING)


@dataclass(frozen=True)
class Slot:
    """How far a reading has come, for the screen that asked."""

    id: str
    case_id: str | None
    seat: str
    done: bool
    failed: bool
    said: str
    advice: str = ""
    tries: int | None = None
    last_try: bool = False
    """One try of the PIN is left and may be used, if the visitor wants it."""


def open_slot(actor: Actor, seat: str, case_id: str | None, *, last_try: bool = False) -> str:
    """Ask the seat's reader for a card. An earlier slot of the same session is dropped. Returns the slot's id.

    ``last_try`` is the clerk's word that the visitor agreed to use the last try; it counts only right after a reading that
    ended because one try is left. Raises Refused (no right, no reader, another desk's reading is under way), NotFound, Stopped.
    """
    require(actor, Right.RECEIVE)
    if case_id is not None:
        stop_if_protected(cases.get_case(case_id), actor)
    if not _readers_work():
        raise Refused(ALL_STOPPED)
    device = devices.at_seat(actor.counter, DeviceKind.CARD_READER, seat)
    if device is None:
        raise Refused(NO_READER)
    now = utc_now()
    with transaction() as session:
        # Two desks that ask one reader in the same moment ask one after the other.
        session.get(CounterDeviceRow, device.id, with_for_update=True)
        _clear(now)
        if last_try and not _stopped_at_last_try(actor, device, now):
            raise Refused(_NO_LAST_TRY)
        _end_earlier(actor, device, now)
        slot = CardSlotRow(
            device_id=device.id, session=actor.session, staff_id=actor.staff_id, counter=actor.counter, case_id=case_id,
            fields=list(FIELDS), last_try=last_try, state=_ASKED, opened_at=now, expires_at=now + LIVES,
        )  # fmt: skip
        session.add(slot)
        session.flush()
        audit.record(
            "card.asked", actor=actor, case_id=case_id, detail={"device": device.id, "last_try": last_try}
        )
        return slot.id


def _end_earlier(actor: Actor, device: Device, now: datetime) -> None:
    """The session's own earlier reading ends; another desk's that still runs goes first. Raises Refused."""
    asked = select(CardSlotRow).where(
        CardSlotRow.state.in_(_OPEN),
        or_(CardSlotRow.session == actor.session, CardSlotRow.device_id == device.id),
    )
    for row in db.session.scalars(asked.order_by(CardSlotRow.id).with_for_update()):
        if row.session != actor.session and now < row.expires_at:
            raise Refused(" ".join(FAILURES["busy"]))
        row.state = _DROPPED


def _stopped_at_last_try(actor: Actor, device: Device, now: datetime) -> bool:
    """Whether this session's newest reading at the reader ended with one try left, a short while ago."""
    newest = db.session.scalars(
        select(CardSlotRow)
        .where(CardSlotRow.session == actor.session, CardSlotRow.device_id == device.id)
        .order_by(CardSlotRow.opened_at.desc())
        .limit(1)
    ).first()
    return (
        newest is not None
        and (newest.state, newest.outcome) == (_FAILED, "last_try")
        and now < newest.expires_at + AGREED
    )


def show(slot_id: str, actor: Actor) -> Slot:
    """The slot for the session that opened it; to every other it does not exist. Raises NotFound."""
    row = _own(slot_id, actor)
    device = devices.find_device(row.device_id, DeviceKind.CARD_READER)
    seat = device.seat if device else ""
    late = row.state in _OPEN and utc_now() >= row.expires_at
    if late or row.state == _FAILED:
        said, advice = FAILURES["late" if late else row.outcome]
        agree = not late and row.outcome == "last_try"
        return Slot(row.id, row.case_id, seat, True, True, said, advice, row.tries, agree)
    if row.state in _OPEN:
        heard = device is not None and device.seen_at is not None and utc_now() - device.seen_at <= UNHEARD
        said = STAGES[row.stage] if heard else NOBODY
        return Slot(row.id, row.case_id, seat, False, False, said)
    if row.state == _ANSWERED:
        said = "二次元コードを読み取りました。" if row.outcome == SCANNED else "カードを読み取りました。"
        return Slot(row.id, row.case_id, seat, True, False, said)
    return Slot(row.id, row.case_id, seat, True, True, _GONE)


def drop(slot_id: str, actor: Actor) -> None:
    """The clerk does without the card. Raises NotFound."""
    with transaction():
        row = _own(slot_id, actor, lock=True)
        if row.state in _OPEN or row.state == _ANSWERED:
            row.state, row.reading = _DROPPED, None


def next_slot(device: Device) -> dict[str, Any] | None:
    """What the reader is asked now, as it goes over the wire; None when nothing is."""
    if not _readers_work():
        return None
    row = db.session.scalars(
        select(CardSlotRow)
        .where(
            CardSlotRow.device_id == device.id,
            CardSlotRow.state.in_(_OPEN),
            CardSlotRow.expires_at > utc_now(),
        )
        .order_by(CardSlotRow.opened_at)
        .limit(1)
    ).first()
    if row is None:
        return None
    number = cases.get_case(row.case_id).number if row.case_id else ""
    return {
        "slot": row.id, "reception": number, "counter": device.counter_title, "seat": device.seat, "fields": row.fields,
        "seconds": max(0, int((row.expires_at - utc_now()).total_seconds())), "environment": devices.environment(),
        "last_try": row.last_try, "scan": row.case_id is None,
    }  # fmt: skip


def await_slot(device: Device, seconds: float) -> dict[str, Any] | None:
    """As `next_slot`, after waiting so long for one; nothing of the database is held meanwhile."""
    until = time.monotonic() + seconds
    while (found := next_slot(device)) is None and time.monotonic() < until:
        end_reading()
        time.sleep(LOOK_EVERY)
    return found


def note_stage(device: Device, slot_id: str, stage: object) -> None:
    """How far the reader is: ``card`` (it reads), ``secret`` (it waits for the PIN). Raises Invalid, NotFound, Conflict."""
    if stage not in STAGES or not isinstance(stage, str):
        raise Invalid("stage")
    with transaction():
        row = _of_device(device, slot_id)
        row.state, row.stage = _READING, stage


def answer(device: Device, slot_id: str, sent: Mapping[str, Any]) -> None:
    """Take the reader's one answer. Raises Invalid, NotFound (another reader's), Conflict (late, or answered before)."""
    with transaction():
        row = _of_device(device, slot_id)
        outcome = sent.get("outcome")
        if outcome == "read":
            reading = _without_withheld(parse_reading(sent, row.fields))
            row.state, row.outcome, row.reading = _ANSWERED, "read", reading.as_stored()
        elif outcome == SCANNED and row.case_id is None:
            row.state, row.outcome, row.reading = _ANSWERED, SCANNED, {"text": parse_scanned(sent)}
        elif isinstance(outcome, str) and outcome in FAILURES:
            tries = sent.get("tries")
            row.tries = tries if isinstance(tries, int) and 0 <= tries <= 10 else None
            row.state, row.outcome = _FAILED, outcome
        else:
            raise Invalid("outcome")
        card = sent.get("card")
        audit.record(
            "card.read" if row.state == _ANSWERED else "card.failed", actor=devices.acting(device.id, device.counter),
            case_id=row.case_id,
            detail={"slot": row.id, "outcome": outcome, "card": card if card in CARDS else "", "for": row.staff_id},
        )  # fmt: skip


def look(slot_id: str, actor: Actor) -> Reading:
    """What was read, without using it up: to find its person in the register. Raises NotFound, Conflict."""
    row = _own(slot_id, actor)
    if row.outcome == SCANNED or not _is_here(row):
        raise Conflict(_GONE)
    return reading_of(row.reading or {})


def scanned(slot_id: str, actor: Actor) -> str | None:
    """The text of a code that was scanned instead of a card, once; None where a card was read. Raises NotFound, Conflict."""
    with transaction():
        row = _own(slot_id, actor, lock=True)
        if row.outcome != SCANNED:
            return None
        if not _is_here(row):
            raise Conflict(_GONE)
        text = str((row.reading or {})["text"])
        row.state, row.reading = _USED, None
        return text


def _is_here(row: CardSlotRow) -> bool:
    return row.state == _ANSWERED and row.reading is not None and utc_now() <= row.opened_at + KEPT


def use(slot_id: str, actor: Actor, case_id: str) -> Reading:
    """Take what was read for a case, once; only inside a transaction. A slot that was opened for a case serves no other.

    Raises NotFound, Conflict.
    """
    row = _own(slot_id, actor, lock=True)
    if row.case_id not in {None, case_id}:
        raise NotFound(_GONE)
    reading = look(slot_id, actor)
    row.state, row.reading = _USED, None
    return reading


def _without_withheld(reading: Reading) -> Reading:
    """A protected person's address does not come in by his card either: it is dropped before anything is stored.

    Who was born on a protected person's day counts as him: a card may write the name in another way.
    """
    if "address" not in reading.values or not restrictions.is_protected_birth(
        reading.values.get("birth", "")
    ):
        return reading
    kept = {name: text for name, text in reading.values.items() if name != "address"}
    return replace(reading, values=kept)


def _readers_work() -> bool:
    """Whether cards are read in this city at all just now."""
    settings: Settings = current_app.config["KAKANAI"]
    return settings.card_readers


def _own(slot_id: str, actor: Actor, *, lock: bool = False) -> CardSlotRow:
    row = db.session.get(CardSlotRow, slot_id, with_for_update=lock or None, populate_existing=True)
    if row is None or row.session != actor.session or row.counter != actor.counter:
        raise NotFound(_GONE)
    return row


def _of_device(device: Device, slot_id: str) -> CardSlotRow:
    """The slot, locked, while this reader may still answer it."""
    row = db.session.get(CardSlotRow, slot_id, with_for_update=True, populate_existing=True)
    if row is None or row.device_id != device.id:
        raise NotFound("slot")
    if not _readers_work():
        raise Conflict("dropped")
    if row.state not in _OPEN:
        raise Conflict("dropped" if row.state == _DROPPED else "answered")
    if utc_now() >= row.expires_at:
        raise Conflict("late")
    return row


def forget_unused() -> None:
    """What was read and not used in time goes, also when nobody asks for another card."""
    now = utc_now()
    if db.session.scalar(_stale(now).limit(1)) is not None:
        with transaction():
            _clear(now)


def _stale(now: datetime) -> Select[CardSlotRow]:
    """The slots whose reading waits no longer."""
    return select(CardSlotRow).where(
        CardSlotRow.opened_at < now - KEPT, CardSlotRow.state.in_((_ANSWERED, *_OPEN))
    )


def _clear(now: datetime) -> None:
    """Nothing that was read stays when nobody used it. What another desk is just working with is left to it."""
    for row in db.session.scalars(_stale(now).with_for_update(skip_locked=True)).all():
        row.state, row.reading = _DROPPED, None
    db.session.execute(delete(CardSlotRow).where(CardSlotRow.opened_at < now - REMEMBERED))
