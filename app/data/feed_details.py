"""What is kept of a job's files beside their counts: the faults of refused ones, examples of what others would change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, delete, exists, insert, or_, select, type_coerce
from sqlalchemy.orm import Session

from app.data import feed_jobs, protection
from app.data.models.base import UtcDateTime
from app.data.models.feed import FeedJobExampleRow, FeedJobFileRow, FeedJobRejectRow, FeedJobRow
from app.data.models.register import PersonRow
from app.domain.feed_jobs import MAX_REJECTS, Example, ExampleKind, FileState, JobFile, JobKind, Reject
from app.domain.register import notice_of
from app.extensions import db


def keep_faults(session: Session, job_id: str, name: str, faults: Sequence[Reject]) -> None:
    """Keep the first faults of a file of a job, MAX_REJECTS at most."""
    rows = [
        {"line": one.line, "column": one.column, "read": one.read, "expected": one.expected}
        for one in faults[:MAX_REJECTS]
    ]
    if rows:
        file_id = _file_id(session, job_id, name)
        session.execute(insert(FeedJobRejectRow), [{"file_id": file_id, **row} for row in rows])


def list_faults(file_id: str, limit: int) -> tuple[Reject, ...]:
    """The first kept faults of a file, as they stand in it."""
    rows = db.session.execute(
        select(FeedJobFileRow.name, FeedJobRejectRow)
        .join(FeedJobFileRow, FeedJobFileRow.id == FeedJobRejectRow.file_id)
        .where(FeedJobRejectRow.file_id == file_id)
        .order_by(FeedJobRejectRow.id)
        .limit(limit)
    )
    return tuple(Reject(name, row.line, row.column, row.read, row.expected) for name, row in rows)


def keep_examples(session: Session, job_id: str, name: str, examples: Sequence[Example]) -> None:
    """Keep examples of what a file of a job would change."""
    rows = [
        {"kind": one.kind, "subject": one.subject, "person_number": one.person, "columns": one.columns}
        for one in examples
    ]
    if rows:
        file_id = _file_id(session, job_id, name)
        session.execute(insert(FeedJobExampleRow), [{"file_id": file_id, **row} for row in rows])


def list_examples(file_id: str) -> tuple[Example, ...]:
    """The kept examples of a file, without those of persons who have come to be protected or closed to others since."""
    rows = db.session.scalars(
        select(FeedJobExampleRow).where(FeedJobExampleRow.file_id == file_id).order_by(FeedJobExampleRow.id)
    ).all()
    numbers = {row.person_number for row in rows if row.person_number}
    if not numbers:
        return tuple(map(_example, rows))
    protected = protection.list_numbers(db.session.connection())
    closed = select(PersonRow.number).where(
        PersonRow.number.in_(numbers), or_(PersonRow.reserved_for != "", PersonRow.protected)
    )
    hidden = {*protected, *map(notice_of, protected), *db.session.scalars(closed)}
    return tuple(_example(row) for row in rows if row.person_number not in hidden)


def _example(row: FeedJobExampleRow) -> Example:
    return Example(ExampleKind(row.kind), row.subject, row.person_number, row.columns)


def find_check(mark: str) -> tuple[JobFile, datetime] | None:
    """What the last check of this very file found, and when it ended."""
    row = db.session.execute(
        _checked().where(FeedJobFileRow.mark == mark).order_by(FeedJobRow.finished_at.desc()).limit(1)
    ).first()
    return (feed_jobs.file_of(row[0]), row[1]) if row else None


def list_checks(data_set: str) -> tuple[tuple[JobFile, datetime], ...]:
    """What the last check found of the files of a data set that have not come in since, and when it ended."""
    last = (
        select(FeedJobRow.id)
        .join(FeedJobFileRow, FeedJobFileRow.job_id == FeedJobRow.id)
        .where(FeedJobFileRow.data_set == data_set, FeedJobFileRow.state == FileState.CHECKED)
        .where(FeedJobRow.finished_at.is_not(None))
        .order_by(FeedJobRow.finished_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = db.session.execute(
        _checked()
        .where(FeedJobRow.id == last, FeedJobFileRow.data_set == data_set, ~feed_jobs.MADE_UP_FOR)
        .order_by(FeedJobFileRow.as_of, FeedJobFileRow.name)
    )
    return tuple((feed_jobs.file_of(file), at) for file, at in rows)


def _checked() -> Select[FeedJobFileRow, datetime]:
    return (
        select(FeedJobFileRow, type_coerce(FeedJobRow.finished_at, UtcDateTime))
        .join(FeedJobRow, FeedJobRow.id == FeedJobFileRow.job_id)
        .where(FeedJobFileRow.state == FileState.CHECKED, FeedJobRow.finished_at.is_not(None))
    )


def is_check_open() -> bool:
    """Whether somebody asked what files would change and has no answer yet."""
    open_still = exists().where(FeedJobRow.kind == JobKind.CHECK, FeedJobRow.finished_at.is_(None))
    return bool(db.session.scalar(select(open_still)))


def forget(session: Session, jobs: Collection[str]) -> None:
    """Delete everything that is kept here of the files of these jobs."""
    files = select(FeedJobFileRow.id).where(FeedJobFileRow.job_id.in_(jobs))
    for kept in (FeedJobRejectRow, FeedJobExampleRow):
        session.execute(delete(kept).where(kept.file_id.in_(files)))


def _file_id(session: Session, job_id: str, name: str) -> str:
    """The id of a file of a job. Raises NoResultFound when the job has none of this name."""
    found = select(FeedJobFileRow.id).where(FeedJobFileRow.job_id == job_id, FeedJobFileRow.name == name)
    return session.scalars(found.limit(1)).one()
