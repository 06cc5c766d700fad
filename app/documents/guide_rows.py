"""What a block of a guide sheet is made of: rows laid out in a width, with their heights in mm."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.documents.guide_text import Laid

BOTTOM = 1.0
"""Room under the last row."""


@dataclass(frozen=True)
class BlockRow:
    """A labelled text of a block in both languages; `box` draws a square to tick before it, `tint` a ground under it."""

    label: Laid | None
    other_label: Laid | None
    text: Laid
    other: Laid | None
    height: float
    box: bool = False
    tint: bool = False
    more: Laid | None = None
    other_more: Laid | None = None


@dataclass(frozen=True)
class Block:
    """The block of one procedure: its title, its rows, the height of its sign, and the values it was made of."""

    title: BlockRow
    rows: tuple[BlockRow, ...]
    sign: float
    values: Mapping[str, object]

    @property
    def height(self) -> float:
        """As high as its rows, or as its sign."""
        return max(self.title.height + sum(row.height for row in self.rows) + BOTTOM, self.sign)
