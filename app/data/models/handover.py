"""A case that passes through several hands: handed to a counter, ticked by many, told to one, corrected after its end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import OPAQUE_ID, UtcDateTime, opaque_id
from app.extensions import Base


class HandoverRow(Base):
    """A case, or one procedure of it (``procedure`` not empty), handed to a counter with a note (申し送り).

    ``state`` is one of `app.domain.handovers.HandoverState`; ``answer`` is the reason it was sent back with.
    """

    __tablename__ = "case_handover"
    __table_args__ = (Index("ix_case_handover_to_counter_state", "to_counter", "state"),)

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    procedure: Mapped[str] = mapped_column(String(40))
    from_staff: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    from_counter: Mapped[str] = mapped_column(ForeignKey("counter.code"))
    to_counter: Mapped[str] = mapped_column(ForeignKey("counter.code"))
    note: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    answer: Mapped[str] = mapped_column(Text)


class CaseMessageRow(Base):
    """What a member of staff is told about a case he had to do with; it stays on his screens until he has read it."""

    __tablename__ = "case_message"
    __table_args__ = (Index("ix_case_message_to_staff_read_at", "to_staff", "read_at"),)

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    to_staff: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text)
    sent_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    counter: Mapped[str] = mapped_column(String(20))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TickRow(Base):
    """A counter's word on a procedure of its own: received, sent back, not needed. The last one of a procedure counts."""

    __tablename__ = "case_tick"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    procedure: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    counter: Mapped[str] = mapped_column(String(20))


class CorrectionRow(Base):
    """A case that corrects a closed one (訂正): valid only when a second person has consented."""

    __tablename__ = "case_correction"

    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    corrects: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    changes: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    consented: Mapped[bool | None] = mapped_column(Boolean)
    answer: Mapped[str] = mapped_column(Text)
