"""Long lists of values in portions that one statement may carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

BATCH = 500


def in_batches(items: Iterable[str]) -> Iterator[list[str]]:
    """The different items in order, ``BATCH`` at a time."""
    ordered = sorted(set(items))
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
