"""Lists that leave the product as CSV for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Response, make_response

from app.domain.spreadsheet import csv_bytes


def csv_response(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A file to save, UTF-8 with a byte order mark; no cell can be taken for a formula."""
    response = make_response(csv_bytes(heads, rows))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def zip_response(data: bytes, name: str) -> Response:
    """A zip as a file to keep."""
    response = Response(data, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
