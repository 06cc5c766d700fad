"""Signatures that visitors wrote on a customer screen, for the case they were asked in and no other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import UtcDateTime
from app.extensions import Base


class SignatureRow(Base):
    """The signature (署名) of a case: the strokes of its visitor, and a hash of what the case said when he was asked.

    ``asked_by`` is who released it on the screen ``device_id``. Bounded in size; deleted some weeks after ``signed_at``.
    """

    __tablename__ = "case_signature"

    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(32))
    strokes: Mapped[list[Any]] = mapped_column(JSON)
    content: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("counter_device.id"))
    asked_by: Mapped[str] = mapped_column(String(40))
