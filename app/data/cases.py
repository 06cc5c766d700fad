"""Cases in the database: reading them whole, and the small writes that operations compose."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from app.data.case_parts import add_fact, delete_fact, find_fact, forget, part
from app.data.certificate_lines import list_certificates
from app.data.models.base import utc_now
from app.data.models.case import (
    CaseFactRow,
    CasePersonRow,
    CaseProcedureRow,
    CaseRow,
    CertificateRow,
    DocumentRow,
    MemoRow,
    ReceptionSerialRow,
    SubmissionRow,
)
from app.domain.case import (
    Case,
    CaseDocument,
    CaseFact,
    CaseMemo,
    CasePerson,
    CaseProcedure,
    Channel,
    Kind,
    ProcedureState,
    State,
    Step,
)
from app.domain.errors import NotFound
from app.domain.review import SETTLED
from app.extensions import Base, db

MOST_IDS = 500
GONE = "この受付は見つかりません。受付番号を確認してください。"


def next_serial(year: int) -> int:
    """The next reception number of the year, taken inside the running transaction: no gap, no double."""
    # Two counters may open the first case of a year at the same moment: the second waits here for the first.
    _insert_once(ReceptionSerialRow, year=year, last=0)
    row = db.session.get_one(ReceptionSerialRow, year, with_for_update=True, populate_existing=True)
    row.last += 1
    db.session.flush()
    return row.last


def get_case(case_id: str) -> Case:
    """Raises NotFound."""
    row = db.session.get(CaseRow, case_id)
    if row is None:
        raise NotFound(GONE)
    return _case(row)


def find_case_id(*numbers: str) -> str | None:
    """The case that has this number, or the only one that has one of several."""
    return db.session.scalar(select(CaseRow.id).where(CaseRow.number.in_(numbers)).limit(1))


def find_case_of_others(case_id: str, person_ids: Collection[str]) -> str | None:
    """Another case that one of these persons of cases belongs to, if any does."""
    if not person_ids:
        return None
    return db.session.scalar(
        select(CasePersonRow.case_id)
        .where(CasePersonRow.id.in_(sorted(person_ids)[:MOST_IDS]), CasePersonRow.case_id != case_id)
        .limit(1)
    )


def lock_case(case_id: str) -> CaseRow:
    """The row for writing, its version raised. Raises NotFound."""
    row = hold_case(case_id)
    row.version += 1
    row.changed_at = utc_now()
    return row


def hold_case(case_id: str) -> CaseRow:
    """The row for writing beside it: as `lock_case`, but what is written does not make other screens stale."""
    row = db.session.get(CaseRow, case_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(GONE)
    forget(db.session())
    return row


def set_fact(case_id: str, subject: str, name: str, value: Any, source: str, by: str) -> None:
    """Store a fact, replacing an earlier value; None removes it."""
    row = find_fact(case_id, subject, name)
    if value is None:
        if row is not None:
            delete_fact(row)
        return
    if row is None:
        row = add_fact(case_id, subject, name)
    elif row.value == value and row.source == source:
        return
    row.value, row.source, row.recorded_at, row.recorded_by = value, source, utc_now(), by


def set_answer(case_id: str, subject: str, name: str, value: Any, by: str) -> None:
    """Store an answer; unlike another fact, one without a value (わからない) is kept as such."""
    row = find_fact(case_id, subject, name)
    if row is None:
        row = add_fact(case_id, subject, name)
    elif row.value == value and row.source == "asked":
        return
    row.value, row.source, row.recorded_at, row.recorded_by = value, "asked", utc_now(), by


def rename_fact(case_id: str, subject: str, name: str, new: str) -> None:
    """Keep a fact under another name as it is, with when and by whom it was recorded; replaces what had that name."""
    old = find_fact(case_id, subject, name)
    if old is None:
        raise NotFound(GONE)
    row = find_fact(case_id, subject, new) or add_fact(case_id, subject, new)
    row.value, row.source = old.value, old.source
    row.recorded_at, row.recorded_by = old.recorded_at, old.recorded_by
    delete_fact(old)


def remove_fact(case_id: str, subject: str, name: str) -> None:
    """Forget a fact; nothing happens when there is none."""
    row = find_fact(case_id, subject, name)
    if row is not None:
        delete_fact(row)


def add_person(
    case_id: str, *, number: str | None, source: str, seen: Mapping[str, Any], visitor: bool, subject: bool
) -> str:
    """Put a person into the case; one who is there already gains the part he did not have, and what is newly seen.

    Returns his case id.
    """
    rows = list_person_rows(case_id)
    known = next((row for row in rows if number is not None and row.person_number == number), None)
    if known is None:
        known = CasePersonRow(
            case_id=case_id, person_number=number, position=len(rows) + 1, source=source, seen=dict(seen), corrected={},
            is_visitor=False, is_subject=False,
        )  # fmt: skip
        db.session.add(known)
    elif not known.seen.get("withheld"):
        known.seen = {**seen, **{name: value for name, value in known.seen.items() if value}}
    known.is_visitor = known.is_visitor or visitor
    known.is_subject = known.is_subject or subject
    db.session.flush()
    return known.id


def mark_subject(case_id: str, person_id: str, subject: bool) -> None:
    """Make a person of the case a subject (対象者), or no longer one. Raises NotFound."""
    row = db.session.get(CasePersonRow, person_id)
    if row is None or row.case_id != case_id:
        raise NotFound("この受付に、その方は含まれていません。")
    row.is_subject = subject
    if not subject:
        _remove_certificates(case_id, person_id)


def correct_person(case_id: str, person_id: str, corrected: Mapping[str, Any]) -> None:
    """Keep what staff corrected or typed for this case; values equal to the register's are no correction."""
    row = db.session.get(CasePersonRow, person_id)
    if row is None or row.case_id != case_id:
        raise NotFound("この受付に、その方は含まれていません。")
    merged = {**row.corrected, **corrected}
    row.corrected = {name: value for name, value in merged.items() if value != row.seen.get(name, "")}


def list_person_rows(case_id: str) -> Sequence[CasePersonRow]:
    """The persons of a case in their order."""
    return sorted(part(CasePersonRow, case_id), key=lambda row: row.position)


def remove_person(case_id: str, person_id: str) -> None:
    """Take a person out with every fact about him, and with the certificates asked for."""
    _remove_certificates(case_id, person_id)
    db.session.execute(
        delete(CaseFactRow).where(CaseFactRow.case_id == case_id, CaseFactRow.subject == person_id)
    )
    db.session.execute(
        delete(CasePersonRow).where(CasePersonRow.case_id == case_id, CasePersonRow.id == person_id)
    )


def remove_others(case_id: str) -> list[str]:
    """Leave only the visitor in the case, as no subject. Returns the person numbers of those who went."""
    gone = []
    for row in list_person_rows(case_id):
        if row.is_visitor:
            mark_subject(case_id, row.id, False)
        else:
            gone += [row.person_number] if row.person_number else []
            remove_person(case_id, row.id)
    return gone


def _remove_certificates(case_id: str, person_id: str) -> None:
    # Nobody could see or remove such a line any more, but its fee would still be charged.
    db.session.execute(
        delete(CertificateRow).where(CertificateRow.case_id == case_id, CertificateRow.subject == person_id)
    )


def set_procedures(case_id: str, wanted: Iterable[Mapping[str, Any]]) -> None:
    """Bring the rows that rules decide to ``wanted``; what staff added or excluded, and every state, stays.

    ``print`` of an item is whether the papers of a new row are ticked for printing.
    """
    rows = {row.procedure: row for row in part(CaseProcedureRow, case_id)}
    seen = set()
    for item in wanted:
        code = item["procedure"]
        seen.add(code)
        row = rows.get(code)
        if row is None:
            row = CaseProcedureRow(
                case_id=case_id,
                procedure=code,
                origin="rule",
                needed=True,
                state=ProcedureState.NOT_STARTED,
                staff_reason="",
                print_chosen=item["print"],
            )
            db.session.add(row)
        if row.origin == "rule":
            row.reason, row.legal_basis, row.people = item["reason"], item["legal_basis"], item["people"]
    for code, row in rows.items():
        # What a reviewer has before him does not vanish because an answer was changed afterwards.
        reviewed = row.state in {*SETTLED, ProcedureState.SENT_BACK}
        if code not in seen and row.origin == "rule" and row.needed and not reviewed:
            db.session.delete(row)
    db.session.flush()


def add_procedure(case_id: str, code: str, reason: str, legal_basis: str, people: Sequence[str]) -> None:
    """Put a procedure on the list by hand; one that rules or staff excluded comes back with this reason."""
    row = next((row for row in part(CaseProcedureRow, case_id) if row.procedure == code), None)
    if row is None:
        row = CaseProcedureRow(
            case_id=case_id,
            procedure=code,
            state=ProcedureState.NOT_STARTED,
            reason=reason,
            legal_basis=legal_basis,
            print_chosen=True,
        )
        db.session.add(row)
    # From now on it is the staff's decision: the rules neither take it away again nor change whom it concerns.
    row.origin, row.needed, row.staff_reason, row.people = "manual", True, reason, list(people)


def remove_procedure(case_id: str, code: str) -> None:
    """Take a line off the list as if it had never been there."""
    db.session.execute(
        delete(CaseProcedureRow).where(
            CaseProcedureRow.case_id == case_id, CaseProcedureRow.procedure == code
        )
    )


def get_procedure(case_id: str, code: str) -> CaseProcedureRow:
    """A line of the list, for writing. Raises NotFound."""
    row = next((row for row in part(CaseProcedureRow, case_id) if row.procedure == code), None)
    if row is None:
        raise NotFound("この手続きは一覧にありません。画面を開き直してください。")
    return row


def accept(token: str, staff_id: str, result: str) -> str:
    """Remember what the form leads to, and return it; a second sending gets what the first one led to.

    A second one that comes while the first is still at work waits for its end.
    """
    _insert_once(SubmissionRow, token=token, staff_id=staff_id, at=utc_now(), result=result)
    return db.session.get_one(SubmissionRow, token, populate_existing=True).result


def _insert_once(table: type[Base], **values: Any) -> None:
    """Insert the row unless there is one with its key; waits for a transaction that is just inserting it."""
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    db.session.execute(insert(table).values(**values).on_conflict_do_nothing())


def add_memo(case_id: str, kind: str, text: str, by: str, counter: str) -> None:
    db.session.add(
        MemoRow(case_id=case_id, kind=kind, text=text, written_at=utc_now(), written_by=by, counter=counter)
    )


def reception_year(day: date) -> int:
    """The year a reception number counts in: the calendar year of the reception."""
    return day.year


def _case(row: CaseRow) -> Case:
    return Case(
        id=row.id,
        number=row.number,
        kind=Kind(row.kind) if row.kind else None,
        channel=Channel(row.channel),
        state=State(row.state),
        step=Step(row.step),
        counter=row.counter,
        opened_by=row.opened_by,
        held_by=row.held_by,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        closed_at=row.closed_at,
        received_on=row.received_on,
        version=row.version,
        content_version=row.content_version_id,
        persons=tuple(_person(person) for person in list_person_rows(row.id)),
        facts={
            (fact.subject, fact.name): CaseFact(
                fact.subject, fact.name, fact.value, fact.source, fact.recorded_at, fact.recorded_by
            )
            for fact in part(CaseFactRow, row.id)
        },
        procedures=_procedures(row.id),
        certificates=list_certificates(row.id),
        documents=_documents(row.id),
        memos=_memos(row.id),
        register_import=row.register_import_id,
        held_since=row.held_since,
        continues=row.continues,
    )


def _person(row: CasePersonRow) -> CasePerson:
    return CasePerson(
        row.id, row.person_number, row.position, row.is_visitor, row.is_subject, row.source, row.seen, row.corrected
    )  # fmt: skip


def _procedures(case_id: str) -> tuple[CaseProcedure, ...]:
    return tuple(
        CaseProcedure(
            row.id, row.procedure, row.origin, row.needed, ProcedureState(row.state), row.reason, row.legal_basis,
            tuple(row.people), row.staff_reason, row.print_chosen,
        )
        for row in part(CaseProcedureRow, case_id)
    )  # fmt: skip


def _documents(case_id: str) -> tuple[CaseDocument, ...]:
    rows = sorted(part(DocumentRow, case_id), key=lambda row: row.made_at, reverse=True)
    return tuple(
        CaseDocument(
            row.id, row.made_at, row.made_by, row.counter, tuple(row.forms), row.pages, row.sha256, row.reprint_of
        )
        for row in rows
    )  # fmt: skip


def _memos(case_id: str) -> tuple[CaseMemo, ...]:
    rows = sorted(part(MemoRow, case_id), key=lambda row: row.written_at, reverse=True)
    return tuple(CaseMemo(row.kind, row.text, row.written_at, row.written_by, row.counter) for row in rows)
