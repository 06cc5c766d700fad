"""Corrections (訂正) of closed cases in the database: a case of its own that replaces another when it was consented to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.data.case_parts import part
from app.data.models.base import opaque_id, utc_now
from app.data.models.case import CaseFactRow, CasePersonRow, CaseProcedureRow, CaseRow, CertificateRow
from app.data.models.handover import CorrectionRow
from app.domain.case import State
from app.domain.errors import NotFound
from app.extensions import Base, db

MOST = 50


@dataclass(frozen=True)
class Correction:
    """A correction as it stands: what it corrects, why and what, and what the second person said."""

    case_id: str
    corrects: str
    reason: str
    changes: str
    asked_by: str
    asked_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    decided_by: str | None
    consented: bool | None
    answer: str


def get(case_id: str) -> Correction | None:
    """The correction a case is, if it is one."""
    row = _find(case_id)
    return _correction(row) if row else None


def _find(case_id: str) -> CorrectionRow | None:
    return next(iter(part(CorrectionRow, case_id)), None)


def lock(case_id: str) -> CorrectionRow:
    """For writing. Raises NotFound where the case is no correction."""
    row = db.session.get(CorrectionRow, case_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("この受付は訂正ではありません。")
    return row


def is_correction(case_id: str) -> bool:
    return _find(case_id) is not None


def is_consented(case_id: str) -> bool:
    """Whether the case is a correction that a second person consented to."""
    row = _find(case_id)
    return row is not None and row.consented is True


def list_of(case_id: str) -> tuple[Correction, ...]:
    """The corrections of a case, the oldest first."""
    rows = db.session.scalars(
        select(CorrectionRow).where(CorrectionRow.corrects == case_id).order_by(CorrectionRow.asked_at)
    )
    return tuple(_correction(row) for row in rows)


def replaced_by(case_id: str) -> str | None:
    """The number of the version that is valid instead of this case, None as long as it is valid itself."""
    found: str | None = None
    following: str | None = case_id
    while following is not None:
        row = db.session.execute(
            select(CorrectionRow.case_id, CaseRow.number)
            .join(CaseRow, CaseRow.id == CorrectionRow.case_id)
            .where(CorrectionRow.corrects == following, CorrectionRow.consented.is_(True))
            .order_by(CorrectionRow.decided_at.desc())
            .limit(1)
        ).first()
        following, found = (row.case_id, row.number) if row else (None, found)
    return found


def list_replaced(case_id: str) -> frozenset[str]:
    """The cases of which this one is a later version."""
    found: set[str] = set()
    row = _find(case_id)
    while row is not None:
        found.add(row.corrects)
        row = _find(row.corrects)
    return frozenset(found)


def list_waiting(for_staff: str) -> tuple[tuple[Correction, str], ...]:
    """Corrections that wait for a second person, with the numbers of the corrected cases, the oldest first."""
    rows = db.session.execute(
        select(CorrectionRow, CaseRow.number)
        .join(CaseRow, CaseRow.id == CorrectionRow.case_id)
        .where(
            CorrectionRow.submitted_at.is_not(None),
            CorrectionRow.decided_at.is_(None),
            CorrectionRow.asked_by != for_staff,
            CaseRow.state == State.AWAITING,
        )
        .order_by(CorrectionRow.submitted_at)
        .limit(MOST)
    )
    return tuple((_correction(row), number) for row, number in rows)


def add(case_id: str, corrects: str, reason: str, changes: str, asked_by: str) -> None:
    db.session.add(
        CorrectionRow(
            case_id=case_id,
            corrects=corrects,
            reason=reason,
            changes=changes,
            asked_by=asked_by,
            asked_at=utc_now(),
            answer="",
        )
    )


def copy_case(old_id: str, new_id: str) -> None:
    """Put into a new case what another holds: persons, facts, procedures and certificates, each with its own id."""
    session = db.session()
    ids = _copy(session, CasePersonRow, old_id, new_id, {})
    rows = session.scalars(select(CaseFactRow).where(CaseFactRow.case_id == old_id)).all()
    for row in rows:
        if not row.name.startswith("draft."):
            values = _values(row) | {
                "case_id": new_id,
                "subject": ids.get(row.subject, row.subject),
                "value": _renamed(row.value, ids),
            }
            session.add(CaseFactRow(**values))
    _copy(session, CaseProcedureRow, old_id, new_id, ids)
    _copy(session, CertificateRow, old_id, new_id, ids)
    session.flush()


def _copy(
    session: Session, table: type[Base], old_id: str, new_id: str, ids: dict[str, str]
) -> dict[str, str]:
    """Copy the rows of one table; the new id by the old one."""
    made = {}
    columns = table.__table__.columns
    for row in session.scalars(select(table).where(columns["case_id"] == old_id)).all():
        values = {name: _renamed(value, ids) for name, value in _values(row).items()}
        old = str(values["id"])
        made[old] = opaque_id()
        session.add(table(**values | {"id": made[old], "case_id": new_id}))
    return made


def _values(row: Base) -> dict[str, object]:
    return {column.name: getattr(row, column.name) for column in type(row).__table__.columns}


def _renamed(value: object, ids: dict[str, str]) -> object:
    """A value with the ids of persons in it replaced, however deep."""
    if isinstance(value, str):
        return ids.get(value, value)
    if isinstance(value, list):
        return [_renamed(one, ids) for one in value]
    if isinstance(value, dict):
        return {ids.get(str(name), name): _renamed(one, ids) for name, one in value.items()}
    return value


def _correction(row: CorrectionRow) -> Correction:
    return Correction(
        row.case_id, row.corrects, row.reason, row.changes, row.asked_by, row.asked_at, row.submitted_at,
        row.decided_at, row.decided_by, row.consented, row.answer,
    )  # fmt: skip
