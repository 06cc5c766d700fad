#!/usr/bin/env python3
"""Measure the product on a city of 64,000 and print figure, baseline and limit.

    python3 scripts/bench.py [NAME …] [--population N] [--instance DIR] [--write]

Makes the city first if it is not there. ``--write`` puts the table into docs/benchmarks.md. Exits 1 when a figure is
over its limit or a benchmark failed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path

from benchmarks import Row
from environment import PYTHON, ROOT, SERVER, EnvironmentProblem, ensure_packages, say
from start import Instance, Stop, prepare_city

SCRIPTS = ROOT / "scripts"
POPULATION = 64_000
HEAD = ("| measured | figure | limit | baseline | times the baseline |", "| --- | --- | --- | --- | --- |")


def main() -> int:
    """Prepare, measure, report."""
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
    lines = _table(results)
    say("\n".join(lines))
    if options.write:
        _write(lines, options.population)
    return 0 if all(rows and all(row.kept for row in rows) for rows in results.values()) else 1


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


def _table(results: dict[str, list[Row]]) -> list[str]:
    lines = list(HEAD)
    for name, rows in results.items():
        for row in rows:
            limit = (
                f"{_number(row.limit)} {row.unit}{'' if row.kept else ' **over**'}"
                if row.limit is not None
                else "–"
            )
            baseline = f"{_number(row.baseline)} {row.unit} ({row.baseline_of})" if row.baseline else "–"
            ratio = f"{row.ratio:.1f}" if row.ratio else "–"
            lines.append(
                f"| {name}: {row.what} | {_number(row.figure)} {row.unit} | {limit} | {baseline} | {ratio} |"
            )
    return lines


def _number(value: float | None) -> str:
    """Three digits that mean something, and no more."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _write(lines: list[str], population: int) -> None:
    text = [
        "# Benchmarks",
        "",
        "Written by `python3 scripts/bench.py --write`. Figures hold for the machine of that day; the baseline beside",
        "each was taken in the same run, so that the last column can be compared between machines.",
        "",
        f"{date.today():%Y-%m-%d}, {population:,} residents, {os.cpu_count()} processors ({platform.machine()}), "
        f"Python {platform.python_version()}.",
        "",
        *lines,
        "",
    ]
    (ROOT / "docs" / "benchmarks.md").write_text("\n".join(text), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
