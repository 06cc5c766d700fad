"""``python -m register_bench``: see ``scripts/bench.py register``."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from report import table, write_section

from app.config import PROJECT_ROOT
from benchmarks import Row
from environment import say
from register_bench import stages
from register_bench.city import make_feeds, make_night
from register_bench.clients import beside_an_import
from register_bench.databases import database, shared_buffers
from register_bench.stages import Figures, Run

POPULATIONS = (64_000, 1_000_000)
DATABASES = ("sqlite", "postgresql")
STAGES: dict[str, Callable[[Run], Figures]] = {
    "import": stages.full_import,
    "sizes": stages.sizes,
    "search": stages.searches,
    "night": stages.night,
    "clients": beside_an_import,
}
CLIENTS_UP_TO = 64_000
"""Larger registers are not measured beside an import: the target is that of one city."""

SMALL = 64_000
RAW_SHARE = {"sqlite": 0.20, "postgresql": 0.12}
NIGHTLY_SHARE = 0.05
MEMORY_MIB = 300
P50 = {("sqlite", True): 15, ("postgresql", True): 6, ("sqlite", False): 15, ("postgresql", False): 15}
P99 = {("sqlite", True): 40, ("postgresql", True): 12, ("sqlite", False): 80, ("postgresql", False): 80}
GROWTH = 1.5
LONGEST_WAIT_MS = 1000
BESIDE = 3
"""How many times slower the 99 % of searches may be beside an import."""


def main() -> int:
    """Measure what is not measured yet, and print everything."""
    parser = argparse.ArgumentParser(
        prog="bench.py register", description="Measure the register at several sizes."
    )
    parser.add_argument("--population", type=int, nargs="+", default=list(POPULATIONS))
    parser.add_argument("--database", nargs="+", choices=DATABASES, default=list(DATABASES))
    parser.add_argument("--folder", type=Path, default=PROJECT_ROOT / "build" / "register")
    parser.add_argument(
        "--again", nargs="*", choices=tuple(STAGES), help="measure these stages anew (all without a name)"
    )
    parser.add_argument("--write", action="store_true", help="write the section of docs/benchmarks.md")
    options = parser.parse_args()
    runs: dict[tuple[str, int], dict[str, Figures]] = {}
    for population in options.population:
        place = options.folder.resolve() / str(population)
        _make_files(population, place)
        for kind in options.database:
            again = None if options.again is None else set(options.again or STAGES)
            runs[(kind, population)] = _measure(place, kind, population, again)
    rows = [row for (kind, population), found in runs.items() for row in _rows(kind, population, found)]
    rows += _growth(runs)
    lines = table({"register": rows})
    say("\n".join(lines))
    if options.write:
        write_section("Register", f"{', '.join(f'{one:,}' for one in options.population)} residents", lines)
    return 0 if all(row.kept for row in rows) else 1


def _make_files(population: int, place: Path) -> None:
    """In a process of its own: a command that is started later is said to have needed as much memory as whoever started it."""
    with ProcessPoolExecutor(1, get_context("spawn")) as maker:
        maker.submit(make_feeds, population, place / "feeds").result()
        for days in (1, 2):
            maker.submit(make_night, place / "feeds", place / f"night-{days}", days).result()


def _measure(place: Path, kind: str, population: int, again: set[str] | None) -> dict[str, Figures]:
    say(f"{population:,} residents on {kind}:")
    if again and "import" in again:
        # Everything after the import was measured on the register it made.
        shutil.rmtree(place / kind, ignore_errors=True)
    with database(kind, place / kind, shared_buffers(population)) as url:
        run = Run(place, kind, url)
        if run.figures:
            # The product may be another since the stages before.
            run.flask("db", "upgrade")
        for name, stage in STAGES.items():
            if name == "clients" and population > CLIENTS_UP_TO:
                continue
            if name in run.figures and not (again and name in again):
                say(f"  {name}: measured before")
                continue
            run.note(name, stage(run))
        return run.figures


def _rows(kind: str, population: int, found: dict[str, Figures]) -> list[Row]:
    """Everything of one run beside its target."""
    where = f"{kind}, {population:,}"
    imported, search, size, night = (found[name] for name in ("import", "search", "sizes", "night"))
    small = population <= SMALL
    rows = [
        Row(f"{where}: full import", imported["full"], "s", imported["raw"], "raw load of the same rows",
            imported["raw"] / RAW_SHARE[kind]),
        Row(f"{where}: peak memory of the importing process", imported["memory"], "MiB", limit=MEMORY_MIB),
        Row(f"{where}: difference of 2 %", night["seconds"], "s", imported["full"], "full import",
            imported["full"] * NIGHTLY_SHARE),
        Row(f"{where}: search keys on disk", size["keys"], "MiB", size["whole"], "whole database"),
    ]  # fmt: skip
    lookup = search["look-up"]
    for what, figure in search.items():
        if what != "look-up":
            most = (P50 if what.endswith("median") else P99)[(kind, small)]
            rows.append(
                Row(f"{where}: {what}", figure, "ms", lookup, "look-up by primary key", lookup * most)
            )
    beside = found.get("clients")
    if beside:
        rows += [
            Row(f"{where}: 20 clients beside an import, search, 99 %", beside["p99 beside"], "ms", beside["p99 alone"],
                "the same without the import", beside["p99 alone"] * BESIDE),
            Row(f"{where}: 20 clients beside an import, longest wait", beside["longest"], "ms", beside["longest alone"],
                "the same without the import", LONGEST_WAIT_MS),
            Row(f"{where}: 20 clients beside an import, errors and mixtures", beside["faults"], "", limit=0),
        ]  # fmt: skip
    return rows


def _growth(runs: dict[tuple[str, int], dict[str, Figures]]) -> list[Row]:
    """How the medians (as multiples of the look-up), memory and keys grow from the smallest to the largest register."""
    rows = []
    for kind in DATABASES:
        sizes = sorted(population for database, population in runs if database == kind)
        if len(sizes) < 2:
            continue
        small, large = runs[(kind, sizes[0])], runs[(kind, sizes[-1])]
        of = f"{kind}, {sizes[0]:,} to {sizes[-1]:,}"
        for what in large["search"]:
            if what.endswith("median"):
                before = small["search"][what] / small["search"]["look-up"]
                after = large["search"][what] / large["search"]["look-up"]
                rows.append(
                    Row(f"{of}: {what}", after, "× look-up", before, f"at {sizes[0]:,}", before * GROWTH)
                )
        rows.append(
            Row(
                f"{of}: peak memory",
                large["import"]["memory"],
                "MiB",
                small["import"]["memory"],
                f"at {sizes[0]:,}",
            )
        )
        rows.append(
            Row(
                f"{of}: search keys",
                large["sizes"]["keys"],
                "MiB",
                small["sizes"]["keys"],
                f"at {sizes[0]:,}",
            )
        )
    return rows


if __name__ == "__main__":
    sys.exit(main())
