"""Persons of a case who are announced by a move-out notice of another city (転出証明書情報)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.data.models.case import CasePersonRow, CaseRow
from app.domain.errors import NotFound
from app.extensions import db


def announce_person(case_id: str, person_id: str, number: str, source: str, seen: Mapping[str, Any]) -> None:
    """Somebody who was typed is found in a notice: what it says of him lies beneath what staff entered. Raises NotFound."""
    row = db.session.get(CasePersonRow, person_id)
    if row is None or row.case_id != case_id or row.person_number is not None:
        raise NotFound("この受付に、その方は含まれていません。")
    row.person_number, row.source, row.seen = number, source, dict(seen)
    row.corrected = {
        name: value for name, value in row.corrected.items() if value and value != seen.get(name, "")
    }
    db.session.flush()


def list_other_cases(case_id: str, numbers: Sequence[str], source: str) -> tuple[str, ...]:
    """The reception numbers of other cases that hold one of these persons from that source, newest first; at most 5."""
    found = db.session.scalars(
        select(CaseRow.number)
        .join(CasePersonRow, CasePersonRow.case_id == CaseRow.id)
        .where(
            CasePersonRow.person_number.in_(numbers), CasePersonRow.source == source, CasePersonRow.is_subject.is_(True),
            CaseRow.id != case_id,
        )
        .group_by(CaseRow.number, CaseRow.opened_at)
        .order_by(CaseRow.opened_at.desc())
        .limit(5)
    )  # fmt: skip
    return tuple(found)
