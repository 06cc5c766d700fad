"""Cases that ended long ago (受付の保存期間): which may go, and taking one out with everything that is kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from app.data.models.case import CaseProcedureRow, CaseRow
from app.data.models.handover import CorrectionRow, HandoverRow
from app.domain.case import ProcedureState, State
from app.domain.handovers import HandoverState
from app.extensions import Base, db

MOST = 50_000
"""So many are looked at in one go, those that ended first."""
_ENDED = (State.CLOSED, State.DROPPED)
_IN_REVIEW = (ProcedureState.UNDER_REVIEW, ProcedureState.SENT_BACK)


@dataclass(frozen=True)
class Ended:
    """A case that ended: its id, its number, and when."""

    case_id: str
    number: str
    at: datetime


def list_ended(before: datetime) -> tuple[Ended, ...]:
    """What ended before a moment, the newest first, so that a case goes before the one it goes on from."""
    rows = db.session.execute(
        select(CaseRow.id, CaseRow.number, CaseRow.closed_at)
        .where(CaseRow.state.in_(_ENDED), CaseRow.closed_at < before)
        .order_by(CaseRow.closed_at)
        .limit(MOST)
    )
    return tuple(Ended(case_id, number, at) for case_id, number, at in reversed(rows.all()) if at is not None)


def list_unfinished(before: datetime) -> frozenset[str]:
    """Those of them of which something still waits: a procedure in review, or a handover for its counter."""
    waits = (
        select(CaseProcedureRow.case_id).where(
            CaseProcedureRow.needed.is_(True), CaseProcedureRow.state.in_(_IN_REVIEW)
        ),
        select(HandoverRow.case_id).where(HandoverRow.state == HandoverState.WAITING),
    )
    ended = select(CaseRow.id).where(CaseRow.state.in_(_ENDED), CaseRow.closed_at < before)
    return frozenset(
        case_id
        for one in waits
        for case_id in db.session.scalars(one.where(one.selected_columns[0].in_(ended)))
    )


def list_followed() -> tuple[tuple[str, str], ...]:
    """Each case that goes on from another one, or corrects it, with that one."""
    later = (
        select(CaseRow.id, CaseRow.continues).where(CaseRow.continues.is_not(None)),
        select(CorrectionRow.case_id, CorrectionRow.corrects),
    )
    return tuple((new, old) for one in later for new, old in db.session.execute(one) if old is not None)


def remove(case_id: str) -> None:
    """Take a case out: its rows in every table that names it, or its name there where the row is not its own.

    Only inside a transaction. Another case that goes on from it must be gone before.
    """
    own = CaseRow.__table__
    for table in reversed(Base.metadata.sorted_tables):
        if table is own:
            continue
        for column in table.columns:
            if not column.references(own.c.id):
                continue
            if column.nullable:
                db.session.execute(update(table).where(column == case_id).values({column.name: None}))
            else:
                db.session.execute(delete(table).where(column == case_id))
    db.session.execute(delete(CaseRow).where(CaseRow.id == case_id))
