"""``flask city generate``: what it says, and what it refuses."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from app.commands.city import cli
from app.demo.city import SMALLEST
from app.intake.manifest import list_feeds, read_manifest


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["generate", *arguments], obj=ScriptInfo(create_app=lambda: Flask("test")))


def test_it_writes_the_feeds_and_tells_progress_on_standard_error(tmp_path: Path) -> None:
    out = tmp_path / "new" / "feeds"
    result = run("--population", str(SMALLEST), "--seed", "3", "--as-of", "2026-12-01", "--out", str(out))
    assert result.exit_code == 0
    feeds = list_feeds(out)
    assert len(feeds) == 27
    assert {read_manifest(path).as_of.date().isoformat() for path in feeds} == {"2026-11-30"}
    assert "27 ファイル" in result.stdout and "27/27" not in result.stdout
    assert "27/27" in result.stderr


def test_it_refuses_a_folder_that_holds_other_files(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("private", encoding="utf-8")
    result = run("--population", str(SMALLEST), "--out", str(tmp_path))
    assert result.exit_code == 1
    assert "空ではありません" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_it_refuses_numbers_it_cannot_make(tmp_path: Path) -> None:
    for wrong in (
        ("--population", "10"),
        ("--as-of", "2019-01-01"),
        ("--as-of", "tomorrow"),
        ("--seed", "x"),
    ):
        result = run(*wrong, "--out", str(tmp_path / "feeds"))
        assert result.exit_code != 0
        assert wrong[1] in result.stderr
    assert list(tmp_path.iterdir()) == []
