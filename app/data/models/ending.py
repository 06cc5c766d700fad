"""Ending a protection (支援措置の終了): what one responsible person asked, and what the other decided."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import OPAQUE_ID, UtcDateTime, opaque_id
from app.extensions import Base


class EndingRow(Base):
    """One request to end the protection of a person, and of those who are protected because of him.

    ``state`` is one of `app.domain.endings.EndingState`.
    """

    __tablename__ = "protection_ending"
    __table_args__ = (Index("ix_protection_ending_state_asked_at", "state", "asked_at"),)

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    person_number: Mapped[str] = mapped_column(String(24), index=True)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(20))
    asked_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
