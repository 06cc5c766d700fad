"""What the page データ連携 (M-15) and the system state show of every data set. Counts and times; names nobody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from app.data import audit, feed_details, feed_jobs, feeds, register, staff
from app.data.models.base import utc_now
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.dates import in_japan
from app.domain.errors import NotFound
from app.domain.feed_jobs import (
    ALL_SETS,
    MAX_REJECTS,
    FileState,
    Hold,
    Job,
    JobFile,
    JobState,
    Reject,
    Watcher,
)
from app.domain.register import FeedState, ProtectionCount
from app.intake.layouts import load_layouts
from app.intake.manifest import FULL
from app.operations.feed_files import MEASURES
from app.operations.feed_reports import NOT_REMOVED

ALARM_PERCENT = 20
FEWEST_OF_DIFFERENCE = 100
"""Differences with fewer rows than this, the last and the one before, differ by a fifth on any ordinary day."""
SHOWN_JOBS = 10
SHOWN_FILES = 30
SHOWN_REJECTS = 200


@dataclass(frozen=True)
class Link:
    """A data set: its last accepted file, what that is compared with, and what stands in its way."""

    data_set: str
    title: str
    state: FeedState | None
    compared: feeds.Compared | None
    hold: Hold | None
    gap: JobFile | None

    @property
    def change(self) -> str:
        """By how many percent the file is longer or shorter than the one of its kind before; empty without one."""
        now, before = self._counts
        if now is None or before is None:
            return ""
        if not before:
            return "0行から" if now else "±0%"
        percent = round((now - before) * 100 / before)
        return f"{percent:+d}%" if percent else "±0%"

    @property
    def trend(self) -> str:
        """What a change is called that somebody has to look into; empty for an ordinary one. It stops nothing."""
        now, before = self._counts
        if now is None or before is None or now == before or self._is_small:
            return ""
        if abs(now - before) * 100 < before * ALARM_PERCENT:
            return ""
        return "大きく増加" if now > before else "大きく減少"

    @property
    def _counts(self) -> tuple[int | None, int | None]:
        return self.state.rows if self.state else None, self.compared.before if self.compared else None

    @property
    def _is_small(self) -> bool:
        of_difference = self.compared is not None and self.compared.kind != FULL
        return of_difference and max(count or 0 for count in self._counts) < FEWEST_OF_DIFFERENCE

    @property
    def warning(self) -> str:
        """What a counter has to know when it uses the data set; empty when it is as it should be."""
        if self.state is None:
            return ""
        since = f"{in_japan(self.state.imported_at):%m/%d %H:%M}から更新なし"
        return since if self.state.stale or self.gap is not None else ""

    @property
    def word(self) -> tuple[str, str]:
        """How the data set stands: (shape or level, word), the gravest first."""
        if self.gap is not None:
            waits = self.gap.state is FileState.WAITING
            return ("check", "判断待ち") if waits else ("stop", "取込不可")
        if self.hold is not None:
            return "check", "保留"
        if self.state is None:
            return "todo", "未取込"
        if self.state.stale:
            return "check", "古い"
        if self.trend:
            return "check", "増減が大きい"
        return ("check", "除外あり") if self.state.rejects else ("done", "正常")


@dataclass(frozen=True)
class Board:
    """Everything of the page. ``protected_at`` is the time of the last 01c that came in."""

    links: tuple[Link, ...]
    watcher: Watcher | None
    hold: Hold | None
    waiting: tuple[JobFile, ...]
    jobs: tuple[Job, ...]
    protection: ProtectionCount
    protected_at: datetime | None

    @property
    def next_run(self) -> datetime | None:
        return self.watcher.next_run if self.watcher and self.watcher.alive else None

    @property
    def running(self) -> Job | None:
        return next((job for job in self.jobs if job.state is JobState.RUNNING), None)

    @property
    def blocked(self) -> bool:
        """Whether nothing comes in because the file of the protected is wrong."""
        return any(link.data_set == MEASURES and link.gap is not None for link in self.links)

    @property
    def mark(self) -> str:
        """Changes whenever something that is shown does."""
        alive = self.watcher.alive if self.watcher else None
        shown = (self.links, alive, self.next_run, self.hold, self.waiting, self.jobs, self.protection)
        return hashlib.blake2b(repr(shown).encode(), digest_size=8).hexdigest()


def list_warnings() -> tuple[tuple[str, str], ...]:
    """What counters have to know: (title of the data set, since when it has not been renewed)."""
    states = {state.data_set: state for state in register.list_feed_states()}
    gaps = feed_jobs.list_gaps()
    links = (
        Link(one.id, one.title, states.get(one.id), None, None, gaps.get(one.id))
        for one in load_layouts().values()
    )
    return tuple((link.title, link.warning) for link in links if link.warning)


def read() -> Board:
    """As it is now."""
    states = {state.data_set: state for state in register.list_feed_states()}
    compared, holds, gaps = feeds.list_compared(), feed_jobs.list_holds(), feed_jobs.list_gaps()
    links = tuple(
        Link(one.id, one.title, states.get(one.id), compared.get(one.id), holds.get(one.id), gaps.get(one.id))
        for one in load_layouts().values()
    )
    measures = states.get(MEASURES)
    return Board(
        links, feed_jobs.find_watcher(utc_now()), holds.get(ALL_SETS), feed_jobs.list_waiting(),
        feed_jobs.list_jobs(SHOWN_JOBS), register.count_protected(), measures.imported_at if measures else None,
    )  # fmt: skip


@dataclass(frozen=True)
class LinkDetail:
    """A data set with its last files and the first rows of the newest that were left out.

    ``held``: nothing of it comes in, because of a hold of its own, of everything or of the protected. ``checks`` are the
    files that were looked at last and have not come in since, with the time.
    """

    link: Link
    files: tuple[feeds.FileLine, ...]
    rejects: tuple[Reject, ...]
    held: bool = False
    checks: tuple[tuple[JobFile, datetime], ...] = ()
    check_open: bool = False

    @property
    def not_removed(self) -> str:
        """That rows stay which the newest file does not name; empty where none can."""
        newest = self.files[0] if self.files else None
        if newest is None or newest.kind != FULL or not newest.rejects or len(self.files) == 1:
            return ""
        return NOT_REMOVED


def read_link(data_set: str) -> LinkDetail:
    """One data set. Raises NotFound."""
    link = next((one for one in read().links if one.data_set == data_set), None)
    if link is None:
        raise NotFound("データがありません。")
    return LinkDetail(
        link, feeds.list_files(data_set, SHOWN_FILES), feeds.list_rejects(data_set, SHOWN_REJECTS),
        feed_jobs.is_held(feed_jobs.list_holds(), data_set), feed_details.list_checks(data_set),
        feed_details.is_check_open(),
    )  # fmt: skip


def read_job(job_id: str) -> Job:
    """A job with its files. Raises NotFound."""
    job = feed_jobs.find_job(job_id)
    if job is None:
        raise NotFound("ジョブがありません。")
    return job


def titles() -> dict[str, str]:
    """The Japanese title of each data set."""
    return {layout.id: layout.title for layout in load_layouts().values()}


def staff_names(*ids: str) -> dict[str, str]:
    """What members of staff are called, by id; an id that is no one's stands for itself."""
    return {one: one for one in ids} | staff.list_staff_names(set(ids))


def export_rejects(data_set: str, actor: Actor) -> tuple[Reject, ...]:
    """Every kept row that the newest file of a data set lost, for a spreadsheet. Raises NotFound; logged."""
    if data_set not in load_layouts():
        raise NotFound("データがありません。")
    found = feeds.list_rejects(data_set, MAX_REJECTS)
    with transaction():
        audit.record("feed.rejects_exported", actor=actor, detail={"data_set": data_set, "rows": len(found)})
    return found
