"""Twenty counters search and open cases over HTTP on a real server, first alone and then beside the import of a night.

One family moves that night. A page that shows members at the old and at the new lot, or the old lot after the new one,
is a mixture; so is any answer but 200 a fault.
"""

from __future__ import annotations

import json
import random
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPException
from pathlib import Path

from sqlalchemy import func, select

from app import create_app
from app.config import PROJECT_ROOT
from app.data.models.register import FeedFileRow, PersonRow
from app.extensions import db
from app.intake.layouts import load_layouts, load_versions
from app.intake.manifest import list_feeds
from app.intake.reader import open_feed
from app.intake.rows import FeedRow
from app.intake.writer import write_feed
from benchmarks.counter import STAFF, Desk, make_staff, server
from environment import say
from register_bench.stages import Figures, Run

CLIENTS = 20
ALONE_SECONDS = 20
AFTER_SECONDS = 2
THINK_SECONDS = (0.25, 0.75)
WRITES = 0.15
FAMILY_SEARCHES = 0.2


@dataclass
class Family:
    """Who moves in the night: their numbers, and the lot they have before and after."""

    numbers: Sequence[str]
    old: str
    new: str


@dataclass
class Watch:
    """What the clients of one phase met."""

    searches: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def longest(self) -> float:
        return max(self.searches + self.writes, default=0.0)

    @property
    def p99(self) -> float:
        return sorted(self.searches)[int(len(self.searches) * 0.99)] if self.searches else 0.0


def beside_an_import(run: Run) -> Figures:
    """Times in milliseconds alone and beside the import, and the number of faults."""
    say("  20 clients beside an import …")
    run.flask("content", "load", str(PROJECT_ROOT / "app" / "content"))
    done = subprocess.run(
        [sys.executable, "-m", "register_bench.clients", str(run.feeds), str(run.feeds.with_name("night-2")),
         str(run.folder / "moving")],
        cwd=PROJECT_ROOT, env=run.environment(), stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    say(f"  longest wait {found['longest']:.0f} ms, {found['faults']:.0f} faults")
    return found


def main() -> None:
    """``python -m register_bench.clients FEEDS NIGHT FOLDER`` on the instance of the environment; figures as JSON."""
    feeds, night, folder = map(Path, sys.argv[1:4])
    password = secrets.token_hex(10)
    with create_app().app_context():
        make_staff(password, [_staff(number) for number in range(CLIENTS)])
        family, texts, last = _family(), _texts(), _last_night()
        db.session.remove()
        db.engine.dispose()
    _moving_night(feeds, night, folder, family, last + timedelta(days=1))
    with server() as port:
        desks = [_signed_in(port, _staff(number), password) for number in range(CLIENTS)]
        alone = _phase(desks, family, texts, None)
        beside = _phase(desks, family, texts, folder)
    faults = alone.faults + beside.faults
    for fault in faults[:5]:
        print(fault, file=sys.stderr)
    figures = {
        "p99 alone": alone.p99, "p99 beside": beside.p99, "longest alone": alone.longest, "longest": beside.longest,
        "searches": len(beside.searches), "writes": len(beside.writes), "faults": len(faults),
    }  # fmt: skip
    print(json.dumps(figures))


def _phase(desks: Sequence[Desk], family: Family, texts: Sequence[str], night: Path | None) -> Watch:
    """All clients at work, for a while or until the night is imported."""
    watch, stop = Watch(), threading.Event()
    threads = [
        threading.Thread(target=_client, args=(desk, number, family, texts, watch, stop))
        for number, desk in enumerate(desks)
    ]
    for thread in threads:
        thread.start()
    if night is None:
        time.sleep(ALONE_SECONDS)
    else:
        time.sleep(AFTER_SECONDS)
        command = [sys.executable, "-m", "flask", "--app", "app", "feed", "import", str(night)]
        done = subprocess.run(command, cwd=PROJECT_ROOT, stdout=subprocess.DEVNULL)
        if done.returncode:
            watch.faults.append("the import failed")
        time.sleep(AFTER_SECONDS)
    stop.set()
    for thread in threads:
        thread.join(60)
    return watch


def _signed_in(port: int, staff: str, password: str) -> Desk:
    desk = Desk(port)
    desk.get("/login")
    desk.post("/login", staff_id=staff, password=password, counter="")
    return desk


def _client(
    desk: Desk, seed: int, family: Family, texts: Sequence[str], watch: Watch, stop: threading.Event
) -> None:
    chance = random.Random(seed)  # noqa: S311
    moved = False
    while not stop.wait(chance.uniform(*THINK_SECONDS)):
        started = time.perf_counter()
        try:
            if chance.random() < WRITES:
                desk.get("/")
                started = time.perf_counter()
                desk.post("/cases", channel="counter")
                watch.writes.append((time.perf_counter() - started) * 1000)
                desk.get("/")
                continue
            asked = family.numbers[0] if chance.random() < FAMILY_SEARCHES else chance.choice(texts)
            started = time.perf_counter()
            page = desk.post("/residents/search", query=asked)
            watch.searches.append((time.perf_counter() - started) * 1000)
        except (RuntimeError, OSError, HTTPException) as problem:
            watch.faults.append(f"after {time.perf_counter() - started:.1f} s: {problem}")
            continue
        if asked == family.numbers[0]:
            old, new = page.count(family.old), page.count(family.new)
            if (old and new) or not (old or new) or (moved and old):
                watch.faults.append(f"a page with {old} members at the old lot and {new} at the new one")
            moved = moved or new > 0


def _staff(number: int) -> str:
    return f"{STAFF}-{number}"


def _family() -> Family:
    """A household of several unprotected residents at a lot whose text stands for nothing else."""
    of_several = (
        select(PersonRow.household_number)
        .where(
            PersonRow.status == "resident", PersonRow.protected.is_(False), PersonRow.household_number != ""
        )
        .group_by(PersonRow.household_number, PersonRow.lot)
        .having(func.count() >= 3)
        .order_by(PersonRow.household_number.desc())
        .limit(1)
    )
    members = db.session.execute(
        select(PersonRow.number, PersonRow.lot)
        .where(PersonRow.household_number == db.session.scalar(of_several), PersonRow.status == "resident")
        .order_by(PersonRow.group_position)
    ).all()
    lot: str = members[0].lot
    return Family(
        [member.number for member in members],
        lot,
        "８８８８番地８" if "８８８８" not in lot else "９９９９番地９",
    )


def _texts() -> list[str]:
    rows = db.session.execute(
        select(PersonRow.name, PersonRow.kana, PersonRow.birth)
        .where(PersonRow.category == "japanese")
        .limit(200)
    ).all()
    return [
        text
        for row in rows
        for text in (row.name, row.kana[:4], f"{row.name.split('　')[0]} {row.birth[:4]}")
    ]


def _last_night() -> datetime:
    last = db.session.scalar(select(func.max(FeedFileRow.as_of)))
    assert last is not None  # noqa: S101
    return last + timedelta(hours=9)


def _moving_night(feeds: Path, night: Path, folder: Path, family: Family, moment: datetime) -> None:
    """The differences of a night at another moment, so that they are news each time, and the family at its new lot."""
    moment = moment.replace(tzinfo=None)
    layouts, versions = load_layouts(), load_versions()
    for path in folder.glob("*") if folder.exists() else ():
        path.unlink()
    for path in list_feeds(night):
        feed = open_feed(path, versions)
        rows: Iterator[Mapping[str, str]] = _rows(feed.rows(), f"{moment:%Y-%m-%d}")
        if feed.layout.id == "01a":
            whole = next(one for one in list_feeds(feeds) if f"_{feed.layout.link_id}_" in one.name)
            everyone = open_feed(whole, versions).rows()
            rows = _moved(rows, _rows(everyone, f"{moment:%Y-%m-%d}"), family)
        write_feed(
            folder, layouts[feed.layout.id], rows, lg_code=feed.manifest.lg_code, kind="diff", stamp=moment, serial=1,
            as_of=moment,
        )  # fmt: skip


def _rows(rows: Iterator[object], day: str) -> Iterator[dict[str, str]]:
    for row in rows:
        if isinstance(row, FeedRow):
            values = row.values
            yield values | {"sosanengappi": day} if "sosanengappi" in values else values


def _moved(
    rows: Iterator[Mapping[str, str]], everyone: Iterator[dict[str, str]], family: Family
) -> Iterator[Mapping[str, str]]:
    members = set(family.numbers)
    yield from (row for row in rows if row["atenabango"] not in members)
    for row in everyone:
        if row["atenabango"] in members:
            yield row | {"jusho_banchigohyoki": family.new}


if __name__ == "__main__":
    main()
