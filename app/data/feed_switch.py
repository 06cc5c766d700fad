"""The switch: one transaction that brings the register from the old state to the staged one, or leaves it as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, text

from app.data import flags, protection, relations, town_projection, vault
from app.data.feeds import current_serial
from app.data.forms import Forms
from app.data.models.register import PersonRow, RegisterRow, SearchKeyRow
from app.data.protection import Plan
from app.data.sealing import Withheld
from app.domain.errors import Conflict

MANY_CHANGES = 40_000
"""From here on the page cache of SQLite may overflow into the file; below, readers are kept out for the commit only."""

MANY_KEYS = 100_000
"""Written search keys from which on PostgreSQL is not left to find out by itself how its tables look now."""

_LOCK = 7_051_964
"""Number of the advisory lock that imports take on PostgreSQL; any other number would do as well."""

_SECONDARY = tuple(
    index
    for model in (RegisterRow, PersonRow, SearchKeyRow)
    for index in sorted(cast(Table, model.__table__).indexes, key=lambda index: str(index.name))
)
"""Indexes beside the primary keys and unique numbers."""

_PERSON_COLUMNS = ", ".join(column.name for column in PersonRow.__table__.columns)
_KEY_COLUMNS = ", ".join(column.name for column in SearchKeyRow.__table__.columns)
_ROW_COLUMNS = "data_set, row_key, person_number, history, latest, deleted, digest, form, payload"


@dataclass(frozen=True)
class Ground:
    """How rows are to be read and addresses withdrawn: forms, the key of the vault, withheld columns by data set."""

    forms: Forms
    vault_key: bytes
    columns: Mapping[str, Withheld]


def claim(connection: Connection, base: int, plan: Plan) -> None:
    """Make this the only import that switches, first thing in its transaction.

    The rows of those whom the plan protects were staged without their addresses. Raises Conflict when another import came
    between the comparison (``base``) and now, or when somebody became protected meanwhile, or stopped being so.
    """
    take_turn(connection)
    if current_serial(connection) != base:
        raise Conflict("ほかの取込が先に終わりました。もう一度取り込んでください。")
    now = protection.list_numbers(connection)
    if not now <= plan.protected:
        raise Conflict("取込の途中で、取扱注意の方が加わりました。もう一度取り込んでください。")
    if not plan.protected - {item.number for item in plan.added} <= now:
        raise Conflict("取込の途中で、取扱注意が終了した方がいます。もう一度取り込んでください。")


def take_turn(connection: Connection) -> None:
    """Wait until nobody else changes who is protected or what the register says; holds to the transaction's end."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def switch(connection: Connection, ground: Ground, plan: Plan, serial: int, now: datetime) -> int:
    """Write the staged state as that of the import ``serial``; inside `transaction(connection)`, after `claim`.

    The first on PostgreSQL needs no switch where this role owns the tables (see `app.data.feed_first`).
    Returns how many search keys were written.
    """
    added = [item.number for item in plan.added]
    first = not connection.scalar(text("SELECT 1 FROM register_row LIMIT 1"))
    sorted_after = first and connection.dialect.name == "sqlite"
    if sorted_after:
        # Sorting once is many times faster than placing a million entries one by one; nobody reads an empty register.
        for index in _SECONDARY:
            index.drop(connection)
    vault.withdraw(connection, ground.vault_key, ground.forms, added, ground.columns)
    ground.forms.store(connection)
    _write_rows(connection, serial, first)
    vault.take_from_stage(connection)
    protection.apply_plan(connection, plan, now)
    keys = _write_persons(connection, first)
    if sorted_after:
        for index in _SECONDARY:
            index.create(connection)
    flags.rebuild(connection, ground.forms)
    relations.rebuild(connection, ground.forms)
    town_projection.rebuild(connection, ground.forms)
    return keys


def prepare_cache(connection: Connection, changes: int) -> None:
    """Keep a small switch in memory until its commit, so that readers of SQLite wait for milliseconds only."""
    if connection.dialect.name == "sqlite":
        spill = "ON" if changes > MANY_CHANGES else "OFF"
        connection.exec_driver_sql(f"PRAGMA main.cache_spill = {spill}")
        connection.commit()


def settle(connection: Connection, keys: int) -> None:
    """After a switch that wrote many search keys: let PostgreSQL know, so that the index alone answers a search."""
    if connection.dialect.name != "postgresql" or keys < MANY_KEYS:
        return
    connection.commit()
    settled = connection.execution_options(isolation_level="AUTOCOMMIT")
    for table in ("search_key", "person"):
        settled.exec_driver_sql(f"VACUUM (ANALYZE) {table}")
    settled.exec_driver_sql("ANALYZE register_row")


def _write_rows(connection: Connection, serial: int, first: bool) -> None:
    """Write new rows, and changed ones in their place, which leaves the pages of the indexes alone.

    The person's number is a part of the key and stays: SQLite writes an index anew whose column is set, be it to the same.
    """
    if not first:
        _mark_gone(connection, serial)
    columns = _ROW_COLUMNS.split(", ")
    staged = ", ".join(f"s.{column}" for column in columns)
    changed = ", ".join(f"{column} = excluded.{column}" for column in columns[3:])
    # With the rows of a person side by side a night changes few pages: SQLite keeps readers out while it writes them.
    order = " ORDER BY s.person_number" if first else ""
    connection.execute(
        text(
            f"INSERT INTO register_row ({_ROW_COLUMNS}, gone, import_serial)"  # noqa: S608
            f" SELECT {staged}, false, :serial FROM feed_stage s JOIN feed_change c ON c.no = s.no WHERE true{order}"
            f" ON CONFLICT (data_set, row_key) DO UPDATE SET {changed}, gone = false, import_serial = :serial"
        ),
        {"serial": serial},
    )


def _mark_gone(connection: Connection, serial: int) -> None:
    connection.execute(
        text(
            "UPDATE register_row SET gone = true, import_serial = :serial"
            " WHERE (data_set, row_key) IN (SELECT data_set, row_key FROM feed_gone)"
        ),
        {"serial": serial},
    )


def _write_persons(connection: Connection, first: bool) -> int:
    """Write what differs only, which `feed_persons.build` has found: keys lie all over their table. Returns the keys."""
    new = "" if first else "_fresh"
    if not first:
        _take_away(connection, "search_key", _KEY_COLUMNS)
        _take_away(connection, "person", "serial")
    _put_in(connection, "person", _PERSON_COLUMNS, "ORDER BY serial", new)
    return _put_in(connection, "search_key", _KEY_COLUMNS, "ORDER BY kind, status, key, person", new)


def _take_away(connection: Connection, table: str, key: str) -> None:
    connection.execute(
        text(f"DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM feed_{table}_over)")  # noqa: S608
    )


def _put_in(connection: Connection, table: str, columns: str, order: str, new: str) -> int:
    """Insert the new rows, in the order in which the table keeps them; returns how many."""
    done = connection.execute(
        text(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM feed_{table}{new} {order}")  # noqa: S608
    )
    return done.rowcount
