"""The embedded database is opened so that an acknowledged commit survives a power cut (docs/security.md)."""

from __future__ import annotations

import sqlite3

import pytest
from flask import Flask

from app.data.engine import wal_is_safe
from app.extensions import db

FULL, EXTRA = 2, 3


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_durability_of_a_connection(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in (
                "journal_mode",
                "synchronous",
                "foreign_keys",
                "secure_delete",
                "trusted_schema",
                "busy_timeout",
            )
        }
    safe = wal_is_safe(sqlite3.sqlite_version_info)
    assert found == {
        "journal_mode": "wal" if safe else "delete",
        "synchronous": FULL if safe else EXTRA,
        "foreign_keys": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
        "busy_timeout": 5000,
    }


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 3), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 0), True),
    ],
)
def test_the_log_is_used_only_where_it_cannot_lose_commits(version: tuple[int, int, int], safe: bool) -> None:
    """The race of the write-ahead log is fixed from 3.51.3 on, and in the lines 3.50 and 3.44 (AC-84)."""
    assert wal_is_safe(version) is safe
