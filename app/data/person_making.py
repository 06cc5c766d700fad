"""Makes some persons and their search keys at a time from their rows, without a database: in this process or beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.data import projection, search_keys
from app.data.cells import Cells
from app.data.projection import Row

PlainRow = tuple[str, str, int, bool, bool, bool, int, str]
"""Data set, row key, history, latest, deleted, gone, form, payload: a `Row` that can be sent to another process."""

Values = list[tuple[object, ...]] | bytes
"""Rows of a table: their values in the order of its columns, or the text that PostgreSQL's COPY takes."""


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
        persons: list[tuple[object, ...]] = []
        keys: list[tuple[object, ...]] = []
        for number, serial in chunk.serials.items():
            rows = list(map(self._row, chunk.rows.get(number, ())))
            found = projection.project(number, rows, notices, number in self.protected)
            if found is None:
                continue
            columns = found.columns | {"serial": serial, "id": projection.person_id(self.identity, number)}
            persons.append(tuple([columns[name] for name in self.columns]))
            translated = search_keys.translated(found.keys, self.own_characters)
            keys += search_keys.rows(translated, serial, found.rank, str(columns["birth"]))
        if self.as_text:
            return Made(len(chunk.serials), copy_text(persons), copy_text(keys))
        return Made(len(chunk.serials), persons, keys)

    def _row(self, row: PlainRow) -> Row:
        return Row(*row, self.cells)


def copy_text(rows: Sequence[tuple[object, ...]]) -> bytes:
    """Rows without a null as the text format of COPY."""
    text = _lines(rows)
    between = sum(map(len, rows)) - len(rows)
    if text.count("\t") != between or text.count("\n") != len(rows) or "\r" in text:
        return _lines([tuple(map(_escaped, row)) for row in rows]).encode()
    # The separators hold no backslash, so that those of all values are doubled at once.
    return text.replace("\\", r"\\").encode()


def _lines(rows: Iterable[tuple[object, ...]]) -> str:
    return "".join(["\t".join(map(str, row)) + "\n" for row in rows])


_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _escaped(value: object) -> str:
    return str(value).translate(_ESCAPES)
