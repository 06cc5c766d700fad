"""Tables that repeat over the rows of a list: what is pre-printed of them, and their rows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.documents.definitions import (
    Box,
    CellsField,
    ChoiceField,
    Label,
    Line,
    Rect,
    TableField,
    TextField,
    TextStyle,
)
from app.documents.drawing import Ink
from app.documents.filling import Filler
from app.documents.grid import HEAD_TINT, PADDING_Y
from app.documents.preprinted import draw_frame, is_printed
from app.documents.print_keys import Computed

PADDING_X = 0.9
_NUMBER = TextStyle(size=8, least=6, font="gothic", align="center")

Rows = Sequence[Mapping[str, object]]
PlacedRow = tuple[TextField | ChoiceField | CellsField, ...]


def place_rows(table: TableField, y: float, count: int, first: int) -> tuple[PlacedRow, ...]:
    """The fields of `count` rows of a table at height `y`, named by their row, the first of which is number `first`."""
    return tuple(
        _placed(table, y + table.heading + index * table.row_height, first + index) for index in range(count)
    )


def draw_table_frame(
    ink: Ink, filler: Filler, table: TableField, y: float, placed: Sequence[PlacedRow], first: int
) -> None:
    """Draw heading, rules, row numbers and what the fields of the rows have pre-printed."""
    x, width, count = table.box.x, table.box.w, len(placed)
    height = table.heading + count * table.row_height
    if table.heading:
        ink.rect(Rect(table.page, Box(x, y, width, table.heading), 0.0, HEAD_TINT))
    for index in range(count):
        top = y + table.heading + index * table.row_height
        if table.inner and (index or table.heading):
            ink.line(Line(table.page, x, top, x + width, top, table.inner))
    left = x
    for column in table.columns:
        if table.inner and left > x:
            ink.line(Line(table.page, left, y, left, y + height, table.inner))
        if table.heading and column.title:
            place = Box(left, y, column.width, table.heading).inset(0.5, 0.2)
            style = replace(table.heading_style, lines=2)
            filler.label(ink, Label(table.page, place, Computed((column.title,)), style), {})
        if column.numbered:
            _draw_numbers(ink, filler, table, Box(left, y, column.width, 0), count, first)
        left += column.width
    ink.rect(Rect(table.page, Box(x, y, width, height), table.outer))
    for fields in placed:
        for field in fields:
            draw_frame(ink, filler, field)


def fill_rows(
    ink: Ink, filler: Filler, placed: Sequence[PlacedRow], rows: Rows, values: Mapping[str, object]
) -> None:
    """Print rows of a list into their fields; a field may also print what holds for the whole document (`values`)."""
    for fields, row in zip(placed, rows, strict=False):
        known = {**values, **row}
        for field in fields:
            if isinstance(field, TextField):
                if not is_printed(field):
                    filler.text(ink, field, known)
            elif isinstance(field, CellsField):
                filler.cells(ink, field, known)
            else:
                filler.choice(ink, field, known)


def _draw_numbers(ink: Ink, filler: Filler, table: TableField, top: Box, count: int, first: int) -> None:
    for index in range(count):
        cell = Box(top.x, top.y + table.heading + index * table.row_height, top.w, table.row_height)
        filler.label(ink, Label(table.page, cell, Computed((str(first + index),)), _NUMBER), {})


def _placed(table: TableField, y: float, number: int) -> PlacedRow:
    left, fields = table.box.x, []
    for column in table.columns:
        for field in column.fields:
            fields.append(_placed_field(table, field, left, y, number))
        left += column.width
    return tuple(fields)


def _placed_field(
    table: TableField, field: TextField | ChoiceField | CellsField, left: float, y: float, number: int
) -> TextField | ChoiceField | CellsField:
    name, box = f"{field.name or table.name}（{number}行目）", field.box.moved(left, y)
    if isinstance(field, ChoiceField):
        options = tuple(replace(option, box=option.box.moved(left, y)) for option in field.options)
        return replace(field, name=name, page=table.page, box=box, options=options)
    if isinstance(field, TextField):
        box = box.inset(PADDING_X, PADDING_Y)
    return replace(field, name=name, page=table.page, box=box)
