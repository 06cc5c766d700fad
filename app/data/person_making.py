"""Makes some persons and their search keys at a time from their rows, without a database: in this process or beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from app.data import projection, search_keys
from app.data.cells import Cells
from app.data.copy_text import Values, copy_text, marked
from app.data.projection import EXPECTED_SET, Row
from app.data.search_keys import Keys, Rank

PlainRow = tuple[str, str, int, bool, bool, bool, int, str]
"""Data set, row key, history, latest, deleted, gone, form, payload: a `Row` that can be sent to another process."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Persons to make: the serial of each by his number, their rows, and the move-out notices that some came with."""

    serials: dict[str, int]
    rows: dict[str, list[PlainRow]]
    notices: dict[str, PlainRow]


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a chunk of ``count`` persons: rows of the tables `person` and `search_key`."""

    count: int
    persons: Values
    keys: Values


@dataclass(frozen=True)
class Maker:
    """What all persons of an import are made with.

    ``columns`` are those of the table `person`, ``own_characters`` the roots of the city's own characters (外字).
    ``as_text``: rows come as text for COPY.
    """

    cells: Cells
    identity: bytes
    protected: Collection[str]
    own_characters: Mapping[int, str]
    columns: Sequence[str]
    as_text: bool

    def make(self, chunk: Chunk) -> Made:
        """The persons of the chunk in its order; those of whom nothing is left are left out."""
        notices = {key: self._row(row) for key, row in chunk.notices.items()}
        in_order = itemgetter(*self.columns)
        persons: list[tuple[object, ...]] = []
        keys: list[tuple[Keys, int, Rank, str]] = []
        for number, serial in chunk.serials.items():
            rows = list(map(self._row, chunk.rows.get(number, ())))
            found = projection.project(number, rows, notices, number in self.protected)
            if found is None:
                continue
            columns = found.columns | {"serial": serial, "id": projection.person_id(self.identity, number)}
            persons.append(in_order(columns))
            translated = search_keys.translated(found.keys, self.own_characters)
            keys.append((translated, serial, found.rank, str(columns["birth"])))
        if not self.as_text:
            return Made(len(chunk.serials), persons, [row for one in keys for row in search_keys.rows(*one)])
        text = marked([line for one in keys for line in search_keys.lines(*one)], search_keys.WIDTH)
        text = text or copy_text([row for one in keys for row in search_keys.rows(*one)])
        return Made(len(chunk.serials), copy_text(persons), text)

    def _row(self, row: PlainRow) -> Row:
        return Row(*row, self.cells)


def receipts(rows: Iterable[Row]) -> set[str]:
    """The receipt numbers of the move-out notices that rows of 20b belong to."""
    return {row.values["uketsukebango"] for row in rows if row.data_set == EXPECTED_SET}
