"""How a row is stored: its cells in the order of a form (様式), which names the columns once for all rows of a file.

A register has a million rows of up to 130 columns, most of them empty; names beside every value would double the database.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, insert, select

from app.data.cells import Cells
from app.data.models.register import RowFormRow
from app.extensions import db


class Forms(Cells):
    """The forms by id. New ones are known here from `plan` on and stored by `store`; a stored form never changes."""

    def __init__(self, known: Mapping[int, tuple[str, tuple[str, ...]]]) -> None:
        super().__init__({form: columns for form, (_, columns) in known.items()})
        self._ids = {place: form for form, place in known.items()}
        self._stored = len(known)

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
