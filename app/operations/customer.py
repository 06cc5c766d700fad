"""The customer screen (お客様画面): a page of its own that shows what a clerk released, and nothing else ever.

What it shows is decided anew at every look: as soon as the case is put aside, stopped or closed, somebody in it is
protected, the clerk is signed out or some minutes have gone by, it is blank — in one and the same way, so that being
blank tells nothing — and after a minute it waits for the next visitor.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from app.data import audit, cases, restrictions, staff
from app.data.models.base import utc_now
from app.data.models.device import CounterDeviceRow, CustomerViewRow
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.case import KIND_LABELS, Case, CasePerson, State
from app.domain.dates import format_wareki
from app.domain.errors import Conflict, Invalid, NotFound, Refused
from app.domain.languages import JAPANESE, is_language
from app.domain.signatures import read_strokes
from app.extensions import db
from app.operations import devices, signatures
from app.operations.cases import require, stop_if_protected
from app.operations.devices import Device, DeviceKind
from app.operations.guide_sheet import CHOSEN

SHOWN_FOR = timedelta(minutes=10)
BLANK_FOR = timedelta(seconds=60)
LANGUAGE_KEPT = timedelta(minutes=15)
ITEMS = {
    "name": "お名前",
    "birth": "生年月日",
    "sex": "性別",
    "kind": "ご用件",
    "subjects": "対象の方",
    "address": "住所",
}
"""What a clerk can release. The address is never ticked beforehand."""
ALWAYS = ("name", "birth", "kind", "subjects")
SIGNED, PAPER = "signed", "paper"
REPLIES = {
    "yes": "お客様が「はい、合っています」を押しました",
    "tell": "お客様が「職員に伝えます」を押しました。お話をうかがってください",
    SIGNED: "署名が届きました",
    PAPER: "お客様が「紙に書きます」を押しました。印刷した用紙に署名をいただいてください",
}
TO_SIGN = "お客様が確認されました。画面に署名していただいています"
_SEXES = {"1": "男性", "2": "女性"}


class Phase(StrEnum):
    """Which screen stands there."""

    WAITING = "waiting"
    CHECK = "check"
    SIGN = "sign"
    THANKS = "thanks"
    TOLD = "told"
    BLANK = "blank"


@dataclass(frozen=True)
class View:
    """What the screen shows. ``items`` are (label, value, reading); ``mark`` changes when any of it does."""

    phase: Phase
    language: str
    items: tuple[tuple[str, str, str], ...]
    revision: int

    @property
    def mark(self) -> str:
        """The same for two looks at the same screen, and telling nothing of what is on it."""
        return hashlib.sha256(repr((self.phase, self.language, self.revision)).encode()).hexdigest()[:16]


def pair(code: str, origin: str) -> str:
    """Make this browser the screen of the seat the code is for. Returns its token, which is kept nowhere else.

    Raises Refused.
    """
    token = secrets.token_urlsafe(32)
    device = devices.enrol(DeviceKind.CUSTOMER_SCREEN, code, _digest(token), origin)
    with transaction() as session:
        session.add(CustomerViewRow(device_id=device.id, changed_at=utc_now()))
    return token


def screen_of(token: str) -> Device | None:
    """The screen that a token stands for; none once it was shut out."""
    if not 40 <= len(token) <= 64:
        return None
    device_id = db.session.scalar(
        select(CounterDeviceRow.id).where(CounterDeviceRow.secret == _digest(token))
    )
    return devices.find_device(device_id, DeviceKind.CUSTOMER_SCREEN) if device_id else None


def look(device: Device) -> View:
    """What the screen shows now."""
    row = db.session.get(CustomerViewRow, device.id, populate_existing=True)
    if row is None:
        return View(Phase.WAITING, JAPANESE, (), 0)
    now = utc_now()
    ended = _ended(row, now)
    if ended is not None:
        waits = row.case_id is None or now - ended >= BLANK_FOR
        chosen = row.language if row.language_at and row.language_at > ended else JAPANESE
        return View(Phase.WAITING if waits else Phase.BLANK, chosen if waits else JAPANESE, (), row.revision)
    items = tuple((str(one[0]), str(one[1]), str(one[2])) for one in row.shown or ())
    phase = _phase(row)
    return View(phase, row.language or JAPANESE, items if phase is Phase.CHECK else (), row.revision)


def _phase(row: CustomerViewRow) -> Phase:
    """Where the visitor is in what was released: he confirms it first, and signs then if he is asked to."""
    if row.reply == "yes" and row.signs_for:
        return Phase.SIGN
    if row.reply == SIGNED:
        return Phase.THANKS
    return Phase.TOLD if row.reply else Phase.CHECK


def _ended(row: CustomerViewRow, now: datetime) -> datetime | None:
    """Since when nothing may be shown any more; None while what was released still may."""
    if row.case_id is None or row.shown is None:
        return row.changed_at
    case = cases.get_case(row.case_id)
    numbers = [person.number for person in case.persons if person.number]
    if (
        case.state is not State.OPEN
        or restrictions.list_protected(numbers)
        or not staff.has_session(row.session)
    ):
        return max(case.changed_at, row.changed_at)
    return row.changed_at + SHOWN_FOR if now >= row.changed_at + SHOWN_FOR else None


def release(
    case_id: str, actor: Actor, seat: str, wanted: Collection[str], *, signature: bool = False
) -> None:
    """Show the items of a case on the seat's screen. A language chosen there beforehand is the guide sheet's from now on.

    With ``signature`` the visitor is asked to sign once he has confirmed them. Raises Refused (no screen, not open, nothing
    to sign), Invalid (nothing chosen), NotFound, Stopped.
    """
    require(actor, Right.RECEIVE)
    device = devices.at_seat(actor.counter, DeviceKind.CUSTOMER_SCREEN, seat)
    if device is None:
        raise Refused("この席にはお客様画面がありません。")
    case = cases.get_case(case_id)
    stop_if_protected(case, actor)
    items = _items(case, set(wanted))
    if not items:
        raise Invalid("お客様画面に出す項目を選んでください。")
    with transaction() as session:
        if cases.hold_case(case_id).state != State.OPEN:
            raise Refused("この受付は受付中ではありません。再開してから操作してください。")
        row = session.get(CustomerViewRow, device.id, with_for_update=True)
        if row is None:
            raise Refused("この席にはお客様画面がありません。")
        now = utc_now()
        fresh = bool(row.language and row.language_at and now - row.language_at < LANGUAGE_KEPT)
        if row.case_id not in {None, case_id} and not (row.language_at and row.language_at > row.changed_at):
            fresh = False  # the last visitor's
        row.language = row.language if fresh else ""
        row.case_id, row.session, row.staff_id = case_id, actor.session, actor.staff_id
        row.shown, row.reply, row.changed_at = items, "", now
        row.signs_for = signatures.content_to_sign(cases.get_case(case_id)) if signature else ""
        row.revision += 1
        if row.language:
            _choose_language(case_id, row.language, actor)
        audit.record(
            "customer.released", actor=actor, case_id=case_id, persons=[one.number for one in _people(case) if one.number],
            detail={"device": device.id, "items": sorted(set(wanted) & ITEMS.keys()), "signature": signature},
        )  # fmt: skip


def hide(case_id: str, actor: Actor) -> None:
    """Take back what was shown of the case, wherever it is shown."""
    require(actor, Right.RECEIVE)
    with transaction():
        for row in _rows_of(case_id):
            row.shown, row.reply, row.signs_for, row.changed_at = None, "", "", utc_now()
            row.revision += 1
            audit.record("customer.hidden", actor=actor, case_id=case_id, detail={"device": row.device_id})


def reply(device: Device, revision: int, said: str) -> None:
    """The visitor's answer to what is shown. Raises Invalid, Conflict when it is not shown any more."""
    phase = Phase.SIGN if said == PAPER else Phase.CHECK
    if said not in REPLIES or said == SIGNED:
        raise Invalid("reply")
    with transaction() as session:
        row = session.get(CustomerViewRow, device.id, with_for_update=True, populate_existing=True)
        if row is None or row.revision != revision or not _is_at(row, phase):
            raise Conflict("reply")
        row.reply = said
        row.revision += 1
        actor = devices.acting(device.id, device.counter)
        if said == PAPER and row.case_id:
            signatures.withdraw(row.case_id, actor)
        audit.record(
            "customer.replied",
            actor=actor,
            case_id=row.case_id,
            detail={"reply": said},
        )


def sign(device: Device, revision: int, written: str) -> None:
    """What the visitor wrote, for the case that is shown and for nothing else.

    Raises Invalid (no signature), Conflict when he is not asked for one any more.
    """
    strokes = read_strokes(written)
    shown = db.session.get(CustomerViewRow, device.id)
    if shown is None or shown.case_id is None:
        raise Conflict("sign")
    case_id = shown.case_id
    with transaction() as session:
        cases.hold_case(case_id)
        row = session.get(CustomerViewRow, device.id, with_for_update=True, populate_existing=True)
        right = row is not None and row.case_id == case_id and row.revision == revision
        if row is None or not right or not _is_at(row, Phase.SIGN):
            raise Conflict("sign")
        signatures.keep(
            cases.get_case(case_id), strokes, row.signs_for, device=device.id, asked_by=row.staff_id,
            actor=devices.acting(device.id, device.counter),
        )  # fmt: skip
        row.reply = SIGNED
        row.revision += 1


def _is_at(row: CustomerViewRow, phase: Phase) -> bool:
    """Whether this is what stands on the screen now."""
    return _ended(row, utc_now()) is None and _phase(row) is phase


def choose_language(device: Device, code: str) -> None:
    """The visitor's language: of this screen, and of the guide sheet of the case that is shown. Raises Invalid."""
    if not is_language(code):
        raise Invalid("language")
    actor = devices.acting(device.id, device.counter)
    with transaction() as session:
        row = session.get(CustomerViewRow, device.id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFound("screen")
        now = utc_now()
        row.language, row.language_at = code, now
        row.revision += 1
        if _ended(row, now) is None and row.case_id:
            _choose_language(row.case_id, code, actor)
        else:
            audit.record("customer.language", actor=actor, detail={"language": code})


def _choose_language(case_id: str, code: str, actor: Actor) -> None:
    cases.hold_case(case_id)
    cases.set_fact(case_id, "", CHOSEN, code if code != JAPANESE else None, "asked", actor.staff_id)
    audit.record("customer.language", actor=actor, case_id=case_id, detail={"language": code})


@dataclass(frozen=True)
class Released:
    """How the case stands on the seat's screen, for its clerk: whether he waits for something, and what was answered."""

    screen: bool
    shown: bool
    awaited: bool
    reply: str
    signing: signatures.Signing

    @property
    def words(self) -> str:
        """The visitor's answer in words; empty while there is none."""
        return REPLIES.get(self.reply, "") if not self.awaited or not self.reply else TO_SIGN


def released(case: Case, actor: Actor, seat: str) -> Released:
    """Whether the seat has a screen, whether the case is on it, and what the visitor answered and signed."""
    screen = devices.at_seat(actor.counter, DeviceKind.CUSTOMER_SCREEN, seat) is not None
    now = utc_now()
    rows = [row for row in _rows_of(case.id) if _ended(row, now) is None] if screen else []
    return Released(
        screen,
        bool(rows),
        any(_phase(row) in {Phase.CHECK, Phase.SIGN} for row in rows),
        next((row.reply for row in rows if row.reply), ""),
        signatures.signing(case),
    )


def _rows_of(case_id: str) -> list[CustomerViewRow]:
    asked = select(CustomerViewRow).where(
        CustomerViewRow.case_id == case_id, CustomerViewRow.shown.is_not(None)
    )
    return [row for row in db.session.scalars(asked) if row.shown is not None]


def _items(case: Case, wanted: set[str]) -> list[list[str]]:
    visitor = case.visitor
    found: list[list[str]] = []
    if visitor is not None:
        values = {
            "name": (visitor.name, visitor.value("kana")), "birth": (format_wareki(visitor.birth) if visitor.birth else "", ""),
            "sex": (_SEXES.get(visitor.value("sex"), ""), ""),
            "address": ("" if visitor.seen.get("withheld") else visitor.address, ""),
        }  # fmt: skip
        found += [[ITEMS[name], *value] for name, value in values.items() if name in wanted and value[0]]
    if "kind" in wanted and case.kind:
        found.append([ITEMS["kind"], KIND_LABELS[case.kind], ""])
    if "subjects" in wanted and case.subjects:
        found.append([ITEMS["subjects"], "、".join(person.name for person in case.subjects), ""])
    return found


def _people(case: Case) -> list[CasePerson]:
    return [person for person in case.persons if person.is_visitor or person.is_subject]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
