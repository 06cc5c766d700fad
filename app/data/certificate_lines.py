"""The lines of a certificate request in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.data.case_parts import part
from app.data.models.base import utc_now
from app.data.models.case import CertificateRow
from app.domain.case import CertificateLine
from app.extensions import db


def list_certificates(case_id: str) -> tuple[CertificateLine, ...]:
    """The lines of a case in their order."""
    return tuple(line_of(row) for row in _rows(case_id))


def set_certificates(case_id: str, lines: Iterable[CertificateLine]) -> None:
    """Bring the certificate lines to these, in this order; one whose id is not among the case's is new.

    A line that asks for something else than before is to be issued again.
    """
    rows = {row.id: row for row in _rows(case_id)}
    for position, line in enumerate(lines, start=1):
        row = rows.pop(line.id, None)
        if row is None:
            row = CertificateRow(
                case_id=case_id, kind=line.kind, subject=line.subject, issued_by="", exemption=""
            )
            db.session.add(row)
        elif not line_of(row).asks_the_same(line):
            row.issued_at, row.issued_by = None, ""
        row.copies, row.options, row.position = line.copies, list(line.options), position
        row.entered, row.years, row.exemption = dict(line.entered), list(line.years), line.exemption
    for row in rows.values():
        db.session.delete(row)
    db.session.flush()


def mark_issued(case_id: str, line_ids: Iterable[str], by: str | None) -> int:
    """Say that lines were made at the issuing desk, or with ``by`` None that they were not. Returns how many changed."""
    wanted, changed = set(line_ids), 0
    for row in _rows(case_id):
        if row.id in wanted and (row.issued_at is None) is (by is not None):
            row.issued_at, row.issued_by = (utc_now(), by) if by else (None, "")
            changed += 1
    return changed


def _rows(case_id: str) -> Sequence[CertificateRow]:
    return sorted(part(CertificateRow, case_id), key=lambda row: row.position)


def line_of(row: CertificateRow) -> CertificateLine:
    """A stored line of a certificate request."""
    return CertificateLine(
        row.id, row.kind, row.subject, row.copies, tuple(row.options), dict(row.entered), tuple(row.years),
        row.issued_at, row.issued_by, row.exemption,
    )  # fmt: skip
