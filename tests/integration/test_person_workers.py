"""Persons made in processes beside an import: the same as made in it, and nothing written when one of them dies."""

from __future__ import annotations

from collections.abc import Iterator
from multiprocessing import active_children
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.data import feed_persons, person_making, person_workers
from app.data.person_making import Chunk, Made, Maker, Values
from app.demo.city import generate
from app.extensions import db
from app.operations import feeds

WORKERS = 2


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A city whose persons are more than one chunk."""
    generate(400, 7, tmp_path / "files")
    return tmp_path / "files"


@pytest.fixture
def spread(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the files held the persons of a whole city, and the machine several processors."""
    monkeypatch.setattr(person_workers, "how_many", lambda _persons: WORKERS)
    monkeypatch.setattr(feed_persons, "BATCH", 150)


def written() -> dict[str, list[tuple[object, ...]]]:
    db.session.rollback()
    tables = ("person", "search_key")
    return {
        table: sorted(tuple(row) for row in db.session.execute(text(f"SELECT * FROM {table}")))
        for table in tables
    }


def lines(values: Values) -> list[object]:
    """Rows in an order of their own: the keys of one person come in any."""
    return sorted(values.splitlines() if isinstance(values, bytes) else values)


def test_the_processes_make_what_the_import_makes_itself(
    app: Flask, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[tuple[Made, Made]] = []

    def both(maker: Maker, chunks: Iterator[Chunk], _workers: int) -> Iterator[Made]:
        kept = list(chunks)
        for here, beside in zip(map(maker.make, kept), make_all(maker, iter(kept), WORKERS), strict=True):
            found.append((here, beside))
            yield beside

    make_all = person_workers.make_all
    monkeypatch.setattr(person_workers, "make_all", both)
    monkeypatch.setattr(feed_persons, "BATCH", 150)
    feeds.import_files([files])
    assert len(found) > WORKERS + 1
    for here, beside in found:
        assert here.count == beside.count
        assert here.persons == beside.persons
        assert lines(here.keys) == lines(beside.keys)
    assert len(written()["person"]) > 400
    assert len(written()["search_key"]) > 4000


@pytest.mark.usefixtures("spread")
def test_a_process_that_dies_ends_the_import_and_nothing_is_written(app: Flask, files: Path) -> None:
    killed: list[BaseProcess] = []

    def kill_one(stage: str, done: int, _total: int) -> None:
        if stage == "検索の準備" and done and not killed:
            killed.extend(active_children()[:1])
            killed[0].kill()

    with pytest.raises(person_workers.WorkerLost):
        feeds.import_files([files], progress=kill_one)
    assert written() == {"person": [], "search_key": []}


@pytest.mark.usefixtures("spread")
def test_an_import_that_is_stopped_ends_its_processes(app: Flask, files: Path) -> None:
    at: list[str] = []

    def stop() -> bool:
        return at[-3:] == ["検索の準備"] * 3

    with pytest.raises(feeds.ImportInterrupted):
        feeds.import_files([files], progress=lambda stage, _done, _total: at.append(stage), stop=stop)
    assert written() == {"person": [], "search_key": []}
    assert not active_children()


def test_copy_takes_every_character_of_a_value() -> None:
    plain, hard = ("山田", 1, True), ("a\\b\tc\nd\re", 2, False)
    assert person_making.copy_text([plain]) == "山田\t1\tTrue\n".encode()
    assert person_making.copy_text([("a\\b", 1)]) == rb"a\\b" + b"\t1\n"
    assert person_making.copy_text([plain, hard]) == "山田\t1\tTrue\na\\\\b\\tc\\nd\\re\t2\tFalse\n".encode()
    assert person_making.copy_text([]) == b""
