"""The import of a whole city and of a night's difference, by the command that a schedule calls, in a database of its own.

The baseline is the same rows loaded raw: every cell of every file into one table per file, nothing checked, compared,
masked or made findable.
"""

from __future__ import annotations

import csv
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from zlib import crc32

from app.intake.layouts import load_versions
from app.intake.manifest import list_feeds, read_manifest
from app.intake.reader import FeedFile, open_feed
from app.intake.rows import FeedRow
from app.intake.writer import write_feed
from benchmarks import Row

NIGHTLY_SHARE = 50
"""Of every so many persons (of rows, where there are no persons) one changes in a night: 2 %."""

FULL_LIMIT = 1 / 0.20
NIGHTLY_LIMIT = 0.05
MEMORY_LIMIT_MIB = 300


def run() -> list[Row]:
    """Seconds and MiB of a full import and of a night's difference on SQLite."""
    feeds = Path(os.environ["KAKANAI_INSTANCE"]) / "feeds"
    folder = Path(tempfile.mkdtemp(prefix="kakanai-bench-"))
    try:
        raw = _raw_load(feeds, folder / "raw.db")
        _night(feeds, folder / "night")
        instance = folder / "instance"
        _flask(instance, "db", "upgrade")
        full = _flask(instance, "feed", "import", str(feeds))
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        nightly = _flask(instance, "feed", "import", str(folder / "night"))
    finally:
        shutil.rmtree(folder)
    return [
        Row("full import", full, "s", raw, "raw load of the same rows", raw * FULL_LIMIT),
        Row("peak memory of the full import", memory, "MiB", limit=MEMORY_LIMIT_MIB),
        Row("difference of 2 %", nightly, "s", full, "full import", full * NIGHTLY_LIMIT),
    ]


def _flask(instance: Path, *arguments: str) -> float:
    """Run a command of the product on an instance of its own; its seconds, starting Python included."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KAKANAI_")}
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *arguments],
        env=environment | {"KAKANAI_INSTANCE": str(instance), "KAKANAI_DEMO": "true"},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - started


def _raw_load(feeds: Path, path: Path) -> float:
    started = time.perf_counter()
    database = sqlite3.connect(path)
    for at, file in enumerate(list_feeds(feeds)):
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.reader(stream)
            columns = ", ".join(f"c{place}" for place in range(len(next(rows))))
            database.execute(f"CREATE TABLE t{at} ({columns})")
            places = columns.count(",") + 1
            database.executemany(f"INSERT INTO t{at} VALUES ({', '.join('?' * places)})", rows)  # noqa: S608
    database.commit()
    database.close()
    return time.perf_counter() - started


def _night(feeds: Path, folder: Path) -> None:
    """A difference of every file: the rows of some persons, operated on a day later."""
    layouts = load_versions()
    for path in list_feeds(feeds):
        feed = open_feed(path, layouts)
        manifest = read_manifest(path)
        later = manifest.as_of + timedelta(days=1)
        write_feed(
            folder, feed.layout, _changed(feed, f"{later:%Y-%m-%d}"), lg_code=manifest.lg_code, kind="diff",
            stamp=later, serial=1, as_of=later,
        )  # fmt: skip


def _changed(feed: FeedFile, day: str) -> Iterator[Mapping[str, str]]:
    known = {column.id for column in feed.layout.columns}
    for row in feed.rows():
        if isinstance(row, FeedRow) and crc32((row.person or row.key).encode()) % NIGHTLY_SHARE == 0:
            changed = {"sosanengappi": day} if "sosanengappi" in known else {}
            yield {**row.values, **changed}
