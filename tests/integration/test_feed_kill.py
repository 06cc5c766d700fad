"""An import killed at any moment: the register is the old one or the new one, and the next run needs no hand work."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.config import PROJECT_ROOT
from app.data import audit_check, register
from app.extensions import db
from app.operations import feeds
from tests.integration import small_city as city
from tests.integration.import_and_die import STEPS
from tests.integration.test_feed_import import contents

BEFORE_THE_SWITCH = [
    "世帯の確認 0",
    "読み取り 01a 住民情報 0",
    "読み取り 18b 地番 3",
    "前回との比較 0",
    "検索の準備 3",
    "切替 0",
]
AFTER_THE_COMMIT = "切替 1"


@pytest.fixture
def night(app: Flask, tmp_path: Path) -> Path:
    """The small city imported, and the next night's files: a move, a new measure, a new resident."""
    city.write(tmp_path / "first", city.people())
    feeds.import_files([tmp_path / "first"])
    data = city.people()
    data["01a"][0] |= {"jusho_banchigohyoki": "8番8号"}
    data["01a"].append(city.resident(10, "新田　新", "ニッタ　シン", "2000-01-01", 8))
    data["01c"].append(city.measure(5))
    data["18b"].append({**data["18b"][0], "banchi": "30"})
    city.write(
        tmp_path / "next",
        {name: data[name] for name in ("01a", "01b", "01c", "18b")},
        at="2026-11-21T01:00:00",
    )
    return tmp_path / "next"


def run_and_die(app: Flask, folder: Path, point: str) -> None:
    settings = app.config["KAKANAI"]
    db.session.remove()
    command = [
        sys.executable, "-m", "tests.integration.import_and_die",
        settings.database_url, str(settings.instance), str(folder), point,
    ]  # fmt: skip
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL, f"{point}: {done.returncode} {done.stderr}"


@pytest.mark.parametrize("point", [*BEFORE_THE_SWITCH, *STEPS])
def test_killed_before_the_commit_leaves_the_old_register(app: Flask, night: Path, point: str) -> None:
    before = contents()
    run_and_die(app, night, point)
    assert contents() == before
    assert not audit_check.verify().breaks
    feeds.import_files([night])
    assert_new()


def test_killed_after_the_commit_leaves_the_new_register(app: Flask, night: Path) -> None:
    run_and_die(app, night, AFTER_THE_COMMIT)
    assert_new()
    assert not audit_check.verify().breaks
    (report,) = feeds.import_files([night])
    assert all(file.known for file in report.files)


def assert_new() -> None:
    db.session.rollback()
    assert db.session.scalar(text("SELECT count(*) FROM person WHERE name = '新田　新'")) == 1
    assert (
        db.session.scalar(text("SELECT lot FROM person WHERE number = :n"), {"n": city.number(1)}) == "8番8号"
    )
    assert register.count_protected().protected == 3
    assert db.session.scalar(text("SELECT count(*) FROM lot")) == 3
    logged = "SELECT count(*) FROM audit_event WHERE action = 'feed.imported'"
    assert db.session.scalar(text(logged)) == db.session.scalar(
        text("SELECT count(*) FROM feed_import WHERE applied")
    )
