"""Produced papers (帳票) as they were released: bytes, hash, and to whom they belong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from app.data.models.base import utc_now
from app.data.models.case import DocumentRow
from app.extensions import db


@dataclass(frozen=True)
class StoredPaper:
    """A paper with its bytes."""

    id: str
    case_id: str
    made_at: datetime
    session: str
    forms: list[dict[str, Any]]
    persons: list[str]
    pages: int
    sha256: str
    content: bytes


def add(
    *, document_id: str, case_id: str, made_by: str, counter: str, session: str, forms: list[dict[str, Any]],
    persons: Sequence[str], reprint_of: str | None, reason: str, pages: int, sha256: str, content: bytes,
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
            content=content,
        )
    )


def copy(
    stored: StoredPaper, document_id: str, *, made_by: str, counter: str, session: str, reason: str
) -> None:
    """The same bytes again under a new id."""
    add(
        document_id=document_id,
        case_id=stored.case_id,
        made_by=made_by,
        counter=counter,
        session=session,
        forms=stored.forms,
        persons=stored.persons,
        reprint_of=stored.id,
        reason=reason,
        pages=stored.pages,
        sha256=stored.sha256,
        content=stored.content,
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
        row.content,
    )
