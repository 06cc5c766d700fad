"""The files of an import: gathered, judged as a whole, and put in the order in which they are taken in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import NamedTuple

from app.data.sealing import Withheld
from app.domain.errors import KakanaiError
from app.domain.feed_jobs import FaultyRows
from app.intake.broken import disk_fault
from app.intake.layouts import Layout, Versions
from app.intake.manifest import FULL, FeedRefused, list_feeds, said_by_manifest
from app.intake.reader import FeedFile, open_feed
from app.intake.rows import FeedRow

JAPAN = timezone(timedelta(hours=9))
RESIDENTS = "01a"
MEASURES = "01c"
MERGING = "16"
"""The data set whose rows say which numbers are one human being (名寄せ)."""

JUDGED_AT_ONCE = 2
"""Files whose bytes are read beside each other: their sums are made without the interpreter's lock."""

EXPECTED_PEOPLE = "20b"
WHOLE = ""
"""Stands for the data set where a fault concerns everything that was given."""
_ONE_ROW_A_PERSON = frozenset({"01a"})
"""Data sets in which a newer history number replaces the row instead of standing beside it."""


class Fault(NamedTuple):
    """What is wrong with a file of ``data_set`` (or with all, `WHOLE`), in a sentence that names it."""

    data_set: str
    text: str


class ImportRefused(KakanaiError):
    """An import that was refused as a whole; nothing has changed. ``faults`` name each file and what is wrong with it.

    ``rows`` are the faulty rows of the files that are refused because of them, by the name of the file.
    """

    def __init__(self, faults: Iterable[Fault], rows: Mapping[str, FaultyRows] | None = None) -> None:
        self.faults = tuple(faults)
        self.rows = dict(rows or {})
        super().__init__("\n".join(fault.text for fault in self.faults))

    def of(self, data_set: str) -> ImportRefused:
        """What is wrong with the file of this data set alone."""
        return ImportRefused((fault for fault in self.faults if fault.data_set == data_set), self.rows)


class ImportInterrupted(KakanaiError):
    """Somebody stopped the import before the switch; nothing has changed."""


@dataclass(frozen=True)
class Feed:
    """A feed file whose envelope is in order."""

    file: FeedFile

    @property
    def data_set(self) -> str:
        return self.file.layout.id

    @property
    def name(self) -> str:
        return self.file.path.name

    @property
    def is_full(self) -> bool:
        return self.file.manifest.kind == FULL

    @property
    def as_of(self) -> datetime:
        return self.file.manifest.as_of.replace(tzinfo=JAPAN)


def gather(paths: Sequence[Path], layouts: Versions) -> list[Feed]:
    """Every feed of the folders and files given, its envelope judged.

    Raises ImportRefused naming everything that is wrong, or that there is nothing to take in.
    """
    problems: list[str] = []
    faults: list[Fault] = []
    feeds: list[Feed] = []
    with ThreadPoolExecutor(JUDGED_AT_ONCE) as judges:
        for judged in judges.map(partial(_judged, layouts), list_files(paths, problems)):
            if isinstance(judged, ImportRefused):
                faults += judged.faults
            else:
                feeds.append(judged)
    problems += foreign(feeds)
    if not feeds and not problems and not faults:
        problems.append(
            "取り込むファイルがありません。CSVと同じ名前のマニフェスト（.json）があるか確認してください。"
        )
    faults += [Fault(WHOLE, problem) for problem in problems]
    if faults:
        raise ImportRefused(faults)
    return feeds


def _judged(layouts: Versions, path: Path) -> Feed | ImportRefused:
    try:
        return open_one(path, layouts)
    except ImportRefused as refusal:
        return refusal


def open_one(path: Path, layouts: Versions) -> Feed:
    """One feed, its envelope judged. Raises ImportRefused naming what is wrong, with the data set where the name tells it."""
    try:
        return Feed(open_feed(path, layouts))
    except FeedRefused as refusal:
        raise ImportRefused([Fault(data_set_of(path, layouts), str(refusal))]) from refusal
    except OSError as error:
        text = f"{path.name}: ファイルを読めません（{disk_fault(error)}）。権限と置き場所を確認してください。"
        raise ImportRefused([Fault(data_set_of(path, layouts), text)]) from error


def data_set_of(path: Path, layouts: Versions) -> str:
    """The data set that a file's name speaks of, or else its manifest; empty where neither names one."""
    for name, known in layouts.items():
        if f"_{known[0].link_id}_" in path.name:
            return name
    said = said_by_manifest(path).get("layout", WHOLE)
    return said if said in layouts else WHOLE


def rounds(feeds: Sequence[Feed]) -> list[list[Feed]]:
    """The feeds in turns, each with at most one file of a data set, older ones first and no turn with files of two days.

    What lies before a data set's newest full file is left out: the full file holds it all. Only the 01c of a full 01a
    stays, from the full one of its day on. Who is protected is known before anything else of the day: the other files
    go in beside the last 01c of their day or after it, or beside a full one, which a full 01a needs beside it.
    """
    days: dict[date, dict[str, list[Feed]]] = {}
    for feed in _not_overtaken(feeds):
        days.setdefault(feed.as_of.date(), {}).setdefault(feed.data_set, []).append(feed)
    return [turn for _, by_set in sorted(days.items()) for turn in _turns(by_set)]


def _not_overtaken(feeds: Sequence[Feed]) -> list[Feed]:
    ordered = sorted(feeds, key=lambda f: (f.as_of, f.file.manifest.stamp, f.file.manifest.serial))
    newest_full = {feed.data_set: place for place, feed in enumerate(ordered) if feed.is_full}
    if RESIDENTS in newest_full and MEASURES in newest_full:
        # Addresses of that day come in, and a later 01c does not tell whose were to be withheld on that day.
        day = ordered[newest_full[RESIDENTS]].as_of.date()
        beside = [
            place
            for place, feed in enumerate(ordered)
            if feed.data_set == MEASURES and feed.is_full and feed.as_of.date() == day
        ]
        newest_full[MEASURES] = min(newest_full[MEASURES], *beside[-1:])
    return [feed for place, feed in enumerate(ordered) if place >= newest_full.get(feed.data_set, 0)]


def _turns(by_set: Mapping[str, Sequence[Feed]]) -> list[list[Feed]]:
    """The turns of one day."""
    measures = by_set.get(MEASURES, ())
    first = 0 if not measures or measures[0].is_full else len(measures) - 1
    turns: dict[int, list[Feed]] = {}
    for data_set, waiting in sorted(by_set.items()):
        for place, feed in enumerate(waiting, 0 if data_set == MEASURES else first):
            turns.setdefault(place, []).append(feed)
    return [turn for _, turn in sorted(turns.items())]


def register_key(layout: Layout, row: FeedRow) -> str:
    """The key under which a row is stored: what it speaks of and, where rows of a history stand side by side, its number."""
    if not layout.has_history or layout.id in _ONE_ROW_A_PERSON or "rirekibango" in layout.key:
        return row.key
    return f"{row.key}#{row.history}"


def number_of(layout: Layout, row: FeedRow) -> str | None:
    """The addressee number of a row. People of a move-out notice have none yet and get one of their notice."""
    if layout.id == EXPECTED_PEOPLE:
        return f"{row.values['uketsukebango']}-{row.values['renban']}"
    return row.person


def withheld_columns(layouts: Versions) -> dict[str, Withheld]:
    """What is withheld of protected persons in every data set, whatever the version it came in."""
    found = {}
    for data_set, versions in layouts.items():
        columns = [column for layout in versions for column in layout.columns]
        address = frozenset(column.id for column in columns if column.address)
        found[data_set] = Withheld(address, frozenset(column.id for column in columns) - address)
    return found


def list_files(paths: Sequence[Path], problems: list[str]) -> Iterator[Path]:
    """The CSV files of the folders and files given, each once; what is not there is named in ``problems``."""
    seen: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found = list_feeds(path)
        elif path.exists():
            found = [path.with_suffix(".csv")]
        else:
            problems.append(f"{path.name}: ファイルまたはフォルダーがありません。場所を確認してください。")
            continue
        for file in found:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def foreign(feeds: Sequence[Feed]) -> list[str]:
    """What is wrong when files of several cities lie together."""
    codes = sorted({feed.file.manifest.lg_code for feed in feeds})
    if len(codes) <= 1:
        return []
    return [
        f"団体コードの違うファイルが混ざっています（{'、'.join(codes)}）。1つの市区町村のファイルだけを渡してください。"
    ]
