"""Applications that came twice on one day: found by person, and kept once a clerk has seen them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from sqlalchemy import Integer, Select, cast, func, select
from sqlalchemy.orm import aliased

from app.data.ledger import list_people
from app.data.models.base import utc_now
from app.data.models.case import CasePersonRow, CaseProcedureRow, CaseRow, CertificateRow, DocumentRow
from app.data.models.review import DuplicateRow
from app.domain.authority import Actor
from app.domain.case import ProcedureState
from app.domain.duplicates import CERTIFICATE, PROCEDURE, Earlier
from app.extensions import db

MOST = 200
_LOCKS = 24
"""Number of the family of locks on PostgreSQL that `hold_persons` takes; any other number would do as well."""
_NOT_TAKEN = (ProcedureState.NOT_STARTED, ProcedureState.GUIDED)


def hold_persons(numbers: Collection[str]) -> None:
    """From here to the end of the transaction nobody else prints or receives for one of these persons.

    Whoever comes second waits, and then sees what the first has written. SQLite has one writer at a time anyway.
    """
    if db.engine.dialect.name != "postgresql":
        return
    # In one order everywhere, so that two that share several persons do not wait for each other.
    for key in sorted({crc32(number.encode()) - 2**31 for number in numbers}):
        db.session.execute(select(func.pg_advisory_xact_lock(_LOCKS, cast(key, Integer))))


def find_procedures(
    case_id: str, wanted: Mapping[str, Collection[str]], since: datetime
) -> tuple[Earlier, ...]:
    """Procedures of other cases taken since then for one of the persons (numbers, by code of the procedure)."""
    at = func.coalesce(CaseProcedureRow.received_at, CaseProcedureRow.changed_at)
    rows = db.session.execute(
        select(CaseProcedureRow, CaseRow.number, CaseRow.counter)
        .join(CaseRow, CaseRow.id == CaseProcedureRow.case_id)
        .where(
            CaseProcedureRow.procedure.in_(sorted(wanted)),
            CaseProcedureRow.case_id != case_id,
            CaseProcedureRow.case_id.in_(_cases_with(wanted)),
            CaseProcedureRow.needed.is_(True),
            CaseProcedureRow.state.not_in(_NOT_TAKEN),
            at >= since,
        )
        .order_by(at)
        .limit(MOST)
    ).all()
    people = list_people([line.case_id for line, _number, _counter in rows])
    found = []
    for line, number, counter in rows:
        persons = people.get(line.case_id, [])
        own = [one for one in persons if one.id in line.people] or [one for one in persons if one.is_subject]
        if {one.person_number for one in own if one.person_number} & set(wanted[line.procedure]):
            found.append(
                Earlier(
                    PROCEDURE, line.procedure, line.case_id, number, line.received_at or line.changed_at or since,
                    line.received_by or line.changed_by, line.received_counter or counter, line.received_at is not None,
                )
            )  # fmt: skip
    return tuple(found)


def find_certificates(
    case_id: str, wanted: Mapping[str, Collection[str]], since: datetime
) -> tuple[Earlier, ...]:
    """Certificates of other cases whose request was printed since then for one of the persons, by kind."""
    rows = db.session.execute(
        select(
            CertificateRow.kind, CasePersonRow.person_number, CaseRow.id, CaseRow.number, CaseRow.counter,
            CaseRow.held_by, func.min(DocumentRow.made_at).label("at"),
        )
        .join(CaseRow, CaseRow.id == CertificateRow.case_id)
        .join(CasePersonRow, CasePersonRow.id == CertificateRow.subject)
        .join(DocumentRow, DocumentRow.case_id == CaseRow.id)
        .where(
            CertificateRow.kind.in_(sorted(wanted)),
            CertificateRow.case_id != case_id,
            CertificateRow.case_id.in_(_cases_with(wanted)),
            DocumentRow.made_at >= since,
        )
        .group_by(
            CertificateRow.kind, CasePersonRow.person_number, CaseRow.id, CaseRow.number, CaseRow.counter, CaseRow.held_by
        )
        .order_by(func.min(DocumentRow.made_at))
        .limit(MOST)
    )  # fmt: skip
    found = {
        (row.kind, row.id): Earlier(
            CERTIFICATE, row.kind, row.id, row.number, row.at, row.held_by, row.counter
        )
        for row in rows
        if row.person_number and row.person_number in wanted[row.kind]
    }
    return tuple(found.values())


def _cases_with(wanted: Mapping[str, Collection[str]]) -> Select[str]:
    numbers = {number for found in wanted.values() for number in found}
    return select(CasePersonRow.case_id).where(CasePersonRow.person_number.in_(sorted(numbers)))


def list_confirmed(case_id: str) -> frozenset[tuple[str, str, str]]:
    """What a clerk of the case has seen already, by `Earlier.key`."""
    rows = db.session.execute(
        select(DuplicateRow.kind, DuplicateRow.code, DuplicateRow.other_case_id).where(
            DuplicateRow.case_id == case_id
        )
    )
    return frozenset((kind, code, other) for kind, code, other in rows)


def confirm(case_id: str, found: Sequence[Earlier], actor: Actor) -> None:
    """Keep that the clerk has seen these."""
    for one in found:
        db.session.add(
            DuplicateRow(
                case_id=case_id, other_case_id=one.case_id, kind=one.kind, code=one.code, found_at=utc_now(),
                confirmed_by=actor.staff_id, counter=actor.counter,
            )
        )  # fmt: skip


@dataclass(frozen=True)
class DuplicatePair:
    """Two cases with the same application, the later one first; ``numbers`` are the persons of both."""

    id: str
    kind: str
    code: str
    number: str
    other_number: str
    content_version: int
    found_at: datetime
    confirmed_by: str
    counter: str
    settled_at: datetime | None
    settled_by: str


def list_pairs(since: datetime, *, settled: bool) -> tuple[tuple[DuplicatePair, ...], bool]:
    """Pairs that a reviewer has dealt with or not, the latest first, at most MOST; the flag says that there are more."""
    other = aliased(CaseRow)
    rows = db.session.execute(
        select(DuplicateRow, CaseRow.number, other.number.label("other"), CaseRow.content_version_id)
        .join(CaseRow, CaseRow.id == DuplicateRow.case_id)
        .join(other, other.id == DuplicateRow.other_case_id)
        .where(
            DuplicateRow.found_at >= since,
            DuplicateRow.settled_at.is_not(None) if settled else DuplicateRow.settled_at.is_(None),
        )
        .order_by(DuplicateRow.found_at.desc(), DuplicateRow.id)
        .limit(MOST + 1)
    ).all()
    return tuple(_pair(*row) for row in rows[:MOST]), len(rows) > MOST


def _pair(row: DuplicateRow, number: str, other: str, version: int) -> DuplicatePair:
    return DuplicatePair(
        row.id, row.kind, row.code, number, other, version, row.found_at, row.confirmed_by, row.counter,
        row.settled_at, row.settled_by,
    )  # fmt: skip


def hold_pair(pair_id: str) -> DuplicateRow | None:
    """A pair for writing."""
    return db.session.get(DuplicateRow, pair_id, with_for_update=True, populate_existing=True)


def pair_of(row: DuplicateRow) -> DuplicatePair:
    """A held row with the numbers of its cases."""
    case, other = (db.session.get_one(CaseRow, one) for one in (row.case_id, row.other_case_id))
    return _pair(row, case.number, other.number, case.content_version_id)
