"""Turns the rows of feeds into rows of the temporary table or of the register, without a database: in this process or beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b

from app.config import Keys
from app.data import sealing
from app.data.cells import pack, pack_cells
from app.data.copy_text import BYTES, NULL, Values, is_plain, protect
from app.data.sealing import Withheld
from app.domain.feed_jobs import MAX_REJECTS, FaultyRows, Reject
from app.domain.register import NOTICE_SET, notice_of
from app.intake.reader import FeedFile
from app.intake.rows import FeedRow, RowFault
from app.operations.feed_files import number_of, register_key

DIGEST_BYTES = 16
WITHHELD = "（個人の情報を含むおそれがあるため表示しません）"
PORTION = 1000
"""Rows that are read before they are loaded."""

StagedRow = tuple[int, str, str, str | None, int, bool, bool, bytes, int, str, bytes | None]
"""A row of `app.data.staging.STAGE`."""


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

    def kept(self) -> FaultyRows:
        """As they are kept and shown."""
        return FaultyRows(self.lines, tuple(self.first))


@dataclass(frozen=True)
class Order:
    """A file to be read into a form with these columns; its rows are numbered from ``first`` on."""

    file: FeedFile
    form: int
    columns: tuple[str, ...]
    withheld: Withheld
    first: int

    @property
    def data_set(self) -> str:
        return self.file.layout.id


@dataclass(frozen=True)
class Masking:
    """Who is protected, and the keys; ``as_text``: rows come as text for COPY, ``portion`` of them at a time.

    With a ``serial`` they come as text for the tables of the register themselves, as rows of the import of that serial.
    """

    protected: Collection[str]
    keys: Keys
    as_text: bool
    portion: int = PORTION
    serial: int | None = None

    @cached_property
    def notices(self) -> frozenset[str]:
        """The receipt numbers of the notices that protected persons are announced with."""
        return frozenset(filter(None, map(notice_of, self.protected)))


@dataclass(frozen=True, slots=True)
class Portion:
    """Some rows of a data set; ``read`` are those of its file so far. ``rejects`` come with the last.

    ``sealed`` are rows of the vault, where the others are those of the register; elsewhere they hold it themselves.
    """

    data_set: str
    read: int
    rows: Values
    rejects: Rejects | None = None
    sealed: bytes = b""


def portions(order: Order, masking: Masking) -> Iterator[Portion]:
    """A whole file in portions. Raises FeedRefused when it is no longer the file that was judged."""
    stager = _Stager(order, masking)
    rejects, rows, read = Rejects(), [], 0
    for row in order.file.rows():
        if isinstance(row, RowFault):
            rejects.add(row)
            continue
        rows.append(stager.staged(order.first + read, row))
        read += 1
        if len(rows) == masking.portion:
            yield _portion(order, masking, read, rows)
            rows = []
    yield _portion(order, masking, read, rows, rejects)


class _Stager:
    """Turns the rows of one feed into rows of the temporary table."""

    def __init__(self, order: Order, masking: Masking) -> None:
        self._order = order
        self._masking = masking
        self._layout = layout = order.file.layout
        self._ids = tuple(column.id for column in layout.columns)
        # A new version of the layout may mask other columns: its rows then count as changed and are written anew.
        # Where only item names differ, the rows are the same and a cut-over changes nothing.
        version = repr((list(self._ids), sorted(order.withheld.address))).encode()
        self._hash = blake2b(
            key=masking.keys.identity,
            person=blake2b(version, digest_size=16).digest(),
            digest_size=DIGEST_BYTES,
        )

    def staged(self, no: int, row: FeedRow) -> StagedRow:
        layout, order, masking = self._layout, self._order, self._masking
        payload = pack_cells(row.cells) if row.ids == self._ids else pack(self._ids, row.values)
        seen = payload
        if row.extra:
            payload = pack(order.columns, {**row.values, **row.extra})
            seen = f"{seen}\x1e{sorted(row.extra.items())!r}"
        hashed = self._hash.copy()
        hashed.update(seen.encode())
        row_key = register_key(layout, row)
        number = number_of(layout, row)
        sealed = None
        if self._is_withheld(row_key, number):
            masked, withheld = sealing.mask({**row.values, **row.extra}, order.withheld)
            payload = pack(order.columns, masked)
            if withheld:
                sealed = sealing.seal(masking.keys.vault, layout.id, row_key, withheld)
        return (
            no, layout.id, row_key, number, row.history, row.latest, row.deleted, hashed.digest(), order.form, payload,
            sealed,
        )  # fmt: skip

    def _is_withheld(self, row_key: str, number: str | None) -> bool:
        """Whether the row is that of a protected person, or the notice (20a) that one of them is announced with."""
        if self._layout.id == NOTICE_SET:
            return row_key in self._masking.notices
        return number in self._masking.protected


def _portion(
    order: Order, masking: Masking, read: int, rows: list[StagedRow], rejects: Rejects | None = None
) -> Portion:
    if masking.serial is not None:
        lines = "".join([_register_line(row, masking.serial) for row in rows]).encode()
        sealed = "".join(map(_vault_line, rows)).encode()
        return Portion(order.data_set, read, lines, rejects, sealed)
    values: Values = "".join(map(_line, rows)).encode() if masking.as_text else rows
    return Portion(order.data_set, read, values, rejects)


def _register_line(row: StagedRow, serial: int) -> str:
    """A row of the table `register_row`."""
    _no, data_set, row_key, number, history, latest, deleted, digest, form, payload, _sealed = row
    if not is_plain(row_key):
        row_key = protect(row_key)
    if not is_plain(payload):
        payload = protect(payload)
    who = NULL if number is None else number if is_plain(number) else protect(number)
    return (
        f"{data_set}\t{row_key}\t{who}\t{history}\t{latest}\t{deleted}\tFalse\t{BYTES}{digest.hex()}\t{form}\t{payload}"
        f"\t{serial}\n"
    )


def _vault_line(row: StagedRow) -> str:
    """A row of the table `vault_entry`, empty where nothing was withheld."""
    data_set, row_key, number, sealed = row[1], row[2], row[3], row[-1]
    if sealed is None:
        return ""
    return f"{data_set}\t{protect(row_key)}\t{protect(number or row_key)}\t{BYTES}{sealed.hex()}\n"


def _line(row: StagedRow) -> str:
    no, data_set, row_key, number, history, latest, deleted, digest, form, payload, sealed = row
    if not is_plain(row_key):
        row_key = protect(row_key)
    if not is_plain(payload):
        payload = protect(payload)
    who = NULL if number is None else number if is_plain(number) else protect(number)
    hidden = NULL if sealed is None else BYTES + sealed.hex()
    return (
        f"{no}\t{data_set}\t{row_key}\t{who}\t{history}\t{latest}\t{deleted}\t{BYTES}{digest.hex()}\t{form}\t{payload}"
        f"\t{hidden}\n"
    )
