"""``python -m print_storm``: see ``scripts/storm.py``."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from environment import say
from print_storm.breaking import Breaking
from print_storm.clerk import Clerk, Reception
from print_storm.stage import Stage, running_stage
from print_storm.tally import Tally

HOUSEHOLDS = 1000
PATIENCE = 90
"""Seconds a clerk may take to finish what he began when the storm ends."""


def main() -> int:
    """Set the stage, let the storm rage, report."""
    parser = argparse.ArgumentParser(
        prog="storm.py", description="Print at once from many places and read every page."
    )
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calm", action="store_true", help="break nothing")
    parser.add_argument("--out", type=Path, help="write the report here too (Markdown)")
    options = parser.parse_args()
    say("preparing the database and the servers …")
    with running_stage(options.users, options.processes, HOUSEHOLDS) as stage:
        tally = Tally(options.jobs)

        def stop(_signal: int, _frame: object) -> None:
            say("stopping …")
            tally.stopped = True

        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, stop)
        rage(stage, tally, seed=options.seed, calm=options.calm)
    lines = [
        f"# Print storm, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "",
        f"`python3 scripts/storm.py {' '.join(sys.argv[1:])}`", "", *tally.report(),
    ]  # fmt: skip
    say("\n".join(lines))
    if options.out:
        options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 1 if tally.faults else 0


def rage(
    stage: Stage, tally: Tally, *, seed: int = 1, calm: bool = False, pause: float = 6.0, told: float = 10
) -> Tally:
    """Everybody prints until the jobs are done or the storm is stopped; then what is stored is compared with what came."""
    pool: list[Reception] = []
    clerks = [Clerk(stage, tally, user, seed * 1000 + at, pool) for at, user in enumerate(stage.users)]
    threads: list[threading.Thread] = [*clerks, *([] if calm else [Breaking(stage, tally, seed, pause)])]
    for thread in threads:
        thread.start()
    said = time.monotonic()
    while not tally.is_over and any(clerk.is_alive() for clerk in clerks):
        time.sleep(0.2)
        if time.monotonic() - said > told:
            said = time.monotonic()
            say(tally.line())
    tally.stopped = True
    limit = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0.0, limit - time.monotonic()))
    compare(stage, tally)
    return tally


def compare(stage: Stage, tally: Tally) -> None:
    """Every paper that came is stored under its id, with the hash of the bytes that came."""
    stored = stage.documents()
    for document, digest in tally.received.items():
        if stored.get(document) != digest:
            tally.fault("changed: the bytes that came are not those that are stored")


if __name__ == "__main__":
    sys.exit(main())
