"""Certificate requests for the issuing desk: those whose form was printed, with lines, names and notes, in few queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, select

from app.data.certificate_lines import line_of
from app.data.ledger import list_people
from app.data.models.case import CasePersonRow, CaseRow, CertificateRow, DocumentRow, MemoRow
from app.data.models.staff import CounterRow, StaffRow
from app.domain.case import CaseMemo, CertificateLine, Channel, Kind, State
from app.domain.issuing import ISSUE_NOTE, IssueItem
from app.extensions import db

MOST = 200


def list_requests(since: datetime, *, waiting: bool) -> tuple[tuple[IssueItem, ...], bool]:
    """Requests opened since an instant, the oldest first: those with a line to be made, or those with one that was made.

    At most MOST; the flag says that there are more. A stopped case (取扱注意) is not among them.
    """
    state = CertificateRow.issued_at.is_(None) if waiting else CertificateRow.issued_at.is_not(None)
    rows = db.session.execute(
        select(CaseRow, CounterRow.code, StaffRow.name, func.max(DocumentRow.made_at))
        .join(DocumentRow, DocumentRow.case_id == CaseRow.id)
        .join(CounterRow, CounterRow.code == CaseRow.counter)
        .join(StaffRow, StaffRow.id == CaseRow.held_by)
        .where(
            CaseRow.kind == Kind.CERTIFICATE,
            CaseRow.state != State.STOPPED,
            CaseRow.opened_at >= since,
            exists().where(CertificateRow.case_id == CaseRow.id, state),
        )
        .group_by(CaseRow.id, CounterRow.code, StaffRow.name)
        .order_by(CaseRow.opened_at, CaseRow.number)
        .limit(MOST + 1)
    ).all()
    shown = [row.CaseRow.id for row in rows[:MOST]]
    lines, people, notes = _lines(shown), list_people(shown), _notes(shown)
    items = tuple(
        IssueItem(
            case.id, case.number, case.content_version_id, printed_at, Channel(case.channel), counter, staff,
            tuple(lines.get(case.id, ())), {row.id: _name(row) for row in people.get(case.id, ())},
            tuple(row.person_number for row in people.get(case.id, ()) if row.person_number),
            tuple(notes.get(case.id, ())),
        )
        for case, counter, staff, printed_at in rows[:MOST]
    )  # fmt: skip
    return items, len(rows) > MOST


def _lines(case_ids: Sequence[str]) -> dict[str, list[CertificateLine]]:
    found: dict[str, list[CertificateLine]] = {}
    rows = db.session.scalars(
        select(CertificateRow).where(CertificateRow.case_id.in_(case_ids)).order_by(CertificateRow.position)
    )
    for row in rows:
        found.setdefault(row.case_id, []).append(line_of(row))
    return found


def _name(row: CasePersonRow) -> str:
    return str(row.corrected.get("name") or row.seen.get("name", ""))


def _notes(case_ids: Sequence[str]) -> dict[str, list[CaseMemo]]:
    found: dict[str, list[CaseMemo]] = {}
    rows = db.session.scalars(
        select(MemoRow)
        .where(MemoRow.case_id.in_(case_ids), MemoRow.kind == ISSUE_NOTE)
        .order_by(MemoRow.written_at)
    )
    for row in rows:
        memo = CaseMemo(row.kind, row.text, row.written_at, row.written_by, row.counter)
        found.setdefault(row.case_id, []).append(memo)
    return found
