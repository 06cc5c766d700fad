"""The watch over the folder of the core system's files: one process at a time, on schedule and when asked.

A file counts as delivered when its manifest is there. What was dealt with is remembered by the file itself (name, size and
time of CSV and manifest): it is left alone until it is replaced, or somebody asks for it again.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy.exc import OperationalError

from app.config import Settings
from app.data import audit, feed_jobs, feed_retention
from app.data.models.base import utc_now
from app.data.transactions import transaction
from app.domain.authority import SYSTEM, Actor
from app.domain.errors import Refused
from app.domain.feed_jobs import FileState, Job, JobFile, JobKind
from app.extensions import db
from app.intake.layouts import load_versions
from app.intake.manifest import DIFF, FULL, list_feeds
from app.operations.disclosing import forget_lapsed
from app.operations.feed_files import MEASURES
from app.operations.feed_journal import Journal, describe
from app.operations.feed_night import FAILED_MEASURES, Night, explain, with_measures
from app.operations.feed_schedule import next_run
from app.operations.feed_staging import Stop, never
from app.operations.feed_trial import WITHOUT_MEASURES, Trial

RENEW_SECONDS = 20
ON_HOLD = "保留されているため、取り込まずに待っています。"
NOTHING_TO_CHECK = "取込フォルダーに、変化を確かめるファイルがありません。"
BUSY = "ほかのプロセスが取込フォルダーを見張っています。止めてから、もう一度実行してください。"
LEFT_OVER = "取込の途中でプロセスが終わりました。切替の前なら何も変わっていません。残りのファイルは次の回に取り込みます。"


class Watch:
    """This process's watch. `tick` is called every few seconds and does what is due."""

    def __init__(self, *, stop: Stop = never) -> None:
        self.settings: Settings = current_app.config["KAKANAI"]
        self.layouts = load_versions()
        self.holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._stop = stop
        self._looked: datetime | None = None
        self._next: datetime | None = None
        self._renewed: tuple[datetime | None, float] | None = None

    def begin(self) -> None:
        """Take the watch. Raises Refused when another process has it or the folder is not there."""
        if not self.settings.feeds.is_dir():
            raise Refused(
                f"取込フォルダー {self.settings.feed_folder} がありません。"
                "settings.toml の feed_folder を確かめ、フォルダーを作ってください。"
            )
        now = utc_now()
        self._next = next_run(self.settings, None, now)
        with transaction() as session:
            if not feed_jobs.take_lease(session, self.holder, now, self._next):
                raise Refused(BUSY)
            feed_jobs.end_orphans(session, LEFT_OVER, now)

    def end(self) -> None:
        """Leave the watch to others; where the database is busy for long, the lease ends by itself."""
        with suppress(OperationalError), transaction() as session:
            feed_jobs.release_lease(session, self.holder, utc_now())

    def tick(self) -> list[Job]:
        """Renew the watch, run what was asked for, and look into the folder when it is time; the jobs that ran.

        Raises Refused when another process has taken the watch over.
        """
        try:
            self._renew()
        except (
            OperationalError
        ):  # somebody else writes for long; the lease lasts until the next tick but many
            db.session.rollback()
            return []
        jobs = []
        while not self._stop():
            queued = feed_jobs.next_queued()
            db.session.rollback()
            if queued is None:
                break
            jobs.append(self._run_queued(queued))
        now = utc_now()
        if self._next is not None and now >= self._next and not self._stop():
            jobs += self.look()
        return jobs

    def _renew(self) -> None:
        now = utc_now()
        if self._renewed == (self._next, now.timestamp() // RENEW_SECONDS):
            return
        with transaction() as session:
            if not feed_jobs.take_lease(session, self.holder, now, self._next):
                raise Refused(BUSY)
        forget_lapsed()  # this process is there day and night
        self._renewed = (self._next, now.timestamp() // RENEW_SECONDS)

    def look(self) -> list[Job]:
        """Take in what has arrived; no job where nothing has."""
        self._looked = utc_now()
        self._next = next_run(self.settings, self._looked, self._looked)
        there = self._files()
        self._forget(there)
        chosen = self._choose(there)
        if not chosen:
            return []
        return [self._run(JobKind.WATCH, SYSTEM, with_measures(chosen, there))]

    def _forget(self, there: Sequence[JobFile]) -> None:
        """Drop the jobs whose time is over; the operation log keeps what was decided and switched."""
        days = self.settings.feed_job_days
        if days and self._looked is not None:
            with transaction() as session:
                before = self._looked - timedelta(days=days)
                gone = feed_retention.forget_jobs(session, before, {file.mark for file in there})
                if gone:
                    audit.record(
                        "feed.jobs_forgotten",
                        actor=SYSTEM,
                        detail={"rows": gone, "to": before.date().isoformat()},
                    )

    def _run_queued(self, job: Job) -> Job:
        actor = Actor(job.asked_by, "", "", "", frozenset())
        there = self._files()
        if job.kind is JobKind.WATCH:
            chosen = self._choose(there)
            return self._run(job.kind, actor, with_measures(chosen, there), job=job)
        if job.kind is JobKind.CHECK:
            return self._check(job, actor, there)
        wanted = {file.name for file in job.files}
        chosen = [file for file in there if file.name in wanted]
        message = "" if len(chosen) == len(wanted) else "フォルダーになくなったファイルがあります。"
        return self._run(job.kind, actor, with_measures(chosen, there), job=job, message=message)

    def _run(
        self,
        kind: JobKind,
        actor: Actor,
        files: Sequence[JobFile],
        *,
        job: Job | None = None,
        message: str = "",
    ) -> Job:
        waiting = self._held(files)
        approved = feed_jobs.approved_marks([file.mark for file in files])
        allowed = {file.name for file in files if file.mark in approved}
        db.session.rollback()
        journal = Journal.begin(kind, actor, files, queued=job, stop=self._stop, holder=self.holder)

        def take_in() -> None:
            for name, reason in waiting.items():
                journal.settle([name], FileState.HELD, reason)
            left = [self._path(file) for file in files if file.name not in waiting]
            Night(journal, self.layouts, actor, allowed).take_in(left)

        return _finished(journal, take_in, message)

    def _check(self, job: Job, actor: Actor, there: Sequence[JobFile]) -> Job:
        """Tell what files would change, held or not; nothing is taken in."""
        files = self._choose_to_check(job, there)
        blocked = feed_jobs.is_blocked() and not any(file.data_set == MEASURES for file in files)
        db.session.rollback()
        journal = Journal.begin(job.kind, actor, files, queued=job, stop=self._stop, holder=self.holder)

        def check() -> None:
            if blocked:
                journal.settle((file.name for file in files), FileState.CHECKED, WITHOUT_MEASURES)
            else:
                Trial(journal, self.layouts).check([self._path(file) for file in files])

        return _finished(journal, check, "" if files else NOTHING_TO_CHECK)

    def _choose_to_check(self, job: Job, there: Sequence[JobFile]) -> list[JobFile]:
        """The files asked for by name or data set, and those of the protected that they would come in beside."""
        settled = feed_jobs.settled_marks([file.mark for file in there])
        db.session.rollback()
        names = {file.name for file in job.files}
        sets = {file.data_set for file in job.files if not file.name}
        chosen = [
            file
            for file in there
            if file.name in names or (file.data_set in sets and file.mark not in settled)
        ]
        if not chosen:
            return []
        chosen += [
            file
            for file in there
            if file.data_set == MEASURES and file.mark not in settled and file not in chosen
        ]
        return with_measures(chosen, there)

    def _held(self, files: Sequence[JobFile]) -> dict[str, str]:
        """Files that have to wait although somebody asked for them, with the reason."""
        holds = feed_jobs.list_holds()
        blocked = feed_jobs.is_blocked() and not any(file.data_set == MEASURES for file in files)
        reasons = {file.name: ON_HOLD for file in files if feed_jobs.is_held(holds, file.data_set)}
        return reasons | ({file.name: FAILED_MEASURES for file in files} if blocked else {})

    def _path(self, file: JobFile) -> Path:
        return self.settings.feeds / file.name

    def _files(self) -> list[JobFile]:
        """Everything in the folder that has a manifest."""
        return [describe(path, self.layouts) for path in list_feeds(self.settings.feeds)]

    def _choose(self, there: Sequence[JobFile]) -> list[JobFile]:
        """What is new, not held, and does not wait for an earlier file of its data set or for the protected."""
        settled = feed_jobs.settled_marks([file.mark for file in there])
        holds = feed_jobs.list_holds()
        gaps = feed_jobs.list_gaps()
        db.session.rollback()
        fresh = [f for f in there if f.mark not in settled and not feed_jobs.is_held(holds, f.data_set)]
        # Where the file that was missing has come, the later ones may follow it in the same job.
        mended = {file.data_set for file in fresh if not _waits(file, gaps.get(file.data_set))}
        if MEASURES in gaps and MEASURES not in mended:
            return []
        return [file for file in fresh if file.data_set in mended]


def _finished(journal: Journal, work: Callable[[], None], message: str) -> Job:
    """Do the work of a job and end it, however that ends."""
    try:
        work()
    except Exception as error:
        db.session.rollback()
        current_app.logger.error("feed job %s ended with %s", journal.job_id, type(error).__name__)
        return journal.finish(explain(error))
    return journal.finish(message)


def _waits(file: JobFile, gap: JobFile | None) -> bool:
    """Whether an earlier file of the data set has to come in first: a difference builds on it, a full file does not."""
    if gap is None or file.kind == FULL:
        return False
    return file.kind != DIFF or gap.as_of is None or file.as_of is None or file.as_of > gap.as_of
