"""The first import on PostgreSQL: rows and persons go straight into the empty tables of the register, in one transaction.

What is staged is written twice, and indexed twice. Where nothing is stored there is nothing to compare with, and nobody
reads an empty register: its tables are locked from the first row to the commit. A killed import leaves them empty.
SQLite stages the first import like any other: its one writer would keep everybody else from writing meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from sqlalchemy import Connection, PrimaryKeyConstraint, Table, UniqueConstraint, literal, select, text
from sqlalchemy.schema import AddConstraint, DropConstraint

from app.data import flags, relations, town_projection, vault
from app.data.forms import Forms
from app.data.models.register import PersonRow, RegisterRow, SearchKeyRow
from app.data.person_workers import processors
from app.data.staging import load
from app.domain.errors import Conflict

MANY_PERSONS = 10_000
"""From here on PostgreSQL is not left to find out by itself how its tables look now."""

_ROWS = cast(Table, RegisterRow.__table__)
_PERSONS = tuple(cast(Table, model.__table__) for model in (PersonRow, SearchKeyRow))

_HELPERS = text(
    "SELECT set_config(name, least(setting::int, :most)::text, true) FROM pg_settings"
    " WHERE name = 'max_parallel_maintenance_workers'"
)


def is_possible(connection: Connection) -> bool:
    """Whether nothing is stored yet, on a database that lets its tables be filled so, by the role that owns them."""
    if connection.dialect.name != "postgresql":
        return False
    owns = text("SELECT pg_has_role(tableowner, 'USAGE') FROM pg_tables WHERE tablename = :table")
    if not connection.scalar(owns, {"table": _ROWS.name}):
        return False
    tables = (_ROWS, *_PERSONS)
    return not any(connection.scalar(select(literal(1)).select_from(table).limit(1)) for table in tables)


def clear(connection: Connection) -> None:
    """Lock the empty tables and take their indexes away: sorting once is many times faster than placing each entry.

    Raises Conflict when they are no longer empty.
    """
    tables = (_ROWS, *_PERSONS)
    names = ", ".join(table.name for table in tables)
    connection.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
    if not is_possible(connection):
        raise Conflict("ほかの取込が先に終わりました。もう一度取り込んでください。")
    # Who asks for an index sorts beside his helpers: one more than there are processors holds all of them up.
    connection.execute(_HELPERS, {"most": max(processors() - 1, 0)})
    # Emptied by this transaction, they take rows that no later reader or vacuum has to look at again.
    connection.execute(text(f"TRUNCATE {names}"))
    for table in tables:
        for index in table.indexes:
            index.drop(connection)
        for constraint in _keys(table):
            connection.execute(DropConstraint(constraint))


def write_rows(connection: Connection, rows: bytes, sealed: bytes) -> None:
    """Load the text of rows of the register, and of those of the vault that belong to them."""
    load(connection, _ROWS, rows, settled=True)
    if sealed:
        vault.take_lines(connection, sealed)


def index_rows(connection: Connection) -> None:
    """Give the filled register its indexes: persons are made of rows that are found by them."""
    _index(connection, _ROWS)
    connection.execute(text("ANALYZE register_row"))


def follow(connection: Connection, forms: Forms) -> Iterator[None]:
    """Make everything else that follows from the rows alone, some of it at each step: it fits in while others make persons."""
    yield from flags.make_all(connection, forms)
    yield from relations.make_all(connection, forms)
    yield from town_projection.make_all(connection, forms)


def index_persons(connection: Connection, persons: int) -> None:
    """Give so many persons and their keys their indexes."""
    for table in _PERSONS:
        _index(connection, table)
        if persons >= MANY_PERSONS:
            connection.execute(text(f"ANALYZE {table.name}"))


def _index(connection: Connection, table: Table) -> None:
    for constraint in _keys(table):
        connection.execute(AddConstraint(constraint))
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        index.create(connection)


def _keys(table: Table) -> list[PrimaryKeyConstraint | UniqueConstraint]:
    """The primary key and everything else that is unique."""
    others = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    return [table.primary_key, *sorted(others, key=lambda one: str(one.name))]
