"""Looks (照会): who opened which person outside a case, and for which purpose."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import UtcDateTime
from app.extensions import Base


class LookRow(Base):
    """A purpose chosen for a person in a session; kept for the day, so that the limits can be counted."""

    __tablename__ = "person_look"
    __table_args__ = (Index("ix_person_look_staff_id_chosen_at", "staff_id", "chosen_at"),)

    session: Mapped[str] = mapped_column(String(16), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    staff_id: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(String(20))
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)
