"""Column types and ids that every table shares."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime

from sqlalchemy import DateTime, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

OPAQUE_ID = String(32)


def opaque_id() -> str:
    """150 random bits in 32 letters and digits; it begins and ends with a letter and never looks like a number of a person."""
    said = base64.b32encode(secrets.token_bytes(19)).decode()[:30].lower()
    return f"k{said}{secrets.choice('abcdef')}"


def utc_now() -> datetime:
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Stored in UTC on both databases, always returned with its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
