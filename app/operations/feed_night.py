"""A night's files taken in as far as they are right: a bad file stops nothing but itself, except for the protected.

Data sets are independent of each other. Only who is protected (01c, 支援措置) goes before everything: while that file
is wrong nothing else comes in, because addresses would arrive without it being known whose must be withheld.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from pathlib import Path

from app.data.models.base import utc_now
from app.domain.authority import Actor
from app.domain.errors import Conflict, KakanaiError
from app.domain.feed_jobs import FileState, JobFile
from app.intake.layouts import Versions
from app.intake.manifest import FULL
from app.operations.feed_files import (
    MEASURES,
    RESIDENTS,
    WHOLE,
    Fault,
    Feed,
    ImportInterrupted,
    ImportRefused,
    foreign,
    open_one,
    rounds,
)
from app.operations.feed_gates import ShrunkFeeds
from app.operations.feed_journal import Journal
from app.operations.feed_staging import Meter
from app.operations.feeds import Run, record_refusal

FAILED_MEASURES = "支援措置対象者（01c）のファイルを取り込めないため、取り込まずに待っています。"
EARLIER_REFUSED = "前のファイルが取り込まれていないため、取り込まずに待っています。"
OVERTAKEN = "新しい全件ファイルに含まれるため、読み飛ばしました。"
_TRIES = 3


class Night:
    """One job over some files."""

    def __init__(
        self, journal: Journal, layouts: Versions, actor: Actor, allowed: Collection[str] = frozenset()
    ) -> None:
        """``allowed`` are the names of the files that may differ markedly from what is stored."""
        self._journal = journal
        self._layouts = layouts
        self._actor = actor
        self._allowed = allowed
        self._run = Run(actor, Meter(journal.progress, journal.stop), note=journal.switched)
        self._behind: set[str] = set()

    def take_in(self, paths: Sequence[Path]) -> None:
        """Bring in what is right, and enter in the journal what became of each file. Raises only what nobody foresaw."""
        feeds = self._open(paths)
        mixed = foreign(feeds)
        if mixed:
            self._refuse([feed.name for feed in feeds], ImportRefused(Fault(WHOLE, text) for text in mixed))
            return
        if MEASURES in self._behind:
            self._journal.settle((feed.name for feed in feeds), FileState.HELD, FAILED_MEASURES)
            return
        turns = rounds(feeds)
        taken = {feed.name for turn in turns for feed in turn}
        overtaken = [feed.name for feed in feeds if feed.name not in taken]
        self._journal.settle(overtaken, FileState.PASSED, OVERTAKEN)
        for place, turn in enumerate(turns):
            try:
                self._take_turn(turn)
            except ImportInterrupted:
                return
            if MEASURES in self._behind:
                later = [feed.name for after in turns[place + 1 :] for feed in after]
                self._journal.settle(later, FileState.HELD, FAILED_MEASURES)
                return

    def _open(self, paths: Iterable[Path]) -> list[Feed]:
        feeds = []
        for path in paths:
            self._journal.progress("ファイルの確認", 0, 0)
            try:
                feeds.append(open_one(path, self._layouts))
            except ImportRefused as refusal:
                self._refuse([path.name], refusal)
                self._behind |= {fault.data_set for fault in refusal.faults}
        return feeds

    def _take_turn(self, turn: Sequence[Feed]) -> None:
        """Switch to the turn, leaving out what is refused or asks, until the rest goes in."""
        late = [feed for feed in turn if feed.data_set in self._behind and not feed.is_full]
        self._journal.settle((feed.name for feed in late), FileState.HELD, EARLIER_REFUSED)
        left = [feed for feed in turn if feed not in late]
        tries = 0
        while left:
            allowed = {feed.data_set for feed in left if feed.name in self._allowed}
            try:
                self._run.take_in(left, allowed)
                self._behind -= {feed.data_set for feed in left}
                return
            except ImportRefused as refusal:
                left = self._without_refused(left, refusal)
            except ShrunkFeeds as shrunk:
                left = self._without_shrunk(left, shrunk)
            except Conflict:
                tries += 1
                if tries == _TRIES:
                    raise

    def _without_refused(self, left: Sequence[Feed], refusal: ImportRefused) -> list[Feed]:
        bad = {fault.data_set for fault in refusal.faults}
        self._behind |= bad
        if bad & {WHOLE, MEASURES}:
            at_fault = [feed for feed in left if feed.data_set in bad or WHOLE in bad]
            self._refuse([feed.name for feed in at_fault], refusal)
            waiting = [feed.name for feed in left if feed not in at_fault]
            self._journal.settle(waiting, FileState.HELD, FAILED_MEASURES)
            return []
        for feed in left:
            if feed.data_set in bad:
                self._refuse([feed.name], refusal.of(feed.data_set))
        return [feed for feed in left if feed.data_set not in bad]

    def _without_shrunk(self, left: Sequence[Feed], shrunk: ShrunkFeeds) -> list[Feed]:
        problems: dict[str, list[str]] = {}
        for fault in shrunk.faults:
            problems.setdefault(fault.data_set, []).append(fault.text)
        for feed in left:
            texts = problems.get(feed.data_set)
            if texts is not None:
                change, examples = shrunk.differences[feed.data_set], shrunk.examples[feed.data_set]
                before = shrunk.stored[feed.data_set]
                self._journal.ask(feed.name, before, change, "\n".join(texts), examples)
        self._behind |= problems.keys()
        return [feed for feed in left if feed.data_set not in problems]

    def _refuse(self, names: Sequence[str], refusal: ImportRefused) -> None:
        record_refusal(refusal, utc_now(), self._actor)
        self._journal.refuse(names, refusal)


def with_measures(chosen: Sequence[JobFile], there: Sequence[JobFile]) -> list[JobFile]:
    """The chosen files, and beside a full 01a the full 01c of its day: it may have come in already, and is known then."""
    days = {_day(file) for file in chosen if (file.data_set, file.kind) == (RESIDENTS, FULL)}
    names = {file.name for file in chosen}
    beside = [
        file
        for file in there
        if (file.data_set, file.kind) == (MEASURES, FULL) and _day(file) in days and file.name not in names
    ]
    return [*chosen, *beside]


def _day(file: JobFile) -> date | None:
    return file.as_of.date() if file.as_of else None


def explain(error: Exception) -> str:
    """What a job is said to have ended with when something unforeseen happened."""
    if isinstance(error, KakanaiError):
        return error.message
    return f"予期しない誤り（{type(error).__name__}）のため止まりました。登録されているデータは、取込済みの分まで正しいままです。"
