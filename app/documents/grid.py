"""Ruled grids of a form: rows of cells that may span, expanded into lines, tints, labels and fields.

Cells are written row by row and fall into the next free place, as in an HTML table. A cell has a `label` (a heading cell
with `head`), a small `caption` in its corner, further `labels`, and one `field` or several `fields` placed with `at`.
"""

from dataclasses import dataclass, replace

from app.documents.definitions import Box, Element, FormField, Label, Line, Rect, TextStyle
from app.documents.field_reader import read_field
from app.documents.print_keys import Computed
from app.documents.reading import Part

CELL = TextStyle(size=8.5, least=5.5, font="gothic", align="center", lines=4, condense=80)
LABEL = replace(CELL, align="left")
CAPTION = TextStyle(size=7, least=6.0, font="gothic", valign="top", grey=0.2)
HEAD_TINT = 0.93
PADDING_X, PADDING_Y = 1.2, 0.4
CAPTION_HEIGHT = 3.2


@dataclass
class _Grid:
    part: Part
    page: int
    xs: list[float]
    ys: list[float]
    tint: float

    def box(self, row: int, column: int, rows: int, columns: int) -> Box:
        x, y = self.xs[column], self.ys[row]
        return Box(x, y, self.xs[column + columns] - x, self.ys[row + rows] - y)


def expand_grid(part: Part, page: int) -> tuple[list[Element], list[FormField]]:
    """The drawn elements and the fields of one `grid`."""
    x, y = part.number("x"), part.number("y")
    columns, rows = part.numbers("columns"), part.parts("rows")
    heights = [row.number("height") for row in rows]
    tint = part.number("tint", HEAD_TINT, 0, 1)
    grid = _Grid(part, page, _edges(x, columns), _edges(y, heights), tint)
    inner, outer = part.number("inner", 0.15), part.number("outer", 0.4)
    below: list[Element] = []
    above: list[Element] = []
    fields: list[FormField] = []
    owner = [[-1] * len(columns) for _ in rows]
    number = 0
    for row_index, row in enumerate(rows):
        name = ""
        for cell in row.parts("cells"):
            place = _place(cell, owner, row_index, number)
            number += 1
            if place is None:
                continue
            name = _read_cell(cell, grid, grid.box(*place), name, below, above, fields)
        row.finish()
        if -1 in owner[row_index]:
            row.problem("cells", f"{owner[row_index].index(-1) + 1}列目のマスが足りません。")
    lines = _rules(grid, owner, inner)
    frame = Rect(page, Box(x, y, sum(columns), sum(heights)), outer)
    return [*below, *lines, frame, *above], fields


def _edges(start: float, sizes: list[float]) -> list[float]:
    edges = [start]
    for size in sizes:
        edges.append(round(edges[-1] + size, 4))
    return edges


def _place(cell: Part, owner: list[list[int]], row: int, number: int) -> tuple[int, int, int, int] | None:
    """Take the next free place of a row for a cell; (row, column, rows, columns)."""
    rows, columns = cell.whole("rows", 1, 1, 100), cell.whole("columns", 1, 1, 100)
    if -1 not in owner[row]:
        cell.problem("", "この行にはもうマスを置けません。")
        return None
    column = owner[row].index(-1)
    if row + rows > len(owner) or column + columns > len(owner[row]):
        cell.problem("", "マスが表の外にはみ出しています。rows と columns を確認してください。")
        return None
    for line in owner[row : row + rows]:
        if any(taken != -1 for taken in line[column : column + columns]):
            cell.problem("", "マスがほかのマスと重なっています。")
            return None
        line[column : column + columns] = [number] * columns
    return row, column, rows, columns


def _read_cell(
    cell: Part,
    grid: _Grid,
    box: Box,
    name: str,
    below: list[Element],
    above: list[Element],
    fields: list[FormField],
) -> str:
    """Read one cell; returns the label that names the fields after it."""
    head = cell.flag("head")
    if head or cell.has("fill"):
        below.append(Rect(grid.page, box, 0.0, cell.number("fill", grid.tint, 0, 1)))
    label, caption = cell.computed("label"), cell.computed("caption")
    style = cell.style(CELL)
    spread, vertical = cell.flag("spread"), cell.flag("vertical")
    if label.parts:
        above.append(Label(grid.page, box.inset(PADDING_X, PADDING_Y), label, style, spread, vertical))
        name = _plain(label) or name
    if caption.parts:
        corner = Box(box.x + 0.8, box.y + 0.5, box.w - 1.6, CAPTION_HEIGHT - 0.4)
        above.append(Label(grid.page, corner, caption, CAPTION))
        name = _plain(caption) or name
    for extra in cell.parts("labels"):
        place = _at(extra, box)
        above.append(Label(grid.page, place, extra.computed("text"), extra.style(CELL)))
        extra.finish()
    given = cell.parts("fields")
    if cell.has("field"):
        given = [cell.part("field"), *given]
    top = CAPTION_HEIGHT if caption.parts else 0.0
    for field in given:
        place = _at(field, box, top)
        fields.append(read_field(field, grid.page, place, name))
        field.finish()
    cell.finish()
    return name


def _plain(text: Computed) -> str:
    return (
        "".join(part for part in text.parts if isinstance(part, str))
        .replace("\n", "")
        .replace("　", "")
        .strip()
    )


def _at(part: Part, box: Box, top: float = 0.0) -> Box:
    """The place inside a cell: `at` as [dx, dy, w, h] (0: the rest), otherwise the cell less its padding."""
    if not part.has("at"):
        inner = box.inset(PADDING_X, PADDING_Y)
        return Box(inner.x, inner.y + top, inner.w, inner.h - top)
    dx, dy, w, h = part.numbers("at", 4)
    place = Box(box.x + dx, box.y + dy, w or box.w - dx - PADDING_X, h or box.h - dy - PADDING_Y)
    inside = place.x + place.w <= box.x + box.w + 0.01 and place.y + place.h <= box.y + box.h + 0.01
    if not inside or place.w <= 0 or place.h <= 0 or dx < 0 or dy < 0:
        part.problem("at", f"マス（{box.w:g}×{box.h:g} mm）の外にはみ出しています。")
    return place


def _rules(grid: _Grid, owner: list[list[int]], line: float) -> list[Element]:
    """The inner rules: between neighbours that belong to different cells, as few and long lines as possible."""
    rows, columns = len(owner), len(owner[0]) if owner else 0
    found: list[Element] = []
    for row in range(1, rows):
        cuts = [owner[row - 1][column] != owner[row][column] for column in range(columns)]
        for first, last in _runs(cuts):
            found.append(Line(grid.page, grid.xs[first], grid.ys[row], grid.xs[last], grid.ys[row], line))
    for column in range(1, columns):
        cuts = [owner[row][column - 1] != owner[row][column] for row in range(rows)]
        for first, last in _runs(cuts):
            found.append(
                Line(grid.page, grid.xs[column], grid.ys[first], grid.xs[column], grid.ys[last], line)
            )
    return found


def _runs(flags: list[bool]) -> list[tuple[int, int]]:
    runs, start = [], None
    for index, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = index
        elif not flag and start is not None:
            runs.append((start, index))
            start = None
    return runs


def label_style(part: Part) -> TextStyle:
    """The style of a free label: left aligned unless it says otherwise."""
    return part.style(LABEL)
