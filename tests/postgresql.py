"""A PostgreSQL server of the tests' (or a benchmark's) own, never a server that was there before."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg

SUPERUSER = "postgres"
SPEED_OVER_DURABILITY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
    "shared_buffers": "128MB",
    "max_connections": "60",
}


class ServerMissing(Exception):
    """PostgreSQL cannot be started here; the message says why."""


def binaries() -> Path:
    """The folder with ``initdb`` and ``postgres``; raises ServerMissing."""
    on_path = shutil.which("initdb")
    if on_path:
        # Distributions link single programs into the path; the others stand beside the real file.
        return Path(on_path).resolve().parent
    found: list[Path] = []
    for pattern in ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin"):
        found += [folder for folder in Path("/").glob(pattern) if (folder / "initdb").exists()]
    if not found:
        raise ServerMissing("PostgreSQL (initdb) is not installed")
    return max(
        found, key=lambda folder: [int(part) for part in folder.parent.name.split("@") if part.isdigit()]
    )


def _as_user() -> list[str]:
    """The server refuses to run as root: the prefix that starts it as Debian's own user for it."""
    if os.name != "posix" or os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        raise ServerMissing("started as root, and setpriv (util-linux) is not installed")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--pdeathsig=INT", "--"]


@contextlib.contextmanager
def running_server(
    options: Mapping[str, str] = SPEED_OVER_DURABILITY, kept: Path | None = None
) -> Iterator[str]:
    """Yield the URL prefix of a server, to which a database name is appended; stopped afterwards.

    Its data are fresh and thrown away, or ``kept`` in that folder for the next time. ``options`` are its settings.
    """
    programs, prefix = binaries(), _as_user()
    folder = kept or Path(tempfile.mkdtemp(prefix="kakanai-postgresql-"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if prefix:
            shutil.chown(folder, SUPERUSER, SUPERUSER)
        data = folder / "data"
        if not (data / "PG_VERSION").exists():
            _initialise(prefix, programs, data)
        port = _free_port()
        places = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": str(folder)}
        command = [*prefix, str(programs / "postgres"), "-D", str(data)]
        for name, value in {**options, **places}.items():
            command += ["-c", f"{name}={value}"]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
            try:
                _wait_until_ready(server, port, folder / "log")
                yield f"postgresql+psycopg://{SUPERUSER}@127.0.0.1:{port}/"
            finally:
                server.terminate()
                _stop(server, 60 if kept else 5)
    finally:
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)


def _initialise(prefix: list[str], programs: Path, data: Path) -> None:
    problem = ""
    for locale in ("C.UTF-8", "C"):  # macOS knows no C.UTF-8
        command = [*prefix, str(programs / "initdb"), "-D", str(data), "-U", SUPERUSER, "-A", "trust"]
        command += ["-E", "UTF8", f"--locale={locale}", "--no-sync"]
        done = subprocess.run(command, cwd=data.parent, capture_output=True, text=True)
        if done.returncode == 0:
            return
        problem = done.stderr
        shutil.rmtree(data, ignore_errors=True)
    raise ServerMissing(f"initdb failed for user {getpass.getuser()}: {problem.strip()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        if server.poll() is not None:
            break
        try:
            psycopg.connect(host="127.0.0.1", port=port, user=SUPERUSER, dbname=SUPERUSER).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise ServerMissing(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _stop(server: subprocess.Popen[bytes], patience: int) -> None:
    # Smart shutdown waits for clients that forgot to leave.
    try:
        server.wait(patience)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
