"""The watch as a process: it ends when it is told to, and what a killed one leaves is taken up by the next."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.config import PROJECT_ROOT
from app.data import feed_jobs
from app.data.models.base import utc_now
from app.data.transactions import transaction
from app.domain.feed_jobs import JobState
from app.extensions import db
from app.operations.feed_watch import Watch
from tests.integration import small_city as city
from tests.integration.test_feed_import import contents


@pytest.fixture
def folder(app: Flask) -> Path:
    """A watch folder with the small city in it, not yet taken in."""
    made: Path = app.config["KAKANAI"].feeds
    city.write(made, city.people())
    db.session.remove()
    return made


def watching(app: Flask, *stage: str) -> subprocess.Popen[str]:
    settings = app.config["KAKANAI"]
    command = [
        sys.executable,
        "-m",
        "tests.integration.watching",
        settings.database_url,
        str(settings.instance),
        *stage,
    ]
    return subprocess.Popen(command, cwd=PROJECT_ROOT, stderr=subprocess.PIPE, text=True)


def wait_until(found: Callable[[], bool]) -> None:
    for _ in range(300):
        happened = found()
        db.session.remove()  # an open look would keep the other process from writing on SQLite
        if happened:
            return
        time.sleep(0.2)
    pytest.fail("it did not happen within a minute")


def test_it_takes_in_what_is_there_and_ends_when_told(app: Flask, folder: Path) -> None:
    with watching(app) as process:
        wait_until(lambda: any(job.state is JobState.SUCCEEDED for job in feed_jobs.list_jobs(1)))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0, process.stderr.read() if process.stderr else ""
    db.session.remove()
    watcher = feed_jobs.find_watcher(utc_now())
    assert watcher is not None and not watcher.alive


def test_a_killed_one_is_followed_by_the_next(app: Flask, folder: Path) -> None:
    before = contents()
    with watching(app, "切替") as process:
        assert process.wait(timeout=120) == -signal.SIGKILL
    assert contents() == before
    with transaction() as session:
        session.execute(text("UPDATE feed_lease SET expires_at = seen_at"))
    watch = Watch()
    watch.begin()
    assert [job.state for job in feed_jobs.list_jobs(1)] == [JobState.STOPPED]
    assert [job.state for job in watch.look()] == [JobState.SUCCEEDED]
