"""What the two databases are measured by: the raw load of the same rows, and what the product's tables take on disk."""

from __future__ import annotations

import contextlib
import csv
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from sqlalchemy import Engine, text

from app.intake.manifest import list_feeds
from tests.postgresql import running_server

DURABLE = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "maintenance_work_mem": "256MB",
    "jit": "off",
    "max_connections": "100",
}
"""Settings of the measured server: as safe as PostgreSQL comes, with memory as for a small city's server."""


LARGE = 500_000
"""Residents from which on the server is one of a large city."""


def shared_buffers(population: int) -> str:
    """The memory of the measured server: for a large city a quarter of the machine's, as PostgreSQL's manual advises."""
    if population < LARGE:
        return DURABLE["shared_buffers"]
    return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') // 4 >> 20}MB"


@contextlib.contextmanager
def database(kind: str, folder: Path, memory: str = DURABLE["shared_buffers"]) -> Iterator[str]:
    """The URL of the database of that kind in ``folder``; empty for the embedded one, which has its default place."""
    if kind == "sqlite":
        yield ""
        return
    with running_server({**DURABLE, "shared_buffers": memory}, folder / "postgresql") as prefix:
        with psycopg.connect(_plain(prefix) + "postgres", autocommit=True) as admin:
            there = admin.execute("SELECT 1 FROM pg_database WHERE datname = 'kakanai'").fetchone()
            if there is None:
                admin.execute("CREATE DATABASE kakanai")
        yield f"{prefix}kakanai"


def raw_load(url: str, feeds: Path, folder: Path) -> float:
    """Seconds that every cell of every file takes into a table of its file, in one transaction, nothing checked."""
    started = time.perf_counter()
    if url:
        _copy(_plain(url), feeds)
    else:
        _insert_many(folder / "raw.db", feeds)
    return time.perf_counter() - started


def forget_raw_load(url: str, feeds: Path, folder: Path) -> None:
    """Take away what `raw_load` made."""
    (folder / "raw.db").unlink(missing_ok=True)
    if url:
        with psycopg.connect(_plain(url), autocommit=True) as connection:
            for at, _ in enumerate(list_feeds(feeds)):
                connection.execute(f"DROP TABLE IF EXISTS raw{at}")


def _insert_many(path: Path, feeds: Path) -> None:
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    for at, file in enumerate(list_feeds(feeds)):
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.reader(stream)
            columns = ", ".join(f"c{place}" for place in range(len(next(rows))))
            connection.execute(f"CREATE TABLE raw{at} ({columns})")
            places = columns.count(",") + 1
            connection.executemany(f"INSERT INTO raw{at} VALUES ({', '.join('?' * places)})", rows)  # noqa: S608
    connection.commit()
    connection.close()


def _copy(url: str, feeds: Path) -> None:
    """COPY of the files' bytes: the least work there is."""
    with psycopg.connect(url) as connection:
        for at, file in enumerate(list_feeds(feeds)):
            with file.open(encoding="utf-8-sig", newline="") as stream:
                columns = ", ".join(f"c{place} text" for place in range(len(next(csv.reader(stream)))))
            connection.execute(f"CREATE TABLE raw{at} ({columns})")
            with (
                connection.cursor() as cursor,
                cursor.copy(f"COPY raw{at} FROM STDIN (FORMAT csv, HEADER true)") as copy,
                file.open("rb") as raw,
            ):
                while block := raw.read(1 << 18):
                    copy.write(block)
        connection.commit()


def sizes(engine: Engine) -> dict[str, float]:
    """MiB of the search keys with their indexes, and of the whole database."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            keys = connection.scalar(text("SELECT pg_total_relation_size('search_key')"))
            whole = connection.scalar(text("SELECT pg_database_size(current_database())"))
        else:
            names = "'search_key', 'ix_search_key_person'"
            keys = connection.scalar(text(f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({names})"))  # noqa: S608
            pages = connection.scalar(text("PRAGMA page_count"))
            whole = int(pages or 0) * int(connection.scalar(text("PRAGMA page_size")) or 0)
    return {"keys": int(keys or 0) / 2**20, "whole": int(whole or 0) / 2**20}


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")
