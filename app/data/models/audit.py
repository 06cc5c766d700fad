"""The operation log (操作ログ): append-only rows in a chain per lane, and the lane's head."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import OPAQUE_ID, UtcDateTime, opaque_id
from app.data.models.register import BYTEWISE
from app.extensions import Base


class AuditRow(Base):
    """One thing somebody did. ``mac`` covers the row and the mac of the row before it in the same lane."""

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("lane", "position"),)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    lane: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[str] = mapped_column(String(40), index=True)
    counter: Mapped[str] = mapped_column(String(20))
    session: Mapped[str] = mapped_column(String(16))
    action: Mapped[str] = mapped_column(String(40), index=True)
    case_id: Mapped[str | None] = mapped_column(String(32), index=True)
    persons: Mapped[list[str]] = mapped_column(JSON)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHeadRow(Base):
    """How many rows a lane has and the mac of its last one; locked while a row is added."""

    __tablename__ = "audit_head"

    lane: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditPersonRow(Base):
    """Whom a row of the log is about, to be found by: what the row's ``persons`` says, which its mac covers.

    Without a foreign key, whose check would lock a row of the log with every write; the verification compares both.
    """

    __tablename__ = "audit_person"

    event_id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    person_number: Mapped[str] = mapped_column(BYTEWISE, primary_key=True, index=True)


class AuditSealRow(Base):
    """The seal of a day (日次の封印): lane → [length, mac of its head] when it was made, chained to the seal before."""

    __tablename__ = "audit_seal"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lanes: Mapped[dict[str, list[Any]]] = mapped_column(JSON)
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))


class WatchedPersonRow(Base):
    """Whose record is watched over (見守り): somebody whom people are curious about, or a decoy who does not exist."""

    __tablename__ = "watched_person"

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    number: Mapped[str] = mapped_column(BYTEWISE, index=True)
    kind: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200))
    added_by: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
