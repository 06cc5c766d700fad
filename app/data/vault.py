"""The vault (保管庫): where the addresses of protected persons (支援対象者) lie, encrypted, and its only reader.

Everywhere else an address column of a protected person holds the constant mask, so that a forgotten check prints the
mask. On SQLite every connection refuses to read the encrypted column outside `read`; on PostgreSQL the rights of the
database role do that.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Row, and_, bindparam, delete, insert, or_, select, text, update

from app.data.batches import in_batches
from app.data.forms import Forms
from app.data.models.register import RegisterRow, VaultEntry
from app.domain.disclosure import MASK
from app.domain.register import NOTICE_SET
from app.extensions import db

NONCE_BYTES = 12
_open: ContextVar[bool] = ContextVar("vault_open", default=False)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Masked(NamedTuple):
    """A row's values with every address column masked, and what was taken out (None when there was nothing)."""

    values: dict[str, str]
    withheld: dict[str, str] | None


class Withheld(NamedTuple):
    """Which columns of a data set are withheld: those that bear an address, and all that its layout does not know."""

    address: frozenset[str]
    plain: frozenset[str]


def mask(values: Mapping[str, str], columns: Withheld) -> Masked:
    """Take the address-bearing values out of a row.

    Every address column of the layout gets the mask, whether it held something or not: an empty building
    or a missing phone number would be a hint, too. Nobody knows what a column outside the layout holds.
    """
    kept = {column: value for column, value in values.items() if column in columns.plain}
    taken = {column: value for column, value in values.items() if column not in columns.plain}
    kept.update(dict.fromkeys(columns.address, MASK))
    return Masked(kept, taken or None)


def seal(key: bytes, data_set: str, row_key: str, withheld: Mapping[str, str]) -> bytes:
    """Encrypt what was taken out of a row, bound to that row: nonce, then AES-256-GCM ciphertext and tag."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, _encode(withheld).encode(), _place(data_set, row_key))


def read(key: bytes, data_set: str, row_key: str) -> dict[str, str]:
    """The withheld values of one row; empty when nothing was withheld.

    Raises `cryptography.exceptions.InvalidTag` when the entry was changed, moved, or sealed under another key.
    """
    statement = select(VaultEntry.sealed).where(
        VaultEntry.data_set == data_set, VaultEntry.row_key == row_key
    )
    with _opened():
        sealed = db.session.scalar(statement)
    if sealed is None:
        return {}
    return _unsealed(key, data_set, row_key, sealed)


def _unsealed(key: bytes, data_set: str, row_key: str, sealed: bytes) -> dict[str, str]:
    plain = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _place(data_set, row_key))
    found: dict[str, str] = json.loads(plain)
    return found


def take_from_stage(connection: Connection) -> None:
    """Bring the vault to the state of the staged rows that were added or changed (see `app.data.staging`)."""
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
        values, withheld = mask(forms.unpack(form, payload), columns[data_set])
        payloads.append({"at_set": data_set, "at_key": row_key, "payload": forms.pack(form, values)})
        if withheld:
            sealed = seal(key, data_set, row_key, withheld)
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

    For the end of a protection alone. Raises `cryptography.exceptions.InvalidTag` as `read` does.
    """
    for batch in in_batches(owners):
        entries = select(VaultEntry.data_set, VaultEntry.row_key, VaultEntry.sealed).where(
            VaultEntry.person_number.in_(batch)
        )
        with _opened():
            found = connection.execute(entries).all()
        withheld = {
            (data_set, row_key): _unsealed(key, data_set, row_key, sealed)
            for data_set, row_key, sealed in found
        }
        chosen = _ROWS.where(
            or_(
                RegisterRow.person_number.in_(batch),
                and_(RegisterRow.data_set == NOTICE_SET, RegisterRow.row_key.in_(batch)),
            )
        )
        for data_set, row_key, _number, form, payload in connection.execute(chosen).all():
            masked = columns[data_set].address
            values = {
                column: value
                for column, value in forms.unpack(form, payload).items()
                if not (column in masked and value == MASK)
            }
            values |= withheld.get((data_set, row_key), {})
            connection.execute(
                update(RegisterRow)
                .where(RegisterRow.data_set == data_set, RegisterRow.row_key == row_key)
                .values(payload=forms.pack(form, values))
            )
        connection.execute(delete(VaultEntry).where(VaultEntry.person_number.in_(batch)))


def is_refused(action: int, first: str | None, second: str | None) -> bool:
    """Whether a SQLite connection refuses this part of a statement: reading the encrypted column, except inside `read`."""
    reads = action == sqlite3.SQLITE_READ and first == VaultEntry.__tablename__ and second == "sealed"
    return reads and not _open.get()


@contextmanager
def _opened() -> Iterator[None]:
    token = _open.set(True)
    try:
        yield
    finally:
        _open.reset(token)


def _place(data_set: str, row_key: str) -> bytes:
    return f"{data_set}|{row_key}".encode()
