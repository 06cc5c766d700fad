"""Produced papers (帳票) as they were released: bytes, hash, and to whom they belong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import undefer

from app.data.models.base import utc_now
from app.data.models.case import DocumentRow
from app.data.models.release import ReleaseRow
from app.extensions import db

StoredForm = dict[str, Any]
"""One paper of a document: its form, title, version, copies, the people (names) and case persons (ids) it is for, its
first page and how many there are, and notes: what to look at on papers of this form, said with the first of them;
with_address, if it prints where a protected person lives: then the bytes are encrypted (`app.data.vault`).
Those of earlier versions have form, title, version and people only."""


@dataclass(frozen=True)
class StoredPaper:
    """A paper with its bytes."""

    id: str
    case_id: str
    made_at: datetime
    session: str
    forms: list[StoredForm]
    persons: list[str]
    pages: int
    sha256: str
    seal: str
    content: bytes


def add(
    *, document_id: str, case_id: str, made_by: str, counter: str, session: str, forms: list[StoredForm],
    persons: Sequence[str], reprint_of: str | None, reason: str, pages: int, sha256: str, seal: str, content: bytes,
) -> None:  # fmt: skip
    """Store a verified paper; only inside a transaction, with its audit row."""
    db.session.add(
        DocumentRow(
            id=document_id,
            case_id=case_id,
            made_at=utc_now(),
            made_by=made_by,
            counter=counter,
            session=session,
            forms=forms,
            persons=list(persons),
            reprint_of=reprint_of,
            reason=reason,
            pages=pages,
            sha256=sha256,
            seal=seal,
            content=content,
        )
    )


def find(case_id: str, document_id: str) -> StoredPaper | None:
    """The paper of that case, or None: an id of another case finds nothing."""
    row = db.session.scalar(
        select(DocumentRow)
        .where(DocumentRow.id == document_id, DocumentRow.case_id == case_id)
        .options(undefer(DocumentRow.content))
    )
    if row is None:
        return None
    return StoredPaper(
        row.id,
        row.case_id,
        row.made_at,
        row.session,
        row.forms,
        row.persons,
        row.pages,
        row.sha256,
        row.seal,
        row.content,
    )


def list_lapsed(now: datetime) -> list[str]:
    """The papers made under a release of an address that is over, as long as their bytes are kept."""
    made = select(ReleaseRow.document_id).where(ReleaseRow.form != "", ReleaseRow.until <= now)
    kept = DocumentRow.id.in_(made), func.length(DocumentRow.content) > 0
    return list(db.session.scalars(select(DocumentRow.id).where(*kept).order_by(DocumentRow.id)))


def empty(document_ids: Sequence[str]) -> None:
    """Drop the bytes of these papers; what they were and for whom stays. Only inside a transaction."""
    db.session.execute(update(DocumentRow).where(DocumentRow.id.in_(document_ids)).values(content=b""))
