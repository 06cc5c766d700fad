"""``python -m load_bench``: see ``scripts/bench.py load``."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from register_bench.city import make_feeds
from register_bench.databases import database
from register_bench.stages import Run
from report import table, write_section

from app.config import PROJECT_ROOT
from benchmarks import Row
from environment import say


def main() -> int:
    """Prepare a city on PostgreSQL, let its staff work, then more and more of them until no more is answered."""
    parser = argparse.ArgumentParser(prog="bench.py load", description="A city's staff at work at once.")
    parser.add_argument("--users", type=int, default=250)
    parser.add_argument("--think", type=float, default=5.0, help="seconds between two requests of one clerk")
    parser.add_argument("--seconds", type=int, default=120, help="how long each phase is measured")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--population", type=int, default=64_000)
    parser.add_argument("--folder", type=Path, default=PROJECT_ROOT / "build" / "register")
    parser.add_argument("--write", action="store_true", help="write the section of docs/benchmarks.md")
    options = parser.parse_args()
    place = options.folder.resolve() / str(options.population)
    make_feeds(options.population, place / "feeds")
    with database("postgresql", place / "load") as url:
        run = Run(place, "load", url)
        if "import" not in run.figures:
            say("importing the city …")
            run.flask("db", "upgrade")
            seconds, memory = run.flask("feed", "import", str(run.feeds))
            run.note("import", {"full": seconds, "memory": memory})
        run.flask("db", "upgrade")
        run.flask("content", "load", str(PROJECT_ROOT / "app" / "content"))
        command = [sys.executable, "-m", "load_bench.measuring", str(options.users), str(options.think),
                   str(options.seconds), str(options.processes)]  # fmt: skip
        limits = {"KAKANAI_SEARCH_LIMIT_HOUR": "100000", "KAKANAI_SEARCH_LIMIT_DAY": "100000"}
        rows = _measure(command, run.environment() | limits)
    lines = table({"load": rows})
    say("\n".join(lines))
    if options.write:
        measured = f"{options.population:,} residents, PostgreSQL, {options.processes} server processes"
        write_section("Load", measured, lines)
    return 0 if all(row.kept for row in rows) else 1


def _measure(command: list[str], environment: dict[str, str]) -> list[Row]:
    """The rows, which are the last line the measuring process prints; what it prints before is its progress."""
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as measuring:
        last = ""
        for line in measuring.stdout or ():
            if last:
                say(last)
            last = line.rstrip()
    if measuring.returncode:
        raise SystemExit(measuring.returncode)
    return [Row(**row) for row in json.loads(last)]


if __name__ == "__main__":
    sys.exit(main())
