"""Screens rows a batch at a time, column by column: which of them need the checks that look at one row (`rows`).

Most cells of a register repeat (codes, dates, flags, nothing at all), so that looking at the different values of a
column costs a fraction of looking at every cell. What is not suspect here is right; what is may still be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.intake.checks import QuickTest, quick_test
from app.intake.layouts import CONDITIONAL, REQUIRED, Column, Condition, Layout

MOST_REMEMBERED = 1_500
"""Different right values of a column that are remembered; columns of names hold more and are tested again."""

MOST_DATES = 40_000
"""The same of a column of dates, which are dear to test: more days than a century has."""

LONGEST_REMEMBERED = 40
"""Characters up to which a column's values are remembered at all."""

Cells = Sequence[str]
"""The cells of one column of a batch."""

_Rule = tuple[str, Condition, tuple[Condition, ...]]


class Screen:
    """Screens the batches of one file. ``ids`` are the columns that the file has, in its order."""

    def __init__(self, layout: Layout, lg_code: str, ids: Sequence[str]) -> None:
        self._places = {identifier: place for place, identifier in enumerate(ids)}
        columns = {column.id: column for column in layout.columns}
        self._tests: list[tuple[QuickTest, set[str], int]] = [
            (quick_test(columns[i]), {""}, _most_remembered(columns[i])) for i in ids
        ]
        self._required = [self._places[c.id] for c in layout.columns if c.level == REQUIRED]
        self._rules = [_rule(c.id, c.condition) for c in layout.columns if c.level == CONDITIONAL]
        self._own = {"", lg_code}
        self._municipality = self._places.get(layout.municipality or "")

    def suspects(self, columns: Sequence[Cells]) -> set[int]:
        """The places in the batch of all rows that are not certainly right, but for their keys."""
        found: set[int] = set()
        values = [set(cells) for cells in columns]
        for cells, different, (test, known, most) in zip(columns, values, self._tests, strict=True):
            unknown = different - known
            wrong = {value for value in unknown if not test(value)}
            if wrong:
                found.update(_places_of(cells, wrong))
            if len(known) < most:
                known |= unknown - wrong
        for place in self._required:
            if "" in values[place]:
                found.update(_places_of(columns[place], {""}))
        for rule in self._rules:
            found.update(self._missing(rule, columns, values))
        if self._municipality is not None and not values[self._municipality] <= self._own:
            found.update(_places_of(columns[self._municipality], values[self._municipality] - self._own))
        return found

    def _missing(self, rule: _Rule, columns: Sequence[Cells], values: Sequence[set[str]]) -> Iterator[int]:
        """Where a conditional cell is empty although its condition is met."""
        name, trigger, rest = rule
        place, cause = self._places.get(name), self._places.get(trigger.column)
        if place is not None and "" not in values[place]:
            return
        if cause is None:
            # The trigger's column is not in the file: every row has it empty.
            causing = {""} if _meets(trigger, "") else set()
        else:
            causing = {value for value in values[cause] if _meets(trigger, value)}
        if not causing:
            return
        empty = [""] * len(columns[0])
        cells = columns[place] if place is not None else empty
        causes = columns[cause] if cause is not None else empty
        for at, (cell, value) in enumerate(zip(cells, causes, strict=True)):
            if not cell and value in causing and all(self._holds(test, columns, at) for test in rest):
                yield at

    def _holds(self, test: Condition, columns: Sequence[Cells], at: int) -> bool:
        place = self._places.get(test.column)
        return _meets(test, columns[place][at] if place is not None else "")


def _most_remembered(column: Column) -> int:
    if column.type == "DATE":
        return MOST_DATES
    return MOST_REMEMBERED if column.length <= LONGEST_REMEMBERED else 0


def _rule(name: str, tests: Sequence[Condition]) -> _Rule:
    """The test that fails most often first: one that waits for some values of another column."""
    trigger = next((test for test in tests if test.among), tests[0])
    return name, trigger, tuple(test for test in tests if test is not trigger)


def _meets(test: Condition, value: str) -> bool:
    return test.holds({test.column: value} if value else {})


def _places_of(cells: Cells, wanted: set[str]) -> Iterator[int]:
    return (at for at, cell in enumerate(cells) if cell in wanted)
