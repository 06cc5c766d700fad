"""Handovers, messages and ticks in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from app.data.models.base import utc_now
from app.data.models.case import CaseRow
from app.data.models.handover import CaseMessageRow, CorrectionRow, HandoverRow, TickRow
from app.domain.case import ProcedureState, State
from app.domain.errors import NotFound
from app.domain.handovers import CaseMessage, Handover, HandoverState, Tick, Told
from app.extensions import db

MOST = 50
"""Rows of an inbox; a counter that has more works through the oldest first."""
GONE = "この引き継ぎは、すでに受け取られたか取りやめられています。一覧を開き直してください。"


def add(
    case_id: str, procedure: str, *, sender: str, from_counter: str, to_counter: str, note: str
) -> Handover:
    """Keep a handover as waiting; one of the same thing that still waits is withdrawn."""
    withdraw(case_id, procedure)
    row = HandoverRow(
        case_id=case_id, procedure=procedure, from_staff=sender, from_counter=from_counter, to_counter=to_counter,
        note=note, sent_at=utc_now(), state=HandoverState.WAITING, answer="",
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return _handover(row)


def withdraw(case_id: str, procedure: str = "") -> int:
    """Take back what waits of a case (or of one procedure of it). Returns how many."""
    rows = _waiting(case_id, procedure)
    for row in rows:
        row.state, row.answered_at = HandoverState.WITHDRAWN, utc_now()
    return len(rows)


def accept_waiting(case_id: str, counter: str, by: str) -> list[Handover]:
    """The case was taken at this counter: what waits for it here is accepted, what waits elsewhere withdrawn."""
    accepted = []
    for row in _waiting(case_id, ""):
        here = row.to_counter == counter
        row.state = HandoverState.ACCEPTED if here else HandoverState.WITHDRAWN
        row.answered_at, row.answered_by = utc_now(), by
        accepted += [_handover(row)] if here else []
    return accepted


def answer(handover_id: str, state: HandoverState, by: str, text: str = "") -> Handover:
    """Answer one that waits. Raises NotFound when it does not wait any more."""
    row = db.session.get(HandoverRow, handover_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != HandoverState.WAITING:
        raise NotFound(GONE)
    row.state, row.answered_at, row.answered_by, row.answer = state, utc_now(), by, text
    return _handover(row)


def get(handover_id: str) -> Handover:
    """Raises NotFound."""
    row = db.session.get(HandoverRow, handover_id)
    if row is None:
        raise NotFound(GONE)
    return _handover(row)


def list_of_case(case_id: str) -> tuple[Handover, ...]:
    """Every handover of a case, newest first."""
    rows = db.session.scalars(
        select(HandoverRow)
        .where(HandoverRow.case_id == case_id)
        .order_by(HandoverRow.sent_at.desc())
        .limit(MOST)
    )
    return tuple(_handover(row) for row in rows)


def list_waiting(counter: str) -> tuple[Handover, ...]:
    """What waits for a counter, the oldest first."""
    rows = db.session.scalars(
        select(HandoverRow)
        .where(HandoverRow.to_counter == counter, HandoverRow.state == HandoverState.WAITING)
        .order_by(HandoverRow.sent_at)
        .limit(MOST)
    )
    return tuple(_handover(row) for row in rows)


def is_for(case_id: str, counter: str) -> bool:
    """Whether the case was handed to this counter and was not sent back or taken back."""
    return (
        db.session.scalar(
            select(HandoverRow.id)
            .where(
                HandoverRow.case_id == case_id,
                HandoverRow.procedure == "",
                HandoverRow.to_counter == counter,
                HandoverRow.state.in_([HandoverState.WAITING, HandoverState.ACCEPTED]),
            )
            .limit(1)
        )
        is not None
    )


def _waiting(case_id: str, procedure: str) -> Sequence[HandoverRow]:
    return db.session.scalars(
        select(HandoverRow).where(
            HandoverRow.case_id == case_id,
            HandoverRow.procedure == procedure,
            HandoverRow.state == HandoverState.WAITING,
        )
    ).all()


def _handover(row: HandoverRow) -> Handover:
    return Handover(
        row.id, row.case_id, row.procedure, row.from_staff, row.from_counter, row.to_counter, row.note, row.sent_at,
        HandoverState(row.state), row.answered_at, row.answered_by, row.answer,
    )  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """What waits for one member of staff at one counter: counts, and the moment of the newest."""

    handovers: int
    messages: int
    consents: int
    newest: datetime | None

    @property
    def mark(self) -> str:
        """Changes when anything of it does."""
        newest = int(self.newest.timestamp() * 1000) if self.newest else 0
        return f"{self.handovers}-{self.messages}-{self.consents}-{newest}"

    @property
    def total(self) -> int:
        return self.handovers + self.messages + self.consents


def waiting_for(counter: str, staff_id: str, consents: bool) -> Waiting:
    """Counted by the database in one question; ``consents``: corrections that wait for a second person count as well."""
    handed = (HandoverRow.to_counter == counter, HandoverRow.state == HandoverState.WAITING)
    told = (CaseMessageRow.to_staff == staff_id, CaseMessageRow.read_at.is_(None))
    asked = (
        CorrectionRow.submitted_at.is_not(None), CorrectionRow.decided_at.is_(None), CorrectionRow.asked_by != staff_id,
        CorrectionRow.case_id == CaseRow.id, CaseRow.state == State.AWAITING,
    )  # fmt: skip
    columns = [
        select(func.count()).select_from(HandoverRow).where(*handed).scalar_subquery(),
        select(func.max(HandoverRow.sent_at)).where(*handed).scalar_subquery(),
        select(func.count()).select_from(CaseMessageRow).where(*told).scalar_subquery(),
        select(func.max(CaseMessageRow.sent_at)).where(*told).scalar_subquery(),
    ]
    if consents:
        columns += [
            select(func.count(CorrectionRow.case_id)).where(*asked).scalar_subquery(),
            select(func.max(CorrectionRow.submitted_at)).where(*asked).scalar_subquery(),
        ]
    found = tuple(db.session.execute(select(*columns)).one())
    moments = [moment for moment in found[1::2] if moment is not None]
    return Waiting(found[0], found[2], found[4] if consents else 0, max(moments, default=None))


def tell(case_id: str, to: str, kind: Told, by: str, counter: str, note: str = "") -> None:
    """Leave a message for a member of staff; nobody is told what he did himself."""
    if to == by:
        return
    db.session.add(
        CaseMessageRow(
            case_id=case_id,
            to_staff=to,
            kind=kind,
            note=note,
            sent_by=by,
            counter=counter,
            sent_at=utc_now(),
        )
    )


def list_messages(staff_id: str) -> tuple[CaseMessage, ...]:
    """What a member of staff has not read yet, the newest first."""
    rows = db.session.execute(
        select(CaseMessageRow, CaseRow.number)
        .join(CaseRow, CaseRow.id == CaseMessageRow.case_id)
        .where(CaseMessageRow.to_staff == staff_id, CaseMessageRow.read_at.is_(None))
        .order_by(CaseMessageRow.sent_at.desc())
        .limit(MOST)
    )
    return tuple(
        CaseMessage(
            row.id, row.case_id, number, Told(row.kind), row.note, row.sent_by, row.counter, row.sent_at
        )
        for row, number in rows
    )


def mark_read(staff_id: str, message_ids: Sequence[str]) -> int:
    """Put away messages of a member of staff. Returns how many."""
    marked = db.session.execute(
        update(CaseMessageRow)
        .where(
            CaseMessageRow.to_staff == staff_id,
            CaseMessageRow.id.in_(message_ids),
            CaseMessageRow.read_at.is_(None),
        )
        .values(read_at=utc_now())
        .returning(CaseMessageRow.id)
    )
    return len(marked.all())


def add_tick(case_id: str, tick: Tick) -> None:
    db.session.add(
        TickRow(
            case_id=case_id, procedure=tick.procedure, state=tick.state, reason=tick.reason, at=tick.at, by=tick.by,
            counter=tick.counter,
        )
    )  # fmt: skip


def last_ticks(case_id: str) -> dict[str, Tick]:
    """The last word on each procedure of a case that a counter spoke about."""
    rows = db.session.scalars(select(TickRow).where(TickRow.case_id == case_id).order_by(TickRow.id))
    return {
        row.procedure: Tick(row.procedure, ProcedureState(row.state), row.reason, row.at, row.by, row.counter)
        for row in rows
    }
