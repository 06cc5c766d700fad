"""Jobs of the data links (データ連携のジョブ): what was asked, how far it is, and what became of each file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

ALL_SETS = "all"
"""Stands for every data set where one may be held."""


class JobKind(StrEnum):
    """Why a job runs. ``CHECK``: it tells what files would change and takes nothing in."""

    WATCH = "watch"
    COMMAND = "command"
    AGAIN = "again"
    DECIDED = "decided"
    CHECK = "check"


class JobState(StrEnum):
    """How a job stands; the last four are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    STOPPED = "stopped"
    HELD = "held"


class FileState(StrEnum):
    """What became of a file. ``PASSED``: its contents were in force already. ``HELD``: it is tried again by itself.

    ``CHECKED``: it was only looked at, by a job that takes nothing in.
    """

    QUEUED = "queued"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    PASSED = "passed"
    REFUSED = "refused"
    SKIPPED = "skipped"
    STOPPED = "stopped"
    HELD = "held"
    CHECKED = "checked"


MAX_REJECTS = 1000
"""Rejected rows kept of a file; the count is always complete."""


@dataclass(frozen=True)
class Reject:
    """A row that is not taken in: where, what was read (never an address), what was expected."""

    file: str
    line: int
    column: str
    read: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file} {self.line}行目 {self.column}: 読み取った値 {self.read}、期待 {self.expected}"


class FaultyRows(NamedTuple):
    """What is wrong with the rows of a file: how many have a fault, and the first faults (MAX_REJECTS at most)."""

    lines: int
    faults: tuple[Reject, ...]


class ExampleKind(StrEnum):
    """What would happen to a row."""

    ADDED = "added"
    CHANGED = "changed"
    GONE = "gone"


EXAMPLES = 10
"""Examples that are kept of each kind of a file."""


@dataclass(frozen=True)
class Example:
    """A row that a file would add, change or end: whose it is and the names of the columns that change, never a value.

    ``subject`` is empty where the number alone would tell something of its owner (see `app.domain.disclosure.UNNAMED`).
    ``person`` is the number that decides whether the example may be shown (for a notice its receipt number).
    """

    kind: ExampleKind
    subject: str
    person: str | None
    columns: str


DECIDABLE = frozenset({FileState.WAITING, FileState.HELD})
"""States of a file of which somebody has to know what it would change."""

SETTLED = frozenset(
    {FileState.WAITING, FileState.SUCCEEDED, FileState.PASSED, FileState.REFUSED, FileState.SKIPPED}
)
"""States in which the watch leaves a file alone."""

AGAIN = frozenset({FileState.REFUSED, FileState.STOPPED, FileState.HELD})
"""States in which a file may be taken once more."""

JOB_KIND_LABELS = {
    JobKind.WATCH: "定期の取込",
    JobKind.COMMAND: "コマンドによる取込",
    JobKind.AGAIN: "再実行",
    JobKind.DECIDED: "承認した取込",
    JobKind.CHECK: "変化の確認",
}
JOB_STATE_LABELS = {
    JobState.QUEUED: "順番待ち",
    JobState.RUNNING: "実行中",
    JobState.WAITING: "判断待ち",
    JobState.SUCCEEDED: "完了",
    JobState.REFUSED: "取り込めないファイルあり",
    JobState.STOPPED: "中止",
    JobState.HELD: "保留",
}
EXAMPLE_LABELS = {ExampleKind.ADDED: "追加", ExampleKind.CHANGED: "変更", ExampleKind.GONE: "消滅"}
FILE_KIND_LABELS = {"full": "全件", "diff": "差分"}
FILE_STATE_LABELS = {
    FileState.QUEUED: "順番待ち",
    FileState.WAITING: "判断待ち",
    FileState.SUCCEEDED: "取込済み",
    FileState.PASSED: "変化なし",
    FileState.REFUSED: "取込不可",
    FileState.SKIPPED: "取り込まずに先へ",
    FileState.STOPPED: "中止",
    FileState.HELD: "保留",
    FileState.CHECKED: "確認のみ",
}


@dataclass(frozen=True)
class JobFile:
    """A file of a job. ``before`` are the rows the data set had; ``mark`` tells this very file from a corrected one."""

    id: str
    name: str
    data_set: str
    mark: str
    kind: str
    as_of: datetime | None
    state: FileState
    rows: int = 0
    before: int = 0
    rejects: int = 0
    added: int = 0
    changed: int = 0
    gone: int = 0
    problem: str = ""
    decided_by: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Job:
    """A job with its files, by name. ``phase``, ``done`` and ``total`` tell how far a running one is."""

    id: str
    kind: JobKind
    state: JobState
    asked_by: str
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    phase: str
    done: int
    total: int
    stop_asked: bool
    message: str
    files: tuple[JobFile, ...] = ()

    @property
    def to_run_again(self) -> tuple[JobFile, ...]:
        """The files that did not come in and that the watch can take again; none of a job that has not ended."""
        if self.kind in (JobKind.COMMAND, JobKind.CHECK) or self.finished_at is None:
            return ()
        return tuple(file for file in self.files if file.state in AGAIN)


@dataclass(frozen=True)
class Hold:
    """A data set (or `ALL_SETS`) that the watch leaves alone until somebody releases it."""

    data_set: str
    staff_id: str
    since: datetime
    reason: str


@dataclass(frozen=True)
class Watcher:
    """The process that watches the folder: when it was last seen, whether it still is, and when it looks next."""

    seen_at: datetime
    alive: bool
    next_run: datetime | None


def job_state(files: tuple[JobFile, ...]) -> JobState:
    """How a job ended whose files are in these states: the gravest. A waiting file stands on the page by itself, too."""
    states = {file.state for file in files}
    for state, said in (
        (FileState.REFUSED, JobState.REFUSED),
        (FileState.WAITING, JobState.WAITING),
        (FileState.STOPPED, JobState.STOPPED),
        (FileState.HELD, JobState.HELD),
    ):
        if state in states:
            return said
    return JobState.SUCCEEDED
