"""Tables that repeat over the rows of a list."""

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
from app.documents.print_keys import Computed

PADDING_X = 0.9
_NUMBER = TextStyle(size=8, least=6, font="gothic", align="center")

Rows = Sequence[Mapping[str, object]]


def draw_table(
    ink: Ink, filler: Filler, table: TableField, y: float, count: int, rows: Rows, first: int
) -> None:
    """Draw the heading and `count` rows of a table from height `y`; `rows` fill them, numbered from `first`."""
    x, width = table.box.x, table.box.w
    height = table.heading + count * table.row_height
    if table.heading:
        ink.rect(Rect(table.page, Box(x, y, width, table.heading), 0.0, HEAD_TINT))
    for index in range(count):
        top = y + table.heading + index * table.row_height
        if index or table.heading:
            ink.line(Line(table.page, x, top, x + width, top, table.inner))
    left = x
    for column in table.columns:
        if left > x:
            ink.line(Line(table.page, left, y, left, y + height, table.inner))
        if table.heading and column.title:
            place = Box(left, y, column.width, table.heading).inset(0.5, 0.2)
            style = replace(table.heading_style, lines=2)
            filler.label(ink, Label(table.page, place, Computed((column.title,)), style), {})
        left += column.width
    ink.rect(Rect(table.page, Box(x, y, width, height), table.outer))
    for index in range(count):
        values = rows[index] if index < len(rows) else {}
        _draw_row(ink, filler, table, y + table.heading + index * table.row_height, values, first + index)


def _draw_row(
    ink: Ink, filler: Filler, table: TableField, y: float, values: Mapping[str, object], number: int
) -> None:
    left = table.box.x
    for column in table.columns:
        cell = Box(left, y, column.width, table.row_height)
        left += column.width
        if column.numbered:
            filler.label(ink, Label(table.page, cell, Computed((str(number),)), _NUMBER), {})
        for field in column.fields:
            name = f"{field.name or table.name}（{number}行目）"
            _draw_field(ink, filler, replace(field, name=name), cell, values)


def _draw_field(
    ink: Ink,
    filler: Filler,
    field: TextField | ChoiceField | CellsField,
    cell: Box,
    values: Mapping[str, object],
) -> None:
    box = field.box.moved(cell.x, cell.y)
    if isinstance(field, ChoiceField):
        options = tuple(replace(option, box=option.box.moved(cell.x, cell.y)) for option in field.options)
        filler.choice(ink, replace(field, box=box, options=options), values)
    elif isinstance(field, CellsField):
        filler.cells(ink, replace(field, box=box), values)
    else:
        filler.text(ink, replace(field, box=box.inset(PADDING_X, PADDING_Y)), values)
