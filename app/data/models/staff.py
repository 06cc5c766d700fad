"""Staff, counters, authority and sessions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import OPAQUE_ID, UtcDateTime, opaque_id
from app.domain.opening import CITY_HALL
from app.extensions import Base

EVER = date(2000, 1, 1)
"""A day before the product: since always."""


class CounterRow(Base):
    """A counter (窓口): where staff act and what visitors are sent to."""

    __tablename__ = "counter"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    title: Mapped[str] = mapped_column(String(60), unique=True)
    position: Mapped[int] = mapped_column(Integer)
    office: Mapped[str] = mapped_column(String(20), default=CITY_HALL, server_default=CITY_HALL)


class StaffRow(Base):
    """A member of staff (職員). Ids are never used again for another person.

    From ``next_on`` on, ``next_name`` and ``next_section`` are the name and section. A password given by an administrator
    ends at ``temporary_until`` and opens one session, in which another one is chosen.
    """

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    section: Mapped[str] = mapped_column(String(60), default="", server_default="")
    next_name: Mapped[str | None] = mapped_column(String(60))
    next_section: Mapped[str | None] = mapped_column(String(60))
    next_on: Mapped[date | None] = mapped_column(Date)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    temporary_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    disabled: Mapped[bool] = mapped_column(Boolean, default=False)
    must_unlock: Mapped[bool] = mapped_column(Boolean, default=False)
    last_counter: Mapped[str | None] = mapped_column(ForeignKey("counter.code"))
    demo: Mapped[bool] = mapped_column(Boolean, default=False)
    preferences: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")


class AssignmentRow(Base):
    """A role that a member of staff has at one counter, from one day to another (both included; None: no end)."""

    __tablename__ = "staff_assignment"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    counter: Mapped[str] = mapped_column(ForeignKey("counter.code"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    since: Mapped[date] = mapped_column(Date, default=EVER, server_default="2000-01-01")
    until: Mapped[date | None] = mapped_column(Date)


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
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the password was last given: at the sign-in, or again for an act that asks for it."""
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the city's own sign-in page last said again who it is; empty once that has been used."""
    preview: Mapped[str | None] = mapped_column(String(20))
    """The role whose screens are looked at in this session; none when its owner works."""


class TransferRow(Base):
    """A change of staff (人事異動), of a file or of one account on the screen: checked, then applied for a day, or not.

    ``faults`` are those of a file that was refused; nothing of it can be applied. The file itself is not kept.
    """

    __tablename__ = "staff_transfer"

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    origin: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64))
    whole: Mapped[bool] = mapped_column(Boolean)
    effective_on: Mapped[date] = mapped_column(Date, index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    made_by: Mapped[str] = mapped_column(String(40))
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    applied_by: Mapped[str | None] = mapped_column(String(40))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[str | None] = mapped_column(String(40))
    faults: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)


class TransferLineRow(Base):
    """What a change of staff does to one account: the states before and after it as JSON, and how the account was kept."""

    __tablename__ = "staff_transfer_line"

    transfer_id: Mapped[str] = mapped_column(ForeignKey("staff_transfer.id"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)
    line: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(10))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    kept: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The account's stored row when the change was applied, from which undoing restores it."""


class LoginFailureRow(Base):
    """A failed sign-in, counted per account and terminal; kept a day."""

    __tablename__ = "login_failure"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    staff_id: Mapped[str] = mapped_column(String(40), index=True)
    terminal: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
