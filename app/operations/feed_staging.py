"""Reads the rows of an import into the database, addresses of protected persons already taken out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Connection, Index, Table

from app.config import Keys
from app.data import feed_first
from app.data.feed_difference import Difference
from app.data.forms import Forms
from app.data.projection import group_key
from app.data.protection import Measure
from app.data.sealing import Withheld
from app.data.staging import (
    HOUSEHOLD,
    HOUSEHOLD_PLACES,
    MERGED,
    MERGED_PLACES,
    STAGE,
    analyze,
    bulk_insert,
    load,
)
from app.intake.envelope import codec_of, pick
from app.intake.rows import RowFault
from app.operations import row_workers
from app.operations.feed_files import Feed, ImportInterrupted
from app.operations.row_staging import PORTION, Masking, Order, Portion, Rejects

Progress = Callable[[str, int, int], None]
"""(stage in Japanese, done, total); total 0 when it is not known."""

Stop = Callable[[], bool]


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Reports to nobody."""


def never() -> bool:
    """Never stops."""
    return False


@dataclass
class Meter:
    """Reports how far one stage is and asks whether to go on."""

    report: Progress = no_progress
    stop: Stop = never

    def at(self, stage: str, done: int, total: int) -> None:
        """Raises ImportInterrupted when somebody asked to stop."""
        if self.stop():
            raise ImportInterrupted("取込を中止しました。登録されているデータは変わっていません。")
        self.report(stage, done, total)


def read_measures(feed: Feed) -> tuple[list[Measure], Rejects]:
    """Every row of 01c, with what is wrong in it."""
    measures, rejects = [], Rejects()
    for row in feed.file.rows():
        if isinstance(row, RowFault):
            rejects.add(row)
        else:
            measures.append(Measure.of(row.history, row.latest, row.deleted, row.values))
    return measures, rejects


def stage_households(connection: Connection, feed: Feed, meter: Meter) -> None:
    """Note who lives with whom in 01a. Faults are not judged here; the rows are read again, with all checks."""
    ids = ("atenabango", "setaibango", "juminjotai", "sakujofuragu")
    households = (
        (number, group_key(number, household, state))
        for number, household, state, deleted in _picked(feed, ids, meter, "世帯の確認")
        if number and household and deleted != "1"
    )
    _stage(connection, HOUSEHOLD, households, HOUSEHOLD_PLACES)


def stage_merged(connection: Connection, feed: Feed, meter: Meter) -> None:
    """Note which numbers of 16 were merged into which (名寄せ), by the rows that count today; faults as with households."""
    ids = ("atenabango", "nayosesakiatenabango", "saishinfuragu", "sakujofuragu")
    merged = (
        (number, other)
        for number, other, latest, deleted in _picked(feed, ids, meter, "名寄せの確認")
        if number and other and latest == "1" and deleted != "1"
    )
    _stage(connection, MERGED, merged, MERGED_PLACES)


def _stage(
    connection: Connection, table: Table, rows: Iterable[tuple[str, str]], indexes: Iterable[Index]
) -> None:
    bulk_insert(connection, table, rows)
    for index in indexes:
        index.create(connection)
    analyze(connection, table)
    connection.commit()


def _picked(feed: Feed, ids: Sequence[str], meter: Meter, stage: str) -> Iterator[tuple[str, ...]]:
    """The cells of these columns of every whole row; none where one of the columns is missing.

    Nothing is remembered of a row: a file holds a million people.
    """
    columns = {column.id: column.name for column in feed.file.layout.columns}
    header = feed.file.header
    if not {columns[name] for name in ids} <= set(header):
        return
    places = [header.index(columns[name]) for name in ids]
    picked = pick(feed.file.path, codec_of(feed.file.manifest), len(header), places)
    next(picked)
    total = feed.file.manifest.rows
    for count, cells in enumerate(picked):
        if count % PORTION == 0:
            meter.at(stage, count, total)
        if cells is not None:
            yield cells


@dataclass(frozen=True)
class StagingGround:
    """What turning rows into stored ones needs: forms, who is protected, keys, withheld columns by data set."""

    forms: Forms
    protected: Collection[str]
    keys: Keys
    columns: Mapping[str, Withheld]


def stage_rows(
    connection: Connection, feeds: Sequence[Feed], ground: StagingGround, meter: Meter
) -> dict[str, Rejects]:
    """Load the rows of all feeds into the temporary table; returns what was rejected by data set."""
    masking = Masking(ground.protected, ground.keys, connection.dialect.name == "postgresql", PORTION)
    rejects: dict[str, Rejects] = {}
    for portion in _read(feeds, ground, masking, meter):
        load(connection, STAGE, portion.rows)
        connection.commit()
        if portion.rejects is not None:
            rejects[portion.data_set] = portion.rejects
    return rejects


def fill(
    connection: Connection, feeds: Sequence[Feed], ground: StagingGround, meter: Meter, serial: int
) -> tuple[dict[str, Rejects], dict[str, Difference]]:
    """Load the rows of all feeds into the empty register (see `app.data.feed_first`) as those of the import ``serial``.

    Returns what was rejected and how many came in, by data set.
    """
    masking = Masking(ground.protected, ground.keys, as_text=True, portion=PORTION, serial=serial)
    rejects: dict[str, Rejects] = {}
    added: dict[str, Difference] = {}
    for portion in _read(feeds, ground, masking, meter):
        assert isinstance(portion.rows, bytes)  # noqa: S101
        feed_first.write_rows(connection, portion.rows, portion.sealed)
        if portion.rejects is not None:
            rejects[portion.data_set] = portion.rejects
            added[portion.data_set] = Difference(added=portion.read)
    return rejects, added


def _read(feeds: Sequence[Feed], ground: StagingGround, masking: Masking, meter: Meter) -> Iterator[Portion]:
    """The rows of all feeds, and how far reading is once they are taken."""
    orders = list(_orders(feeds, ground))
    stages = {
        feed.data_set: (f"読み取り {feed.data_set} {feed.file.layout.title}", feed.file.manifest.rows)
        for feed in feeds
    }
    begun: set[str] = set()
    with closing(row_workers.read_all(orders, masking, row_workers.how_many(orders))) as read:
        for portion in read:
            stage, total = stages[portion.data_set]
            if portion.data_set not in begun:
                begun.add(portion.data_set)
                meter.at(stage, 0, total)
            yield portion
            meter.at(stage, portion.read if portion.rejects is None else total, total)


def _orders(feeds: Sequence[Feed], ground: StagingGround) -> Iterator[Order]:
    first = 0
    for feed in feeds:
        layout = feed.file.layout
        columns = (*(column.id for column in layout.columns), *sorted(feed.file.extra))
        form = ground.forms.plan(layout.id, columns)
        yield Order(feed.file, form, columns, ground.columns[layout.id], first)
        first += feed.file.manifest.rows
