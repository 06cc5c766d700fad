"""The rows that belong to a case, read once and kept true by what is written, until the session begins anew.

A step reads its case before and after each of its small writes; without this every reading would ask the database again for
seven tables of which the write touched one.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

from sqlalchemy import event, exists, select
from sqlalchemy.orm import ORMExecuteState, Session

from app.data.models.case import (
    CaseFactRow,
    CasePersonRow,
    CaseProcedureRow,
    CertificateRow,
    DocumentRow,
    MemoRow,
)
from app.data.models.handover import CorrectionRow
from app.extensions import db

_KNOWN = "kakanai_case_parts"

SELDOM = (CaseProcedureRow, CertificateRow, DocumentRow, MemoRow, CorrectionRow)
"""Parts that a case mostly has none of while it is being made."""

Row = TypeVar(
    "Row", CaseFactRow, CasePersonRow, CaseProcedureRow, CertificateRow, CorrectionRow, DocumentRow, MemoRow
)


def part(table: type[Row], case_id: str) -> list[Row]:
    """The rows of a table that belong to a case, in no order, with all that was written so far."""
    db.session.flush()
    return list(_known(db.session(), table, case_id))


def find_fact(case_id: str, subject: str, name: str) -> CaseFactRow | None:
    """The row of a fact, stored or about to be."""
    rows = _known(db.session(), CaseFactRow, case_id)
    return next((row for row in rows if row.subject == subject and row.name == name), None)


def add_fact(case_id: str, subject: str, name: str) -> CaseFactRow:
    """A new row, to be filled by the caller."""
    row = CaseFactRow(case_id=case_id, subject=subject, name=name)
    db.session.add(row)
    _known(db.session(), CaseFactRow, case_id).append(row)
    return row


def delete_fact(row: CaseFactRow) -> None:
    """Take a fact's row away."""
    _known(db.session(), CaseFactRow, row.case_id).remove(row)
    if row in db.session.new:
        db.session.expunge(row)
    else:
        db.session.delete(row)


def forget(session: Session) -> None:
    """Read everything anew: others may have written since."""
    session.info.pop(_KNOWN, None)


def _known(session: Session, table: type[Row], case_id: str) -> list[Row]:
    known = session.info.setdefault(_KNOWN, {})
    with session.no_autoflush:
        if table in SELDOM and (table, case_id) not in known:
            _find_empty(session, known, case_id)
        if (table, case_id) not in known:
            known[table, case_id] = list(session.scalars(select(table).where(table.case_id == case_id)))
    return cast(list[Row], known[table, case_id])


def _find_empty(session: Session, known: dict[Any, Any], case_id: str) -> None:
    """Note in one statement which of the tables hold nothing of the case."""
    unknown = [table for table in SELDOM if (table, case_id) not in known]
    filled = session.execute(select(*(exists().where(table.case_id == case_id) for table in unknown))).one()
    known.update(
        {(table, case_id): [] for table, has_rows in zip(unknown, filled, strict=True) if not has_rows}
    )


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: Any) -> None:
    known = session.info.get(_KNOWN)
    if not known:
        return
    for row in session.new:
        rows = known.get((type(row), getattr(row, "case_id", "")))
        if rows is not None and row not in rows:
            rows.append(row)
    for row in session.deleted:
        rows = known.get((type(row), getattr(row, "case_id", "")))
        if rows is not None and row in rows:
            rows.remove(row)


@event.listens_for(Session, "do_orm_execute")
def _forget_at_statement(state: ORMExecuteState) -> None:
    if not state.is_select:
        forget(state.session)


@event.listens_for(Session, "after_soft_rollback")
def _forget_at_rollback(session: Session, _transaction: Any) -> None:
    forget(session)
