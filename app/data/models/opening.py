"""Offices (庁舎) and what differs in their opening calendar (開庁暦) from the rule of every year."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, Time
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import OPAQUE_ID, UtcDateTime, opaque_id
from app.extensions import Base


class OfficeRow(Base):
    """An office: the city hall (市役所) or a branch (支所)."""

    __tablename__ = "office"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    title: Mapped[str] = mapped_column(String(60), unique=True)
    position: Mapped[int] = mapped_column(Integer)


class OpeningRow(Base):
    """An entry of the opening calendar. It is never changed: it is withdrawn, or put back, and stays readable.

    ``weekdays`` are digits (0 is Monday), empty for every day; ``last_on`` is empty for an entry that goes on.
    """

    __tablename__ = "opening_calendar"

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    office: Mapped[str] = mapped_column(ForeignKey("office.code"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date | None] = mapped_column(Date)
    weekdays: Mapped[str] = mapped_column(String(7), default="")
    opens: Mapped[time | None] = mapped_column(Time)
    closes: Mapped[time | None] = mapped_column(Time)
    counts: Mapped[bool] = mapped_column(Boolean, default=False)
    reason: Mapped[str] = mapped_column(String(60))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(40))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(String(40))
