"""The workbench of an import: one connection of its own with temporary tables, and bulk loading into them.

Temporary tables belong to the connection, so that a killed import leaves nothing behind, and filling them takes no lock
that a counter would wait for. What is staged is masked already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    delete,
    select,
    text,
)

from app.data.copy_text import Values
from app.data.models.register import BYTEWISE, PersonRow, SearchKeyRow, VaultEntry
from app.data.transactions import WRITING
from app.extensions import Base, db

PERSON_SETS = ("01a", "01b", "16", "17", "20b")
"""Data sets whose rows make persons."""

PAGE_CACHE_KIB = 24576
"""Page cache of SQLite for the import's own connection."""

LOCK_WAIT_MS = 60000
"""How long an import waits for the write lock, which another import may hold."""

_temporary = MetaData()
_CARRIED = frozenset({"digest", "payload", "sealed"})
"""Columns by which no row is found."""


def _table(name: str, *columns: Column[Any]) -> Table:
    return Table(name, _temporary, *columns, prefixes=["TEMPORARY"])


STAGE = _table(
    "feed_stage",
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("data_set", String(3)),
    Column("row_key", BYTEWISE),
    Column("person_number", BYTEWISE),
    Column("history", Integer),
    Column("latest", Boolean),
    Column("deleted", Boolean),
    Column("digest", LargeBinary),
    Column("form", Integer),
    Column("payload", Text),
    Column("sealed", LargeBinary),
)
"""The rows of the files of one import."""

HOUSEHOLD = _table("feed_household", Column("number", BYTEWISE), Column("group_key", BYTEWISE))
"""Which household each person of the staged 01a belongs to; decides who lives with whom before anything is staged."""

MERGED = _table("feed_merged", Column("number", BYTEWISE), Column("other_number", BYTEWISE))
"""Which number each person of the staged 16 was merged into (名寄せ先): both are one human being."""

CHANGE = _table(
    "feed_change",
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("is_new", Boolean),
)
"""The staged rows that differ from what is stored."""

GONE = _table(
    "feed_gone",
    Column("data_set", String(3), primary_key=True),
    Column("row_key", BYTEWISE, primary_key=True),
    Column("person_number", BYTEWISE),
)
"""The stored rows that a full file no longer has."""

AFFECTED = _table("feed_affected", Column("number", BYTEWISE, primary_key=True))
"""The persons whose projection is built anew."""

TOUCHED = _table("feed_touched", Column("number", BYTEWISE, primary_key=True))
"""The persons whose flags or relations are made anew."""


def _like(name: str, model: type[Base]) -> Table:
    return _table(name, *(Column(column.name, column.type) for column in model.__table__.columns))


VAULT_LINES = _like("feed_vault", VaultEntry)
"""Entries of the vault on their way."""

PERSON = _like("feed_person", PersonRow)
SEARCH_KEY = _like("feed_search_key", SearchKeyRow)
PERSON_BEFORE = _like("feed_person_before", PersonRow)
SEARCH_KEY_BEFORE = _like("feed_search_key_before", SearchKeyRow)
"""The affected persons and their keys as they are stored."""

PERSON_OVER = _like("feed_person_over", PersonRow)
SEARCH_KEY_OVER = _like("feed_search_key_over", SearchKeyRow)
"""Stored rows that are not among the new ones."""

PERSON_FRESH = _like("feed_person_fresh", PersonRow)
SEARCH_KEY_FRESH = _like("feed_search_key_fresh", SearchKeyRow)
"""New rows that are not among the stored ones."""

HOUSEHOLD_PLACES = (
    Index("feed_household_number", HOUSEHOLD.c.number),
    Index("feed_household_group", HOUSEHOLD.c.group_key),
)
MERGED_PLACES = (
    Index("feed_merged_number", MERGED.c.number),
    Index("feed_merged_other", MERGED.c.other_number),
)
STAGE_PLACE = Index("feed_stage_place", STAGE.c.data_set, STAGE.c.row_key)
STAGE_PERSON = Index("feed_stage_person", STAGE.c.person_number)


@contextmanager
def workbench(engine: Engine) -> Iterator[Connection]:
    """A connection with the empty temporary tables. It is thrown away at the end, and the tables with it."""
    connection = engine.connect()
    try:
        if connection.dialect.name == "postgresql":
            # Bulk work takes longer than a request of a counter may; still nobody waits for it.
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("SET idle_in_transaction_session_timeout = 0"))
            connection.execute(text(f"SET lock_timeout = {LOCK_WAIT_MS}"))
            connection.execute(text("SET temp_buffers = '64MB'"))
            # One import works at a time, and what it sorts and indexes is the whole register.
            connection.execute(text("SET work_mem = '64MB'"))
            connection.execute(text("SET maintenance_work_mem = '256MB'"))
            # A night finds its rows by their keys. At the price that a spinning disk has for it, the whole register is read.
            connection.execute(text("SET random_page_cost = 1.1"))
            # Nothing that is staged outlives this connection. What must not be lost is committed in `transaction`.
            connection.execute(text("SET synchronous_commit = off"))
        else:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {LOCK_WAIT_MS}")
            # Pages of a mapped file would count as this process's memory.
            connection.exec_driver_sql("PRAGMA main.mmap_size = 0")
            connection.exec_driver_sql(f"PRAGMA main.cache_size = -{PAGE_CACHE_KIB}")
            connection.exec_driver_sql(f"PRAGMA temp.cache_size = -{PAGE_CACHE_KIB // 4}")
        for table in _temporary.sorted_tables:
            connection.execute(_create(table))
        connection.commit()
        yield connection
    finally:
        connection.invalidate()
        connection.close()


def _create(table: Table) -> Any:
    from sqlalchemy.schema import CreateTable

    return CreateTable(table)


def pause(connection: Connection) -> None:
    """End the transaction in which something was staged or read, so that nobody waits for it. Within `transaction`: nothing."""
    if not db.session().info.get(WRITING):
        connection.commit()


def analyze(connection: Connection, table: Table) -> None:
    """Let the planner of PostgreSQL know the contents of a filled temporary table, as far as rows are found by them."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(column.name for column in table.columns if column.name not in _CARRIED)
        connection.execute(text(f"ANALYZE {table.name} ({names})"))


def bulk_insert(connection: Connection, table: Table, rows: Iterable[Sequence[Any]]) -> int:
    """Load rows (values in the order of the table's columns) by the fastest way each driver has; returns how many.

    ``rows`` is consumed as it is loaded and must not use this connection meanwhile.
    """
    counter = _Counter(rows)
    raw = connection.connection.driver_connection
    assert raw is not None  # noqa: S101
    if not connection.in_transaction():
        connection.begin()
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    if connection.dialect.name == "postgresql":
        with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
            for row in counter:
                copy.write_row(row)
    else:
        places = ", ".join("?" * len(table.columns))
        raw.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({places})", counter)  # noqa: S608
    return counter.count


def rewrite(
    connection: Connection, table: Table, chosen: ColumnElement[bool], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Bring the ``chosen`` rows of a table to ``rows`` (values in the order of its columns), and write what differs only."""
    wanted = set(rows)
    stored = set(map(tuple, connection.execute(select(*table.columns).where(chosen))))
    keys = table.primary_key.columns
    places = [list(table.columns).index(key) for key in keys]
    over = [
        {f"at_{key.name}": row[place] for key, place in zip(keys, places, strict=True)}
        for row in stored - wanted
    ]
    if over:
        at = (key == bindparam(f"at_{key.name}") for key in keys)
        connection.execute(delete(table).where(*at), over)
    bulk_insert(connection, table, sorted(wanted - stored))


def load(connection: Connection, table: Table, rows: Values, *, settled: bool = False) -> None:
    """Load rows, which on PostgreSQL may be the text of a COPY already.

    ``settled``: the text goes into a table that this transaction emptied, as rows that nobody has to look at again (FREEZE).
    """
    if isinstance(rows, bytes):
        _copy_in(connection, table, rows, " WITH (FREEZE)" if settled else "")
    else:
        bulk_insert(connection, table, rows)


def _copy_in(connection: Connection, table: Table, rows: bytes, how: str) -> None:
    raw = connection.connection.driver_connection
    assert raw is not None  # noqa: S101
    if not connection.in_transaction():
        connection.begin()
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN{how}") as copy:
        copy.write(rows)


class _Counter:
    """Counts what passes through."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self.count = 0
        self._rows = rows

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self._rows:
            self.count += 1
            yield row
