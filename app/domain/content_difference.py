"""What differs between two packs, in words: rows added, changed and removed, and of a change each cell before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.domain.cell_text import cell_text
from app.domain.code_lists import CodeLists
from app.domain.content_columns import columns, row_key, row_types, title_field
from app.domain.content_labels import PARTS

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""The plain rows of each part, as files and drafts hold them."""


class ChangeKind(StrEnum):
    """What became of a row."""

    ADDED = "行を追加"
    CHANGED = "行を変更"
    REMOVED = "行を削除"


@dataclass(frozen=True)
class CellChange:
    """A cell before and after, as text."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class RowChange:
    """What became of one row; of an added or removed one the cells that are filled."""

    kind: ChangeKind
    part: str
    key: tuple[str, ...]
    title: str
    cells: tuple[CellChange, ...]

    @property
    def part_label(self) -> str:
        return PARTS.get(self.part, self.part)


def difference(
    before: Rows, after: Rows, words_before: CodeLists, words_after: CodeLists
) -> tuple[RowChange, ...]:
    """Every row that differs, table by table in the order the desk lists them. The order of rows counts for nothing."""
    parts = [
        *(part for part in PARTS if part in row_types()),
        *(part for part in row_types() if part not in PARTS),
    ]
    return tuple(
        change
        for part in parts
        for change in _of_part(part, before.get(part, ()), after.get(part, ()), words_before, words_after)
    )


def keyed(part: str, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, ...], Mapping[str, Any]]:
    """Rows by what tells them apart; a second row of the same key is told by its number."""
    found: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for row in rows:
        key, number = row_key(part, row), 2
        while key in found:
            key, number = (*row_key(part, row), f"({number})"), number + 1
        found[key] = row
    return found


def _of_part(
    part: str,
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
    was: CodeLists,
    now: CodeLists,
) -> Iterator[RowChange]:
    old, new = keyed(part, before), keyed(part, after)
    for key, row in new.items():
        if key not in old:
            yield RowChange(
                ChangeKind.ADDED, part, key, _title(part, row, now), tuple(_cells(part, {}, row, was, now))
            )
        elif old[key] != row and (cells := tuple(_cells(part, old[key], row, was, now))):
            yield RowChange(ChangeKind.CHANGED, part, key, _title(part, row, now), cells)
    for key, row in old.items():
        if key not in new:
            cells = tuple(_cells(part, row, {}, was, now))
            yield RowChange(ChangeKind.REMOVED, part, key, _title(part, row, now), cells)


def _title(part: str, row: Mapping[str, Any], words: CodeLists) -> str:
    """What a row is called; a rule by its procedure."""
    if part == "rules":
        return words.of("procedures").shown(str(row.get("procedure") or ""))
    return str(row.get(title_field(part)) or "")


def _cells(
    part: str, before: Mapping[str, Any], after: Mapping[str, Any], was: CodeLists, now: CodeLists
) -> Iterator[CellChange]:
    """Cells that differ as values; of a row that is new or gone those that are filled."""
    named = columns(part)
    for column in named:
        if before.get(column.name) == after.get(column.name):
            continue
        old = cell_text(column, before, was) if before else ""
        new = cell_text(column, after, now) if after else ""
        if old != new:
            yield CellChange(column.label, old, new)
    known = {column.name for column in named}
    for name in sorted((before.keys() | after.keys()) - known):
        if before.get(name) != after.get(name):
            yield CellChange(name, str(before.get(name, "")), str(after.get(name, "")))
