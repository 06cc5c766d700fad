"""Who is protected (支援措置) right now: asked at every step of a case, because a flag counts from its import on."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from app.data.models.register import PersonRow, ProtectionRow
from app.extensions import db


def list_protected(numbers: Iterable[str]) -> frozenset[str]:
    """Those of the addressee numbers that belong to protected persons."""
    wanted = sorted(set(numbers))
    if not wanted:
        return frozenset()
    return frozenset(db.session.scalars(select(ProtectionRow.number).where(ProtectionRow.number.in_(wanted))))


def list_numbers() -> frozenset[str]:
    """The numbers of everybody who is protected."""
    return frozenset(db.session.scalars(select(ProtectionRow.number)))


def state() -> str:
    """Changes whenever somebody becomes protected or stops being so; tells nothing of whom."""
    count, newest = db.session.execute(select(func.count(), func.max(ProtectionRow.since))).one()
    return f"{count}.{newest.timestamp() if newest else 0}"


def is_protected_birth(birth: str) -> bool:
    """Whether a protected person was born on this day ("YYYYMMDD")."""
    found = select(PersonRow.number).where(PersonRow.birth == birth, PersonRow.protected.is_(True)).limit(1)
    return bool(birth) and db.session.scalar(found) is not None
