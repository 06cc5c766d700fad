"""How a connection to the database is opened: durability, time limits, and which transactions take the write lock.

SQLite is gated by version: the race between a WAL reset and a second connection can lose committed data before 3.51.3
(fixed also in 3.50.7 and 3.44.6 of those lines), so that older libraries keep the rollback journal.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from app.config import Settings
from app.data import append_only, vault
from app.data.transactions import WRITES

BUSY_TIMEOUT_MS = 5000
STATEMENT_TIMEOUT_MS = 5000
LOCK_TIMEOUT_MS = 3000
IDLE_TIMEOUT_MS = 30000
PAGE_CACHE_KIB = 16384
MAPPED_BYTES = 1 << 30
"""How much of the database file is read through the page cache of the system instead of by system calls."""

POOL_TIMEOUT = 10
"""Seconds to wait for a free connection of the pool."""

# With recursive triggers INSERT OR REPLACE sets off those that refuse a deletion (app.data.append_only).
_ALWAYS = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    f"PRAGMA cache_size = -{PAGE_CACHE_KIB}",
    f"PRAGMA mmap_size = {MAPPED_BYTES}",
)
_WAL = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL")
_ROLLBACK_JOURNAL = ("PRAGMA journal_mode = DELETE", "PRAGMA synchronous = EXTRA")


def engine_options(settings: Settings) -> dict[str, Any]:
    """Keyword arguments of `create_engine` (Flask-SQLAlchemy: SQLALCHEMY_ENGINE_OPTIONS)."""
    options: dict[str, Any] = {"hide_parameters": True, "pool_timeout": POOL_TIMEOUT}
    if settings.is_sqlite:
        return options
    limits = (
        f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={LOCK_TIMEOUT_MS}"
        f" -c idle_in_transaction_session_timeout={IDLE_TIMEOUT_MS}"
    )
    options["connect_args"] = {"options": limits, "connect_timeout": 5, "application_name": "kakanai"}
    options["pool_pre_ping"] = True
    return options


def configure_engine(engine: Engine, settings: Settings) -> None:
    """Attach to a new engine what every connection needs. To be called once, before the first connection."""
    if not settings.is_sqlite:
        return
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite library carries the fix of the WAL-reset race."""
    if version[:2] == (3, 50):
        return version >= (3, 50, 7)
    if version[:2] == (3, 44):
        return version >= (3, 44, 6)
    return version >= (3, 51, 3)


def _open_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)  # noqa: S101
    # The driver's own BEGIN is always deferred and comes only before a change; ours comes from `_begin_sqlite`.
    connection.isolation_level = None
    journal = _WAL if wal_is_safe(sqlite3.sqlite_version_info) else _ROLLBACK_JOURNAL
    for statement in (*_ALWAYS, *journal):
        connection.execute(statement).close()
    connection.set_authorizer(_authorize)


def _authorize(
    action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None
) -> int:
    refused = vault.is_refused(action, first, second) or append_only.is_refused(action, first, second)
    return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and asks for the write lock later fails at once when another one wrote in
    # between; the busy timeout does not help there. Who will write therefore says so before it reads.
    writes = connection.get_execution_options().get(next(iter(WRITES)), False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
