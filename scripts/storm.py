#!/usr/bin/env python3
"""The print storm: many clerks print at once over several server processes while things break; every page is read.

    python3 scripts/storm.py --jobs 10000 --users 50 --processes 2 [--out report.md]
    python3 scripts/storm.py --jobs 300000 --users 50 --processes 2 --out report.md
    python3 scripts/storm.py cards --pairs 10000 [--couples 4] [--processes 2]

The last form reads cards at two seats in the same moment, over and over and at several pairs of seats at once, while messages
are replayed, forged, late and sent for others (`card_storm`).

It says how far it is every ten seconds; Ctrl+C ends it with a report of what was done. Needs PostgreSQL and poppler, as
the tests do, and starts a database server of its own. Exits 1 when a page was foreign, missing or too many.
"""

from __future__ import annotations

import os
import subprocess
import sys

from environment import PYTHON, ROOT, TESTS, EnvironmentProblem, ensure_packages, say


def main() -> int:
    """Run `print_storm` or `card_storm` with the project's own Python."""
    try:
        ensure_packages(TESTS)
    except EnvironmentProblem as problem:
        say(str(problem))
        return 1
    paths = {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "scripts"))), "PYTHONUNBUFFERED": "1"}
    cards = sys.argv[1:2] == ["cards"]
    command = [
        str(PYTHON),
        "-m",
        *(["card_storm", *sys.argv[2:]] if cards else ["print_storm", *sys.argv[1:]]),
    ]
    try:
        return subprocess.run(command, cwd=ROOT, env=os.environ | paths).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
