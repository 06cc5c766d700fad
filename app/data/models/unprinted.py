"""Characters that could not be printed (印字できなかった文字)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import UtcDateTime
from app.extensions import Base


class UnprintedCharacterRow(Base):
    """A character, with its selector, that no font had when a field of a form was printed: how often, and when last.

    Whose name or address it stood in is not kept.
    """

    __tablename__ = "unprinted_character"

    text: Mapped[str] = mapped_column(String(8), primary_key=True)
    form: Mapped[str] = mapped_column(String(80), primary_key=True)
    field: Mapped[str] = mapped_column(String(120), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    times: Mapped[int] = mapped_column(Integer)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
