"""Drafts (下書き) of the content pack: rows as they are edited, every change of them, and what became of the draft."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import OPAQUE_ID, UtcDateTime, opaque_id
from app.extensions import Base


class DraftRow(Base):
    """A draft: made from a published version or from files, edited, handed to a second person, published or given up.

    ``revision`` rises with every change; who approves has seen exactly that one. ``forms`` are the forms it is published with.
    """

    __tablename__ = "content_draft"

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    title: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(Text, default="")
    pack_title: Mapped[str] = mapped_column(String(120))
    pack_version: Mapped[str] = mapped_column(String(60))
    base_version: Mapped[int | None] = mapped_column(ForeignKey("content_version.id"))
    forms: Mapped[str] = mapped_column(Text, deferred=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun_by: Mapped[str] = mapped_column(String(40))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(40))
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_by: Mapped[str | None] = mapped_column(String(40))
    in_force_on: Mapped[date | None] = mapped_column(Date)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(40))
    comment: Mapped[str] = mapped_column(Text, default="")


class DraftLineRow(Base):
    """A row of a table of a draft, as the plain cells that files and the store hold. ``version`` rises with every change."""

    __tablename__ = "content_draft_line"

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    draft_id: Mapped[str] = mapped_column(ForeignKey("content_draft.id"), index=True)
    part: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(Integer)
    cells: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(40))


class DraftChangeRow(Base):
    """One change of one row: the cells before (empty: it was added) and after (empty: it was removed).

    Changes of one act share ``act``, so that they are undone together; ``undone`` marks those that were.
    """

    __tablename__ = "content_draft_change"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("content_draft.id"), index=True)
    act: Mapped[str] = mapped_column(OPAQUE_ID, index=True)
    part: Mapped[str] = mapped_column(String(40))
    line_id: Mapped[str] = mapped_column(OPAQUE_ID)
    position: Mapped[int] = mapped_column(Integer)
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    line_version: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(40))
    undone: Mapped[int] = mapped_column(Integer, default=0)
