"""The operation log (操作ログ): written in the transaction it records, chained by HMAC, readable and verifiable.

Rows form one chain per lane (the counter where it happened, or ``system``): one chain over all writers would make
every desk wait for every other. A lane's head is keyed too, so rows cut off its end are missed by the verification
only together with a head copied from an earlier day (the daily anchor outside the database closes that gap).
Spec 7-C-③④.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import Keys
from app.data.models.audit import AuditHeadRow, AuditRow
from app.data.models.base import utc_now
from app.domain.audit_events import EVENTS
from app.domain.authority import SYSTEM, Actor
from app.extensions import db

PENDING = "kakanai_audit"
SYSTEM_LANE = "system"
START = bytes(32)
VERIFY_BATCH = 5000


@dataclass(frozen=True)
class Break:
    """The first place where a lane of the log does not hold."""

    lane: str
    position: int
    problem: str


@dataclass(frozen=True)
class Verification:
    """How many rows were checked and the first break of each lane, if any."""

    rows: int
    lanes: int
    breaks: tuple[Break, ...]


@dataclass(frozen=True)
class Entry:
    """A row of the log as a reader sees it."""

    at: datetime
    actor_id: str
    actor_kind: str
    counter: str
    action: str
    label: str
    detail: dict[str, Any]


def record(
    action: str,
    *,
    actor: Actor,
    case_id: str | None = None,
    persons: Sequence[str] = (),
    detail: dict[str, Any] | None = None,
    sealed: bytes | None = None,
) -> None:
    """Add a row to the current transaction.

    ``persons`` are addressee numbers; ``detail`` holds codes and counts, never a name or an address;
    ``sealed`` is what was typed into the search box, encrypted by `seal` for the audit role.
    Raises KeyError for an action that is not in the catalogue, RuntimeError outside a transaction.
    """
    if action not in EVENTS:
        raise KeyError(f"{action} is not in the catalogue of audit events")
    pending = db.session().info.get(PENDING)
    if pending is None:
        raise RuntimeError("an audit row needs the transaction of what it records")
    pending.append(
        AuditRow(
            lane=actor.counter or SYSTEM_LANE,
            at=utc_now(),
            actor_kind=actor.kind,
            actor_id=actor.staff_id,
            counter=actor.counter,
            session=actor.session,
            action=action,
            case_id=case_id,
            persons=sorted(persons),
            detail=detail or {},
            secret=sealed,
        )
    )


def has_done(session_id: str, action: str, since: datetime) -> bool:
    """Whether a session has done this since a moment that is not long ago."""
    found = select(AuditRow.id).where(
        AuditRow.at >= since, AuditRow.session == session_id, AuditRow.action == action
    )
    return db.session.scalar(found.limit(1)) is not None


def write_pending(session: Session) -> None:
    """Give the waiting rows their places; called last, so that a lane is locked only for the commit."""
    rows: list[AuditRow] = session.info.get(PENDING) or []
    for row in sorted(rows, key=lambda item: item.lane):
        _append(session, row)
    rows.clear()
    session.flush()


def _append(session: Session, row: AuditRow) -> None:
    keys = _keys()
    head = session.get(AuditHeadRow, row.lane, with_for_update=True, populate_existing=True)
    if head is None:
        head = _open_lane(session, row.lane, keys)
    previous = _last_mac(session, head)
    row.position = head.position + 1
    row.mac = _row_mac(keys, row, previous)
    session.add(row)
    session.flush()
    head.position = row.position
    head.mac = _head_mac(keys, head.lane, row.position, row.mac)


def _open_lane(session: Session, lane: str, keys: Keys) -> AuditHeadRow:
    # Opening a lane is itself a row of the system lane: a lane that vanished as a whole is missed by nobody.
    if lane != SYSTEM_LANE:
        # The system lane's lock lets one writer at a time open a lane; the second finds it open.
        session.get(AuditHeadRow, SYSTEM_LANE, with_for_update=True, populate_existing=True)
        opened = session.get(AuditHeadRow, lane, with_for_update=True, populate_existing=True)
        if opened is not None:
            return opened
        opening = AuditRow(
            lane=SYSTEM_LANE, at=utc_now(), actor_kind=SYSTEM.kind, actor_id=SYSTEM.staff_id, counter="",
            session="", action="audit.lane_opened", case_id=None, persons=[], detail={"lane": lane}, secret=None,
        )  # fmt: skip
        _append(session, opening)
    head = AuditHeadRow(lane=lane, position=0, mac=_head_mac(keys, lane, 0, START))
    session.add(head)
    session.flush()
    return head


def _last_mac(session: Session, head: AuditHeadRow) -> bytes:
    if head.position == 0:
        return START
    found = session.scalar(
        select(AuditRow.mac).where(AuditRow.lane == head.lane, AuditRow.position == head.position)
    )
    if found is None:
        raise RuntimeError(f"the operation log of lane {head.lane} has lost its last row")
    return found


def verify() -> Verification:
    """Read the whole log as it is at one moment and check every lane: gapless positions, every mac, and the head."""
    session = db.session()
    session.rollback()
    if db.engine.dialect.name == "postgresql":
        # Otherwise every statement would see its own moment, and rows written after the heads were read look cut off.
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        return _verify()
    finally:
        session.rollback()


def _verify() -> Verification:
    keys = _keys()
    heads = {head.lane: (head.position, head.mac) for head in db.session.scalars(select(AuditHeadRow))}
    lanes = set(heads) | set(db.session.scalars(select(AuditRow.lane).distinct()))
    opened = {SYSTEM_LANE}
    rows, breaks = 0, []
    for lane in sorted(lanes, key=lambda name: (name != SYSTEM_LANE, name)):
        count, found = _verify_lane(keys, lane, heads.get(lane), opened)
        rows += count
        if found:
            breaks.append(found)
    for lane in sorted(opened - lanes):
        breaks.append(Break(lane, 1, "この系列の記録がすべて失われています。"))
    return Verification(rows, len(lanes), tuple(breaks))


def _verify_lane(
    keys: Keys, lane: str, head: tuple[int, bytes] | None, opened: set[str]
) -> tuple[int, Break | None]:
    previous, expected = START, 1
    for row in _stream(lane):
        if row.position != expected:
            return expected - 1, Break(lane, expected, f"{expected}番の記録がありません。")
        if not hmac.compare_digest(row.mac, _row_mac(keys, row, previous)):
            return expected - 1, Break(lane, expected, f"{expected}番の記録が書き換えられています。")
        if row.action == "audit.lane_opened":
            opened.add(row.detail["lane"])
        previous, expected = row.mac, expected + 1
    last = expected - 1
    if (
        head is None
        or head[0] != last
        or not hmac.compare_digest(head[1], _head_mac(keys, lane, last, previous))
    ):
        return last, Break(lane, last + 1, f"{last}番より後の記録が切り取られています。")
    return last, None


def _stream(lane: str) -> Iterator[AuditRow]:
    position = 0
    while True:
        batch = db.session.scalars(
            select(AuditRow)
            .where(AuditRow.lane == lane, AuditRow.position > position)
            .order_by(AuditRow.position)
            .limit(VERIFY_BATCH)
        ).all()
        if not batch:
            return
        yield from batch
        position = batch[-1].position
        db.session.expunge_all()


def list_for_case(
    case_id: str, start: int = 0, limit: int = 500, without: Collection[str] = ()
) -> tuple[Entry, ...]:
    """The timeline of a case, newest first, from the entry at ``start`` on; ``without`` are actions to leave out."""
    rows = db.session.scalars(
        select(AuditRow)
        .where(AuditRow.case_id == case_id, AuditRow.action.not_in([*without]))
        .order_by(AuditRow.id.desc())
        .offset(start)
        .limit(limit)
    )
    return tuple(
        Entry(row.at, row.actor_id, row.actor_kind, row.counter, row.action, EVENTS[row.action], row.detail)
        for row in rows
    )


LOOKS = ("case.viewed", "ledger.viewed", "case.warning_shown", "document.opened", "access.refused")
"""Actions on a case that change nothing in it."""


def last_change(case_id: str) -> Entry | None:
    """The last thing done to a case that was more than a look."""
    row = db.session.scalars(
        select(AuditRow)
        .where(AuditRow.case_id == case_id, AuditRow.action.not_in(LOOKS))
        .order_by(AuditRow.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return Entry(
        row.at, row.actor_id, row.actor_kind, row.counter, row.action, EVENTS[row.action], row.detail
    )


def list_actors(case_id: str) -> frozenset[str]:
    """Everyone who did more with a case than look at it or refuse a correction."""
    return frozenset(
        db.session.scalars(
            select(AuditRow.actor_id)
            .where(AuditRow.case_id == case_id, AuditRow.action.not_in((*LOOKS, "case.correction_refused")))
            .distinct()
        )
    )


def list_of_action(action: str, since: datetime, limit: int = 50) -> tuple[Entry, ...]:
    """What was recorded under one action since then, newest first."""
    rows = db.session.scalars(
        select(AuditRow)
        .where(AuditRow.action == action, AuditRow.at >= since)
        .order_by(AuditRow.id.desc())
        .limit(limit)
    )
    return tuple(
        Entry(row.at, row.actor_id, row.actor_kind, row.counter, row.action, EVENTS[row.action], row.detail)
        for row in rows
    )


def keys_fit() -> bool:
    """Whether the keys of this instance are those the log was written with; true for an empty log."""
    head = db.session.get(AuditHeadRow, SYSTEM_LANE)
    if head is None:
        return True
    return hmac.compare_digest(
        head.mac, _head_mac(_keys(), head.lane, head.position, _last_mac(db.session(), head))
    )


def head_digest() -> str:
    """A short digest over all heads, for /health: changes with every row, tells nothing of it."""
    total = hashlib.sha256()
    for head in db.session.scalars(select(AuditHeadRow).order_by(AuditHeadRow.lane)):
        total.update(head.mac)
    return total.hexdigest()[:16]


def _keys() -> Keys:
    keys: Keys = current_app.config["KAKANAI"].keys
    return keys


def _row_mac(keys: Keys, row: AuditRow, previous: bytes) -> bytes:
    content = [
        row.lane, row.position, row.at.isoformat(), row.actor_kind, row.actor_id, row.counter, row.session,
        row.action, row.case_id, row.persons, row.detail, row.secret.hex() if row.secret else None,
    ]  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(keys.audit, b"row\0" + previous + text.encode(), hashlib.sha256).digest()


def _head_mac(keys: Keys, lane: str, position: int, mac: bytes) -> bytes:
    return hmac.new(keys.audit, f"head\0{lane}\0{position}\0".encode() + mac, hashlib.sha256).digest()


def seal(text: str) -> bytes:
    """A text as the log keeps what may only be read by the audit role."""
    key = hmac.new(_keys().audit, b"secret", hashlib.sha256).digest()
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, text.encode(), b"audit")
