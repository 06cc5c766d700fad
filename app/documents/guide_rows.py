"""What a block of a guide sheet is made of: rows laid out in a width, with their heights in mm."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.documents.guide_text import NOTHING, Laid

BOTTOM = 1.0
"""Room under the last row."""
BETWEEN = 1.6
"""Between a text and its translation below it."""
PAD = 1.2
"""Over and under a row."""
MORE = 1.0
"""Over what is added to a text in small type."""


def high(text: Laid, other: Laid | None, beside: bool) -> float:
    """The height in mm of a text and its translation, which stands beside it or below."""
    if other is None:
        return text.height
    return max(text.height, other.height) if beside else text.height + BETWEEN + other.height


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


def cut_row(row: BlockRow, room: float, beside: bool, pad: float) -> tuple[BlockRow, BlockRow] | None:
    """A row in two, the first no higher than `room`; None when not even one line has room. `pad` is over and under a row."""
    added = high(row.more or NOTHING, row.other_more, beside) + MORE if row.more or row.other_more else 0.0
    around = row.height - high(row.text, row.other, beside) - added
    text, text_rest = row.text.cut(room - around)
    other, other_rest = row.other, None
    if row.other is not None and beside:
        other, other_rest = row.other.cut(room - around)
    elif row.other is not None and text_rest.lines:
        other, other_rest = None, row.other
    elif row.other is not None:
        other, other_rest = row.other.cut(room - around - text.height - BETWEEN)
    if not text.lines and not (other and other.lines):
        return None
    first = replace(
        row, text=text, other=other, height=around + high(text, other, beside), more=None, other_more=None
    )
    rest = replace(
        row, label=None, other_label=None, box=False, text=text_rest, other=other_rest,
        height=2 * pad + high(text_rest, other_rest, beside) + added,
    )  # fmt: skip
    return first, rest
