"""Tables of the trials (試行) of content: runs of the example households and replays of past cases, with their results."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import OPAQUE_ID, UtcDateTime, opaque_id
from app.extensions import Base


class TrialRow(Base):
    """A trial. Whoever holds the lease works on the next part of it; ``place`` is where that part begins."""

    __tablename__ = "content_trial"

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    kind: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(60), index=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    base: Mapped[int | None] = mapped_column(ForeignKey("content_version.id"))
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    judged_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), index=True)
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer)
    found: Mapped[int] = mapped_column(Integer)
    place: Mapped[str] = mapped_column(String(40))
    tally: Mapped[dict[str, Any]] = mapped_column(JSON)
    asked_by: Mapped[str] = mapped_column(String(40))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    holder: Mapped[str] = mapped_column(String(32))
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TrialLineRow(Base):
    """One result of a trial: an example that fails, or a line that differs on the list of a case. Names no person.

    ``topic`` is what results are sorted out by: the procedure of the line.
    """

    __tablename__ = "content_trial_line"

    trial_id: Mapped[str] = mapped_column(ForeignKey("content_trial.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(60))
    topic: Mapped[str] = mapped_column(String(60))
    result: Mapped[dict[str, Any]] = mapped_column(JSON)


class InventedHouseholdRow(Base):
    """A household somebody invented in the simulator, as he left it. Nobody in it exists."""

    __tablename__ = "invented_household"

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    staff_id: Mapped[str] = mapped_column(String(40), index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)
    household: Mapped[str] = mapped_column(Text)
