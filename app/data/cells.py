"""The cells of stored rows and the columns they stand in: the part of the forms (`app.data.forms`) that needs no database.

Processes that work on rows beside an import read them through this alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from operator import itemgetter

SEPARATOR = "\x1f"
"""Between the cells; the reader of the files lets no control character through."""


class Cells:
    """Reads and packs the payloads of rows by the columns of their forms."""

    def __init__(self, columns: Mapping[int, tuple[str, ...]]) -> None:
        self._columns = dict(columns)
        self._picks: dict[tuple[int, frozenset[str]], tuple[tuple[int, str], ...]] = {}
        self._parts: dict[tuple[int, tuple[str, ...]], Callable[[Sequence[str]], tuple[str, ...]]] = {}

    @property
    def columns(self) -> Mapping[int, tuple[str, ...]]:
        """The columns of each form by its id."""
        return self._columns

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
