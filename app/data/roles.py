"""Roles that the city made itself, and who holds a role."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, or_, select

from app.data.models.role import RoleRow
from app.data.models.staff import AssignmentRow
from app.extensions import db


def list_made(codes: Collection[str] | None = None) -> list[RoleRow]:
    """Those that are not withdrawn, oldest first; only some where their codes are given."""
    if codes is not None and not codes:
        return []
    query = select(RoleRow).where(RoleRow.withdrawn_at.is_(None)).order_by(RoleRow.made_at, RoleRow.code)
    if codes is not None:
        query = query.where(RoleRow.code.in_(codes))
    return list(db.session.scalars(query))


def find_role(code: str) -> RoleRow | None:
    """One that is not withdrawn."""
    row = db.session.get(RoleRow, code)
    return row if row and row.withdrawn_at is None else None


def holders(code: str, today: date) -> list[str]:
    """Who has the role at any counter today or from a coming day on, by id."""
    query = select(AssignmentRow.staff_id).where(
        AssignmentRow.role == code, or_(AssignmentRow.until.is_(None), AssignmentRow.until >= today)
    )
    return list(db.session.scalars(query.distinct().order_by(AssignmentRow.staff_id)))


def count_holders(today: date) -> dict[str, int]:
    """How many have each role today or from a coming day on."""
    query = (
        select(AssignmentRow.role, func.count(AssignmentRow.staff_id.distinct()))
        .where(or_(AssignmentRow.until.is_(None), AssignmentRow.until >= today))
        .group_by(AssignmentRow.role)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
