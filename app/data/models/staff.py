"""Staff, counters, authority and sessions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import UtcDateTime
from app.domain.opening import CITY_HALL
from app.extensions import Base


class CounterRow(Base):
    """A counter (窓口): where staff act and what visitors are sent to."""

    __tablename__ = "counter"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    title: Mapped[str] = mapped_column(String(60), unique=True)
    position: Mapped[int] = mapped_column(Integer)
    office: Mapped[str] = mapped_column(String(20), default=CITY_HALL, server_default=CITY_HALL)


class StaffRow(Base):
    """A member of staff (職員). Ids are never used again for another person."""

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    disabled: Mapped[bool] = mapped_column(Boolean, default=False)
    must_unlock: Mapped[bool] = mapped_column(Boolean, default=False)
    last_counter: Mapped[str | None] = mapped_column(ForeignKey("counter.code"))
    demo: Mapped[bool] = mapped_column(Boolean, default=False)
    preferences: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")


class AssignmentRow(Base):
    """A role that a member of staff has at one counter."""

    __tablename__ = "staff_assignment"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    counter: Mapped[str] = mapped_column(ForeignKey("counter.code"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class SessionRow(Base):
    """A signed-in session. Only the SHA-256 of its token is stored; the row dies at logout.

    While the screen is covered (``covered_at``) the token opens nothing but the page that asks for the password.
    """

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), unique=True)
    counter: Mapped[str] = mapped_column(ForeignKey("counter.code"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    covered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LoginFailureRow(Base):
    """A failed sign-in, counted per account and terminal; kept a day."""

    __tablename__ = "login_failure"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    staff_id: Mapped[str] = mapped_column(String(40), index=True)
    terminal: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
