"""What an import knows before it switches, what it tells of itself, and what is kept of its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.data.feed_difference import Difference
from app.data.feeds import Accepted, FileRecord
from app.data.forms import Forms
from app.data.protection import Plan
from app.domain.feed_jobs import Example, Reject
from app.operations.feed_files import Fault, Feed
from app.operations.row_staging import Rejects

NOT_REMOVED = "除外した行があるため、ファイルにない行は消していません。"


@dataclass(frozen=True)
class FileReport:
    """What one file holds and changes; ``before`` are the rows its data set had: of a difference only a check counts them.

    ``examples`` of what it changes are only taken by a check, which takes nothing in.
    ``known``: these very bytes had been taken in before and were not read again.
    """

    data_set: str
    title: str
    name: str
    kind: str
    as_of: datetime
    rows: int
    rejected: int
    rejects: tuple[Reject, ...]
    difference: Difference
    known: bool = False
    before: int = 0
    examples: tuple[Example, ...] = ()

    @property
    def remark(self) -> str:
        """What has to be known of the file although it came in; empty when there is nothing."""
        if not self.difference.kept:
            return ""
        return (
            f"{NOT_REMOVED}前回まであり、このファイルで確かめられない行は{self.difference.kept}行です"
            f"（除外した{self.rejected}行の分を含むことがあります）。送り出し側に行の誤りを直してもらい、全件ファイルを受け取り直してください。"
        )


@dataclass(frozen=True)
class ImportReport:
    """What an import changes, file by file; and how many persons become protected or await the end of it (解除待ち).

    ``shrunk``: for what an import would ask, file by file; only a check goes on with such files.
    """

    files: tuple[FileReport, ...]
    protected: int
    protection_added: int
    protection_pending: int
    protection_resumed: int
    applied: bool = False
    shrunk: tuple[Fault, ...] = ()

    @property
    def changes(self) -> int:
        """Rows that are added, changed or gone."""
        return sum(f.difference.added + f.difference.changed + f.difference.gone for f in self.files)


@dataclass(frozen=True)
class Opened:
    """Files that may come in, before any of their rows is read.

    ``known`` are the data sets whose file was accepted before, ``base`` is the import that is in force.
    """

    feeds: Sequence[Feed]
    known: frozenset[str]
    forms: Forms
    plan: Plan
    base: int
    accepted: Mapping[str, Accepted]

    @property
    def fresh(self) -> list[Feed]:
        """The files whose rows are to be read."""
        return [feed for feed in self.feeds if feed.data_set not in self.known]


@dataclass(frozen=True)
class Prepared:
    """Everything that is known before the switch."""

    opened: Opened
    rejects: Mapping[str, Rejects]
    differences: Mapping[str, Difference]
    stored: Mapping[str, int]
    shrunk: Sequence[Fault] = ()
    examples: Mapping[str, Sequence[Example]] = field(default_factory=dict)


def report_of(prepared: Prepared) -> ImportReport:
    """What is told of an import before it is switched in."""
    plan = prepared.opened.plan
    return ImportReport(
        files=tuple(_file_report(feed, prepared) for feed in prepared.opened.feeds),
        protected=len(plan.protected),
        protection_added=len(plan.added),
        protection_pending=len(plan.pending),
        protection_resumed=len(plan.resumed),
        shrunk=tuple(prepared.shrunk),
    )


def _file_report(feed: Feed, prepared: Prepared) -> FileReport:
    manifest = feed.file.manifest
    known = feed.data_set in prepared.opened.known
    rejects = prepared.rejects.get(feed.data_set, Rejects())
    unread = Difference(unchanged=manifest.rows) if known else Difference()
    return FileReport(
        data_set=feed.data_set,
        title=feed.file.layout.title,
        name=feed.name,
        kind=manifest.kind,
        as_of=feed.as_of,
        rows=manifest.rows,
        rejected=rejects.lines,
        rejects=tuple(rejects.first),
        difference=prepared.differences.get(feed.data_set, unread),
        known=known,
        before=manifest.rows if known else prepared.stored.get(feed.data_set, 0),
        examples=tuple(prepared.examples.get(feed.data_set, ())),
    )


def records_of(report: ImportReport, opened: Opened) -> list[FileRecord]:
    """What is recorded of the files: of known ones only those that speak of a later time than the last accepted."""
    accepted = opened.accepted
    digests: Mapping[str, str] = {feed.data_set: feed.file.manifest.sha256 for feed in opened.feeds}
    return [
        FileRecord(
            data_set=file.data_set,
            name=file.name,
            sha256=digests[file.data_set],
            kind=file.kind,
            as_of=file.as_of,
            rows=file.rows,
            rejected=file.rejected,
            rejects=file.rejects,
            added=file.difference.added,
            changed=file.difference.changed,
            unchanged=file.difference.unchanged,
            gone=file.difference.gone,
        )
        for file in report.files
        if not file.known or file.as_of > accepted[file.data_set].as_of
    ]
