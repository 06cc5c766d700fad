"""A feed file of the tests taken apart, to be spoiled and written."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from app.intake.layouts import Column, Layout
from app.intake.manifest import feed_name


@dataclass
class Draft:
    """A feed to be written: header and cells, how they become bytes, what the manifest says, and what happens after."""

    layout: Layout
    lg_code: str
    moment: datetime
    header: list[str]
    rows: list[list[str]]
    kind: str = "full"
    removed: int = 0
    """Rows that a mutation took away beside a row that is rejected: all of them have to stay."""
    encoding: str = "utf-8"
    line_end: str = "\r\n"
    stem: str = ""
    manifest: dict[str, Any] = field(default_factory=dict)
    before: Callable[[bytes], bytes] = bytes
    """Done to the bytes before they are counted and hashed."""
    after: Callable[[bytes], bytes] = bytes
    """Done to the bytes when the manifest is written already."""
    spell: Callable[[dict[str, Any]], str | None] = json.dumps
    """How the manifest is written; None leaves it out."""

    def __post_init__(self) -> None:
        self.stem = feed_name(
            self.lg_code, self.layout.business_id, self.layout.link_id, self.kind, self.moment, 1
        )

    def place(self, column: Column) -> int:
        return self.header.index(column.name)

    def write(self, folder: Path) -> Path:
        """The CSV's path."""
        text = io.StringIO()
        csv.writer(text, lineterminator=self.line_end).writerows([self.header, *self.rows])
        content = self.before(text.getvalue().encode(self.encoding, "replace"))
        table: dict[str, Any] = {
            "layout": self.layout.id,
            "kind": self.kind,
            "rows": len(self.rows),
            "sha256": hashlib.sha256(content).hexdigest(),
            "as_of": self.moment.isoformat(),
        }
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.stem}.csv"
        path.write_bytes(self.after(content))
        spelled = self.spell({**table, **self.manifest})
        if spelled is not None:
            path.with_suffix(".json").write_text(spelled, encoding="utf-8")
        return path
