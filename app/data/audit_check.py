"""Checking the operation log: every change, gap, swap, cut and addition is found, with the place where it is."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.data import audit_seals
from app.data.audit import SYSTEM_LANE
from app.data.audit_macs import START, audit_key, head_mac, row_mac, row_text
from app.data.audit_seals import Seal
from app.data.models.audit import AuditHeadRow, AuditPersonRow, AuditRow
from app.extensions import db

BATCH = 5000
SEALS = "封印"
"""Stands for the lane of a break in the daily seals; its position counts them from the first."""

_COLUMNS = [column for name, column in AuditRow.__table__.columns.items()]


@dataclass(frozen=True)
class Break:
    """A place where the log does not hold: from this position on in its lane, until the next break."""

    lane: str
    position: int
    problem: str


@dataclass(frozen=True)
class Verification:
    """How many rows and seals were checked, and everything that was found, in the order of lanes and positions."""

    rows: int
    lanes: int
    seals: int
    breaks: tuple[Break, ...]


@dataclass
class _Lane:
    """One lane while it is read."""

    name: str
    key: bytes
    marks: Mapping[int, Sequence[tuple[str, bytes]]]
    """Position → seals that hold the lane's head there: day and mac."""
    breaks: dict[int, str] = field(default_factory=dict)
    previous: tuple[bytes, ...] | None = (START,)
    """What the mac before the next row may be; None where it is not known."""
    last: int = 0
    rows: int = 0
    event_id: int = 0

    def note(self, position: int, problem: str) -> None:
        self.breaks.setdefault(position, problem)

    def take(self, row: Any, persons: set[str]) -> None:
        """The next row, by position."""
        self.rows += 1
        if row.position != self.last + 1:
            self.note(self.last + 1, f"{self.last + 1}番から{row.position - 1}番までの記録がありません。")
            self.previous = None
        text = row_text(row)
        should = [row_mac(self.key, text, before) for before in self.previous or ()]
        if should and not any(hmac.compare_digest(row.mac, mac) for mac in should):
            self.note(row.position, f"{row.position}番の記録が書き換えられています。")
        if persons != set(row.persons):
            self.note(row.position, f"{row.position}番の記録を対象者から探す索引が書き換えられています。")
        if row.id <= self.event_id:
            self.note(row.position, f"{row.position}番の記録の順序が書き換えられています。")
        # Where only the stored mac was changed, the next row still fits what it should have been.
        self.previous = (row.mac, *(mac for mac in should if mac != row.mac))
        self.last, self.event_id = row.position, row.id
        self._compare_seals(row.mac)

    def _compare_seals(self, mac: bytes) -> None:
        for day, sealed in self.marks.get(self.last, ()):
            if not hmac.compare_digest(sealed, head_mac(self.key, self.name, self.last, mac)):
                self.note(self.last, f"{self.last}番までの記録が、{day}の封印と一致しません。")

    def end(self, head: tuple[int, bytes] | None) -> None:
        """After the last row: does the head say the same, and do the seals know of more?"""
        length = head[0] if head else 0
        if length > self.last:
            self.note(self.last + 1, f"{self.last}番より後の記録が切り取られています。")
        elif length < self.last:
            self.note(length + 1, f"{length}番より後に記録が加えられています。")
        elif (
            head
            and self.previous
            and not any(
                hmac.compare_digest(head[1], head_mac(self.key, self.name, length, mac))
                for mac in self.previous
            )
        ):
            self.note(self.last + 1, "系列の末尾の値が書き換えられています。")
        beyond = [(position, days) for position, days in self.marks.items() if position > self.last]
        if beyond:
            day = min(beyond)[1][0][0]
            self.note(
                self.last + 1, f"{self.last}番より後の記録が切り取られています（{day}の封印にはあります）。"
            )


def verify() -> Verification:
    """Read the whole log as it is at one moment and check it: every row of every lane, heads, index and seals."""
    session = db.session()
    session.rollback()
    if db.engine.dialect.name == "postgresql":
        # Otherwise every statement would see its own moment, and rows written after the heads were read look cut off.
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        return _verify()
    finally:
        session.rollback()


def _verify() -> Verification:
    key = audit_key()
    heads = {head.lane: (head.position, head.mac) for head in db.session.scalars(select(AuditHeadRow))}
    seals, breaks = _check_seals(key)
    marks = _marks(seals)
    lanes = {SYSTEM_LANE, *heads, *marks, *db.session.scalars(select(AuditRow.lane).distinct())}
    opened: set[str] = set()
    sealed: set[str] = set()
    rows = 0
    for name in sorted(lanes, key=lambda name: (name != SYSTEM_LANE, name)):
        lane = _Lane(name, key, marks.get(name, {}))
        _read_lane(lane, opened, sealed)
        lane.end(heads.get(name))
        rows += lane.rows
        breaks += [Break(name, position, problem) for position, problem in sorted(lane.breaks.items())]
    for name in sorted(opened - lanes):
        breaks.append(Break(name, 1, "この系列の記録がすべて失われています。"))
    days = {seal.day.isoformat() for seal in seals}
    known = {found.problem[:10] for found in breaks if found.lane == SEALS}
    for day in sorted(sealed - days - known):
        breaks.append(Break(SEALS, len(seals) + 1, f"{day}の封印が失われています（記録では作成済みです）。"))
    return Verification(rows, len(lanes), len(seals), tuple(breaks))


def _read_lane(lane: _Lane, opened: set[str], sealed: set[str]) -> None:
    for batch in _batches(lane.name):
        persons = _persons(lane.name, batch[0].position, batch[-1].position)
        for row in batch:
            lane.take(row, persons.get(row.id, set()))
            if lane.name != SYSTEM_LANE or row.position in lane.breaks:
                continue
            if row.action == "audit.lane_opened":
                opened.add(row.detail["lane"])
            elif row.action == "audit.sealed":
                sealed.add(row.detail["day"])


def _batches(lane: str) -> Iterator[Sequence[Any]]:
    position = None
    while True:
        statement = select(*_COLUMNS).where(AuditRow.lane == lane)
        if position is not None:
            statement = statement.where(AuditRow.position > position)
        batch = db.session.execute(statement.order_by(AuditRow.position).limit(BATCH)).all()
        if not batch:
            return
        yield batch
        position = batch[-1].position


def _persons(lane: str, first: int, last: int) -> dict[int, set[str]]:
    """By id of the rows between two positions: whom the index names."""
    found: dict[int, set[str]] = {}
    statement = (
        select(AuditPersonRow.event_id, AuditPersonRow.person_number)
        .join(AuditRow, AuditRow.id == AuditPersonRow.event_id)
        .where(AuditRow.lane == lane, AuditRow.position.between(first, last))
    )
    for event_id, number in db.session.execute(statement):
        found.setdefault(event_id, set()).add(number)
    return found


def _check_seals(key: bytes) -> tuple[list[Seal], list[Break]]:
    """The seals that hold, by day, and what is wrong with the others: of each day the one of the database is compared
    with the copy outside, and either with the seal before it."""
    stored, kept = {seal.day: seal for seal in audit_seals.list_all()}, audit_seals.read_file()
    holding: list[Seal] = []
    breaks: list[Break] = []
    previous: bytes | None = START
    for position, day in enumerate(sorted({*stored, *kept}), 1):
        here, outside = stored.get(day), kept.get(day)
        good = [
            seal
            for seal in (here, outside)
            if seal and (previous is None or hmac.compare_digest(seal.mac, seal.mac_after(key, previous)))
        ]
        holding += good[:1]
        if problem := _of_a_seal(here, outside, good):
            breaks.append(Break(SEALS, position, f"{day}の封印が{problem}"))
        previous = good[0].mac if good else None
    return holding, breaks


def _of_a_seal(here: Seal | None, outside: Seal | None, good: list[Seal]) -> str:
    if not good:
        return "書き換えられたか、その前の封印が失われています。"
    if here is None:
        return "失われています（控えにはあります）。"
    if here not in good:
        return "書き換えられています（控えと一致しません）。"
    return "データベースの外の控えと一致しません。" if outside not in (None, here) else ""


def _marks(seals: Sequence[Seal]) -> dict[str, dict[int, list[tuple[str, bytes]]]]:
    found: dict[str, dict[int, list[tuple[str, bytes]]]] = {}
    for seal in seals:
        for lane, (position, mac) in seal.lanes.items():
            found.setdefault(lane, {}).setdefault(position, []).append(
                (seal.day.isoformat(), bytes.fromhex(mac))
            )
    return found
