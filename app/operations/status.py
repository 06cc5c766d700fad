"""What the status page tells (R48)."""

from __future__ import annotations

from dataclasses import dataclass

from app.data import content, register
from app.domain.register import ImportOutcome
from app.operations import feed_board
from app.operations.feed_board import Board


@dataclass(frozen=True)
class StatusReport:
    """The data links, the last import that was tried, the content version."""

    board: Board
    last: ImportOutcome | None
    content_version: int | None


def report() -> StatusReport:
    """Counts and times only; names nobody."""
    return StatusReport(feed_board.read(), register.find_last_import(), content.current_version_id())
