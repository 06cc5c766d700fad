"""What happened so far, counted by all clerks together."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from print_storm.papers import EXTRA, FOREIGN, MISSING, Asked

CONFIDENCE = 0.95
SHOWN = 50
"""Faults that are written out; the others are counted."""


@dataclass
class Tally:
    """Counts of one storm; ``wanted`` jobs end it."""

    wanted: int
    started: float = field(default_factory=time.monotonic)
    jobs: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    breaks: Counter[str] = field(default_factory=Counter)
    given_up: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    received: dict[str, str] = field(default_factory=dict)
    sample: tuple[bytes, Asked] | None = None
    """One paper with what it was to be, for trying the reader itself."""
    pages: int = 0
    stopped: bool = False
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @property
    def done(self) -> int:
        """Jobs whose paper was received and looked at."""
        return sum(self.jobs.values())

    @property
    def is_over(self) -> bool:
        """Whether the clerks go home."""
        return self.stopped or self.done >= self.wanted

    def deliver(self, kind: str, pages: int, document: str, digest: str, wrong: list[str]) -> None:
        """A paper came, with what is wrong with it."""
        with self._guard:
            self.jobs[kind] += 1
            self.pages += pages
            self.received[document] = digest
            self._note(wrong, kind)

    def refuse(self, why: str) -> None:
        """A print was asked for and nothing came."""
        with self._guard:
            self.refused[why] += 1

    def give_up(self, why: str) -> None:
        """A clerk could not go on with a reception and takes another."""
        with self._guard:
            self.given_up[why] += 1

    def broke(self, what: str) -> None:
        """Something was broken or misused on purpose."""
        with self._guard:
            self.breaks[what] += 1

    def fault(self, what: str) -> None:
        """Something is wrong that belongs to no paper that was counted."""
        with self._guard:
            self._note([what], "")

    def _note(self, wrong: list[str], kind: str) -> None:
        for what in wrong:
            self.faults[what.split(":")[0]] += 1
            if len(self.examples) < SHOWN:
                self.examples.append(f"{kind} {what}".strip())

    def line(self) -> str:
        """Where the storm stands, in one line."""
        seconds = time.monotonic() - self.started
        bad = sum(self.faults.values())
        return (
            f"{self.done:,} of {self.wanted:,} jobs, {self.pages:,} pages, {self.done / max(seconds, 1):.1f} a second, "
            f"{sum(self.refused.values()):,} refused, {sum(self.breaks.values()):,} disturbances, {bad} faults"
        )

    def report(self) -> list[str]:
        """The result as lines of Markdown."""
        seconds = time.monotonic() - self.started
        clean = not self.faults
        bound = 1 - (1 - CONFIDENCE) ** (1 / self.done) if self.done else 1.0
        return [
            "| | |",
            "| --- | --- |",
            f"| jobs whose paper was received and read | {self.done:,} ({_named(self.jobs)}) |",
            f"| pages read | {self.pages:,} |",
            f"| foreign / missing / extra | {self.faults[FOREIGN]} / {self.faults[MISSING]} / {self.faults[EXTRA]} |",
            f"| other faults | {sum(self.faults.values()) - sum(self.faults[one] for one in (FOREIGN, MISSING, EXTRA))} |",
            f"| asked for and refused, nothing delivered | {sum(self.refused.values()):,} ({_named(self.refused)}) |",
            f"| disturbances | {sum(self.breaks.values()):,} ({_named(self.breaks)}) |",
            f"| receptions given up | {sum(self.given_up.values()):,} ({_named(self.given_up)}) |",
            f"| duration | {seconds / 60:.0f} minutes, {self.done / max(seconds, 1):.1f} jobs a second |",
            f"| wrong papers per job, upper limit at 95 % | {f'{bound:.1e}' if clean else 'faults were found'} |",
            *(["", *(f"- {one}" for one in self.examples)] if self.examples else []),
        ]


def _named(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.most_common()) or "none"
