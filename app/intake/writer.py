"""Writes feed files in the form the reader takes: for the invented city and for tests."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

from app.intake.layouts import Layout
from app.intake.manifest import feed_name, manifest_table


def write_feed(
    folder: Path,
    layout: Layout,
    rows: Iterable[Mapping[str, str]],
    *,
    lg_code: str,
    kind: str,
    stamp: datetime,
    serial: int,
    as_of: date | datetime,
    encoding: str = "utf-8",
) -> Path:
    """Writes one feed (CSV with CRLF, then its manifest) and returns the CSV's path. Same rows, same bytes.

    ``rows`` are dicts by column identifier; absent columns are empty cells. The manifest appears last and at once, so that
    a half-written feed is never picked up. Raises ``ValueError`` for an identifier the layout does not have and
    ``UnicodeEncodeError`` for a character that ``encoding`` cannot hold.
    """
    stem = feed_name(lg_code, layout.business_id, layout.link_id, kind, stamp, serial)
    path = folder / f"{stem}.csv"
    ids = [column.id for column in layout.columns]
    known = frozenset(ids)
    count = 0
    folder.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".json").unlink(missing_ok=True)
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([column.name for column in layout.columns])
        for row in rows:
            if not row.keys() <= known:
                raise ValueError(f"layout {layout.id} has no column {sorted(row.keys() - known)}")
            get = row.get
            writer.writerow([get(identifier, "") for identifier in ids])
            count += 1
    with path.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    table = manifest_table(layout.id, kind, count, digest, as_of, encoding)
    unfinished = folder / f"{stem}.json.part"
    unfinished.write_text(
        json.dumps(table, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n"
    )
    os.replace(unfinished, path.with_suffix(".json"))
    return path
