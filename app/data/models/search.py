"""Searches before they count (入力途中の検索), and how many counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import UtcDateTime
from app.extensions import Base


class UnsettledSearchRow(Base):
    """The last search of a session while its text is being typed: what the log will say of it when it has settled.

    ``typed`` counts the searches since ``first_at`` that this one stands for; ``secret`` is the text, encrypted.
    """

    __tablename__ = "unsettled_search"

    session: Mapped[str] = mapped_column(String(16), primary_key=True)
    staff_id: Mapped[str] = mapped_column(String(40))
    counter: Mapped[str] = mapped_column(String(20))
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    typed: Mapped[int] = mapped_column(Integer)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    secret: Mapped[bytes] = mapped_column(LargeBinary)


class SearchCountRow(Base):
    """How many settled searches a member of staff made in an hour of Japan ("YYYYMMDDHH")."""

    __tablename__ = "search_count"

    staff_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    hour: Mapped[str] = mapped_column(String(10), primary_key=True)
    searches: Mapped[int] = mapped_column(Integer)
