"""One file of a job as the page データ連携 shows it: why it did not come in, the faults of its rows, what it would change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.data import audit, feed_details, feed_jobs
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.errors import NotFound
from app.domain.feed_jobs import DECIDABLE, MAX_REJECTS, Example, FileState, JobFile, Reject
from app.domain.register import NOTICE_SET

SHOWN_FAULTS = 200


@dataclass(frozen=True)
class FileDetail:
    """A file with its job, the kept faults of its rows (MAX_REJECTS at most), and what it would change.

    ``compared`` is the file with the counts of its last comparison, which was at ``compared_at`` (None: when the file was
    first met); None where it was never compared. ``examples`` are those of that comparison.
    """

    job_id: str
    file: JobFile
    faults: tuple[Reject, ...]
    compared: JobFile | None = None
    compared_at: datetime | None = None
    examples: tuple[Example, ...] = ()
    check_open: bool = False

    @property
    def may_check(self) -> bool:
        """Whether somebody has to judge what the file would change."""
        return self.file.state in DECIDABLE and not self.file.decided_by

    @property
    def has_counts(self) -> bool:
        """Whether the last comparison came to an end: a file that would be refused has none."""
        return self.compared is not None and is_compared(self.compared)

    @property
    def findings(self) -> tuple[str, ...]:
        """What a later comparison had to say that does not stand among the reasons."""
        if self.compared is None or self.compared.id == self.file.id:
            return ()
        return tuple(line for line in self.compared.problem.splitlines() if line not in self.reasons)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the file did not come in, without the faults that stand in the list."""
        listed = {str(fault) for fault in self.faults}
        return tuple(line for line in self.file.problem.splitlines() if line not in listed)


def is_compared(file: JobFile) -> bool:
    """Whether the counts of a file that waits or was checked say what it would change."""
    return bool(file.before or file.added) or not file.problem


def read_file(file_id: str, actor: Actor) -> FileDetail:
    """A file of a job. Raises NotFound. That examples of its rows were shown is logged with whose they are."""
    job_id, file = _find(file_id)
    faults = feed_details.list_faults(file_id, MAX_REJECTS)
    if file.state not in {*DECIDABLE, FileState.CHECKED}:
        return FileDetail(job_id, file, faults)
    compared, at = _last_comparison(file)
    examples = feed_details.list_examples(compared.id) if compared else ()
    if examples:
        _log_shown(file, examples, actor)
    return FileDetail(job_id, file, faults, compared, at, examples, feed_details.is_check_open())


def _last_comparison(file: JobFile) -> tuple[JobFile | None, datetime | None]:
    if file.state is FileState.CHECKED:
        return file, None
    checked = feed_details.find_check(file.mark)
    if checked is not None:
        return checked
    return (file if file.state is FileState.WAITING else None), None


def _log_shown(file: JobFile, examples: tuple[Example, ...], actor: Actor) -> None:
    persons = {one.person for one in examples if one.person and file.data_set != NOTICE_SET}
    detail = {"data_set": file.data_set, "file": file.name, "rows": len(examples)}
    with transaction():
        audit.record("feed.examples_shown", actor=actor, persons=sorted(persons), detail=detail)


def export_faults(file_id: str, actor: Actor) -> tuple[JobFile, tuple[Reject, ...]]:
    """A refused file with every kept fault of its rows, for a spreadsheet; logged.

    Raises NotFound, also for a file of which no fault is kept.
    """
    _, file = _find(file_id)
    faults = feed_details.list_faults(file_id, MAX_REJECTS)
    if not faults:
        raise NotFound("誤りのある行の記録がありません。")
    detail = {"data_set": file.data_set, "file": file.name, "rows": len(faults)}
    with transaction():
        audit.record("feed.rejects_exported", actor=actor, detail=detail)
    return file, faults


def _find(file_id: str) -> tuple[str, JobFile]:
    found = feed_jobs.find_file(file_id)
    if found is None:
        raise NotFound("ファイルがありません。")
    return found
