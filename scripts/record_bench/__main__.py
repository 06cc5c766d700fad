"""``python3 scripts/bench.py record [--rows N] [--database …] [--write]``: figures of the operation log.

A write is one changed row with its transaction, beside the same write with a record of what was done. The rows to verify
are made by the product's own rules, a fifth of them naming a person, over twenty counters, and sealed.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from register_bench.databases import database
from report import table, write_section
from sqlalchemy import Table, insert, update

from app import create_app
from app.config import KEYS_FILE, Keys, Settings, ensure_instance
from app.data import audit, audit_check, record_search
from app.data.audit_macs import START, audit_key, head_mac, row_mac, row_text
from app.data.models.audit import AuditHeadRow, AuditPersonRow, AuditRow
from app.data.models.staff import CounterRow
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.extensions import db
from app.operations import audits
from benchmarks import Row

LANES = 20
BATCH = 10_000
WRITES = 400
LIMIT = 60.0
BEGAN = datetime(2026, 4, 1, tzinfo=UTC)
CLERK = Actor("clerk", "だれか", "C01", "市民課", frozenset({"counter"}), session="0123456789abcdef")


@contextlib.contextmanager
def product(kind: str) -> Iterator[Flask]:
    """The product on a new database of that kind, migrated."""
    with tempfile.TemporaryDirectory(prefix="kakanai-record-") as folder:
        Path(folder).chmod(0o755)  # the server of PostgreSQL runs as another user
        instance = Path(folder) / "instance"
        ensure_instance(instance)
        with database(kind, Path(folder)) as url:
            settings = Settings(instance, _keys(instance), url or f"sqlite:///{instance / 'kakanai.db'}")
            app = create_app(replace(settings, demo=True))
            done = app.test_cli_runner().invoke(args=["db", "upgrade"])
            if done.exit_code:
                raise RuntimeError(done.output)
            with app.app_context():
                yield app
                db.session.remove()
                db.engine.dispose()


def _keys(instance: Path) -> Keys:
    said = dict(line.split(" = ") for line in (instance / KEYS_FILE).read_text("ascii").splitlines())
    return Keys(**{name: base64.b64decode(text.strip('"')) for name, text in said.items()})


def writes() -> tuple[float, float]:
    """Milliseconds of a write with a record and of the same without, one beside the other."""
    with transaction() as session:
        session.add(CounterRow(code="C01", title="市民課", position=0))
    plain, recorded = list[float](), list[float]()
    for number in range(WRITES):
        for times, recording in ((plain, False), (recorded, True)):
            begun = time.perf_counter()
            with transaction() as session:
                session.execute(update(CounterRow).values(position=number))
                if recording:
                    audit.record(
                        "case.content_saved", actor=CLERK, persons=["0000012345"], detail={"items": 4}
                    )
            times.append(time.perf_counter() - begun)
    return statistics.median(recorded) * 1000, statistics.median(plain) * 1000


def fill(rows: int) -> None:
    """So many rows in chains of their own."""
    key, tops = audit_key(), {f"B{lane:02}": (0, START) for lane in range(LANES)}
    first = 10**9
    for start in range(0, rows, BATCH):
        made = [_made(key, tops, first + number, number) for number in range(start, min(start + BATCH, rows))]
        named = [{"event_id": row["id"], "person_number": one} for row in made for one in row["persons"]]
        with db.engine.begin() as connection:
            connection.execute(insert(_table(AuditRow)), made)
            connection.execute(insert(_table(AuditPersonRow)), named)
    with db.engine.begin() as connection:
        heads = [
            {"lane": lane, "position": position, "mac": head_mac(key, lane, position, mac)}
            for lane, (position, mac) in tops.items()
        ]
        connection.execute(insert(_table(AuditHeadRow)), heads)


def _made(key: bytes, tops: dict[str, tuple[int, bytes]], event_id: int, number: int) -> dict[str, Any]:
    lane = f"B{number % LANES:02}"
    position, previous = tops[lane]
    row = AuditRow(
        id=event_id, lane=lane, position=position + 1, at=BEGAN + timedelta(seconds=number), actor_kind="user",
        actor_id=f"clerk-{number % 250:03}", counter=lane, session=f"{number % 997:016}", action="resident.viewed",
        case_id=None, persons=[f"{number % 64000:010}"] if number % 5 == 0 else [], detail={"members": number % 7},
        secret=None,
    )  # fmt: skip
    mac = row_mac(key, row_text(row), previous)
    tops[lane] = (position + 1, mac)
    return {column.name: getattr(row, column.name) for column in _table(AuditRow).columns} | {"mac": mac}


def _table(model: type[db.Model]) -> Table:  # type: ignore[name-defined]
    found: Table = model.__table__
    return found


def measure(kind: str, rows: int) -> list[Row]:
    """The rows of one database."""
    with product(kind):
        recorded, plain = writes()
        cost = Row(f"{kind}: a write with its record", recorded, "ms", plain, "the same write without")
        fill(rows)
        audits.seal(date(2026, 11, 24))
        begun = time.perf_counter()
        result = audit_check.verify()
        seconds = time.perf_counter() - begun
        if result.breaks or result.rows < rows:
            raise RuntimeError(f"{kind}: {result.rows} rows, {result.breaks[:3]}")
        limit = LIMIT if rows >= 1_000_000 else None
        return [
            cost,
            Row(f"{kind}: verify {rows:,} rows", seconds, "s", limit=limit),
            Row(f"{kind}: the record of one resident among {rows:,} rows", one_resident(), "s", limit=LIMIT),
        ]


def one_resident() -> float:
    """Seconds for everything about one person, of a year."""
    begun = time.perf_counter()
    found, _more = record_search.list_of_person(f"{0:010}", BEGAN, BEGAN + timedelta(days=366), 10_000)
    if not found:
        raise RuntimeError("nothing was found of a person who was looked at")
    return time.perf_counter() - begun


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.py record", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument(
        "--database", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"]
    )
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    options = parser.parse_args()
    rows = []
    for kind in options.database:
        rows += measure(kind, options.rows)
        print("\n".join(table({"record": rows})), flush=True)
    lines = table({"record": rows})
    if options.write:
        write_section("Operation log", f"{options.rows:,} rows", lines)
    return 0 if all(row.kept for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
