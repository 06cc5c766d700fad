"""Feed files of any size in memory that does not grow with it: several invented cities put together into one.

Each part is a city of its own seed; its numbers and the names of its towns are marked with the part, so that no two
parts share a person, a household or an address. Masters and announced move-ins come from the first part.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from zlib import crc32

from app.demo.city import AS_OF, CITY_CODE, generate
from app.intake.layouts import Layout, load_layouts, load_versions
from app.intake.manifest import list_feeds, read_manifest
from app.intake.reader import open_feed
from app.intake.rows import FeedRow
from app.intake.writer import write_feed
from environment import say

PART = 64_000
"""Residents of one part; the generator takes about 4 KiB for each."""

NIGHTLY_SHARE = 50
"""Of every so many persons (of rows, where there are no persons) one changes in a night: 2 %."""

_ONCE = ("15", "18", "20")
"""Data sets of which the first part's rows are the city's."""

_NUMBER = re.compile("atenabango|setaibango")
_TOWN = re.compile("_choaza$")
_DISTRICTS = "東西南北中上下前後奥本元新古内外大小高長"

Row = Mapping[str, str]


def make_feeds(population: int, folder: Path) -> None:
    """The 27 full files of so many residents in ``folder``, unless they are there."""
    if folder.exists():
        return
    parts = max(1, -(-population // PART))
    draft = folder.with_suffix(".part")
    shutil.rmtree(draft, ignore_errors=True)
    for part in range(parts):
        say(f"{population:,} residents: part {part + 1} of {parts} …")
        size = population // parts + (1 if part < population % parts else 0)
        generate(size, 1 + part, draft / f"part-{part}")
    layouts = load_layouts(AS_OF)
    first = {read_manifest(path).layout: path for path in list_feeds(draft / "part-0")}
    for layout in layouts.values():
        say(f"{population:,} residents: putting {layout.id} together …")
        used = [0] if layout.id.startswith(_ONCE) else range(parts)
        files = [draft / f"part-{part}" / first[layout.id].name for part in used]
        _write(draft / "whole", layout, _together(layout, files), first[layout.id])
    (draft / "whole").rename(folder)
    shutil.rmtree(draft)


def make_night(feeds: Path, folder: Path, days: int) -> None:
    """A difference of every file, some days after the full ones: the rows of some persons, operated on that day."""
    if folder.exists():
        return
    layouts = load_layouts()
    draft = folder.with_suffix(".part")
    shutil.rmtree(draft, ignore_errors=True)
    for path in list_feeds(feeds):
        layout = layouts[read_manifest(path).layout]
        say(f"a night's difference of {layout.id} …")
        _write(draft, layout, _changed(path, layout, days), path, days=days, kind="diff")
    draft.rename(folder)


def _write(
    folder: Path, layout: Layout, rows: Iterable[Row], like: Path, *, days: int = 0, kind: str = "full"
) -> None:
    moment = read_manifest(like).as_of + timedelta(days=days)
    write_feed(folder, layout, rows, lg_code=CITY_CODE, kind=kind, stamp=moment, serial=1, as_of=moment)


def _together(layout: Layout, files: Sequence[Path]) -> Iterator[Row]:
    ids = {column.name: column.id for column in layout.columns}
    for part, path in enumerate(files):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            records = csv.reader(stream)
            header = [ids[name] for name in next(records)]
            marks = [(at, _marker(name, part)) for at, name in enumerate(header) if part and _is_marked(name)]
            for cells in records:
                for at, mark in marks:
                    cells[at] = mark(cells[at])
                yield dict(zip(header, cells, strict=True))


def _is_marked(column: str) -> bool:
    return bool(_NUMBER.search(column) or _TOWN.search(column))


def _marker(column: str, part: int) -> Callable[[str], str]:
    if _TOWN.search(column):
        district = _DISTRICTS[part % len(_DISTRICTS)]
        return lambda town: f"{district}{town}" if town else town
    # The serials of one part stay below the digits that tell the part.
    return lambda number: f"{number[0]}{part:02d}{number[3:]}" if len(number) > 3 else number


def _changed(path: Path, layout: Layout, days: int) -> Iterator[Row]:
    feed = open_feed(path, load_versions())
    day = f"{feed.manifest.as_of + timedelta(days=days):%Y-%m-%d}"
    operated = any(column.id == "sosanengappi" for column in layout.columns)
    for row in feed.rows():
        if isinstance(row, FeedRow) and crc32((row.person or row.key).encode()) % NIGHTLY_SHARE == 0:
            yield {**row.values, "sosanengappi": day} if operated else row.values
