"""Right rows for any layout, and feed files made from raw bytes, for the tests of the intake."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from app.intake.layouts import OPTIONAL, Column, Layout, load_layouts, load_versions
from app.intake.reader import FeedFile, open_feed
from app.intake.rows import FeedRow, RowFault
from app.intake.writer import write_feed

LAYOUTS = load_layouts()
VERSIONS = load_versions()
LG_CODE = "432067"
STAMP = datetime(2026, 11, 2, 3, 4, 5)
AS_OF = date(2026, 11, 1)
Row = dict[str, str]


def sample_value(column: Column, number: int) -> str:
    """A right value of the column; ``number`` makes key columns differ between rows."""
    if column.codes is not None:
        return next(iter(column.codes))
    by_type = {
        "X": f"{number:0{min(column.length, 15)}d}",
        "N": "玉" if column.length == 1 else "玉名",
        "9": str(number),
        "S9": f"-{number}",
        "9V": f"{number}.5",
        "DATE": "2001-02-03",
        "TIME": "04:05:06",
        "YEAR": "2026",
    }
    by_id = {"fairumei": f"EUDC{number}.TTE", "sha256": f"{number:064x}", "mj": f"MJ{number:06d}"}
    return by_id.get(column.id, by_type[column.type])


def good_row(layout: Layout, number: int = 1, **changes: str) -> Row:
    """A row with every required value and every value its conditions ask for. ``changes`` apply first; "" removes a cell."""
    row = {c.id: sample_value(c, number) for c in layout.columns if c.level == "required"}
    if layout.municipality:
        row[layout.municipality] = LG_CODE
    if "saishinfuragu" in row:
        row["saishinfuragu"] = "1"
    row |= {name: value for name, value in changes.items() if value}
    for _ in range(len(layout.columns)):
        wanted = [
            column
            for column in layout.columns
            if column.id not in row and column.condition and all(t.holds(row) for t in column.condition)
        ]
        if not wanted:
            break
        row |= {column.id: sample_value(column, number) for column in wanted}
    for name, value in changes.items():
        if not value:
            row.pop(name, None)
    return row


def full_row(layout: Layout, number: int = 1) -> Row:
    """A row with a value in every column, optional ones too."""
    optional = {c.id: sample_value(c, number) for c in layout.columns if c.level == OPTIONAL}
    return good_row(layout, number, **{k: v for k, v in optional.items() if k != layout.municipality})


def feed(folder: Path, layout_id: str, rows: Iterable[Mapping[str, str]], **options: str) -> Path:
    """A written feed of the layout; ``options`` may be ``kind`` and ``encoding``."""
    layout = LAYOUTS[layout_id]
    kind, encoding = options.get("kind", "full"), options.get("encoding", "utf-8")
    return write_feed(
        folder,
        layout,
        rows,
        lg_code=LG_CODE,
        kind=kind,
        stamp=STAMP,
        serial=1,
        as_of=AS_OF,
        encoding=encoding,
    )


def read(path: Path) -> list[FeedRow | RowFault]:
    return list(open_feed(path, VERSIONS).rows())


def faults(path: Path) -> list[RowFault]:
    return [row for row in read(path) if isinstance(row, RowFault)]


def feed_of(path: Path) -> FeedFile:
    return open_feed(path, VERSIONS)


def csv_text(records: Sequence[Sequence[str]], line_end: str = "\r\n") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator=line_end).writerows(records)
    return buffer.getvalue()


def raw_feed(folder: Path, layout_id: str, content: bytes, rows: int, **manifest: object) -> Path:
    """A feed whose CSV holds exactly ``content``, with a manifest that fits it except where ``manifest`` says otherwise."""
    layout = LAYOUTS[layout_id]
    stem = f"{LG_CODE}_{layout.business_id}_{layout.link_id}_1_{STAMP:%Y%m%d%H%M%S}_001"
    path = folder / f"{stem}.csv"
    path.write_bytes(content)
    table = {
        "layout": layout_id,
        "kind": "full",
        "rows": rows,
        "sha256": hashlib.sha256(content).hexdigest(),
        "as_of": "2026-11-01",
    } | manifest
    path.with_suffix(".json").write_text(json.dumps(table), encoding="utf-8")
    return path


def change_manifest(path: Path, **changes: object) -> None:
    """Rewrites the feed's manifest; ``None`` takes a key out."""
    file = path.with_suffix(".json")
    table = json.loads(file.read_text(encoding="utf-8")) | changes
    file.write_text(json.dumps({k: v for k, v in table.items() if v is not None}), encoding="utf-8")
