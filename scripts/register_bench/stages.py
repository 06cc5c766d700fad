"""The stages of a run on one population and one database; each returns plain figures that are kept as JSON."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import create_engine

from app.config import PROJECT_ROOT
from environment import say
from register_bench import databases

Figures = dict[str, float]

_SECONDS = re.compile(r"（([0-9.]+)秒）")


class Run:
    """One population on one database, with its folder, its environment, and what was measured already."""

    def __init__(self, folder: Path, kind: str, url: str) -> None:
        self.feeds = folder / "feeds"
        self.folder = folder / kind
        self.instance = self.folder / "instance"
        self.kind = kind
        self.url = url
        self.folder.mkdir(parents=True, exist_ok=True)
        self._record = self.folder / "figures.json"

    @property
    def figures(self) -> dict[str, Figures]:
        """By stage."""
        if not self._record.exists():
            return {}
        found: dict[str, Figures] = json.loads(self._record.read_text(encoding="utf-8"))
        return found

    def note(self, stage: str, figures: Mapping[str, float]) -> None:
        """Keep a complete stage; a killed run leaves the record before it or after it."""
        draft = self._record.with_suffix(".part")
        draft.write_text(
            json.dumps({**self.figures, stage: dict(figures)}, ensure_ascii=False, indent=1), encoding="utf-8"
        )
        draft.replace(self._record)

    def environment(self) -> dict[str, str]:
        """For a process that works on this run's instance."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("KAKANAI_")}
        own = {
            "KAKANAI_INSTANCE": str(self.instance),
            "KAKANAI_DEMO": "true",
            "KAKANAI_SECURE_COOKIE": "false",
            # Clients who are measured again within the hour are not to be stopped by what they searched before.
            "KAKANAI_SEARCH_LIMIT_HOUR": "0",
            "KAKANAI_SEARCH_LIMIT_DAY": "0",
        }
        if self.url:
            own["KAKANAI_DATABASE_URL"] = self.url
        paths = os.pathsep.join((str(PROJECT_ROOT), str(PROJECT_ROOT / "scripts")))
        return clean | own | {"PYTHONPATH": paths, "PYTHONUTF8": "1"}

    def flask(self, *arguments: str) -> tuple[float, float]:
        """Seconds that a command of the product says it took (all of it where it says nothing), and its peak memory in MiB."""
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", *arguments],
            cwd=PROJECT_ROOT, env=self.environment(), stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        assert process.stdout is not None  # noqa: S101
        last = [line for line in process.stdout if line.strip()][-1:]
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"flask {' '.join(arguments)} failed: {''.join(last)}")
        said = _SECONDS.search(last[0]) if last else None
        seconds = float(said[1]) if said else time.perf_counter() - started
        return seconds, usage.ru_maxrss / 1024


def full_import(run: Run) -> Figures:
    """The raw load of the rows, and the import of the same files into an empty register."""
    say("  raw load …")
    raw = databases.raw_load(run.url, run.feeds, run.folder)
    databases.forget_raw_load(run.url, run.feeds, run.folder)
    say(f"  raw load {raw:.1f} s; full import …")
    run.flask("db", "upgrade")
    seconds, memory = run.flask("feed", "import", str(run.feeds))
    say(f"  full import {seconds:.1f} s, {memory:.0f} MiB")
    return {"raw": raw, "full": seconds, "memory": memory}


def sizes(run: Run) -> Figures:
    """MiB on disk."""
    url = run.url or f"sqlite:///{(run.instance / 'kakanai.db').as_posix()}"
    engine = create_engine(url)
    found = databases.sizes(engine)
    engine.dispose()
    return found


def searches(run: Run) -> Figures:
    """The look-up by primary key, and median and 99 % of each kind of search, in milliseconds."""
    say("  searches …")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "search"],
        cwd=PROJECT_ROOT, env=run.environment(), stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    rows = json.loads(done.stdout.splitlines()[-1])
    return {"look-up": rows[0]["baseline"], **{row["what"]: row["figure"] for row in rows}}


def night(run: Run) -> Figures:
    """The import of a night's difference."""
    say("  a night's difference …")
    seconds, memory = run.flask("feed", "import", str(run.feeds.with_name("night-1")))
    say(f"  a night's difference {seconds:.1f} s")
    return {"seconds": seconds, "memory": memory}
