"""What a counter takes up most often without a move (個別の手続き)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from app.data.models.case import CaseProcedureRow, CaseRow
from app.domain.case import Kind
from app.extensions import db


def list_procedures_by_use(counter: str, since: date, most: int) -> list[str]:
    """The codes of the procedures that cases of this counter were about since a day, the commonest first."""
    count = func.count(CaseProcedureRow.id)
    rows = db.session.execute(
        select(CaseProcedureRow.procedure, count)
        .join(CaseRow, CaseRow.id == CaseProcedureRow.case_id)
        .where(CaseRow.counter == counter, CaseRow.kind == Kind.SINGLE, CaseRow.received_on >= since)
        .group_by(CaseProcedureRow.procedure)
        .order_by(count.desc(), CaseProcedureRow.procedure)
        .limit(most)
    )
    return [procedure for procedure, _count in rows]
