"""The operation log (操作ログ): written in the transaction it records, chained by HMAC, readable and verifiable.

Rows form one chain per lane (the counter where it happened, or ``system``): one chain over all writers would make
every desk wait for every other. A lane's head is keyed too, so rows cut off its end are missed by the verification
(`audit_check`) only together with a head copied earlier on the same day; the daily seals (`audit_seals`) show the rest.
Spec 7-C-③④.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.data.audit_macs import START, audit_key, head_mac, row_mac, row_text
from app.data.models.audit import AuditHeadRow, AuditPersonRow, AuditRow
from app.data.models.base import utc_now
from app.domain.audit_events import EVENTS
from app.domain.authority import SYSTEM, Actor
from app.extensions import db

PENDING = "kakanai_audit"
SYSTEM_LANE = "system"
_at_work: ContextVar[Actor] = ContextVar("audit_at_work", default=SYSTEM)


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


@contextmanager
def carried_out_by(actor: Actor) -> Iterator[None]:
    """Within this block the system works for somebody: what it does stands on record as his."""
    token = _at_work.set(actor)
    try:
        yield
    finally:
        _at_work.reset(token)


def on_record(actor: Actor) -> Actor:
    """Who stands on record for an actor: he himself, for the system whoever set it to work."""
    return _at_work.get() if actor == SYSTEM else actor


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
    actor = on_record(actor)
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
    key = audit_key()
    head = session.get(AuditHeadRow, row.lane, with_for_update=True, populate_existing=True)
    if head is None:
        head = _open_lane(session, row.lane, key)
    previous = _last_mac(session, head)
    row.position = head.position + 1
    row.mac = row_mac(key, row_text(row), previous)
    session.add(row)
    session.flush()
    session.add_all(AuditPersonRow(event_id=row.id, person_number=number) for number in set(row.persons))
    head.position = row.position
    head.mac = head_mac(key, head.lane, row.position, row.mac)


def _open_lane(session: Session, lane: str, key: bytes) -> AuditHeadRow:
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
    head = AuditHeadRow(lane=lane, position=0, mac=head_mac(key, lane, 0, START))
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
    last = _last_mac(db.session(), head)
    return hmac.compare_digest(head.mac, head_mac(audit_key(), head.lane, head.position, last))


def head_digest() -> str:
    """A short digest over all heads, for /health: changes with every row, tells nothing of it."""
    total = hashlib.sha256()
    for head in db.session.scalars(select(AuditHeadRow).order_by(AuditHeadRow.lane)):
        total.update(head.mac)
    return total.hexdigest()[:16]


def seal(text: str) -> bytes:
    """A text as the log keeps what may only be read by the audit role."""
    nonce = os.urandom(12)
    return nonce + AESGCM(_secret_key()).encrypt(nonce, text.encode(), b"audit")


def unseal(sealed: bytes) -> str:
    """The text again. Raises `cryptography.exceptions.InvalidTag` when it was changed."""
    return AESGCM(_secret_key()).decrypt(sealed[:12], sealed[12:], b"audit").decode()


def _secret_key() -> bytes:
    return hmac.digest(audit_key(), b"secret", hashlib.sha256)
