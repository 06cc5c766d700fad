"""Valid periods (有効期間) of content."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class _Dated(Protocol):
    @property
    def valid_from(self) -> date | None: ...

    @property
    def valid_to(self) -> date | None: ...


D = TypeVar("D", bound=_Dated)


def is_valid(row: _Dated, on: date) -> bool:
    """Whether a row is valid on a day; both ends belong to the period, an empty end is open."""
    return (row.valid_from is None or row.valid_from <= on) and (row.valid_to is None or on <= row.valid_to)


def valid_rows(rows: Iterable[D], on: date) -> list[D]:
    """The rows valid on a day, in their order."""
    return [row for row in rows if is_valid(row, on)]
