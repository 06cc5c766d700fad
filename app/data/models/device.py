"""What stands at a counter beside the staff's PCs: card readers and customer screens, and the slots a reader answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import OPAQUE_ID, UtcDateTime, opaque_id
from app.extensions import Base


class CounterDeviceRow(Base):
    """A device of a seat (席) at a counter. It waits for its code first; ``secret`` is what it is known by afterwards:

    a reader's public key (Ed25519, hex), a customer screen's token as SHA-256. ``last_count`` is the highest count that a
    reader signed: no message with a lower one is taken again. ``version``, ``readers`` and ``problem`` are what a reader's
    program last said of itself.
    """

    __tablename__ = "counter_device"

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    kind: Mapped[str] = mapped_column(String(20))
    counter: Mapped[str] = mapped_column(ForeignKey("counter.code"), index=True)
    seat: Mapped[str] = mapped_column(String(40))
    code_hash: Mapped[str] = mapped_column(String(64), default="")
    code_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    code_tries: Mapped[int] = mapped_column(Integer, default=0)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(40))
    enrolled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    secret: Mapped[str] = mapped_column(String(64), default="", index=True)
    last_count: Mapped[int] = mapped_column(BigInteger, default=0)
    version: Mapped[str] = mapped_column(String(20), default="")
    readers: Mapped[list[str]] = mapped_column(JSON, default=list)
    problem: Mapped[str] = mapped_column(String(20), default="")
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[str] = mapped_column(String(40), default="")


class CardSlotRow(Base):
    """One reading of one card: asked for by one session at one seat, answered at most once, used at most once.

    ``reading`` is there between the answer and its use, never longer than some minutes. ``last_try`` says that the visitor
    agreed to use up the last try of the PIN.
    """

    __tablename__ = "card_slot"

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    device_id: Mapped[str] = mapped_column(ForeignKey("counter_device.id"), index=True)
    session: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[str] = mapped_column(String(40))
    counter: Mapped[str] = mapped_column(String(20))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case_file.id"))
    fields: Mapped[list[str]] = mapped_column(JSON)
    last_try: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(12), index=True)
    stage: Mapped[str] = mapped_column(String(12), default="")
    outcome: Mapped[str] = mapped_column(String(20), default="")
    tries: Mapped[int | None] = mapped_column(Integer)
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class CustomerViewRow(Base):
    """What a customer screen shows: only what a clerk released for one case, and what the visitor answered.

    ``shown`` is gone as soon as it is taken back; ``revision`` rises with every change. ``signs_for`` is a hash of what the
    visitor is asked to sign for, empty when he is not.
    """

    __tablename__ = "customer_view"

    device_id: Mapped[str] = mapped_column(ForeignKey("counter_device.id"), primary_key=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case_file.id"))
    session: Mapped[str] = mapped_column(String(16), default="")
    staff_id: Mapped[str] = mapped_column(String(40), default="")
    shown: Mapped[list[Any] | None] = mapped_column(JSON)
    revision: Mapped[int] = mapped_column(Integer, default=0)
    language: Mapped[str] = mapped_column(String(20), default="")
    language_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reply: Mapped[str] = mapped_column(String(10), default="")
    signs_for: Mapped[str] = mapped_column(String(64), server_default="", default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
