"""What makes the operation log tamper-evident: HMAC-SHA-256 under a key that lies outside the database (AC-77).

A row's mac covers the row and the mac before it in its lane, a lane's head its length and last mac, a day's seal all
heads and the seal before it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from flask import current_app

START = bytes(32)
"""Stands for the mac before the first."""

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class LogRow(Protocol):
    """A row of the log with everything its mac covers."""

    @property
    def lane(self) -> str: ...
    @property
    def position(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor_kind(self) -> str: ...
    @property
    def actor_id(self) -> str: ...
    @property
    def counter(self) -> str: ...
    @property
    def session(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def case_id(self) -> str | None: ...
    @property
    def persons(self) -> list[str]: ...
    @property
    def detail(self) -> dict[str, Any]: ...
    @property
    def secret(self) -> bytes | None: ...


def audit_key() -> bytes:
    """The key of this instance."""
    key: bytes = current_app.config["KAKANAI"].keys.audit
    return key


def row_text(row: LogRow) -> str:
    """The row as its mac covers it; the same text on both databases and in a file that was handed over."""
    content = [
        row.lane, row.position, row.at.isoformat(), row.actor_kind, row.actor_id, row.counter, row.session,
        row.action, row.case_id, row.persons, row.detail, row.secret.hex() if row.secret else None,
    ]  # fmt: skip
    return _encode(content)


def row_mac(key: bytes, text: str, previous: bytes) -> bytes:
    """The mac of a row (`row_text`) after another."""
    return hmac.digest(key, b"row\0" + previous + text.encode(), hashlib.sha256)


def head_mac(key: bytes, lane: str, position: int, mac: bytes) -> bytes:
    """The mac of a lane's head: so many rows, the last with this mac."""
    return hmac.digest(key, f"head\0{lane}\0{position}\0".encode() + mac, hashlib.sha256)


def seal_mac(
    key: bytes, day: date, sealed_at: datetime, lanes: Mapping[str, Sequence[Any]], previous: bytes
) -> bytes:
    """The mac of a day's seal: the heads of all lanes when it was made, after the seal of the day before."""
    text = _encode([day.isoformat(), sealed_at.isoformat(), lanes])
    return hmac.digest(key, b"seal\0" + previous + text.encode(), hashlib.sha256)


def file_mac(key: bytes, content: bytes) -> bytes:
    """The mac of a list that is handed over."""
    return hmac.digest(key, b"file\0" + content, hashlib.sha256)
