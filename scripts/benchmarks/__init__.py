"""Benchmarks: one module a subject, each with ``run() -> list[Row]``, started by scripts/bench.py.

A module finds the instance to measure in ``KAKANAI_INSTANCE``. Figures of this machine mean little alone, so that
each row brings a baseline that was taken in the same run.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure: what was measured, how much, and what the same machine needs for something well known."""

    what: str
    figure: float
    unit: str
    baseline: float | None = None
    """In the same unit as ``figure``."""
    baseline_of: str = ""
    limit: float | None = None
    """The most it may be, in the same unit; None where nothing was promised."""

    @property
    def ratio(self) -> float | None:
        """The figure as a multiple of its baseline."""
        return self.figure / self.baseline if self.baseline else None

    @property
    def kept(self) -> bool:
        """Whether the figure is within its limit."""
        return self.limit is None or self.figure <= self.limit
