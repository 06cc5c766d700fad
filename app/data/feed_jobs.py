"""Jobs of the data links: asked, running, ended; what each file came to; holds; and the lease of the watch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, exists, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.data.batches import in_batches
from app.data.models.base import utc_now
from app.data.models.feed import FeedHoldRow, FeedJobFileRow, FeedJobRow, FeedLeaseRow
from app.data.models.register import FeedFileRow
from app.data.transactions import WRITES
from app.domain.feed_jobs import (
    ALL_SETS,
    SETTLED,
    FileState,
    Hold,
    Job,
    JobFile,
    JobKind,
    JobState,
    Watcher,
)
from app.extensions import db

MEASURES = "01c"
LEASE = "watch"
LEASE_SECONDS = 120
PATIENCE_MS = 200
"""How long a report of progress waits for another writer; the next one tells the same."""

LONGEST_AHEAD = timedelta(days=366)
"""How far ahead of this machine's clock a state may lie: clocks are wrong by less, typing errors by more."""

LONGEST_COMMAND_HOURS = 12
"""A command that has not ended by then was killed."""

_OPEN = (JobState.QUEUED, JobState.RUNNING)
MADE_UP_FOR = exists().where(
    FeedFileRow.data_set == FeedJobFileRow.data_set, FeedFileRow.as_of >= FeedJobFileRow.as_of
)
"""A file that is as new as this one, or newer, has come in since."""


def add_job(session: Session, kind: JobKind, staff_id: str, now: datetime, state: JobState) -> str:
    """A new job, queued or running; its id."""
    started = now if state is JobState.RUNNING else None
    row = FeedJobRow(
        kind=kind, state=state, asked_by=staff_id, asked_at=now, started_at=started, phase="", done=0, total=0,
        stop_asked=False, message="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def add_files(session: Session, job_id: str, files: Iterable[JobFile]) -> None:
    """Put files into a job."""
    session.add_all(
        FeedJobFileRow(
            job_id=job_id, name=file.name, data_set=file.data_set, mark=file.mark, kind=file.kind, as_of=file.as_of,
            state=file.state, rows=file.rows, before=0, rejects=0, added=0, changed=0, gone=0, problem=file.problem,
            approved=False, decided_by="", reason="",
        )
        for file in files
    )  # fmt: skip


def start_job(session: Session, job_id: str, now: datetime) -> None:
    """A queued job begins; its files are entered anew as they are found."""
    session.execute(delete(FeedJobFileRow).where(FeedJobFileRow.job_id == job_id))
    session.execute(
        update(FeedJobRow).where(FeedJobRow.id == job_id).values(state=JobState.RUNNING, started_at=now)
    )


def change_file(session: Session, job_id: str, name: str, state: FileState, **values: Any) -> None:
    """Enter what became of a file of a job."""
    session.execute(
        update(FeedJobFileRow)
        .where(FeedJobFileRow.job_id == job_id, FeedJobFileRow.name == name)
        .values(state=state, **values)
    )


def finish_job(session: Session, job_id: str, state: JobState, message: str, now: datetime) -> None:
    """Enter how a job ended."""
    session.execute(
        update(FeedJobRow)
        .where(FeedJobRow.id == job_id)
        .values(state=state, message=message, finished_at=now, phase="", done=0, total=0)
    )


def report_progress(
    engine: Engine, job_id: str, phase: str, done: int, total: int, now: datetime, holder: str
) -> bool:
    """Note how far a job is and that its watcher lives; returns whether somebody asked to stop it.

    On a connection of its own, beside the import's. Skipped when another writer is at it: then nobody asked.
    """
    connection = engine.connect()
    try:
        if connection.dialect.name == "sqlite":
            raw: Any = connection.connection.driver_connection
            raw.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}").close()
        connection = connection.execution_options(**WRITES)
        job = FeedJobRow.__table__
        connection.execute(
            update(FeedJobRow).where(FeedJobRow.id == job_id).values(phase=phase, done=done, total=total)
        )
        if holder:
            _renew(connection, holder, now)
        asked = connection.scalar(select(job.c.stop_asked).where(job.c.id == job_id))
        connection.commit()
        return bool(asked)
    except OperationalError:
        connection.rollback()
        return False
    finally:
        connection.invalidate()  # its short patience is not for others
        connection.close()


def _renew(connection: Connection, holder: str, now: datetime) -> None:
    connection.execute(
        update(FeedLeaseRow)
        .where(FeedLeaseRow.name == LEASE, FeedLeaseRow.holder == holder)
        .values(seen_at=now, expires_at=now + timedelta(seconds=LEASE_SECONDS))
    )


def take_lease(session: Session, holder: str, now: datetime, next_run: datetime | None) -> bool:
    """Take or renew the watch; False when another process has it."""
    row = session.get(FeedLeaseRow, LEASE, with_for_update=True, populate_existing=True)
    if row is None:
        row = FeedLeaseRow(name=LEASE, holder=holder)
        session.add(row)
    elif row.holder != holder and row.expires_at > now:
        return False
    row.holder, row.seen_at, row.next_run = holder, now, next_run
    row.expires_at = now + timedelta(seconds=LEASE_SECONDS)
    session.flush()
    return True


def release_lease(session: Session, holder: str, now: datetime) -> None:
    """Let another process take the watch at once."""
    session.execute(
        update(FeedLeaseRow)
        .where(FeedLeaseRow.name == LEASE, FeedLeaseRow.holder == holder)
        .values(expires_at=now, next_run=None)
    )


def find_watcher(now: datetime) -> Watcher | None:
    """The last process that watched, None when there never was one."""
    row = db.session.get(FeedLeaseRow, LEASE, populate_existing=True)
    return Watcher(row.seen_at, row.expires_at > now, row.next_run) if row else None


def end_orphans(session: Session, message: str, now: datetime) -> int:
    """Jobs that are said to run though their process is gone have stopped; returns how many."""
    long_ago = now - timedelta(hours=LONGEST_COMMAND_HOURS)
    jobs = list(
        session.scalars(
            select(FeedJobRow.id).where(
                FeedJobRow.state == JobState.RUNNING,
                or_(FeedJobRow.kind != JobKind.COMMAND, FeedJobRow.started_at < long_ago),
            )
        )
    )
    for job_id in jobs:
        session.execute(
            update(FeedJobFileRow)
            .where(FeedJobFileRow.job_id == job_id, FeedJobFileRow.state == FileState.QUEUED)
            .values(state=FileState.STOPPED)
        )
        finish_job(session, job_id, JobState.STOPPED, message, now)
    return len(jobs)


def next_queued() -> Job | None:
    """The job that has waited longest."""
    row = db.session.scalar(
        select(FeedJobRow)
        .where(FeedJobRow.state == JobState.QUEUED)
        .order_by(FeedJobRow.asked_at, FeedJobRow.id)
        .limit(1)
    )
    return _job(row, list_files(row.id)) if row else None


def find_job(job_id: str) -> Job | None:
    row = db.session.get(FeedJobRow, job_id, populate_existing=True)
    return _job(row, list_files(job_id)) if row else None


def list_jobs(limit: int) -> tuple[Job, ...]:
    """The newest jobs with their files."""
    rows = list(
        db.session.scalars(
            select(FeedJobRow).order_by(FeedJobRow.asked_at.desc(), FeedJobRow.id.desc()).limit(limit)
        )
    )
    files = db.session.scalars(
        select(FeedJobFileRow)
        .where(FeedJobFileRow.job_id.in_([row.id for row in rows]))
        .order_by(FeedJobFileRow.data_set, FeedJobFileRow.name)
    )
    by_job: dict[str, list[JobFile]] = {}
    for file in files:
        by_job.setdefault(file.job_id, []).append(file_of(file))
    return tuple(_job(row, by_job.get(row.id, ())) for row in rows)


def list_open() -> tuple[Job, ...]:
    """Jobs that wait for their turn or run."""
    rows = db.session.scalars(
        select(FeedJobRow).where(FeedJobRow.state.in_(_OPEN)).order_by(FeedJobRow.asked_at)
    )
    return tuple(_job(row, ()) for row in rows)


def list_files(job_id: str) -> tuple[JobFile, ...]:
    rows = db.session.scalars(
        select(FeedJobFileRow)
        .where(FeedJobFileRow.job_id == job_id)
        .order_by(FeedJobFileRow.data_set, FeedJobFileRow.name)
    )
    return tuple(file_of(row) for row in rows)


def find_file(file_id: str) -> tuple[str, JobFile] | None:
    """A file of a job with the job's id."""
    row = db.session.get(FeedJobFileRow, file_id, populate_existing=True)
    return (row.job_id, file_of(row)) if row else None


def list_waiting() -> tuple[JobFile, ...]:
    """Files that wait for a decision and are not overtaken by a later one."""
    rows = db.session.scalars(
        select(FeedJobFileRow)
        .where(FeedJobFileRow.state == FileState.WAITING, FeedJobFileRow.approved.is_(False), ~MADE_UP_FOR)
        .order_by(FeedJobFileRow.data_set, FeedJobFileRow.as_of)
    )
    return tuple(file_of(row) for row in rows)


def settled_marks(marks: Collection[str]) -> set[str]:
    """Those of the files that the watch has dealt with; what a command tried or somebody approved does not count."""
    found: set[str] = set()
    for batch in in_batches(marks):
        found.update(
            db.session.scalars(
                select(FeedJobFileRow.mark)
                .join(FeedJobRow, FeedJobRow.id == FeedJobFileRow.job_id)
                .where(
                    FeedJobFileRow.mark.in_(batch),
                    FeedJobFileRow.state.in_(SETTLED),
                    FeedJobFileRow.approved.is_(False),
                    FeedJobRow.kind != JobKind.COMMAND,
                )
            )
        )
    return found


def approved_marks(marks: Collection[str]) -> set[str]:
    """Those of the files of which somebody said that they are right, and that have not come in since."""
    rows = select(FeedJobFileRow.mark).where(
        FeedJobFileRow.state == FileState.WAITING, FeedJobFileRow.approved.is_(True)
    )
    return set(db.session.scalars(rows)) & set(marks)


def list_gaps(data_set: str | None = None) -> dict[str, JobFile]:
    """The newest file of each data set (or of one) that did not come in and that nothing accepted since makes up for.

    What a command tried counts only of the protected (01c): who delivers that file by hand may be the only one who does.
    A day far ahead does not, which nothing that is right could ever make up for.
    """
    file = FeedJobFileRow
    tried = and_(file.data_set == MEASURES, file.as_of < utc_now() + LONGEST_AHEAD)
    rows = db.session.scalars(
        select(file)
        .join(FeedJobRow, FeedJobRow.id == file.job_id)
        .where(
            or_(FeedJobRow.kind != JobKind.COMMAND, tried),
            file.data_set == data_set if data_set else file.data_set != "",
            file.state.in_((FileState.REFUSED, FileState.WAITING)),
            file.as_of.is_not(None),
            ~MADE_UP_FOR,
        )
        .order_by(file.as_of, file.id)
    )
    return {row.data_set: file_of(row) for row in rows}


def is_blocked() -> bool:
    """Whether nothing comes in because the last file of the protected (01c) is wrong."""
    return MEASURES in list_gaps(MEASURES)


def decide(session: Session, file_id: str, approved: bool, staff_id: str, reason: str, now: datetime) -> bool:
    """Enter the decision on a waiting file; False when it waits no longer."""
    state = FileState.WAITING if approved else FileState.REFUSED
    result = session.connection().execute(
        update(FeedJobFileRow)
        .where(
            FeedJobFileRow.id == file_id,
            FeedJobFileRow.state == FileState.WAITING,
            FeedJobFileRow.approved.is_(False),
        )
        .values(state=state, approved=approved, decided_by=staff_id, decided_at=now, reason=reason)
    )
    return bool(result.rowcount)


def skip(session: Session, file_id: str, staff_id: str, reason: str, now: datetime) -> bool:
    """Go on without a refused file; False when it is not refused any more."""
    result = session.connection().execute(
        update(FeedJobFileRow)
        .where(FeedJobFileRow.id == file_id, FeedJobFileRow.state == FileState.REFUSED)
        .values(state=FileState.SKIPPED, decided_by=staff_id, decided_at=now, reason=reason)
    )
    return bool(result.rowcount)


def replace_waiting(session: Session, mark: str, state: FileState) -> None:
    """The same file, waiting in earlier jobs, has been dealt with."""
    session.execute(
        update(FeedJobFileRow)
        .where(FeedJobFileRow.mark == mark, FeedJobFileRow.state == FileState.WAITING)
        .values(state=state)
    )


def ask_to_stop(session: Session, job_id: str, now: datetime) -> bool:
    """Ask a job to stop; one that has not begun stops at once. False when it has ended."""
    job = update(FeedJobRow).where(FeedJobRow.id == job_id)
    waiting = job.where(FeedJobRow.state == JobState.QUEUED).values(state=JobState.STOPPED, finished_at=now)
    running = job.where(FeedJobRow.state == JobState.RUNNING).values(stop_asked=True)
    connection = session.connection()
    return bool(connection.execute(waiting).rowcount or connection.execute(running).rowcount)


def list_holds() -> dict[str, Hold]:
    rows = db.session.scalars(select(FeedHoldRow).order_by(FeedHoldRow.data_set))
    return {row.data_set: Hold(row.data_set, row.staff_id, row.since, row.reason) for row in rows}


def hold(session: Session, data_set: str, staff_id: str, reason: str, now: datetime) -> bool:
    """Hold a data set; False when it is held already."""
    if session.get(FeedHoldRow, data_set, populate_existing=True):
        return False
    session.add(FeedHoldRow(data_set=data_set, staff_id=staff_id, since=now, reason=reason))
    return True


def release(session: Session, data_set: str) -> bool:
    """End a hold; False when there is none."""
    row = session.get(FeedHoldRow, data_set, populate_existing=True)
    if row is None:
        return False
    session.delete(row)
    return True


def is_held(holds: Collection[str], data_set: str) -> bool:
    """Whether the watch has to leave the data set alone: nothing comes in while the file of the protected is held."""
    return bool({ALL_SETS, MEASURES, data_set} & set(holds))


def _job(row: FeedJobRow, files: Sequence[JobFile]) -> Job:
    return Job(
        row.id, JobKind(row.kind), JobState(row.state), row.asked_by, row.asked_at, row.started_at,
        row.finished_at, row.phase, row.done, row.total, row.stop_asked, row.message, tuple(files),
    )  # fmt: skip


def file_of(row: FeedJobFileRow) -> JobFile:
    return JobFile(
        row.id, row.name, row.data_set, row.mark, row.kind, row.as_of, FileState(row.state), row.rows, row.before,
        row.rejects, row.added, row.changed, row.gone, row.problem, row.decided_by, row.reason,
    )  # fmt: skip
