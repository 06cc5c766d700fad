"""What was imported when: the record of imports, their files and their rejected rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import Session, aliased

from app.data.models.register import FeedFileRow, FeedImportRow, FeedRejectRow, RowFormRow
from app.domain.feed_jobs import MAX_REJECTS, Reject
from app.extensions import db


@dataclass(frozen=True)
class Accepted:
    """The last accepted file of a data set."""

    as_of: datetime
    rows: int


@dataclass(frozen=True)
class FileRecord:
    """What is recorded of an accepted file."""

    data_set: str
    name: str
    sha256: str
    kind: str
    as_of: datetime
    rows: int
    rejected: int
    rejects: tuple[Reject, ...]
    added: int
    changed: int
    unchanged: int
    gone: int


@dataclass(frozen=True)
class Compared:
    """The kind of a data set's last accepted file, and the rows of the last one of that kind before; None without one."""

    kind: str
    before: int | None


@dataclass(frozen=True)
class FileLine:
    """An accepted file as a line of a list."""

    name: str
    kind: str
    as_of: datetime
    imported_at: datetime
    rows: int
    rejects: int
    added: int
    changed: int
    gone: int


def current_serial(connection: Connection) -> int:
    """The serial number of the import whose state is in force; 0 before the first."""
    statement = select(func.max(FeedImportRow.serial)).where(FeedImportRow.applied.is_(True))
    return connection.scalar(statement) or 0


def current_rules(connection: Connection) -> str | None:
    """The version of the rules under which the stored search keys were made; None before the first import."""
    statement = select(FeedImportRow.rules).where(FeedImportRow.serial == current_serial(connection))
    return connection.scalar(statement)


_SETS = select(RowFormRow.data_set).distinct().subquery()
NEWEST_FILES = select(
    select(func.max(FeedFileRow.id)).where(FeedFileRow.data_set == _SETS.c.data_set).scalar_subquery()
).select_from(_SETS)
"""Ids of the last accepted file of each data set, one look-up each however many nights there have been."""


def list_accepted(connection: Connection) -> dict[str, Accepted]:
    """The last accepted file of each data set."""
    rows = connection.execute(
        select(FeedFileRow.data_set, FeedFileRow.as_of, FeedFileRow.rows).where(
            FeedFileRow.id.in_(NEWEST_FILES)
        )
    )
    return {data_set: Accepted(as_of, count) for data_set, as_of, count in rows}


def is_known(connection: Connection, data_set: str, sha256: str, is_full: bool, as_of: datetime) -> bool:
    """Whether this file was accepted before, by its bytes and its time: the same difference at another time is news.

    A full file with the bytes of the last one is known whatever its time: it changes nothing.
    """
    last = connection.scalar(select(func.max(FeedFileRow.id)).where(FeedFileRow.data_set == data_set))
    found = connection.execute(
        select(FeedFileRow.id, FeedFileRow.kind, FeedFileRow.as_of).where(
            FeedFileRow.data_set == data_set, FeedFileRow.sha256 == sha256
        )
    )
    return any(
        (kind == "full") == is_full and (moment == as_of or (is_full and number == last))
        for number, kind, moment in found
    )


def find_city_code(connection: Connection) -> str | None:
    """The code (団体コード) of the city whose files were accepted so far; None before the first."""
    name = connection.scalar(select(FeedFileRow.name).order_by(FeedFileRow.id).limit(1))
    return name[:6] if name else None


def start_import(
    session: Session, started: datetime, now: datetime, staff_id: str, rules: str
) -> FeedImportRow:
    """Add the row of an import that is being switched in."""
    row = FeedImportRow(
        started_at=started, finished_at=now, staff_id=staff_id, applied=True, message="", rules=rules
    )
    session.add(row)
    session.flush()
    return row


def record_refusal(session: Session, started: datetime, now: datetime, staff_id: str, message: str) -> None:
    """Record an import that was refused; nothing else of the register changes."""
    session.add(
        FeedImportRow(
            started_at=started, finished_at=now, staff_id=staff_id, applied=False, message=message, rules=""
        )
    )


def record_files(session: Session, serial: int, files: Iterable[FileRecord]) -> None:
    """Record the accepted files of an import and their first rejected rows."""
    for file in files:
        row = FeedFileRow(
            import_serial=serial,
            data_set=file.data_set,
            name=file.name,
            sha256=file.sha256,
            kind=file.kind,
            as_of=file.as_of,
            rows=file.rows,
            rejects=file.rejected,
            added=file.added,
            changed=file.changed,
            unchanged=file.unchanged,
            gone=file.gone,
        )
        session.add(row)
        session.flush()
        if file.rejects:
            session.execute(
                insert(FeedRejectRow),
                [
                    {
                        "file_id": row.id,
                        "line": r.line,
                        "column": r.column,
                        "read": r.read,
                        "expected": r.expected,
                    }
                    for r in file.rejects[:MAX_REJECTS]
                ],
            )


def list_files(data_set: str, limit: int) -> tuple[FileLine, ...]:
    """The last accepted files of a data set, newest first."""
    rows = db.session.execute(
        select(FeedFileRow, FeedImportRow.finished_at)
        .join(FeedImportRow, FeedImportRow.serial == FeedFileRow.import_serial)
        .where(FeedFileRow.data_set == data_set)
        .order_by(FeedFileRow.id.desc())
        .limit(limit)
    )
    return tuple(
        FileLine(
            file.name,
            file.kind,
            file.as_of,
            finished,
            file.rows,
            file.rejects,
            file.added,
            file.changed,
            file.gone,
        )
        for file, finished in rows
    )


def list_compared() -> dict[str, Compared]:
    """The last accepted file of each data set with the one of its kind before it."""
    last, older = aliased(FeedFileRow), aliased(FeedFileRow)
    before = (
        select(older.rows)
        .where(older.data_set == last.data_set, older.kind == last.kind, older.id < last.id)
        .order_by(older.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = db.session.execute(select(last.data_set, last.kind, before).where(last.id.in_(NEWEST_FILES)))
    return {data_set: Compared(kind, count) for data_set, kind, count in rows}


def list_rejects(data_set: str, limit: int) -> tuple[Reject, ...]:
    """The first kept rows that the newest accepted file of a data set lost."""
    newest = select(func.max(FeedFileRow.id)).where(FeedFileRow.data_set == data_set).scalar_subquery()
    rows = db.session.execute(
        select(FeedFileRow.name, FeedRejectRow)
        .join(FeedFileRow, FeedFileRow.id == FeedRejectRow.file_id)
        .where(FeedFileRow.id == newest)
        .order_by(FeedRejectRow.id)
        .limit(limit)
    )
    return tuple(Reject(name, row.line, row.column, row.read, row.expected) for name, row in rows)
