"""The state of the data links (データ連携の状態), for the command line and the status board."""

from __future__ import annotations

from dataclasses import dataclass

from app.data import register
from app.domain.register import FeedState, ImportOutcome, ProtectionCount
from app.intake.layouts import load_layouts


@dataclass(frozen=True)
class FeedStatus:
    """The last accepted file of each data set, the titles of all data sets, the last attempt, and the protected."""

    states: tuple[FeedState, ...]
    titles: dict[str, str]
    last: ImportOutcome | None
    protection: ProtectionCount


def read() -> FeedStatus:
    """As it is now. Names no person."""
    titles = {layout.id: layout.title for layout in load_layouts().values()}
    return FeedStatus(
        register.list_feed_states(), titles, register.find_last_import(), register.count_protected()
    )
