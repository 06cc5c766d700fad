#!/usr/bin/env python3
"""Measure the product on a city of 64,000 and print figure, baseline and limit.

    python3 scripts/bench.py [NAME …] [--population N] [--instance DIR] [--write]
    python3 scripts/bench.py register [--population N …] [--database sqlite postgresql] [--again [STAGE …]] [--write]
    python3 scripts/bench.py load [--users N] [--think SECONDS] [--seconds N] [--processes N] [--write]
    python3 scripts/bench.py cards [--readings N] [--write]
    python3 scripts/bench.py record [--rows N] [--database sqlite postgresql] [--write]

The first form makes the city if it is not there. The second measures the register alone, at several sizes and on both
databases (`register_bench`); it goes on where it stopped. The third lets a city's staff work at once on PostgreSQL
(`load_bench`), and then more of them until no more is answered. The fourth reads virtual cards over pcscd (`card_bench`; as
root, with the packages that scripts/test.py installs). The fifth measures the operation log (`record_bench`). ``--write``
puts the table into docs/benchmarks.md. Exits 1 when a figure is over its limit or a benchmark failed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from report import table, write_section

from benchmarks import Row
from environment import PYTHON, ROOT, SERVER, EnvironmentProblem, ensure_packages, say
from start import Instance, Stop, prepare_city

SCRIPTS = ROOT / "scripts"
POPULATION = 64_000
APART = {"register": "register_bench", "load": "load_bench", "cards": "card_bench", "record": "record_bench"}
"""Benchmarks that prepare what they measure themselves → their package."""


def main() -> int:
    """Prepare, measure, report."""
    if sys.argv[1:2] and sys.argv[1] in APART:
        return _apart(APART[sys.argv[1]], sys.argv[2:])
    names = sorted(
        path.stem for path in (SCRIPTS / "benchmarks").glob("*.py") if not path.stem.startswith("_")
    )
    parser = argparse.ArgumentParser(description="Measure the product beside baselines of the same run.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which (default: all of {', '.join(names)})"
    )
    parser.add_argument("--population", type=int, default=POPULATION)
    parser.add_argument("--instance", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    options = parser.parse_args()
    unknown = set(options.names) - set(names)
    if unknown:
        parser.error(f"no benchmark named {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    instance = Instance(options.instance.resolve())
    try:
        ensure_packages(SERVER)
        prepare_city(instance, {"population": options.population, "seed": 1})
    except (Stop, EnvironmentProblem) as problem:
        say(str(problem))
        return 1
    results = {name: _run(name, instance) for name in options.names or names}
    lines = table(results)
    say("\n".join(lines))
    if options.write:
        write_section("Product", f"{options.population:,} residents", lines)
    return 0 if all(rows and all(row.kept for row in rows) for rows in results.values()) else 1


def _apart(package: str, arguments: list[str]) -> int:
    """Run a package of benchmarks that prepares what it measures itself."""
    try:
        ensure_packages(SERVER)
    except EnvironmentProblem as problem:
        say(str(problem))
        return 1
    paths = {"PYTHONPATH": os.pathsep.join((str(ROOT), str(SCRIPTS))), "PYTHONUNBUFFERED": "1"}
    command = [str(PYTHON), "-m", package, *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | paths).returncode


def _run(name: str, instance: Instance) -> list[Row]:
    """The rows of one benchmark, none when it failed; what it says goes to the terminal."""
    say(f"{name} …")
    environment = instance.environment() | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(SCRIPTS)))}
    command = [str(PYTHON), "-m", "benchmarks", name]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    if done.returncode != 0:
        say(f"{name} failed")
        return []
    return [Row(**row) for row in json.loads(done.stdout.splitlines()[-1])]


if __name__ == "__main__":
    sys.exit(main())
