"""Looks at files without taking them in: what each would change against what is stored today, or why it would be refused.

Each file is compared by itself: of several differences one after the other, none is there yet for the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from app.domain.authority import SYSTEM
from app.domain.feed_jobs import FileState
from app.intake.layouts import Versions
from app.operations.feed_files import (
    MEASURES,
    WHOLE,
    Fault,
    Feed,
    ImportInterrupted,
    ImportRefused,
    foreign,
    open_one,
    rounds,
)
from app.operations.feed_journal import Journal
from app.operations.feed_night import OVERTAKEN
from app.operations.feed_staging import Meter
from app.operations.feeds import Run

WITHOUT_MEASURES = "支援措置対象者（01c）のファイルを取り込めないため、変化を確かめられません。"


class Trial:
    """One job over some files that takes nothing in."""

    def __init__(self, journal: Journal, layouts: Versions) -> None:
        self._journal = journal
        self._layouts = layouts
        self._run = Run(SYSTEM, Meter(journal.progress, journal.stop), confirm=None)

    def check(self, paths: Sequence[Path]) -> None:
        """Enter in the journal what each file would change. Raises only what nobody foresaw."""
        feeds = list(self._open(paths))
        mixed = foreign(feeds)
        if mixed:
            self._refuse(feeds, ImportRefused(Fault(WHOLE, text) for text in mixed))
            return
        turns = rounds(feeds)
        taken = {feed.name for turn in turns for feed in turn}
        overtaken = [feed.name for feed in feeds if feed.name not in taken]
        self._journal.settle(overtaken, FileState.CHECKED, OVERTAKEN)
        try:
            for turn in turns:
                self._check_turn(turn)
        except ImportInterrupted:  # what was not looked at is entered as stopped with the end of the job
            return

    def _open(self, paths: Iterable[Path]) -> Iterable[Feed]:
        for path in paths:
            self._journal.progress("ファイルの確認", 0, 0)
            try:
                yield open_one(path, self._layouts)
            except ImportRefused as refusal:
                self._journal.refuse([path.name], refusal, FileState.CHECKED)

    def _check_turn(self, turn: Sequence[Feed]) -> None:
        """Compare the files of a turn, leaving out what would be refused. Raises ImportInterrupted."""
        left = list(turn)
        while left:
            try:
                self._journal.checked(self._run.take_in(left))
                return
            except ImportRefused as refusal:
                left = self._without_refused(left, refusal)

    def _without_refused(self, left: Sequence[Feed], refusal: ImportRefused) -> list[Feed]:
        bad = {fault.data_set for fault in refusal.faults}
        if bad & {WHOLE, MEASURES}:
            at_fault = [feed for feed in left if feed.data_set in bad or WHOLE in bad]
            self._refuse(at_fault, refusal)
            waiting = [feed.name for feed in left if feed not in at_fault]
            self._journal.settle(waiting, FileState.CHECKED, WITHOUT_MEASURES)
            return []
        for feed in left:
            if feed.data_set in bad:
                self._refuse([feed], refusal.of(feed.data_set))
        return [feed for feed in left if feed.data_set not in bad]

    def _refuse(self, feeds: Iterable[Feed], refusal: ImportRefused) -> None:
        self._journal.refuse([feed.name for feed in feeds], refusal, FileState.CHECKED)
