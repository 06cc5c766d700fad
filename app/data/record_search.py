"""Looking things up in the operation log: bounded lists for whoever audits, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.data.audit_macs import row_text
from app.data.models.audit import AuditPersonRow, AuditRow
from app.data.models.case import CasePersonRow, CaseRow
from app.domain.audit_events import EVENTS
from app.extensions import db

PAGE = 100
BATCH = 2000


@dataclass(frozen=True)
class RecordFilter:
    """What to look for; every part that is given must hold. ``before`` is the id of the entry to go on behind."""

    since: datetime
    until: datetime
    staff: str = ""
    kind: str = ""
    person: str = ""
    case_number: str = ""
    action: str = ""
    counter: str = ""
    before: int = 0


@dataclass(frozen=True)
class RecordEntry:
    """A row of the log; ``has_words``: what was typed into a search is kept with it, encrypted."""

    id: int
    lane: str
    position: int
    at: datetime
    actor_kind: str
    actor_id: str
    counter: str
    action: str
    label: str
    case_id: str | None
    persons: tuple[str, ...]
    detail: dict[str, Any]
    has_words: bool


@dataclass(frozen=True)
class RawEntry:
    """A row of the log for a file: what its mac covers, and the mac."""

    lane: str
    position: int
    text: str
    label: str
    mac: bytes


def list_entries(wanted: RecordFilter, most: int = PAGE) -> tuple[tuple[RecordEntry, ...], bool]:
    """At most so many, newest first; the flag says that there are more."""
    statement = select(AuditRow).where(AuditRow.at >= wanted.since, AuditRow.at < wanted.until)
    statement = statement.where(*_conditions(wanted)).order_by(AuditRow.id.desc()).limit(most + 1)
    rows = db.session.scalars(statement).all()
    return tuple(_entry(row) for row in rows[:most]), len(rows) > most


def list_of_person(
    number: str, since: datetime, until: datetime, most: int
) -> tuple[tuple[RecordEntry, ...], bool]:
    """Everything that names the person, and everything done to or seen of a reception the person is or was in."""
    named = select(AuditPersonRow.event_id).where(AuditPersonRow.person_number == number)
    found: dict[int, AuditRow] = {}
    for statement in (
        select(AuditRow).where(AuditRow.id.in_(named)),
        select(AuditRow).where(AuditRow.case_id.in_(_cases_of(number))),
    ):
        within = statement.where(AuditRow.at >= since, AuditRow.at < until)
        found |= {
            row.id: row for row in db.session.scalars(within.order_by(AuditRow.id.desc()).limit(most + 1))
        }
    rows = [found[event_id] for event_id in sorted(found, reverse=True)]
    return tuple(_entry(row) for row in rows[:most]), len(rows) > most


def find_words(event_id: int) -> tuple[RecordEntry, bytes] | None:
    """An entry with what was typed into the search, still encrypted; None where nothing was."""
    row = db.session.get(AuditRow, event_id)
    return (_entry(row), row.secret) if row is not None and row.secret is not None else None


def find_beginning() -> datetime | None:
    """When the first row was recorded; None for an empty log."""
    return db.session.scalar(select(AuditRow.at).order_by(AuditRow.id).limit(1))


def count_between(since: datetime, until: datetime) -> int:
    """How many rows a file of the period would have."""
    within = select(func.count()).select_from(AuditRow).where(AuditRow.at >= since, AuditRow.at < until)
    return db.session.scalar(within) or 0


def list_spans(since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """Lane → first and last position of the period; the rows between them are all of it, and without a gap."""
    statement = (
        select(AuditRow.lane, func.min(AuditRow.position), func.max(AuditRow.position))
        .where(AuditRow.at >= since, AuditRow.at < until)
        .group_by(AuditRow.lane)
        .order_by(AuditRow.lane)
    )
    return {lane: (first, last) for lane, first, last in db.session.execute(statement)}


def read_span(lane: str, first: int, last: int) -> Iterator[RawEntry]:
    """The rows of a lane from one position to another, in order."""
    for start in range(first, last + 1, BATCH):
        rows = db.session.scalars(
            select(AuditRow)
            .where(AuditRow.lane == lane, AuditRow.position.between(start, min(start + BATCH - 1, last)))
            .order_by(AuditRow.position)
        ).all()
        for row in rows:
            yield RawEntry(row.lane, row.position, row_text(row), EVENTS.get(row.action, ""), row.mac)
        for row in rows:
            db.session.expunge(row)


def find_mac(lane: str, position: int) -> bytes | None:
    """The mac of the row at a position; None when there is none."""
    return db.session.scalar(select(AuditRow.mac).where(AuditRow.lane == lane, AuditRow.position == position))


def list_case_numbers(case_ids: Iterable[str]) -> dict[str, str]:
    """Id → reception number (受付番号)."""
    wanted = sorted(set(case_ids))
    rows = db.session.execute(select(CaseRow.id, CaseRow.number).where(CaseRow.id.in_(wanted)))
    return {row.id: row.number for row in rows}


def _cases_of(number: str) -> Select[str]:
    """The receptions the person is in, and those whose entries name him (he may have been taken out again)."""
    named = (
        select(AuditRow.case_id)
        .join(AuditPersonRow, AuditPersonRow.event_id == AuditRow.id)
        .where(AuditPersonRow.person_number == number, AuditRow.case_id.is_not(None))
    )
    within = select(CasePersonRow.case_id).where(CasePersonRow.person_number == number)
    return select(CaseRow.id).where(or_(CaseRow.id.in_(within), CaseRow.id.in_(named)))


def _conditions(wanted: RecordFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.staff:
        found.append(AuditRow.actor_id == wanted.staff)
    if wanted.kind:
        found.append(AuditRow.actor_kind == wanted.kind)
    if wanted.counter:
        found.append(AuditRow.counter == wanted.counter)
    if wanted.action:
        found.append(
            AuditRow.action.startswith(wanted.action, autoescape=True)
            if wanted.action.endswith(".")
            else AuditRow.action == wanted.action
        )
    if wanted.person:
        named = select(AuditPersonRow.event_id).where(AuditPersonRow.person_number == wanted.person)
        found.append(or_(AuditRow.id.in_(named), AuditRow.case_id.in_(_cases_of(wanted.person))))
    if wanted.case_number:
        case_id = select(CaseRow.id).where(CaseRow.number == wanted.case_number)
        found.append(AuditRow.case_id.in_(case_id))
    if wanted.before:
        found.append(AuditRow.id < wanted.before)
    return found


def _entry(row: AuditRow) -> RecordEntry:
    return RecordEntry(
        row.id, row.lane, row.position, row.at, row.actor_kind, row.actor_id, row.counter, row.action,
        EVENTS.get(row.action, row.action), row.case_id, tuple(row.persons), row.detail, row.secret is not None,
    )  # fmt: skip
