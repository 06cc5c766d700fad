"""Who is protected (支援措置) right now: asked at every step of a case, because a flag counts from its import on."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from app.data.models.register import PersonRow, ProtectionRow
from app.extensions import db


def list_protected(numbers: Iterable[str]) -> frozenset[str]:
    """Those of the addressee numbers that belong to protected persons."""
    wanted = sorted(set(numbers))
    if not wanted:
        return frozenset()
    return frozenset(db.session.scalars(select(ProtectionRow.number).where(ProtectionRow.number.in_(wanted))))


def is_protected_birth(birth: str) -> bool:
    """Whether a protected person was born on this day ("YYYYMMDD")."""
    found = select(PersonRow.number).where(PersonRow.birth == birth, PersonRow.protected.is_(True)).limit(1)
    return bool(birth) and db.session.scalar(found) is not None
