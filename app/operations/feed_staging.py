"""Reads the rows of an import into the temporary tables, addresses of protected persons already taken out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection

from app.config import Keys
from app.data import vault
from app.data.cells import pack, pack_cells
from app.data.feeds import MAX_REJECTS, Reject
from app.data.forms import Forms
from app.data.projection import group_key
from app.data.protection import Measure
from app.data.staging import HOUSEHOLD, STAGE, analyze, bulk_insert
from app.data.vault import Withheld
from app.domain.register import NOTICE_SET, notice_of
from app.intake.envelope import codec_of, records
from app.intake.rows import FeedRow, RowFault
from app.operations.feed_files import Feed, ImportInterrupted, number_of, register_key

Progress = Callable[[str, int, int], None]
"""(stage in Japanese, done, total); total 0 when it is not known."""

Stop = Callable[[], bool]

DIGEST_BYTES = 16
WITHHELD = "（個人の情報を含むおそれがあるため表示しません）"
_STEP = 2000


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


@dataclass
class Rejects:
    """The rows of a file that are not taken in; the list is cut at MAX_REJECTS, the count is not."""

    lines: int = 0
    first: list[Reject] = field(default_factory=list)
    _last_line: int = 0

    def add(self, fault: RowFault) -> None:
        if fault.line != self._last_line:
            self.lines += 1
            self._last_line = fault.line
        if len(self.first) < MAX_REJECTS:
            # A broken row does not say for certain whose it is: nothing personal is shown, whoever it belongs to.
            read = WITHHELD if fault.personal else fault.read
            self.first.append(Reject(fault.file, fault.line, fault.column, read, fault.expected))


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
    columns = {column.id: column.name for column in feed.file.layout.columns}
    wanted = [columns[name] for name in ("atenabango", "setaibango", "juminjotai", "sakujofuragu")]
    if not set(wanted) <= set(feed.file.header):
        return
    places = [feed.file.header.index(name) for name in wanted]
    bulk_insert(connection, HOUSEHOLD, _households(feed, places, meter))
    analyze(connection, HOUSEHOLD)
    connection.commit()


def _households(feed: Feed, places: Sequence[int], meter: Meter) -> Iterator[tuple[str, str]]:
    lines = records(feed.file.path, codec_of(feed.file.manifest))
    next(lines)
    seen: set[str] = set()
    total = feed.file.manifest.rows
    for count, (_line, cells) in enumerate(lines):
        if count % _STEP == 0:
            meter.at("世帯の確認", count, total)
        if not isinstance(cells, list) or len(cells) != len(feed.file.header):
            continue
        number, household, state, deleted = (cells[place] for place in places)
        if deleted != "1" and number and number not in seen:
            seen.add(number)
            yield number, group_key(number, household, state)


@dataclass(frozen=True)
class StagingGround:
    """What turning rows into stored ones needs: forms, who is protected, keys, withheld columns by data set."""

    forms: Forms
    protected: Collection[str]
    keys: Keys
    columns: Mapping[str, Withheld]

    @cached_property
    def notices(self) -> frozenset[str]:
        """The receipt numbers of the notices that protected persons are announced with."""
        return frozenset(filter(None, map(notice_of, self.protected)))


def stage_rows(
    connection: Connection, feeds: Sequence[Feed], ground: StagingGround, meter: Meter
) -> dict[str, Rejects]:
    """Load the rows of all feeds; returns what was rejected by data set."""
    rejects: dict[str, Rejects] = {}
    first = 0
    for feed in feeds:
        found = rejects[feed.data_set] = Rejects()
        first += bulk_insert(connection, STAGE, _Stager(feed, ground, found, meter).rows(first))
        connection.commit()
    return rejects


class _Stager:
    """Turns the rows of one feed into rows of the temporary table."""

    def __init__(self, feed: Feed, ground: StagingGround, rejects: Rejects, meter: Meter) -> None:
        self._feed = feed
        self._ground = ground
        self._rejects = rejects
        self._meter = meter
        layout = feed.file.layout
        self._ids = tuple(column.id for column in layout.columns)
        self._columns = [*self._ids, *sorted(feed.file.extra)]
        self._form = ground.forms.plan(layout.id, self._columns)
        self._withheld = ground.columns[layout.id]
        # A new version of the layout may mask other columns: its rows then count as changed and are written anew.
        # Where only item names differ, the rows are the same and a cut-over changes nothing.
        version = repr((list(self._ids), sorted(self._withheld.address))).encode()
        self._hash = blake2b(
            key=ground.keys.identity,
            person=blake2b(version, digest_size=16).digest(),
            digest_size=DIGEST_BYTES,
        )

    def rows(self, first: int) -> Iterator[tuple[Any, ...]]:
        """The rows to load, numbered from ``first`` on."""
        layout = self._feed.file.layout
        stage = f"読み取り {layout.id} {layout.title}"
        total = self._feed.file.manifest.rows
        done = 0
        for row in self._feed.file.rows():
            if done % _STEP == 0:
                self._meter.at(stage, done, total)
            if isinstance(row, RowFault):
                self._rejects.add(row)
                continue
            yield self._staged(first + done, row)
            done += 1
        self._meter.at(stage, total, total)

    def _staged(self, no: int, row: FeedRow) -> tuple[Any, ...]:
        layout = self._feed.file.layout
        payload = pack_cells(row.cells) if row.ids == self._ids else pack(self._ids, row.values)
        seen = payload
        if row.extra:
            payload = pack(self._columns, {**row.values, **row.extra})
            seen = f"{seen}\x1e{sorted(row.extra.items())!r}"
        hashed = self._hash.copy()
        hashed.update(seen.encode())
        row_key = register_key(layout, row)
        number = number_of(layout, row)
        sealed = None
        if self._is_withheld(row_key, number):
            masked, withheld = vault.mask({**row.values, **row.extra}, self._withheld)
            payload = pack(self._columns, masked)
            if withheld:
                sealed = vault.seal(self._ground.keys.vault, layout.id, row_key, withheld)
        return (
            no, layout.id, row_key, number, row.history, row.latest, row.deleted, hashed.digest(), self._form, payload,
            sealed,
        )  # fmt: skip

    def _is_withheld(self, row_key: str, number: str | None) -> bool:
        """Whether the row is that of a protected person, or the notice (20a) that one of them is announced with."""
        if self._feed.data_set == NOTICE_SET:
            return row_key in self._ground.notices
        return number in self._ground.protected
