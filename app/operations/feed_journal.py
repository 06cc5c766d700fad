"""The record of a job while it runs: its files, how far it is, whether somebody wants it stopped."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import MAXYEAR, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.data import feed_details, feed_jobs
from app.data.feed_difference import Difference
from app.data.models.base import utc_now
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.feed_jobs import (
    Example,
    FaultyRows,
    FileState,
    Job,
    JobFile,
    JobKind,
    JobState,
    job_state,
)
from app.extensions import db
from app.intake.layouts import Versions
from app.intake.manifest import DIFF, EARLIEST_YEAR, FULL, FeedRefused, read_manifest, said_by_manifest
from app.operations.feed_files import JAPAN, ImportRefused, data_set_of
from app.operations.feed_staging import Stop, never
from app.operations.feeds import FileReport, ImportReport

SAME_FILE = "同じ内容のファイルを取込済みのため、変化はありません。"
REPORT_EVERY = 1.0
_LONGEST_PROBLEM = 4000


class Journal:
    """One running job. ``holder`` is the watching process that runs it; its lease is renewed with the progress."""

    def __init__(self, job_id: str, *, stop: Stop = never, holder: str = "") -> None:
        self.job_id = job_id
        self._stop = stop
        self._holder = holder
        self._told = 0.0
        self._asked = False
        self._files: dict[str, JobFile] = {}

    @classmethod
    def begin(
        cls, kind: JobKind, actor: Actor, files: Iterable[JobFile], *, queued: Job | None = None,
        stop: Stop = never, holder: str = "",
    ) -> Journal:  # fmt: skip
        """Enter a job that runs from now on; ``queued`` is the one that was asked for."""
        now, found = utc_now(), list(files)
        with transaction() as session:
            if queued is None:
                job_id = feed_jobs.add_job(session, kind, actor.staff_id, now, JobState.RUNNING)
            else:
                job_id = queued.id
                feed_jobs.start_job(session, job_id, now)
            feed_jobs.add_files(session, job_id, found)
        journal = cls(job_id, stop=stop, holder=holder)
        journal._files = {file.name: file for file in found}
        return journal

    def progress(self, phase: str, done: int, total: int) -> None:
        """Tell how far the job is, once a second at most."""
        now = time.monotonic()
        if now - self._told < REPORT_EVERY:
            return
        self._told = now
        asked = feed_jobs.report_progress(db.engine, self.job_id, phase, done, total, utc_now(), self._holder)
        self._asked = self._asked or asked

    def stop(self) -> bool:
        """Whether the process is to end or somebody asked to stop the job."""
        return self._asked or self._stop()

    def settle(self, names: Iterable[str], state: FileState, problem: str = "") -> None:
        """Enter what became of files that did not come in."""
        with transaction() as session:
            for name in names:
                self._enter(session, name, state, problem=problem)

    def refuse(
        self, names: Iterable[str], refusal: ImportRefused, state: FileState = FileState.REFUSED
    ) -> None:
        """Enter files that were refused (or would be), with the faults of their rows."""
        with transaction() as session:
            for name in names:
                faulty = refusal.rows.get(name, FaultyRows(0, ()))
                self._enter(session, name, state, problem=refusal.message, rejects=faulty.lines)
                feed_details.keep_faults(session, self.job_id, name, faulty.faults)

    def ask(
        self, name: str, before: int, change: Difference, problem: str, examples: Sequence[Example]
    ) -> None:
        """A file differs from what is stored more than allowed: it waits for a decision."""
        with transaction() as session:
            self._enter(session, name, FileState.WAITING, problem=problem, **_change(before, change))
            feed_details.keep_examples(session, self.job_id, name, examples)

    def checked(self, report: ImportReport) -> None:
        """Enter what files would change that were only looked at."""
        with transaction() as session:
            for file in report.files:
                asked = [fault.text for fault in report.shrunk if fault.data_set == file.data_set]
                problem = "\n".join(asked) or (SAME_FILE if file.known else "")
                self._enter(
                    session, file.name, FileState.CHECKED, problem=problem, rows=file.rows, rejects=file.rejected,
                    **_change(file.before, file.difference),
                )  # fmt: skip
                feed_details.keep_faults(session, self.job_id, file.name, file.rejects)
                feed_details.keep_examples(session, self.job_id, file.name, file.examples)

    def switched(self, session: Session, report: ImportReport) -> None:
        """Enter the files of a switch, in its transaction."""
        for file in report.files:
            self._enter(session, file.name, _state(file), problem=file.remark, **_counts(file))
            feed_jobs.replace_waiting(session, self._files[file.name].mark, FileState.SUCCEEDED)

    def finish(self, message: str = "") -> Job:
        """Enter the end of the job, by what became of its files; files that nothing became of were stopped."""
        left = [name for name, file in self._files.items() if file.state is FileState.QUEUED]
        with transaction() as session:
            for name in left:
                self._enter(session, name, FileState.STOPPED)
            state = (
                JobState.STOPPED if not self._files and message else job_state(tuple(self._files.values()))
            )
            feed_jobs.finish_job(session, self.job_id, state, message, utc_now())
        job = feed_jobs.find_job(self.job_id)
        db.session.rollback()  # who reads on would keep the counters from committing on SQLite
        assert job is not None  # noqa: S101
        return job

    def _enter(
        self, session: Session, name: str, state: FileState, problem: str = "", **values: object
    ) -> None:
        self._files[name] = replace(self._files[name], state=state)
        feed_jobs.change_file(session, self.job_id, name, state, problem=problem[:_LONGEST_PROBLEM], **values)


def _state(file: FileReport) -> FileState:
    return FileState.PASSED if file.known else FileState.SUCCEEDED


def _counts(file: FileReport) -> dict[str, object]:
    change = file.difference
    return {
        "rows": file.rows, "before": file.before, "rejects": file.rejected, "added": change.added,
        "changed": change.changed, "gone": change.gone,
    }  # fmt: skip


def _change(before: int, change: Difference) -> dict[str, object]:
    """What somebody who decides is told; what ends is lost to a counter like what is not there any more."""
    gone = change.gone + change.ended
    return {"before": before, "added": change.added, "changed": change.changed, "gone": gone}


def describe(path: Path, layouts: Versions) -> JobFile:
    """A file as it lies in its folder, before anything of it is believed."""
    as_of, kind, rows = _declared(path)
    return JobFile(
        "", path.name, data_set_of(path, layouts), mark_of(path), kind, as_of, FileState.QUEUED, rows=rows
    )


def mark_of(path: Path) -> str:
    """Tells this very file from a corrected one of the same name, without reading it: manifest, size and time of the CSV."""
    digest = hashlib.sha256()
    for part in (path, path.with_suffix(".json")):
        try:
            state = part.stat()
            digest.update(f"{part.name}|{state.st_size}|{state.st_mtime_ns}|".encode())
        except OSError:
            digest.update(f"{part.name}|".encode())
    return digest.hexdigest()


def _declared(path: Path) -> tuple[datetime | None, str, int]:
    """As-of, kind and rows by the manifest, or as far as the name tells them, or else the manifest of a wrong name."""
    try:
        manifest = read_manifest(path)
        return manifest.as_of.replace(tzinfo=JAPAN), manifest.kind, manifest.rows
    except (FeedRefused, OSError):
        parts = path.stem.split("_")
        said = said_by_manifest(path)
        kind = {"1": FULL, "2": DIFF}.get(parts[3], "") if len(parts) == 6 else said.get("kind", "")
        if kind not in (FULL, DIFF):
            kind = ""
        return _moment(parts, said.get("as_of", "")), kind, 0


def _moment(parts: list[str], said: str) -> datetime | None:
    """Of when a file is by the parts of its name, or else by its manifest."""
    try:
        found = datetime.strptime(parts[4], "%Y%m%d%H%M%S")
    except (ValueError, IndexError):
        try:
            found = datetime.fromisoformat(said)
        except ValueError:
            return None
    if not EARLIEST_YEAR <= found.year < MAXYEAR:  # others cannot be stored
        return None
    return found if found.tzinfo else found.replace(tzinfo=JAPAN)
