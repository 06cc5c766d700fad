"""The blocks of a guide sheet (手続き案内書): as high as their text, never split over pages.

They are drawn by the same engine as every form rather than by xhtml2pdf: one set of font subsets and one page identity for
the whole print, no markup that data could reach, and a block that moves to the next page because its height is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.documents import problems
from app.documents.continuation import FOOT
from app.documents.definitions import Box, CardCell, CardsField, Label, Line, Rect, TextStyle
from app.documents.drawing import MM, Ink
from app.documents.filling import Filler
from app.documents.fit import LEADING, Fitted, Glyphs, break_lines
from app.documents.print_keys import Computed
from app.documents.problems import PrintRefused
from app.documents.tables import Rows

_PAD_X, _PAD_Y = 2.5, 1.5
_CHECK = 7.0
_CHECK_TEXT = 9.0
_LABEL = TextStyle(size=9, least=6, font="gothic", grey=0.25)
_CHECK_STYLE = TextStyle(size=10, least=7, font="gothic", align="right")
_RUNNING = TextStyle(size=10.5, least=7, font="gothic")
_SMALLEST = 0.6


@dataclass(frozen=True)
class _Cell:
    label: str
    lines: tuple[Glyphs, ...]
    style: TextStyle
    x: float
    width: float


@dataclass(frozen=True)
class _Card:
    """A block laid out in a width: its title lines and rows, with heights in mm."""

    title: tuple[Glyphs, ...]
    title_style: TextStyle
    title_height: float
    rows: tuple[tuple[float, tuple[_Cell, ...]], ...]
    done: bool

    @property
    def height(self) -> float:
        return self.title_height + sum(height for height, _ in self.rows)


def draw_cards(field: CardsField, inks: list[Ink], filler: Filler, rows: Rows) -> None:
    """Draw the blocks of a list, on further pages as they are needed; those are appended to `inks`.

    Raises `PrintRefused` when a block is higher than a whole page even in small type.
    """
    height = filler.definition.height
    ink, y, foot = inks[field.page - 1], field.box.y, field.box.y + field.box.h
    fresh = True
    for values in rows:
        card = _lay_out(field, filler, values, max(foot - y, height - FOOT - field.next_y))
        if y + card.height > foot + 0.01 and not (fresh and card.height > height - FOOT - field.next_y):
            ink = _new_page(filler, field)
            inks.append(ink)
            y, foot = field.next_y, height - FOOT
        _draw(ink, filler, field, card, y)
        y += card.height + field.gap
        fresh = False


def _new_page(filler: Filler, field: CardsField) -> Ink:
    ink = Ink(filler.definition.height)
    left, width = field.box.x, field.box.w
    title = Computed((f"{filler.definition.title}（続き）",))
    filler.label(ink, Label(1, Box(left, 12, width, 6), title, _RUNNING), {})
    ink.line(Line(1, left, 19, left + width, 19, 0.4))
    return ink


def _lay_out(field: CardsField, filler: Filler, values: Mapping[str, object], room: float) -> _Card:
    """The block in its own sizes, or smaller where it would be higher than a page."""
    factor = 1.0
    while factor >= _SMALLEST:
        card = _sized(field, filler, values, factor)
        if card.height <= room:
            return card
        factor -= 0.05
    title = field.title.text(values)
    raise PrintRefused(
        f"{filler.definition.title}: 「{title}」の説明が1ページに収まりません。説明を短くしてください。"
    )


def _sized(field: CardsField, filler: Filler, values: Mapping[str, object], factor: float) -> _Card:
    width = field.box.w - 2 * _PAD_X - (_CHECK + _CHECK_TEXT + 2 if field.check else 0)
    style = replace(field.title_style, size=field.title_style.size * factor)
    text = field.title.text(values)
    _report(filler, field.name, text, style.font)
    title = break_lines(filler.fonts.glyphs(text, style.font), width * MM / style.size)
    title_height = max(_height(len(title), style.size) + 2 * _PAD_Y, _CHECK + 2 if field.check else 0)
    rows = []
    for cells in field.rows:
        shown = [cell for cell in cells if cell.text.text(values)]
        if shown:
            laid = _row(field, filler, shown, values, factor)
            rows.append((max(_height(len(cell.lines), cell.style.size) for cell in laid) + 2 * _PAD_Y, laid))
    return _Card(tuple(title), style, title_height, tuple(rows), bool(values.get(field.check)))


def _row(
    field: CardsField, filler: Filler, cells: list[CardCell], values: Mapping[str, object], factor: float
) -> tuple[_Cell, ...]:
    share, x, laid = sum(cell.width for cell in cells), field.box.x, []
    for cell in cells:
        width = field.box.w * cell.width / share
        text, style = cell.text.text(values), replace(cell.style, size=cell.style.size * factor)
        _report(filler, cell.label or field.name, text, style.font)
        room = (width - field.label_width - _PAD_X) * MM / style.size
        lines = [
            line
            for paragraph in text.replace("\r\n", "\n").split("\n")
            for line in break_lines(filler.fonts.glyphs(paragraph, style.font), room)
        ]
        laid.append(_Cell(cell.label, tuple(lines), style, x, width))
        x += width
    return tuple(laid)


def _report(filler: Filler, name: str, text: str, style: str) -> None:
    for glyph in filler.fonts.glyphs(text, style):
        if glyph.font is None and glyph.text not in "\r\n":
            form = filler.definition
            filler.problems.append(problems.missing_glyph(form.code, form.title, name, glyph.text))


def _height(lines: int, size: float) -> float:
    return (size + size * LEADING * (lines - 1)) / MM


def _draw(ink: Ink, filler: Filler, field: CardsField, card: _Card, y: float) -> None:
    box = Box(field.box.x, y, field.box.w, card.height)
    ink.rect(Rect(1, Box(box.x, y, box.w, card.title_height), 0.0, 0.92))
    place = Box(box.x + _PAD_X, y, box.w, card.title_height)
    ink.text(Fitted(card.title, card.title_style.size, 1.0), place, card.title_style)
    if field.check:
        _draw_check(ink, filler, field, card, box)
    top = y + card.title_height
    for height, cells in card.rows:
        ink.line(Line(1, box.x, top, box.x + box.w, top, 0.12))
        for cell in cells:
            if cell.x > box.x:
                ink.line(Line(1, cell.x, top, cell.x, top + height, 0.12))
            _draw_cell(ink, filler, field, cell, top, height)
        top += height
    ink.rect(Rect(1, box, 0.4))


def _draw_cell(ink: Ink, filler: Filler, field: CardsField, cell: _Cell, top: float, height: float) -> None:
    first = _height(1, cell.style.size)
    label = Box(cell.x + _PAD_X, top + _PAD_Y, field.label_width - _PAD_X - 1, first)
    filler.label(ink, Label(1, label, Computed((cell.label,)), _LABEL), {})
    place = Box(cell.x + field.label_width, top + _PAD_Y, cell.width - field.label_width - _PAD_X, height)
    ink.text(Fitted(cell.lines, cell.style.size, 1.0), place, replace(cell.style, valign="top"))


def _draw_check(ink: Ink, filler: Filler, field: CardsField, card: _Card, box: Box) -> None:
    square = Box(box.x + box.w - _CHECK - 2, box.y + (card.title_height - _CHECK) / 2, _CHECK, _CHECK)
    ink.rect(Rect(1, square, 0.4, 1.0))
    place = Box(square.x - _CHECK_TEXT - 1, square.y, _CHECK_TEXT, _CHECK)
    filler.label(ink, Label(1, place, Computed((field.check_text,)), _CHECK_STYLE), {})
    if card.done:
        ink.tick(Box(square.x + 1, square.y + 0.5, square.w - 1, square.h - 2))
