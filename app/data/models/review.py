"""Review: what was done with each received procedure, and applications that came twice on one day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import OPAQUE_ID, UtcDateTime, opaque_id
from app.extensions import Base


class ReviewEntryRow(Base):
    """One act of review or the counter's answer to it; ``state`` is where it left the procedure."""

    __tablename__ = "review_entry"

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    procedure: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    counter: Mapped[str] = mapped_column(String(20))


class DuplicateRow(Base):
    """An application that was taken although the same had come that day (重複): the clerk had ticked that he saw it.

    ``kind`` is procedure or certificate, ``code`` which one. ``settled_at`` says that a reviewer has dealt with it.
    """

    __tablename__ = "case_duplicate"
    __table_args__ = (UniqueConstraint("case_id", "other_case_id", "kind", "code"),)

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    other_case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    kind: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(40))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    confirmed_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    counter: Mapped[str] = mapped_column(String(20))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[str] = mapped_column(String(40), server_default="", default="")
