"""What the status page tells (R48)."""

from __future__ import annotations

from dataclasses import dataclass

from app.data import content, register
from app.domain.register import FeedState, ImportOutcome, ProtectionCount
from app.intake.layouts import load_layouts


@dataclass(frozen=True)
class FeedLine:
    """A data set with the state of its last file, None before the first."""

    data_set: str
    title: str
    state: FeedState | None


@dataclass(frozen=True)
class StatusReport:
    """Feeds, the last import, protected persons, the content version."""

    feeds: tuple[FeedLine, ...]
    last: ImportOutcome | None
    protection: ProtectionCount
    content_version: int | None


def report() -> StatusReport:
    """Counts and times only; names nobody."""
    states = {state.data_set: state for state in register.list_feed_states()}
    feeds = tuple(FeedLine(one.id, one.title, states.get(one.id)) for one in load_layouts().values())
    return StatusReport(
        feeds, register.find_last_import(), register.count_protected(), content.current_version_id()
    )
