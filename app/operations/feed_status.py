"""The state of the data links (データ連携の状態), for the command line and the status board."""

from __future__ import annotations

from dataclasses import dataclass

from app.data import feed_jobs, register
from app.data.models.base import utc_now
from app.domain.dates import in_japan
from app.domain.feed_jobs import Job, Watcher
from app.domain.register import FeedState, ImportOutcome, ProtectionCount
from app.intake.layouts import load_layouts

SHOWN_JOBS = 10


@dataclass(frozen=True)
class FeedStatus:
    """The last accepted file of each data set, the titles of all, the last attempt, the protected, the watch, the last jobs."""

    states: tuple[FeedState, ...]
    titles: dict[str, str]
    last: ImportOutcome | None
    protection: ProtectionCount
    watcher: Watcher | None
    jobs: tuple[Job, ...]


def read() -> FeedStatus:
    """As it is now. Names no person."""
    titles = {layout.id: layout.title for layout in load_layouts().values()}
    return FeedStatus(
        register.list_feed_states(),
        titles,
        register.find_last_import(),
        register.count_protected(),
        feed_jobs.find_watcher(utc_now()),
        feed_jobs.list_jobs(SHOWN_JOBS),
    )


def watch_text(found: FeedStatus) -> str:
    """Whether somebody watches the folder, and when it is looked into next."""
    if found.watcher is None or not found.watcher.alive:
        return "見張り: 動いていません（feed watch を起動してください）"
    coming = found.watcher.next_run
    return (
        f"見張り: 動いています　次回 {in_japan(coming):%Y-%m-%d %H:%M}" if coming else "見張り: 動いています"
    )
