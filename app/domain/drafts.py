"""A draft (下書き) of the content pack: its state, its rows, and what is wrong or worth a look in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class DraftState(StrEnum):
    """Where a draft stands. Only `editing` can be changed."""

    EDITING = "editing"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    DISCARDED = "discarded"


STATE_WORDS: dict[DraftState, str] = {
    DraftState.EDITING: "編集中",
    DraftState.IN_REVIEW: "審査待ち",
    DraftState.PUBLISHED: "公開済み",
    DraftState.DISCARDED: "破棄",
}


@dataclass(frozen=True)
class Draft:
    """A draft without its rows. `revision` rises with every change of it."""

    id: str
    title: str
    purpose: str
    pack_title: str
    pack_version: str
    base_version: int | None
    state: DraftState
    revision: int
    begun_at: datetime
    begun_by: str
    changed_at: datetime
    changed_by: str
    submitted_at: datetime | None
    submitted_by: str | None
    in_force_on: date | None
    decided_at: datetime | None
    decided_by: str | None
    comment: str

    @property
    def is_open(self) -> bool:
        return self.state in {DraftState.EDITING, DraftState.IN_REVIEW}


@dataclass(frozen=True)
class Line:
    """A row of a table of a draft: its plain cells, as in the pack's files, and the version they are of.

    `stored` is how the cells lie in the database: equal texts are equal cells.
    """

    id: str
    part: str
    position: int
    cells: Mapping[str, Any]
    version: int
    changed_at: datetime
    changed_by: str
    stored: str


class Level(StrEnum):
    """How grave a finding is: an error keeps the draft from being published."""

    ERROR = "error"
    CHECK = "check"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """What is wrong or worth a look: in which row and cell (empty: the whole row or table), in a sentence that says what to do."""

    level: Level
    part: str
    line_id: str
    column: str
    text: str


@dataclass(frozen=True)
class CellEdit:
    """What was typed into a cell of a row that was at version `seen`."""

    line_id: str
    seen: int
    column: str
    text: str
