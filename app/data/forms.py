"""How a row is stored: its cells in the order of a form (様式), which names the columns once for all rows of a file.

A register has a million rows of up to 130 columns, most of them empty; names beside every value would double the database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from operator import itemgetter
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, insert, select

from app.data.models.register import RowFormRow
from app.extensions import db

SEPARATOR = "\x1f"
"""Between the cells; the reader of the files lets no control character through."""


class Forms:
    """The forms by id. New ones are known here from `plan` on and stored by `store`; a stored form never changes."""

    def __init__(self, known: Mapping[int, tuple[str, tuple[str, ...]]]) -> None:
        self._columns = {form: columns for form, (_, columns) in known.items()}
        self._ids = {place: form for form, place in known.items()}
        self._stored = len(known)
        self._picks: dict[tuple[int, frozenset[str]], tuple[tuple[int, str], ...]] = {}
        self._parts: dict[tuple[int, tuple[str, ...]], Callable[[Sequence[str]], tuple[str, ...]]] = {}

    def plan(self, data_set: str, columns: Sequence[str]) -> int:
        """The id of the form with these columns, a new one when there is none yet."""
        place = (data_set, tuple(columns))
        if place not in self._ids:
            form = max(self._columns, default=0) + 1
            self._ids[place] = form
            self._columns[form] = place[1]
        return self._ids[place]

    def store(self, connection: Connection) -> None:
        """Write the forms that were planned since loading."""
        rows = [
            {"id": form, "data_set": data_set, "columns": json.dumps(columns, ensure_ascii=False)}
            for (data_set, columns), form in list(self._ids.items())[self._stored :]
        ]
        if rows:
            connection.execute(insert(RowFormRow), rows)
            self._stored = len(self._ids)

    def knows(self, form: int) -> bool:
        return form in self._columns

    def unpack(self, form: int, payload: str) -> dict[str, str]:
        """The non-empty values of a stored row by column."""
        cells = payload.split(SEPARATOR)
        # The cells after the last filled one are not stored.
        return {column: cell for column, cell in zip(self._columns[form], cells, strict=False) if cell}

    def cells(self, form: int, payload: str) -> list[str]:
        """The cells of a stored row, one for each column of its form and an empty one behind the last."""
        cells = payload.split(SEPARATOR)
        cells += [""] * (len(self._columns[form]) + 1 - len(cells))
        return cells

    def pick(self, form: int, cells: Sequence[str], wanted: frozenset[str]) -> dict[str, str]:
        """The non-empty ones of some columns by column."""
        picks = self._picks.get((form, wanted))
        if picks is None:
            columns = self._columns[form]
            picks = tuple((at, column) for at, column in enumerate(columns) if column in wanted)
            self._picks[(form, wanted)] = picks
        return {column: cells[at] for at, column in picks if cells[at]}

    def part(self, form: int, cells: Sequence[str], columns: tuple[str, ...]) -> tuple[str, ...]:
        """Those of two or more columns, empty ones included: to compare rows without building their values."""
        get = self._parts.get((form, columns))
        if get is None:
            known = self._columns[form]
            # A column that the form does not have is read from the empty cell behind the last.
            get = itemgetter(*(known.index(name) if name in known else len(known) for name in columns))
            self._parts[(form, columns)] = get
        return get(cells)

    def pack(self, form: int, values: Mapping[str, str]) -> str:
        """A row as it is stored in a form; values of other columns are left out."""
        return pack(self._columns[form], values)


def pack(columns: Sequence[str], values: Mapping[str, str]) -> str:
    """The cells of these columns, without the empty ones at the end."""
    return SEPARATOR.join(map(values.get, columns, repeat(""))).rstrip(SEPARATOR)


def pack_cells(cells: Iterable[str]) -> str:
    """The same of cells that stand in the order of the form."""
    return SEPARATOR.join(cells).rstrip(SEPARATOR)


def load(connection: Connection) -> Forms:
    """The stored forms."""
    rows = connection.execute(
        select(RowFormRow.id, RowFormRow.data_set, RowFormRow.columns).order_by(RowFormRow.id)
    )
    return Forms({form: (data_set, tuple(json.loads(columns))) for form, data_set, columns in rows})


_read: WeakKeyDictionary[Engine, Forms] = WeakKeyDictionary()


def unpack(form: int, payload: str) -> dict[str, str]:
    """The non-empty values of a row that the session read. Forms are remembered: they never change once stored."""
    forms = _read.get(db.engine)
    if forms is None or not forms.knows(form):
        forms = _read[db.engine] = load(db.session.connection())
    return forms.unpack(form, payload)
