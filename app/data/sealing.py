"""Takes addresses of protected persons (支援対象者) out of rows and seals them, without a database: the keys of the vault.

Where what is sealed lies, and who may read it, is `app.data.vault`. Processes beside an import need this part alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain.disclosure import MASK

NONCE_BYTES = 12
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


def merged(values: Mapping[str, str], withheld: Mapping[str, str], columns: Withheld) -> dict[str, str]:
    """A stored row with what was withheld of it in its place again."""
    kept = {
        column: value for column, value in values.items() if not (column in columns.address and value == MASK)
    }
    return {**kept, **withheld}


def unseal(key: bytes, data_set: str, row_key: str, sealed: bytes) -> dict[str, str]:
    """The withheld values of a row. Raises `InvalidTag` when they were changed, moved, or sealed under another key."""
    plain = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _place(data_set, row_key))
    found: dict[str, str] = json.loads(plain)
    return found


def lock_paper(key: bytes, document_id: str, content: bytes) -> bytes:
    """A paper that prints a withheld address, as it is stored: encrypted with the key of the vault, bound to its id."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, _place("document", document_id))


def unlock_paper(key: bytes, document_id: str, stored: bytes) -> bytes:
    """The paper again; empty when it was emptied, changed or moved since."""
    try:
        return AESGCM(key).decrypt(
            stored[:NONCE_BYTES], stored[NONCE_BYTES:], _place("document", document_id)
        )
    except (InvalidTag, ValueError):
        return b""


def _place(data_set: str, row_key: str) -> bytes:
    return f"{data_set}|{row_key}".encode()
