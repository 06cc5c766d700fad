"""Reads a feed file into checked rows and named faults, one row at a time.

The envelope is judged first and as a whole (``FeedRefused``); after that every row stands alone: it comes out as a
``FeedRow``, or as one ``RowFault`` for each thing wrong with it.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.intake import envelope
from app.intake.broken import csv_fault
from app.intake.layouts import REQUIRED, Layout, Versions, load_versions
from app.intake.manifest import FeedRefused, Manifest, read_manifest
from app.intake.rows import FeedRow, RowChecker, RowFault

_RENAMED = {"読み仮名": "フリガナ", "アルファベット": "ローマ字"}
_BATCH = 100
"""Rows that are checked at once. A row has up to 150 cells: those of many more do not stay in a processor's cache."""

# 個人番号 is never taken in, whatever a file calls the column (番号法20条: no collecting beyond what the law names).
_INDIVIDUAL_NUMBER = re.compile(r"個人番号|マイナンバー|kojinbango|my_?number", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedFile:
    """A feed whose envelope is in order. ``rows()`` may be read as often as wanted.

    ``extra`` names the file's columns that the layout does not know (their values are kept with each row); ``dropped`` those
    that hold 個人番号 and are not read; ``absent`` the layout's columns that the file leaves out.
    """

    path: Path
    layout: Layout
    manifest: Manifest
    header: tuple[str, ...]
    extra: tuple[str, ...]
    dropped: tuple[str, ...]
    absent: tuple[str, ...]
    stamp: tuple[int, int, int]

    def __reduce__(self) -> tuple[Callable[..., FeedFile], tuple[object, ...]]:
        """As it is sent to another process, which has the layouts itself."""
        own = (self.path, self.manifest, self.header, self.extra, self.dropped, self.absent, self.stamp)
        return _received, (self.layout.id, self.layout.version, *own)

    def rows(self) -> Iterator[FeedRow | RowFault]:
        """Every row in file order: a ``FeedRow``, or all its faults. Raises ``FeedRefused`` if the file was replaced since."""
        if _stamp(self.path) != self.stamp:
            raise FeedRefused(
                self.path.name,
                "確認した後にファイルが変わりました",
                "変更あり",
                "変更なし",
                "もう一度確認してください。",
            )
        known = {column.name: column.id for column in self.layout.columns}
        places = [(i, known[name]) for i, name in enumerate(self.header) if name in known]
        checker = RowChecker(
            self.layout, self.path.name, self.manifest.lg_code, [identifier for _, identifier in places]
        )
        wanted = None if len(places) == len(self.header) else [i for i, _ in places]
        extras = [(self.header.index(name), name) for name in self.extra]
        for batch in self._batches():
            if isinstance(batch, RowFault):
                yield batch
                continue
            lines, records = batch
            rows = [[cells[i] for i in wanted] for cells in records] if wanted is not None else records
            for row, cells in zip(checker.check(lines, rows), records, strict=True):
                if not isinstance(row, FeedRow):
                    yield from row
                    continue
                if extras:
                    row.extra = {name: cells[i] for i, name in extras if cells[i]}
                yield row

    def _batches(self) -> Iterator[tuple[list[int], list[list[str]]] | RowFault]:
        """Records of the right width with their lines, some at a time; what is no such record as its fault, in its place."""
        width = len(self.header)
        records = envelope.records(self.path, envelope.codec_of(self.manifest))
        next(records)
        lines: list[int] = []
        batch: list[list[str]] = []
        for line, cells in records:
            if isinstance(cells, list) and len(cells) == width:
                lines.append(line)
                batch.append(cells)
                if len(batch) < _BATCH:
                    continue
            if batch:
                yield lines, batch
                lines, batch = [], []
            if isinstance(cells, csv.Error):
                yield RowFault(self.path.name, line, "行全体", csv_fault(cells), "RFC 4180の形のCSV")
            elif len(cells) != width:
                yield RowFault(self.path.name, line, "行全体", f"{len(cells)}列", f"見出しと同じ{width}列")
        if batch:
            yield lines, batch


def _received(data_set: str, version: str, path: Path, *own: Any) -> FeedFile:
    layout = next(layout for layout in load_versions()[data_set] if layout.version == version)
    return FeedFile(path, layout, *own)


def open_feed(path: Path, layouts: Versions, *, lg_code: str | None = None) -> FeedFile:
    """Judges a feed's envelope: name, manifest, version of the layout, hash, row count, characters, header.

    With ``lg_code`` a file of another city is refused too. Raises ``FeedRefused``; ``OSError`` when the file cannot be read.
    """
    manifest = read_manifest(path)
    layout = _layout(path.name, manifest, layouts)
    if lg_code is not None and manifest.lg_code != lg_code:
        raise FeedRefused(path.name, "ほかの市区町村のファイルです", manifest.lg_code, lg_code)
    stamp = _stamp(path)
    envelope.verify(path, manifest, layout)
    header = envelope.read_header(path, manifest)
    known = {column.name for column in layout.columns}
    unknown = [name for name in header if name not in known]
    _refuse_other_version(path.name, layout, layouts[layout.id], unknown)
    missing = [c.name for c in layout.columns if c.level == REQUIRED and c.name not in header]
    if missing:
        raise FeedRefused(
            path.name,
            f"必須の項目がありません（{len(missing)}項目）",
            f"{len(header)}列の見出し",
            "、".join(missing),
        )
    return FeedFile(
        path=path,
        layout=layout,
        manifest=manifest,
        header=tuple(header),
        extra=tuple(name for name in unknown if not _INDIVIDUAL_NUMBER.search(name)),
        dropped=tuple(name for name in unknown if _INDIVIDUAL_NUMBER.search(name)),
        absent=tuple(column.name for column in layout.columns if column.name not in header),
        stamp=stamp,
    )


def _layout(file: str, manifest: Manifest, layouts: Versions) -> Layout:
    """The version that the manifest names, else the newest that holds on the day of the file's state."""
    versions = layouts.get(manifest.layout)
    if versions is None:
        raise FeedRefused(file, "知らないレイアウトです", manifest.layout[:80], "、".join(layouts))
    ids = f"{manifest.business_id}_{manifest.link_id}"
    expected = f"{versions[0].business_id}_{versions[0].link_id}"
    if ids != expected:
        raise FeedRefused(file, "ファイル名の業務ID・連携IDがレイアウトと合いません", ids, expected)
    named = manifest.layout_version
    meant = [layout for layout in versions if named in (None, layout.version)]
    if not meant:
        known = "、".join(layout.version for layout in versions)
        raise FeedRefused(file, "レイアウトの版が違います", str(named)[:80], known)
    day = manifest.as_of.date()
    chosen = next((layout for layout in meant if layout.holds_on(day)), None)
    if chosen is None:
        validity = "、".join(f"版{layout.version}は{layout.validity}" for layout in meant)
        raise FeedRefused(
            file, "レイアウトの有効期間の外の時点のデータです", f"{day}", validity,
            "マニフェストのas_ofとlayout_versionを送り出し側に確かめてください。",
        )  # fmt: skip
    return chosen


def _refuse_other_version(
    file: str, layout: Layout, versions: Sequence[Layout], unknown: Sequence[str]
) -> None:
    """Item names of another version would end up beside the layout, and what they hold would be missing from it."""
    for other in versions:
        theirs = [name for name in unknown if any(column.name == name for column in other.columns)]
        if theirs:
            raise FeedRefused(
                file, f"見出しが版{other.version}の項目名です", "、".join(theirs[:5]), f"版{layout.version}の項目名",
                f"版{other.version}で送るときは、マニフェストのlayout_versionに{other.version}と書いてください。",
            )  # fmt: skip
    now = {column.name for column in layout.columns}
    older = {name: _named_today(name) for name in unknown if _named_today(name) in now}
    if older:
        raise FeedRefused(
            file, "見出しが以前の項目名です", "、".join(older), "、".join(older.values()),
            "送り出し側に、いまの項目名で作り直してもらってください。",
        )  # fmt: skip


def _named_today(name: str) -> str:
    """An item name in the words of the current standard, whose editions renamed フリガナ and ローマ字."""
    for before, now in _RENAMED.items():
        name = name.replace(before, now)
    return name


def _stamp(path: Path) -> tuple[int, int, int]:
    """Tells whether the bytes may have changed since they were judged."""
    try:
        state = os.stat(path)
    except FileNotFoundError as error:
        raise FeedRefused(path.name, "CSVファイルがありません", "マニフェストだけ", path.name) from error
    return state.st_ino, state.st_size, state.st_mtime_ns
