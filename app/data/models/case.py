"""A case (受付): one visit with its persons, facts, procedures, certificates, papers and memos."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
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


class ReceptionSerialRow(Base):
    """The last reception number given out in a year; taken in the case's own transaction, so there is no gap."""

    __tablename__ = "reception_serial"

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(Integer)


class ContentVersionRow(Base):
    """A content pack as it was published; cases keep the version they were opened with.

    New cases are opened with the version that came into force last (施行日 ``in_force_on``) and is not withdrawn.
    ``edited_by`` are those who changed it, ``published_by`` who approved it; ``restores`` is the version a roll-back repeats.
    """

    __tablename__ = "content_version"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by: Mapped[str] = mapped_column(String(40))
    payload: Mapped[str] = mapped_column(Text, deferred=True)
    in_force_on: Mapped[date] = mapped_column(Date, index=True)
    title: Mapped[str] = mapped_column(String(120), default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    edited_by: Mapped[list[str]] = mapped_column(JSON, default=list)
    draft_id: Mapped[str | None] = mapped_column(OPAQUE_ID)
    restores: Mapped[int | None] = mapped_column(Integer)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(String(40))


class CaseRow(Base):
    """A case. ``version`` rises with every change; a writer that saw an older one is refused.

    ``held_by`` alone goes on with it, since ``held_since`` if another had it before; ``continues`` is the earlier case of
    the same visitor that this one goes on from.
    """

    __tablename__ = "case_file"

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str | None] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), index=True)
    step: Mapped[str] = mapped_column(String(20))
    counter: Mapped[str] = mapped_column(ForeignKey("counter.code"), index=True)
    opened_by: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    held_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_on: Mapped[date] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer)
    content_version_id: Mapped[int] = mapped_column(ForeignKey("content_version.id"))
    register_import_id: Mapped[str | None] = mapped_column(OPAQUE_ID)
    held_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    continues: Mapped[str | None] = mapped_column(ForeignKey("case_file.id"))


class CasePersonRow(Base):
    """A person in a case, as he was seen when he was chosen, and what staff corrected for this case (R12)."""

    __tablename__ = "case_person"

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    person_number: Mapped[str | None] = mapped_column(String(24), index=True)
    position: Mapped[int] = mapped_column(Integer)
    is_visitor: Mapped[bool] = mapped_column(Boolean, default=False)
    is_subject: Mapped[bool] = mapped_column(Boolean, default=False)
    source: Mapped[str] = mapped_column(String(20))
    seen: Mapped[dict[str, Any]] = mapped_column(JSON)
    corrected: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class CaseFactRow(Base):
    """A fact of a case: about the case itself (``subject`` is empty) or about one of its persons."""

    __tablename__ = "case_fact"

    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(String(20))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(40))


class CaseProcedureRow(Base):
    """A procedure on the list of a case: from a rule or added by hand, with its reason and its state.

    ``changed_…`` is who brought it into its state and when, ``received_…`` who took the application, and where.
    """

    __tablename__ = "case_procedure"
    __table_args__ = (
        UniqueConstraint("case_id", "procedure"),
        Index("ix_case_procedure_state_received_at", "state", "received_at"),
    )

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    procedure: Mapped[str] = mapped_column(String(40))
    origin: Mapped[str] = mapped_column(String(10))
    needed: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    legal_basis: Mapped[str] = mapped_column(Text)
    people: Mapped[list[str]] = mapped_column(JSON, default=list)
    staff_reason: Mapped[str] = mapped_column(Text, default="")
    print_chosen: Mapped[bool] = mapped_column(Boolean, default=True)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(40), server_default="", default="")
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_by: Mapped[str] = mapped_column(String(40), server_default="", default="")
    received_counter: Mapped[str] = mapped_column(String(20), server_default="", default="")


class CertificateRow(Base):
    """A line of a certificate request (証明書交付請求); ``issued_at`` once the issuing desk has made it."""

    __tablename__ = "case_certificate"

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(32))
    copies: Mapped[int] = mapped_column(Integer)
    options: Mapped[list[str]] = mapped_column(JSON)
    entered: Mapped[dict[str, str]] = mapped_column(JSON)
    years: Mapped[list[int]] = mapped_column(JSON)
    position: Mapped[int] = mapped_column(Integer)
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    issued_by: Mapped[str] = mapped_column(String(40), server_default="")
    exemption: Mapped[str] = mapped_column(String(40), server_default="")


class DocumentRow(Base):
    """A produced paper, bound to case, persons, form versions, staff and counter before a link to it exists."""

    __tablename__ = "document"

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    counter: Mapped[str] = mapped_column(ForeignKey("counter.code"))
    session: Mapped[str] = mapped_column(String(16))
    forms: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    persons: Mapped[list[str]] = mapped_column(JSON)
    reprint_of: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    pages: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64), server_default="")
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class MemoRow(Base):
    """A memo written during a reception (R39)."""

    __tablename__ = "case_memo"

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    counter: Mapped[str] = mapped_column(String(20))


class SubmissionRow(Base):
    """A form that was already accepted: sent twice, it acts once."""

    __tablename__ = "submission"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    result: Mapped[str] = mapped_column(String(200))
