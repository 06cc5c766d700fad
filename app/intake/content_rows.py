"""Single rows of the content pack as JSON text, for the store."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, TypeVar

from app.intake.content_codec import Finding, decode, encode

R = TypeVar("R")


def row_to_json(row: object) -> str:
    """A row as one JSON text; the same row gives the same text."""
    return json.dumps(encode(row), ensure_ascii=False, sort_keys=True, default=_date)


def row_from_json(kind: type[R], text: str) -> R:
    """The row of a text written by `row_to_json`. Raises `ValueError` when it is not one."""
    findings: list[Finding] = []
    row: R | None = decode(kind, json.loads(text, object_hook=_with_dates), kind.__name__, findings)
    if findings or row is None:
        raise ValueError(f"not a {kind.__name__}: {findings[:1]}")
    return row


def _date(value: object) -> dict[str, str]:
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    raise TypeError(f"not storable: {value!r}")


def _with_dates(value: dict[str, Any]) -> Any:
    return date.fromisoformat(value["$date"]) if value.keys() == {"$date"} else value
