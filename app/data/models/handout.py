"""What residents take home beside the forms: translations of the guide sheet, and the city's leaflets (パンフレット)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import OPAQUE_ID, UtcDateTime, opaque_id
from app.extensions import Base


class TranslationRow(Base):
    """A text in a language, made from one Japanese text, which ``source_key`` (its SHA-256) stands for.

    ``edited`` says that the city wrote it itself; files that are loaded later leave it alone.
    """

    __tablename__ = "translation"
    __table_args__ = (UniqueConstraint("language", "source_key"),)

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    language: Mapped[str] = mapped_column(String(20))
    source_key: Mapped[str] = mapped_column(String(64))
    part: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    reviewed_on: Mapped[date | None] = mapped_column(Date)
    reviewed_by: Mapped[str] = mapped_column(String(60))
    edited: Mapped[bool] = mapped_column(Boolean)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(40))


class LeafletRow(Base):
    """A leaflet as it is printed: one file for a slot and a language, with the days on which it is handed out;
    all its pages are ``width`` by ``height`` mm.

    Files are never changed; ``withdrawn_at`` says since when one is not handed out any more.
    """

    __tablename__ = "leaflet"
    __table_args__ = (Index("ix_leaflet_slot_language", "slot", "language"),)

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    slot: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(20))
    edition: Mapped[str] = mapped_column(String(40))
    section: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    pages: Mapped[int] = mapped_column(Integer)
    width: Mapped[float] = mapped_column(Float)
    height: Mapped[float] = mapped_column(Float)
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_by: Mapped[str] = mapped_column(String(40))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str] = mapped_column(String(40), default="")


class HandoutRow(Base):
    """A leaflet that went out with a print; counted, and nobody is named."""

    __tablename__ = "leaflet_handout"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    leaflet_id: Mapped[str] = mapped_column(ForeignKey("leaflet.id"), index=True)
    handed_on: Mapped[date] = mapped_column(Date)
    counter: Mapped[str] = mapped_column(String(40))
