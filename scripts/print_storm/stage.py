"""What the storm plays on: a prepared database and several server processes that may be killed at any time."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import signal
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.config import PROJECT_ROOT, Keys, Settings
from app.data.models.case import DocumentRow
from app.data.models.register import PersonRow
from app.domain.dates import today_in_japan
from app.extensions import db
from app.operations.staff import NewStaff, create_demo_staff
from print_storm.people import marks_of, write_city
from tests.conftest import DEMO_PASSWORD
from tests.integration.server import Server
from tests.postgresql import running_server

COUNTER = "main"
RENDER_SECONDS, RENDERERS = 8, 3


@dataclass(frozen=True)
class Household:
    """Residents who live together: the id of the householder's page, and whose names may stand on their papers."""

    person: str
    name: str
    names: tuple[str, ...]

    @property
    def marks(self) -> frozenset[str]:
        """What their papers may show."""
        return marks_of(list(self.names))


@dataclass
class Stage:
    """The servers of a storm, on one database."""

    app: Flask
    servers: list[Server]
    households: list[Household]
    users: list[str]
    url: str
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def port(self, choice: float) -> int:
        """The address of one of the servers; ``choice`` from 0 to 1 picks it."""
        return self.servers[int(choice * len(self.servers))].port

    def restart(self, at: int) -> None:
        """Kill a server and start it again."""
        with self._guard:
            _kill(self.servers[at])
            self.servers[at].start()

    def strike_renderer(self, at: int, sign: signal.Signals) -> bool:
        """Send a signal to a renderer of a server; False when none runs."""
        process = self.servers[at].process
        for child in _children(process.pid if process else 0):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, sign)
                return True
        return False

    def errors(self) -> Counter[str]:
        """The kinds of errors that the servers wrote into their logs, and how often."""
        said = "".join(
            one.log.read_text(errors="replace") for one in self.servers if one.log and one.log.exists()
        )
        return Counter(
            " ".join(found) for found in re.findall(r"\berror \S+ (\S+) (\w+)$", said, re.MULTILINE)
        )

    def documents(self) -> dict[str, str]:
        """Id and hash of every stored paper."""
        with self.app.app_context():
            found = db.session.execute(select(DocumentRow.id, DocumentRow.sha256)).all()
            return {row.id: row.sha256 for row in found}

    def plain_url(self) -> str:
        """The database's address for a connection of one's own."""
        return self.url.replace("postgresql+psycopg://", "postgresql://")


def _kill(server: Server) -> None:
    """With its renderers: they end by themselves when their server is gone, but not those that were stopped."""
    renderers = _children(server.process.pid) if server.process else []
    server.kill()
    for number in renderers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


def _children(parent: int) -> list[int]:
    """The renderers among the children of a process (Linux)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
            if (
                int(stat.rpartition(")")[2].split()[1]) == parent
                and b"worker" in (folder / "cmdline").read_bytes()
            ):
                found.append(int(folder.name))
    return found


def prepare(app: Flask, folder: Path, users: int, households: int) -> tuple[list[str], list[Household]]:
    """Give an application on a migrated database its content, its staff and a city of marked residents."""
    write_city(folder, households)
    run = app.test_cli_runner(env={"KAKANAI_DEMO_PASSWORD": DEMO_PASSWORD})
    commands = (
        ["content", "load", str(PROJECT_ROOT / "app" / "content")],
        ["staff", "demo"],
        ["feed", "import", str(folder)],
    )
    for command in commands:
        result = run.invoke(args=command)
        if result.exit_code:
            raise RuntimeError(f"flask {' '.join(command)}: {result.output}")
    names = [f"storm-{number:03d}" for number in range(users)]
    with app.app_context():
        create_demo_staff(
            [NewStaff(name, "嵐　試", ((COUNTER, "counter"),)) for name in names],
            DEMO_PASSWORD,
            today_in_japan(),
        )
        found = _households()
        db.session.remove()
    return names, found


def _households() -> list[Household]:
    members: dict[str, list[PersonRow]] = {}
    for row in db.session.scalars(
        select(PersonRow)
        .where(PersonRow.status == "resident", PersonRow.protected.is_(False))
        .order_by(PersonRow.number)
    ):
        members.setdefault(str(row.group_key), []).append(row)
    return [Household(rows[0].id, rows[0].name, tuple(row.name for row in rows)) for rows in members.values()]


@contextlib.contextmanager
def running_stage(
    users: int, processes: int, households: int, more: Mapping[str, str] | None = None
) -> Iterator[Stage]:
    """A storm's stage on a PostgreSQL server of its own; everything is thrown away afterwards.

    ``more`` are settings of its servers.
    """
    with (
        tempfile.TemporaryDirectory(prefix="kakanai-storm-") as place,
        running_server({"max_connections": "300"}) as prefix,
    ):
        with psycopg.connect(prefix.replace("+psycopg", "") + "postgres", autocommit=True) as admin:
            admin.execute("CREATE DATABASE storm")
        instance = Path(place) / "instance"
        instance.mkdir()
        keys = Keys(*(secrets.token_bytes(32) for _ in range(4)))
        app = create_app(
            Settings(
                instance,
                keys,
                f"{prefix}storm",
                demo=True,
                password_hash_memory_kib=256,
                password_hash_time_cost=1,
            )
        )
        result = app.test_cli_runner().invoke(args=["db", "upgrade"])
        if result.exit_code:
            raise RuntimeError(result.output)
        names, found = prepare(app, Path(place) / "feeds", users, households)
        with served(app, processes, names, found, more) as stage:
            yield stage


@contextlib.contextmanager
def served(
    app: Flask,
    processes: int,
    users: list[str],
    households: list[Household],
    more: Mapping[str, str] | None = None,
) -> Iterator[Stage]:
    """Server processes on an application's database, ended afterwards."""
    settings: Settings = app.config["KAKANAI"]
    own: Mapping[str, str] = {
        "KAKANAI_RENDER_TIMEOUT": str(RENDER_SECONDS), "KAKANAI_RENDER_WORKERS": str(RENDERERS), **(more or {}),
    }  # fmt: skip
    stage = Stage(
        app,
        [Server(app, more=own, log=settings.instance / f"server-{at}.log") for at in range(processes)],
        households,
        users,
        settings.database_url,
    )
    try:
        for server in stage.servers:
            server.start()
        yield stage
    finally:
        for server in stage.servers:
            _kill(server)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
