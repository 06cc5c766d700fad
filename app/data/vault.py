"""The vault (保管庫): where the addresses of protected persons (支援対象者) lie, encrypted, and its only reader.

Everywhere else an address column of a protected person holds the constant mask, so that a forgotten check prints the
mask. The database shows what lies here only where this module has opened it: on SQLite every connection refuses to read
the encrypted column, on PostgreSQL row policies show nobody's rows but those that were named (`app.data.row_policies`).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from sqlalchemy import Connection, Row, and_, bindparam, delete, insert, or_, select, text, update
from sqlalchemy.sql.expression import HasPrefixes

from app.data import sealing
from app.data.batches import in_batches
from app.data.forms import Forms
from app.data.models.register import RegisterRow, VaultEntry
from app.data.row_policies import EVERYBODY, NAME_OWNERS, owners_said
from app.data.sealing import Withheld
from app.data.staging import VAULT_LINES, load
from app.domain.register import NOTICE_SET
from app.extensions import db

Wanted = TypeVar("Wanted", bound=HasPrefixes)
_open: ContextVar[bool] = ContextVar("vault_open", default=False)


def read_owners(key: bytes, owners: Collection[str]) -> dict[tuple[str, str], dict[str, str]]:
    """The withheld values of all rows of these persons (or notices) by data set and row key.

    Raises `cryptography.exceptions.InvalidTag` when an entry was changed, moved, or sealed under another key.
    """
    return _read_owners(db.session.connection(), key, owners)


def _read_owners(
    connection: Connection, key: bytes, owners: Collection[str]
) -> dict[tuple[str, str], dict[str, str]]:
    entries = select(VaultEntry.data_set, VaultEntry.row_key, VaultEntry.sealed).where(
        VaultEntry.person_number.in_(owners)
    )
    with _opened(connection, owners):
        found = connection.execute(_once(entries)).all()
    return {
        (data_set, row_key): sealing.unseal(key, data_set, row_key, sealed)
        for data_set, row_key, sealed in found
    }


def take_lines(connection: Connection, lines: bytes) -> None:
    """Take in entries as text of a COPY, which a table with row policies takes by way of another one only (PostgreSQL)."""
    load(connection, VAULT_LINES, lines)
    columns = "data_set, row_key, person_number, sealed"
    connection.execute(text(f"INSERT INTO vault_entry ({columns}) SELECT {columns} FROM {VAULT_LINES.name}"))  # noqa: S608
    connection.execute(delete(VAULT_LINES))


def take_from_stage(connection: Connection) -> None:
    """Bring the vault to the state of the staged rows that were added or changed (see `app.data.staging`)."""
    with _opened(connection, [EVERYBODY]):
        connection.execute(
            text(
                "DELETE FROM vault_entry WHERE EXISTS (SELECT 1 FROM feed_stage s JOIN feed_change c ON c.no = s.no"
                " WHERE s.data_set = vault_entry.data_set AND s.row_key = vault_entry.row_key)"
            )
        )
    connection.execute(
        text(
            "INSERT INTO vault_entry (data_set, row_key, person_number, sealed)"
            " SELECT s.data_set, s.row_key, COALESCE(s.person_number, s.row_key), s.sealed"
            " FROM feed_stage s JOIN feed_change c ON c.no = s.no WHERE s.sealed IS NOT NULL"
        )
    )


def withdraw(
    connection: Connection, key: bytes, forms: Forms, numbers: Iterable[str], columns: Mapping[str, Withheld]
) -> int:
    """Move the addresses in all stored rows of these persons into the vault; returns the number of rows.

    ``columns`` are the withheld columns of every data set. To be called once for a person, when the
    protection begins: rows that are already masked must not come again.
    """
    moved = 0
    for batch in in_batches(numbers):
        with _opened(connection, batch):
            connection.execute(delete(VaultEntry).where(VaultEntry.person_number.in_(batch)))
        chosen = _ROWS.where(RegisterRow.person_number.in_(batch))
        moved += _withdraw(connection, key, forms, connection.execute(chosen).all(), columns)
    return moved


def withdraw_notices(
    connection: Connection, key: bytes, forms: Forms, notices: Iterable[str], columns: Mapping[str, Withheld]
) -> int:
    """The same for move-out notices (転出届, 20a; ``notices`` are receipt numbers): their rows name no person themselves."""
    moved = 0
    for batch in in_batches(notices):
        chosen = _ROWS.where(RegisterRow.data_set == NOTICE_SET, RegisterRow.row_key.in_(batch))
        with _opened(connection, batch):
            connection.execute(
                delete(VaultEntry).where(VaultEntry.data_set == NOTICE_SET, VaultEntry.row_key.in_(batch))
            )
        moved += _withdraw(connection, key, forms, connection.execute(chosen).all(), columns)
    return moved


_ROWS = select(
    RegisterRow.data_set,
    RegisterRow.row_key,
    RegisterRow.person_number,
    RegisterRow.form,
    RegisterRow.payload,
)


def _withdraw(
    connection: Connection,
    key: bytes,
    forms: Forms,
    rows: Sequence[Row[str, str, str | None, int, str]],
    columns: Mapping[str, Withheld],
) -> int:
    entries, payloads = [], []
    for data_set, row_key, number, form, payload in rows:
        values, withheld = sealing.mask(forms.unpack(form, payload), columns[data_set])
        payloads.append({"at_set": data_set, "at_key": row_key, "payload": forms.pack(form, values)})
        if withheld:
            sealed = sealing.seal(key, data_set, row_key, withheld)
            entries.append(
                {
                    "data_set": data_set,
                    "row_key": row_key,
                    "person_number": number or row_key,
                    "sealed": sealed,
                }
            )
    if not payloads:
        return 0
    connection.execute(
        update(RegisterRow)
        .where(RegisterRow.data_set == bindparam("at_set"), RegisterRow.row_key == bindparam("at_key"))
        .values(payload=bindparam("payload")),
        payloads,
    )
    if entries:
        connection.execute(insert(VaultEntry), entries)
    return len(payloads)


def restore(
    connection: Connection, key: bytes, forms: Forms, owners: Iterable[str], columns: Mapping[str, Withheld]
) -> None:
    """Put the withheld values back into the rows of these persons (and notices), and empty their part of the vault.

    For the end of a protection alone. Raises `cryptography.exceptions.InvalidTag` as `read_owners` does.
    """
    for batch in in_batches(owners):
        withheld = _read_owners(connection, key, batch)
        chosen = _ROWS.where(
            or_(
                RegisterRow.person_number.in_(batch),
                and_(RegisterRow.data_set == NOTICE_SET, RegisterRow.row_key.in_(batch)),
            )
        )
        for data_set, row_key, _number, form, payload in connection.execute(chosen).all():
            values = sealing.merged(
                forms.unpack(form, payload), withheld.get((data_set, row_key), {}), columns[data_set]
            )
            connection.execute(
                update(RegisterRow)
                .where(RegisterRow.data_set == data_set, RegisterRow.row_key == row_key)
                .values(payload=forms.pack(form, values))
            )
        with _opened(connection, batch):
            connection.execute(delete(VaultEntry).where(VaultEntry.person_number.in_(batch)))


def is_refused(action: int, first: str | None, second: str | None) -> bool:
    """Whether a SQLite connection refuses this part of a statement: the encrypted column, unless this module opened it."""
    reads = action == sqlite3.SQLITE_READ and first == VaultEntry.__tablename__ and second == "sealed"
    return reads and not _open.get()


@contextmanager
def _opened(connection: Connection, owners: Iterable[str]) -> Iterator[None]:
    """Within this block the vault's rows of these persons and notices can be reached, and of nobody else (PostgreSQL)."""
    named = connection.dialect.name == "postgresql"
    token = _open.set(True)
    try:
        if named:
            connection.execute(text(NAME_OWNERS), {"owners": owners_said(owners)})
        yield
    finally:
        _open.reset(token)
    # After a fault the end of the transaction takes it back.
    if named:
        connection.execute(text(NAME_OWNERS), {"owners": ""})


def _once(statement: Wanted) -> Wanted:
    """The same statement in words of its own: SQLite asks about a statement when it is prepared, and the driver keeps
    prepared ones for whoever sends the same words again.
    """
    return statement.prefix_with(f"/* {os.urandom(8).hex()} */", dialect="sqlite")
