"""``python -m load_bench.measuring USERS THINK SECONDS PROCESSES`` on the instance of the environment; rows as JSON."""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from functools import partial

from sqlalchemy import select

from app import create_app
from app.data.models.register import PersonRow
from app.domain.opening import CITY_HALL
from app.extensions import db
from app.operations.staff import NewStaff, create_demo_staff, set_counters
from benchmarks import Row
from benchmarks.counter import Desk, server
from environment import say
from load_bench.clerks import EMPTY, SEARCH, STEP, Clerk, Watch, looking_on, reception

LOOKING_ON = 8
"""Clerks whose requests are the baseline."""

COUNTERS = 25
WARM_UP_SECONDS = 15
MOST = 8
"""So many times the staff is the end of the search for the limit."""

GROWS = 1.1
"""A phase with more clerks has to answer so many times as much as the one before, or growth has ended."""

LIMITS = {SEARCH: 500.0, STEP: 300.0}
"""Milliseconds at 95 % with a city's staff at work."""


def main() -> None:
    """Sign everybody in, and measure phase after phase."""
    users, think, seconds, processes = (
        int(sys.argv[1]),
        float(sys.argv[2]),
        int(sys.argv[3]),
        int(sys.argv[4]),
    )
    password = secrets.token_hex(10)
    names = [f"load-{number}" for number in range(users + LOOKING_ON)]
    with create_app().app_context():
        _make_staff(names, users, password)
        texts = _texts()
        db.session.remove()
        db.engine.dispose()
    with server(processes) as port:
        say(f"signing in {len(names)} clerks …")
        clerks = _clerks(port, names, users, password, texts, think)
        watches = _phases(clerks, users, think, seconds)
    print(json.dumps([asdict(row) for row in _rows(watches, users, think, seconds)]))


def _make_staff(names: Sequence[str], users: int, password: str) -> None:
    """Clerks spread over many counters, and those who look on at one that has no cases."""
    counters = [(f"load-{number}", f"計測{number}", CITY_HALL) for number in range(COUNTERS + 1)]
    set_counters((), counters)
    create_demo_staff(
        [
            NewStaff(
                name, "計測", ((f"load-{number % COUNTERS if number < users else COUNTERS}", "counter"),)
            )
            for number, name in enumerate(names)
        ],
        password,
        date.today(),
    )


def _texts() -> list[str]:
    """What is typed into the search box: whole names, beginnings of readings, surname with year, birth dates."""
    chosen = select(PersonRow.name, PersonRow.kana, PersonRow.birth).where(
        PersonRow.status == "resident", PersonRow.category == "japanese", PersonRow.birth.not_like("%00")
    )
    rows = db.session.execute(chosen.order_by(PersonRow.id).limit(1000)).all()
    return [
        text
        for row in rows
        for text in (row.name, row.kana[:4], f"{row.name.split('　')[0]} {row.birth[:4]}", row.birth)
    ]


def _clerks(
    port: int, names: Sequence[str], users: int, password: str, texts: Sequence[str], think: float
) -> list[Clerk]:
    clerks = []
    for number, name in enumerate(names):
        desk = Desk(port)
        desk.get("/login")
        desk.post("/login", staff_id=name, password=password, counter="")
        work = partial(reception, texts) if number < users else looking_on
        clerks.append(Clerk(desk, number, work, Watch(think)))
    return clerks


def _phases(clerks: Sequence[Clerk], users: int, think: float, seconds: int) -> list[tuple[int, Watch]]:
    """(clerks at work, what they met), each phase with twice as many as the one before, while more is answered.

    Twice as many clerks are the same ones with half the pause.
    """
    found: list[tuple[int, Watch]] = []
    for clerk in clerks:
        clerk.start()
    times = 1
    while times <= MOST:
        watch = Watch(think / times)
        for clerk in clerks:
            clerk.watch = watch
        time.sleep(WARM_UP_SECONDS)
        watch.open = True
        time.sleep(seconds)
        watch.open = False
        say(
            f"  {users * times} clerks: {watch.requests / seconds:.1f} requests a second, {len(watch.faults)} faults"
        )
        for fault in sorted(set(watch.faults))[:3]:
            say(f"    {fault}")
        found.append((users * times, watch))
        if len(found) > 1 and watch.requests < GROWS * found[-2][1].requests:
            break
        times *= 2
    for clerk in clerks:
        clerk.stop.set()
    for clerk in clerks:
        clerk.join(60)
    return found


def _rows(watches: Sequence[tuple[int, Watch]], users: int, think: float, seconds: int) -> list[Row]:
    rows = []
    for clerks, watch in watches:
        who = f"{clerks} clerks, {think:g} s between two requests"
        empty = _percentile(watch.times[EMPTY], 95)
        for kind in (SEARCH, STEP):
            limit = LIMITS[kind] if clerks == users else None
            rows.append(
                Row(
                    f"{who}: {kind}, p95",
                    _percentile(watch.times[kind], 95),
                    "ms",
                    empty,
                    "an empty page, p95",
                    limit,
                )
            )
        rows.append(Row(f"{who}: answered", watch.requests / seconds, "requests/s"))
        rows.append(Row(f"{who}: errors", len(watch.faults), "", limit=0 if clerks == users else None))
    return rows


def _percentile(seconds: Sequence[float], percent: int) -> float:
    """In milliseconds; 0 where nothing was measured."""
    return sorted(seconds)[max(0, -(-len(seconds) * percent // 100) - 1)] * 1000 if seconds else 0.0


if __name__ == "__main__":
    main()
