"""Continuation pages: the rows a table had no room for (続紙) and the texts a box had no room for (別紙)."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.documents.definitions import Box, FormDefinition, Label, Line, TableField, TextField, TextStyle
from app.documents.drawing import MM, Ink, Op
from app.documents.filling import Filler, Note
from app.documents.fit import LEADING, Fitted, break_lines
from app.documents.identity import MARGIN
from app.documents.print_keys import Computed, parse_computed
from app.documents.tables import Rows, draw_table_frame, fill_rows, place_rows

FOOT = 18.0
"""The lowest millimetres of a page, kept for its identity."""

_NAMED = 4
"""So many of the fields that share a note are named above it."""

_TITLE = TextStyle(size=13, least=9, font="gothic", lines=1)
_SUBJECT = TextStyle(size=10.5, least=7, lines=1)
_HEADING = TextStyle(size=9.5, least=7, font="gothic", lines=2)
_BODY = TextStyle(size=10.5, least=10.5, lines=1)
_TOP = 34.0
_A4 = (210.0, 297.0)
_NARROWEST, _LOWEST = 140.0, 140.0
"""A form on smaller paper than this continues on A4."""


@dataclass(frozen=True)
class Rest:
    """Rows that found no place in a table, the first of them numbered `first`."""

    table: TableField
    rows: Rows
    first: int


class Continuation:
    """Writes as many continuation pages as the rests and notes of a document need."""

    def __init__(self, definition: FormDefinition, filler: Filler, values: Mapping[str, object]) -> None:
        self.pages: list[list[Op]] = []
        self.width, self.height = definition.width, definition.height
        if self.width < _NARROWEST or self.height < _LOWEST:
            self.width, self.height = _A4
        self._definition, self._filler, self._values = definition, filler, values
        self._ink = Ink(definition.height)
        self._y = 0.0

    def write(self, rests: list[Rest]) -> list[list[Op]]:
        """The pages: tables first, then every note, also those that the rows of these tables add."""
        for rest in rests:
            self._table(rest)
        for note in self._filler.notes:  # grows while tables are drawn, not while notes are
            self._note(note)
        return self.pages

    def _room(self) -> float:
        return self.height - FOOT - self._y

    def _new_page(self) -> None:
        ink = self._ink = Ink(self.height)
        self.pages.append(ink.ops)
        width = self.width - 2 * MARGIN
        title = Box(MARGIN, 14, width, 8)
        self._filler.label(
            ink, Label(1, title, Computed((f"別紙・続紙　{self._definition.title}",)), _TITLE), {}
        )
        ink.line(Line(1, MARGIN, 23, MARGIN + width, 23, 0.5))
        key = "subject.name" if self._values.get("subject.name") else "visitor.name"
        text = parse_computed(f"対象者氏名　{{{key}}}")
        self._filler.text(
            ink, TextField("対象者氏名", 1, Box(MARGIN, 24.5, width, 6), text, _SUBJECT), self._values
        )
        self._y = _TOP

    def _table(self, rest: Rest) -> None:
        rows, first, table = rest.rows, rest.first, rest.table
        while rows:
            if not self.pages or self._room() < 8 + table.heading + table.row_height:
                self._new_page()
            place = Box(MARGIN, self._y, self.width - 2 * MARGIN, 7)
            self._filler.label(self._ink, Label(1, place, Computed((f"{table.name}（続き）",)), _HEADING), {})
            self._y += 8
            count = min(len(rows), max(1, int((self._room() - table.heading) / table.row_height)))
            placed = place_rows(table, self._y, count, first)
            draw_table_frame(self._ink, self._filler, table, self._y, placed, first)
            fill_rows(self._ink, self._filler, placed, rows[:count], self._values)
            self._y += table.heading + count * table.row_height + 6
            rows, first = rows[count:], first + count

    def _note(self, note: Note) -> None:
        width = self.width - 2 * MARGIN
        size = _BODY.size
        step = size * LEADING * 1.15 / MM
        lines = [
            line
            for paragraph in note.text.split("\n")
            for line in break_lines(self._filler.fonts.glyphs(paragraph), (width - 6) * MM / size)
        ]
        if not self.pages or self._room() < 9 + 2 * step:
            self._new_page()
        place = Box(MARGIN, self._y, width, 6)
        shown, more = note.names[:_NAMED], len(note.names) - _NAMED
        fields = "・".join(shown) + (f"　ほか{more}欄" if more > 0 else "")
        heading = Computed((f"別紙{note.number}　{fields}",))
        self._filler.label(self._ink, Label(1, place, heading, _HEADING), {})
        self._y += 7
        for line in lines:
            if self._room() < step:
                self._new_page()
            self._ink.text(Fitted((line,), size, 1.0), Box(MARGIN + 5, self._y, width - 6, step), _BODY)
            self._y += step
        self._y += 5
