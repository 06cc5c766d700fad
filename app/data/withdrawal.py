"""Taking back what cases keep of a person's whereabouts when he becomes protected (支援措置)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Row, delete, or_, select, update

from app.data.batches import in_batches
from app.data.case_parts import forget
from app.data.models.case import CaseFactRow, CasePersonRow, DocumentRow
from app.extensions import db

PLACES = (
    "move.old_address", "move.old_code", "move.old_postal_code", "move.old_country", "move.new_address", "move.town",
    "move.town_id", "move.lot", "move.lot_listed", "move.building", "move.code", "move.postal_code", "move.district",
    "move.elementary", "move.junior_high", "move.destination",
)  # fmt: skip
"""Facts of a case that say where its persons live or lived."""

OF_A_PERSON = frozenset({"address", "address_code", "postal_code", "phone", "domicile"})
"""What a case holds of a person that says where he lives or belongs."""


def withdraw_from_cases(connection: Connection, numbers: Sequence[str]) -> None:
    """Empty every address that cases hold of these persons: as seen, as corrected, as typed, and the papers made of them.

    The papers' rows stay with their hashes, because it stays true that they were printed. Runs in the transaction that
    makes the persons protected.
    """
    for batch in in_batches(numbers):
        rows = connection.execute(
            select(
                CasePersonRow.id, CasePersonRow.case_id, CasePersonRow.seen, CasePersonRow.corrected
            ).where(CasePersonRow.person_number.in_(batch))
        ).all()
        for row in rows:
            _forget(connection, row)
        cases = sorted({row.case_id for row in rows})
        _forget_places(connection, cases)
        _empty_papers(connection, cases, frozenset(batch))


def forget_places(case_id: str) -> None:
    """Empty what a case says of where its persons live or go; in the running transaction."""
    _forget_places(db.session.connection(), [case_id])
    forget(db.session())


def _forget(connection: Connection, row: Row[tuple[str, str, dict[str, object], dict[str, object]]]) -> None:
    seen = {**row.seen, **dict.fromkeys(OF_A_PERSON, ""), "withheld": True}
    corrected = {name: value for name, value in row.corrected.items() if name not in OF_A_PERSON}
    connection.execute(
        update(CasePersonRow).where(CasePersonRow.id == row.id).values(seen=seen, corrected=corrected)
    )


def _forget_places(connection: Connection, cases: Sequence[str]) -> None:
    for case_id in cases:
        connection.execute(
            delete(CaseFactRow).where(
                CaseFactRow.case_id == case_id,
                or_(CaseFactRow.name.in_(PLACES), CaseFactRow.name.like("draft.%")),
            )
        )


def _empty_papers(connection: Connection, cases: Sequence[str], numbers: frozenset[str]) -> None:
    for case_id in cases:
        papers = connection.execute(
            select(DocumentRow.id, DocumentRow.persons).where(DocumentRow.case_id == case_id)
        ).all()
        for paper in papers:
            if numbers & set(paper.persons):
                connection.execute(update(DocumentRow).where(DocumentRow.id == paper.id).values(content=b""))
