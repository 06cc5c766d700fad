"""A form (様式) as data: its page, what is pre-printed on it, and the fields that are filled in.

All lengths are millimetres from the top left corner of the page, font sizes are points.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from app.documents.print_keys import NAME_IN_ROW, NAME_KEYS, Computed


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page."""

    x: float
    y: float
    w: float
    h: float

    def inset(self, dx: float, dy: float) -> "Box":
        """The box made smaller by `dx` at the left and right and `dy` above and below."""
        return Box(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)

    def moved(self, dx: float, dy: float) -> "Box":
        """The same box elsewhere."""
        return Box(self.x + dx, self.y + dy, self.w, self.h)


@dataclass(frozen=True, slots=True)
class Rect:
    """A drawn rectangle; `line` 0 draws no frame, `fill` is a grey from 0 (black) to 1, `dash` a mm pattern."""

    page: int
    box: Box
    line: float = 0.2
    fill: float | None = None
    radius: float = 0.0
    dash: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn line."""

    page: int
    x1: float
    y1: float
    x2: float
    y2: float
    line: float = 0.2
    dash: float = 0.0


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a text sits in its box and how far it may be made smaller.

    It is condensed to `condense` percent first, then made smaller down to `least`, then broken into at most `lines` lines.
    """

    size: float = 10.5
    least: float = 7.0
    condense: float = 60.0
    lines: int = 1
    align: str = "left"
    valign: str = "middle"
    font: str = "mincho"
    bold: bool = False
    grey: float = 0.0


@dataclass(frozen=True, slots=True)
class Label:
    """A pre-printed text. `spread` sets its characters evenly over the width (均等割付); `vertical` one below another."""

    page: int
    box: Box
    text: Computed
    style: TextStyle
    spread: bool = False
    vertical: bool = False


@dataclass(frozen=True, slots=True)
class TextField:
    """A text in a box; what does not fit at its smallest goes to the continuation sheet (別紙), never cut.

    `vertical` sets its characters one below another (縦書き).
    """

    name: str
    page: int
    box: Box
    text: Computed
    style: TextStyle
    vertical: bool = False


@dataclass(frozen=True, slots=True)
class CellsField:
    """One character per cell (マス目), from the left or for amounts from the right."""

    name: str
    page: int
    box: Box
    text: Computed
    style: TextStyle
    count: int
    from_right: bool = False


@dataclass(frozen=True, slots=True)
class DateField:
    """Era, year, month and day of one date, each in its own box; a part without a box is not printed.

    With `era_options` the era is ringed among printed choices instead of written. `first_year` is how year 1 of an era is
    written: 元 or 1. With `western` the year is that of the Western calendar (西暦).
    """

    name: str
    page: int
    box: Box
    key: str
    parts: Mapping[str, Box]
    style: TextStyle
    era_options: tuple["Option", ...] = ()
    first_year: str = "元"
    western: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A choice on the form: the values it stands for, where it is, and its text when the form draws it itself."""

    values: tuple[str, ...]
    box: Box
    text: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """Options of which those that match the value are ringed (丸囲み) or, with `tick`, get a tick in their box."""

    name: str
    page: int
    box: Box
    key: str
    options: tuple[Option, ...]
    style: TextStyle
    tick: bool = False


@dataclass(frozen=True, slots=True)
class SealField:
    """Where a seal is set: a dotted circle."""

    name: str
    page: int
    box: Box
    text: str = "印"


@dataclass(frozen=True, slots=True)
class SignatureField:
    """Where the visitor signs (署名): on paper, or on the customer screen, whose strokes are then printed here.

    A form without one is signed on paper only.
    """

    name: str
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class CodeField:
    """A machine-readable code: `qr`, `code128` or `nw7` (with a check character of modulus 16)."""

    name: str
    page: int
    box: Box
    text: Computed
    symbology: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, width and what fills its cells, placed from the corner of the cell."""

    title: str
    width: float
    fields: "tuple[TextField | ChoiceField | CellsField, ...]"
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class TableField:
    """Rows of a list, `rows` on the form and the rest on continuation pages with the same columns."""

    name: str
    page: int
    box: Box
    key: str
    columns: tuple[Column, ...]
    row_height: float
    rows: int
    heading: float
    heading_style: TextStyle
    outer: float = 0.4
    inner: float = 0.15

    @property
    def printed_keys(self) -> frozenset[str]:
        """The keys of a row that its text fields print."""
        fields = (field for column in self.columns for field in column.fields)
        return frozenset(
            key for field in fields if not isinstance(field, ChoiceField) for key in field.text.keys
        )


@dataclass(frozen=True, slots=True)
class CardCell:
    """A labelled text of a card, `width` being its share of the row."""

    label: str
    text: Computed
    style: TextStyle
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class CardsField:
    """Blocks repeated over a list, as the procedures of a guide sheet (手続き案内書); a block is never split over pages.

    Each block has a title line with a box to tick (`check`), and rows of labelled texts as high as they need to be.
    Further pages begin at `next_y`.
    """

    name: str
    page: int
    box: Box
    key: str
    title: Computed
    title_style: TextStyle
    rows: tuple[tuple[CardCell, ...], ...]
    check: str = ""
    check_text: str = ""
    next_y: float = 0.0
    gap: float = 3.0
    label_width: float = 18.0

    @property
    def printed_keys(self) -> frozenset[str]:
        """The keys of a row that a block prints."""
        cells = (cell.text for row in self.rows for cell in row)
        return frozenset(key for text in (self.title, *cells) for key in text.keys)


Element = Rect | Line | Label


@dataclass(frozen=True, slots=True)
class GuideField:
    """The blocks of a guide sheet (手続き案内書), one for each row of the list `key`, with the sign of its counter.

    Texts of the sheet's language stand beside the Japanese ones, or with `below` under them, as large print needs it. `sign`
    is the width of a sign, `route` the height of the line of counters before the blocks (0: none); further pages begin at `next_y`.
    """

    name: str
    page: int
    box: Box
    key: str
    size: float
    other_size: float
    title_size: float
    label_size: float
    sign_size: float
    sign: float
    label_width: float
    route: float
    next_y: float
    gap: float
    below: bool = False

    @property
    def printed_keys(self) -> frozenset[str]:
        """The keys of a row that a block prints."""
        return frozenset(("title", "why", "people", "place", "floor", "bring", "deadline"))


FormField = (
    TextField
    | CellsField
    | DateField
    | ChoiceField
    | SealField
    | SignatureField
    | CodeField
    | TableField
    | CardsField
    | GuideField
)


@dataclass(frozen=True, eq=False)
class FormDefinition:
    """One version of a form. `source` is the JSON it was read from; `base_pdf` the official blank, if it has one.

    `section` is in charge of it (所管), `authority` is whom it is addressed to (提出先), `basis` the law behind it (根拠);
    of the forms of one procedure those with a lower `order` are printed first.

    `events` are the reasons for coming (用件) in which its procedure calls for it: one form for who comes, another for who
    leaves. Without any it is printed always.
    """

    code: str
    title: str
    version: int
    valid_from: date
    valid_to: date | None
    section: str
    copies: int
    width: float
    height: float
    pages: int
    elements: tuple[Element, ...]
    fields: tuple[FormField, ...]
    source: Mapping[str, Any]
    base_pdf: bytes | None = None
    authority: str = ""
    basis: str = ""
    order: int = 100
    events: tuple[str, ...] = ()

    def serves(self, event: str) -> bool:
        """Whether the form is printed for visitors who come for this reason."""
        return not self.events or event in self.events

    def lists(self, key: str) -> bool:
        """Whether a table of the form repeats over this list, so that one sheet serves all its rows."""
        return any(isinstance(field, TableField) and field.key == key for field in self.fields)

    @property
    def takes_signature(self) -> bool:
        """Whether what the visitor wrote on the customer screen is printed on it."""
        return any(isinstance(field, SignatureField) for field in self.fields)

    @property
    def lists_people(self) -> bool:
        """Whether it repeats over those whom the procedure concerns, so that one sheet serves them all."""
        return self.lists("targets") or self.lists("others")

    @cached_property
    def fingerprint(self) -> str:
        """What it says and lies on: two definitions of one code and version are told apart by it."""
        said = hashlib.sha256(json.dumps(self.source, sort_keys=True).encode())
        said.update(hashlib.sha256(self.base_pdf or b"").digest())
        return said.hexdigest()[:16]

    def is_valid_on(self, day: date) -> bool:
        """Whether this version is to be used on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def names(self) -> tuple[str, ...]:
        """The printed keys that hold a person's name, a name in the rows of a list as `members[].name`."""
        keys: dict[str, None] = {}
        for item in self.fields:
            if isinstance(item, TextField | CellsField):
                keys.update(dict.fromkeys(key for key in item.text.keys if key in NAME_KEYS))
            elif (
                isinstance(item, TableField | CardsField | GuideField)
                and NAME_IN_ROW[item.key] in item.printed_keys
            ):
                keys[f"{item.key}[].{NAME_IN_ROW[item.key]}"] = None
        return tuple(keys)

    @property
    def names_householder(self) -> bool:
        """Whether the householder (世帯主) of the case is printed."""
        return any(key in {"householder.name", "subject.householder"} for key in self.names)
