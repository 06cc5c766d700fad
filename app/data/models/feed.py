"""Tables of the data links: jobs, their files, holds, and who watches the folder."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import OPAQUE_ID, UtcDateTime, opaque_id
from app.extensions import Base


class FeedJobRow(Base):
    """A job: why it runs, who asked, how far it is, how it ended."""

    __tablename__ = "feed_job"

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), index=True)
    asked_by: Mapped[str] = mapped_column(String(40))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    phase: Mapped[str] = mapped_column(Text)
    done: Mapped[int] = mapped_column(Integer)
    total: Mapped[int] = mapped_column(Integer)
    stop_asked: Mapped[bool] = mapped_column(Boolean)
    message: Mapped[str] = mapped_column(Text)


class FeedJobFileRow(Base):
    """A file of a job and what became of it. ``before`` counts the rows the data set had when it was compared."""

    __tablename__ = "feed_job_file"

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    job_id: Mapped[str] = mapped_column(ForeignKey("feed_job.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    data_set: Mapped[str] = mapped_column(String(3), index=True)
    mark: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(4))
    as_of: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10), index=True)
    rows: Mapped[int] = mapped_column(Integer)
    before: Mapped[int] = mapped_column(Integer)
    rejects: Mapped[int] = mapped_column(Integer)
    added: Mapped[int] = mapped_column(Integer)
    changed: Mapped[int] = mapped_column(Integer)
    gone: Mapped[int] = mapped_column(Integer)
    problem: Mapped[str] = mapped_column(Text)
    approved: Mapped[bool] = mapped_column(Boolean)
    decided_by: Mapped[str] = mapped_column(String(40))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)


class FeedJobRejectRow(Base):
    """A fault of a row of a file that was refused. What may tell who a person is, is never stored here."""

    __tablename__ = "feed_job_reject"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    file_id: Mapped[str] = mapped_column(ForeignKey("feed_job_file.id"), index=True)
    line: Mapped[int] = mapped_column(Integer)
    column: Mapped[str] = mapped_column(Text)
    read: Mapped[str] = mapped_column(Text)
    expected: Mapped[str] = mapped_column(Text)


class FeedJobExampleRow(Base):
    """A row that a file would add, change or end: whose it is and the names of its columns that change, no value of it.

    ``person_number`` is kept to leave the row out once he is protected; None where ``subject`` names nobody.
    """

    __tablename__ = "feed_job_example"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    file_id: Mapped[str] = mapped_column(ForeignKey("feed_job_file.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(Text)
    person_number: Mapped[str | None] = mapped_column(String(24))
    columns: Mapped[str] = mapped_column(Text)


class FeedHoldRow(Base):
    """A data set that is held; ``all`` holds every one."""

    __tablename__ = "feed_hold"

    data_set: Mapped[str] = mapped_column(String(3), primary_key=True)
    staff_id: Mapped[str] = mapped_column(String(40))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)


class FeedLeaseRow(Base):
    """Which process watches the folder; another may take over when ``expires_at`` has passed."""

    __tablename__ = "feed_lease"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_run: Mapped[datetime | None] = mapped_column(UtcDateTime)
