"""Remembers which keys a file has had, in memory that does not grow with the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

MOST_IN_MEMORY = 200_000
_CACHE_KIB = 4096


class Marks:
    """A set of texts that moves to a private temporary file (deleted by the system) once it is large."""

    def __init__(self) -> None:
        self._held: set[str] = set()
        self._file: sqlite3.Connection | None = None

    def add_new(self, marks: Sequence[str]) -> bool:
        """Add all of them if none was there and none stands twice among them; otherwise add nothing and return False."""
        if len(set(marks)) < len(marks):
            return False
        if self._file is not None:
            return self._store(marks)
        if not self._held.isdisjoint(marks):
            return False
        self._held.update(marks)
        if len(self._held) > MOST_IN_MEMORY:
            self._file = _temporary_file()
            self._store(sorted(self._held))
            self._held.clear()
        return True

    def remove(self, marks: Sequence[str]) -> None:
        """Take out what was added just now."""
        self._held.difference_update(marks)
        if self._file is not None:
            self._file.executemany("DELETE FROM mark WHERE mark = ?", [(mark,) for mark in marks])

    def _store(self, marks: Sequence[str]) -> bool:
        file = self._file
        assert file is not None  # noqa: S101
        file.execute("BEGIN")
        done = file.executemany("INSERT OR IGNORE INTO mark VALUES (?)", [(mark,) for mark in marks])
        is_new = done.rowcount == len(marks)
        file.execute("COMMIT" if is_new else "ROLLBACK")
        return is_new


def _temporary_file() -> sqlite3.Connection:
    file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    file.execute("PRAGMA journal_mode = MEMORY")
    file.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    file.execute("CREATE TABLE mark (mark TEXT PRIMARY KEY) WITHOUT ROWID")
    return file
