"""Files read and persons made in processes beside an import: the same as in it, and nothing written when one dies."""

from __future__ import annotations

from collections.abc import Iterator
from multiprocessing import active_children
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.config import Keys
from app.data import feed_persons, person_workers, search_keys
from app.data.copy_text import Values, copy_text, marked
from app.data.person_making import Chunk, Made, Maker
from app.data.person_workers import Makers
from app.demo.city import generate
from app.extensions import db
from app.intake.layouts import load_versions
from app.operations import feed_staging, feeds, row_workers
from app.operations.feed_files import gather, withheld_columns
from app.operations.row_staging import Masking, Order
from app.operations.row_workers import read_all, shares

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
    monkeypatch.setattr(row_workers, "how_many", lambda _orders: WORKERS)
    monkeypatch.setattr(feed_staging, "PORTION", 100)
    monkeypatch.setattr(feed_persons, "BATCH", 150)


def written() -> dict[str, list[tuple[object, ...]]]:
    db.session.rollback()
    tables = ("person", "search_key")
    return {
        table: sorted(tuple(row) for row in db.session.execute(text(f"SELECT * FROM {table}")))
        for table in tables
    }


def lines(values: Values) -> list[str]:
    """Rows in an order of their own: the keys of one person come in any."""
    return sorted(map(repr, values.splitlines() if isinstance(values, bytes) else values))


def test_the_processes_make_what_the_import_makes_itself(
    app: Flask, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[tuple[Made, Made]] = []

    def both(self: Makers, maker: Maker, chunks: Iterator[Chunk]) -> Iterator[Made]:
        self.start(WORKERS)
        kept = list(chunks)
        for here, beside in zip(map(maker.make, kept), made(self, maker, iter(kept)), strict=True):
            found.append((here, beside))
            yield beside

    made = Makers.make
    monkeypatch.setattr(Makers, "make", both)
    monkeypatch.setattr(feed_persons, "BATCH", 150)
    feeds.import_files([files])
    assert len(found) > WORKERS + 1
    for here, beside in found:
        assert here.count == beside.count
        assert here.persons == beside.persons
        assert lines(here.keys) == lines(beside.keys)
    assert len(written()["person"]) > 400
    assert len(written()["search_key"]) > 4000


def orders(files: Path) -> list[Order]:
    layouts = load_versions()
    withheld = withheld_columns(layouts)
    found: list[Order] = []
    first = 0
    for feed in gather([files], layouts):
        columns = tuple(column.id for column in feed.file.layout.columns)
        found.append(Order(feed.file, len(found), columns, withheld[feed.data_set], first))
        first += feed.file.manifest.rows
    return found


@pytest.mark.parametrize("as_text", [False, True])
def test_the_processes_read_what_the_import_reads_itself(files: Path, as_text: bool) -> None:
    masking = Masking((), Keys(*[b"key" * 10] * 4), as_text)
    asked = orders(files)
    here, beside = (list(read_all(asked, masking, workers)) for workers in (0, WORKERS))
    for order in asked:
        mine, theirs = ([one for one in some if one.data_set == order.data_set] for some in (here, beside))
        assert mine == theirs
        assert mine[-1].read == order.file.manifest.rows
    sizes = [sum(order.file.path.stat().st_size for order in share) for share in shares(asked, WORKERS)]
    assert max(sizes) < 1.5 * min(sizes)


STAGES = ["読み取り 01b 異動履歴", "検索の準備"]


@pytest.mark.usefixtures("spread")
@pytest.mark.parametrize("stage", STAGES)
def test_a_process_that_dies_ends_the_import_and_nothing_is_written(
    app: Flask, files: Path, stage: str
) -> None:
    killed: list[BaseProcess] = []

    def kill_one(at: str, done: int, _total: int) -> None:
        if at == stage and done and not killed:
            killed.extend(active_children())
            for process in killed:
                process.kill()

    with pytest.raises(person_workers.WorkerLost):
        feeds.import_files([files], progress=kill_one)
    assert written() == {"person": [], "search_key": []}
    assert not active_children()


@pytest.mark.usefixtures("spread")
@pytest.mark.parametrize("stage", STAGES)
def test_an_import_that_is_stopped_ends_its_processes(app: Flask, files: Path, stage: str) -> None:
    at: list[str] = []

    def stop() -> bool:
        return at.count(stage) == 3

    with pytest.raises(feeds.ImportInterrupted):
        feeds.import_files([files], progress=lambda stage, _done, _total: at.append(stage), stop=stop)
    assert written() == {"person": [], "search_key": []}
    assert not active_children()


def test_copy_takes_every_character_of_a_value() -> None:
    plain, hard = ("山田", 1, True), ("a\\b\tc\nd\re", 2, False)
    assert copy_text([plain]) == "山田\t1\tTrue\n".encode()
    assert copy_text([("a\\b", 1)]) == rb"a\\b" + b"\t1\n"
    assert copy_text([plain, hard]) == "山田\t1\tTrue\na\\\\b\\tc\\nd\\re\t2\tFalse\n".encode()
    assert copy_text([]) == b""


def test_keys_made_as_text_are_those_made_as_rows() -> None:
    plain: search_keys.Keys = {(1, "山田"): 0, (14, "a\\b"): 200}
    for keys, as_lines in ((plain, True), (plain | {(9, "c\td"): 1}, False)):
        made = 7, search_keys.Rank.FORMER, "19700101"
        text = marked(search_keys.lines(keys, *made), search_keys.WIDTH)
        assert text == (copy_text(list(search_keys.rows(keys, *made))) if as_lines else b"")
