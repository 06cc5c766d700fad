"""Offices and the entries of their opening calendars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from app.data.models.opening import OfficeRow, OpeningRow
from app.data.models.staff import CounterRow
from app.domain.opening import CITY_HALL, Entry, EntryKind, Hours
from app.extensions import db


@dataclass(frozen=True)
class Recorded:
    """An entry with who recorded and who withdrew it when."""

    entry: Entry
    recorded_at: datetime
    recorded_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None


def list_offices() -> tuple[tuple[str, str], ...]:
    """Every office as (code, title), in the city's own order."""
    rows = db.session.execute(select(OfficeRow.code, OfficeRow.title).order_by(OfficeRow.position))
    return tuple((code, title) for code, title in rows)


def office_of(counter: str) -> tuple[str, str]:
    """The office of a counter as (code, title); the city hall for a counter that no longer exists."""
    statement = select(OfficeRow.code, OfficeRow.title)
    found = db.session.execute(
        statement.join(CounterRow, CounterRow.office == OfficeRow.code).where(CounterRow.code == counter)
    ).first()
    found = found or db.session.execute(statement.where(OfficeRow.code == CITY_HALL)).first()
    return (found.code, found.title) if found else (CITY_HALL, "市役所")


def lock_office(office: str) -> str | None:
    """The title of an office, locked until the transaction ends so that two writers do not contradict each other."""
    statement = select(OfficeRow).where(OfficeRow.code == office).with_for_update()
    row = db.session.scalar(statement)
    return row.title if row else None


def list_entries(office: str) -> tuple[Entry, ...]:
    """The entries of an office that count, the oldest period first."""
    return tuple(
        entry_of(row) for row in _rows(OpeningRow.office == office, OpeningRow.withdrawn_at.is_(None))
    )


def list_recorded(office: str, limit: int) -> tuple[Recorded, ...]:
    """The last entries of an office with those withdrawn, the latest first."""
    statement = select(OpeningRow).where(OpeningRow.office == office)
    rows = db.session.scalars(statement.order_by(OpeningRow.recorded_at.desc(), OpeningRow.id).limit(limit))
    return tuple(
        Recorded(entry_of(row), row.recorded_at, row.recorded_by, row.withdrawn_at, row.withdrawn_by)
        for row in rows
    )


def find_row(entry_id: str) -> OpeningRow | None:
    return db.session.get(OpeningRow, entry_id)


def add_entry(entry: Entry, at: datetime, by: str) -> None:
    """Store an entry under its own id."""
    hours = entry.hours
    db.session.add(
        OpeningRow(
            id=entry.id, office=entry.office, kind=entry.kind, first_on=entry.first, last_on=entry.last,
            weekdays="".join(str(day) for day in sorted(entry.weekdays)), opens=hours.opens if hours else None,
            closes=hours.closes if hours else None, counts=entry.counts, reason=entry.reason, recorded_at=at, recorded_by=by,
        )
    )  # fmt: skip


def entry_of(row: OpeningRow) -> Entry:
    """The entry a row holds."""
    hours = Hours(row.opens, row.closes) if row.opens and row.closes else None
    return Entry(
        row.id, row.office, EntryKind(row.kind), row.first_on, row.last_on, row.reason, hours,
        frozenset(int(day) for day in row.weekdays), row.counts,
    )  # fmt: skip


def _rows(*conditions: ColumnElement[bool]) -> list[OpeningRow]:
    statement = select(OpeningRow).where(*conditions).order_by(OpeningRow.first_on, OpeningRow.id)
    return list(db.session.scalars(statement))
