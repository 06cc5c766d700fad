"""Releases (解除): what was asked of a responsible person where a case stands still, and what he decided."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import OPAQUE_ID, UtcDateTime, opaque_id
from app.extensions import Base


class ReleaseRow(Base):
    """One person who keeps a case stopped, what was asked about him, and the answer.

    ``person_number`` is empty for a visitor who was typed. ``state`` is one of `app.domain.releases.ReleaseState`. An
    allowed one counts for who asked, until ``until`` or until ``document_id``, the one output, was made.
    One with a ``form`` is for the person's address on that paper of the case (``paper``, see
    `app.domain.releases.paper_of`) as the case was in ``case_version``.
    """

    __tablename__ = "case_release"
    __table_args__ = (Index("ix_case_release_state_asked_at", "state", "asked_at"),)

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    person_number: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(20))
    asked_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    asked_counter: Mapped[str] = mapped_column(ForeignKey("counter.code"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    document_id: Mapped[str | None] = mapped_column(OPAQUE_ID)
    form: Mapped[str] = mapped_column(String(80), server_default="")
    paper: Mapped[str] = mapped_column(String(64), server_default="")
    case_version: Mapped[int] = mapped_column(Integer, server_default="0")
