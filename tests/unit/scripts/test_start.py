"""scripts/start.py: what it refuses, and what it keeps when it is killed."""

from __future__ import annotations

import argparse
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from app.config import PROJECT_ROOT


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(PROJECT_ROOT / "scripts")
    import start

    yield start


def _options(**changes: object) -> argparse.Namespace:
    plain = {
        "host": "127.0.0.1", "port": 0, "population": None, "seed": None, "feeds": None, "empty": False, "workers": 1,
    }  # fmt: skip
    return argparse.Namespace(**plain | changes)


def _instance(start: ModuleType, folder: Path) -> Any:
    """An instance whose database is there."""
    (folder / "kakanai.db").touch()
    return start.Instance(folder)


def test_a_real_city_is_never_touched(start: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('city_name = "実在市"\n', encoding="utf-8")
    with pytest.raises(start.Stop, match="実在の市"):
        start.Instance(tmp_path).refuse_a_real_city()


def test_a_database_without_settings_is_never_touched(start: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "kakanai.db").touch()
    with pytest.raises(start.Stop, match="実在の市"):
        start.Instance(tmp_path).refuse_a_real_city()


def test_reset_keeps_keys_and_settings_and_what_is_not_ours(start: ModuleType, tmp_path: Path) -> None:
    kept = {"settings.toml", "keys.toml", "fonts", "notes.txt"}
    for name in kept | {"kakanai.db", "kakanai.db-journal", "start.json"}:
        (tmp_path / name).touch()
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "a.csv").touch()
    start.Instance(tmp_path).empty()
    assert {path.name for path in tmp_path.iterdir()} == kept


def test_reset_never_empties_another_database(
    start: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAKANAI_DATABASE_URL", "postgresql+psycopg://db/kakanai")
    with pytest.raises(start.Stop, match="KAKANAI_DATABASE_URL"):
        start.Instance(tmp_path).empty()


def test_settings_are_for_their_owner_only_and_stay(start: ModuleType, tmp_path: Path) -> None:
    instance = start.Instance(tmp_path / "new")
    instance.write_settings()
    path = instance.folder / "settings.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("demo = true\nidle_limit = 60\n", encoding="utf-8")
    instance.write_settings()
    assert "idle_limit = 60" in path.read_text(encoding="utf-8")
    assert [item.name for item in instance.folder.iterdir()] == ["settings.toml"]


def test_data_whose_keys_are_lost_is_not_started(start: ModuleType, tmp_path: Path) -> None:
    instance = _instance(start, tmp_path)
    instance.write_settings()
    instance.note("city", {"empty": True})
    with pytest.raises(start.Stop, match=r"keys\.toml"):
        instance.write_settings()


def test_stages_add_up(start: ModuleType, tmp_path: Path) -> None:
    instance = _instance(start, tmp_path)
    instance.note("content", "abc")
    instance.note("city", {"population": 10, "seed": 1})
    assert start.Instance(tmp_path).done == {"content": "abc", "city": {"population": 10, "seed": 1}}


def test_a_deleted_database_is_made_anew(start: ModuleType, tmp_path: Path) -> None:
    instance = _instance(start, tmp_path)
    instance.note("city", {"empty": True})
    (tmp_path / "kakanai.db").unlink()
    assert instance.done == {}


def test_another_city_needs_a_reset(start: ModuleType, tmp_path: Path) -> None:
    instance = _instance(start, tmp_path)
    instance.note("city", {"population": 64000, "seed": 1})
    assert start._chosen_city(instance, _options()) == {"population": 64000, "seed": 1}
    start._refuse_another_city(instance, _options())
    start._refuse_another_city(instance, _options(population=64000))
    with pytest.raises(start.Stop, match="--reset"):
        start._refuse_another_city(instance, _options(seed=2))


def test_a_killed_start_goes_on_with_the_city_it_began(start: ModuleType, tmp_path: Path) -> None:
    instance = _instance(start, tmp_path)
    instance.note("chosen", {"population": 64000, "seed": 1})
    assert start._chosen_city(instance, _options()) == {"population": 64000, "seed": 1}
    assert start._chosen_city(instance, _options(population=50)) == {"population": 50, "seed": 1}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"workers": 0}, "--workers 0"),
        ({"population": 0}, "--population 0"),
        ({"feeds": Path("no-such-folder")}, "no-such-folder"),
        ({"port": 70000}, "70000"),
    ],
)
def test_what_cannot_work_is_said_before_the_long_work(
    start: ModuleType, change: dict[str, object], named: str
) -> None:
    with pytest.raises(start.Stop, match=named):
        start._refuse_impossible(_options(**change))


def test_a_port_in_use_is_said_before_the_long_work(start: ModuleType) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(start.Stop, match=str(port)):
            start._refuse_impossible(_options(port=port))
