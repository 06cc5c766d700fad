"""The daily seals (日次の封印) of the operation log: how far each lane had come, in the database and in a file outside it.

A copy of an earlier head cannot hide what was cut off once a seal has been made: it says how long every lane was.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.config import Settings
from app.data.audit_macs import START, audit_key, seal_mac
from app.data.models.audit import AuditHeadRow, AuditSealRow
from app.data.models.base import utc_now
from app.extensions import db

FILE = "audit-seals.jsonl"


@dataclass(frozen=True)
class Seal:
    """The state of all lanes at one moment: lane → (number of rows, mac of its head in hexadecimal)."""

    day: date
    sealed_at: datetime
    lanes: dict[str, tuple[int, str]]
    mac: bytes

    @property
    def rows(self) -> int:
        return sum(position for position, _mac in self.lanes.values())

    @property
    def code(self) -> str:
        """What is written down on paper: the first 80 bits of the mac."""
        text = self.mac.hex()[:20].upper()
        return "-".join(text[at : at + 4] for at in range(0, 20, 4))

    def mac_after(self, key: bytes, previous: bytes) -> bytes:
        """The mac it should have after another seal."""
        return seal_mac(key, self.day, self.sealed_at, self.lanes, previous)


def add(day: date) -> Seal | None:
    """Seal the log as it is now under this day, inside a transaction; None when that day, or a later one, has its seal."""
    last = newest(1)
    if last and last[0].day >= day:
        return None
    heads = db.session.scalars(select(AuditHeadRow).order_by(AuditHeadRow.lane))
    lanes = {head.lane: (head.position, head.mac.hex()) for head in heads}
    at = utc_now()
    mac = seal_mac(audit_key(), day, at, lanes, last[0].mac if last else START)
    db.session.add(AuditSealRow(day=day, sealed_at=at, lanes=lanes, mac=mac))
    return Seal(day, at, lanes, mac)


def newest(most: int) -> list[Seal]:
    """The last so many, newest first."""
    rows = db.session.scalars(select(AuditSealRow).order_by(AuditSealRow.day.desc()).limit(most))
    return [_seal(row) for row in rows]


def list_all() -> list[Seal]:
    """Every seal by day."""
    return [_seal(row) for row in db.session.scalars(select(AuditSealRow).order_by(AuditSealRow.day))]


def write_file(seals: Sequence[Seal]) -> int:
    """Add those that are missing to the file outside the database; how many. Raises OSError when it cannot be written."""
    there = read_file()
    missing = [seal for seal in seals if seal.day not in there]
    if missing:
        path = _path()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(_plain(seal), ensure_ascii=False) + "\n" for seal in missing)
            file.flush()
            os.fsync(file.fileno())
    return len(missing)


def read_file() -> dict[date, Seal]:
    """The seals of the file outside the database by day; a line that cannot be read counts as none."""
    try:
        lines = _path().read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return {seal.day: seal for line in lines if (seal := _parsed(line)) is not None}


def _path() -> Path:
    settings: Settings = current_app.config["KAKANAI"]
    return settings.seals / FILE


def _seal(row: AuditSealRow) -> Seal:
    lanes = {lane: (int(head[0]), str(head[1])) for lane, head in row.lanes.items()}
    return Seal(row.day, row.sealed_at, lanes, bytes(row.mac))


def _plain(seal: Seal) -> dict[str, Any]:
    return asdict(seal) | {
        "day": seal.day.isoformat(), "sealed_at": seal.sealed_at.isoformat(), "mac": seal.mac.hex(),
    }  # fmt: skip


def _parsed(line: str) -> Seal | None:
    try:
        said = json.loads(line)
        lanes = {lane: (int(head[0]), str(head[1])) for lane, head in said["lanes"].items()}
        at = datetime.fromisoformat(said["sealed_at"])
        return Seal(date.fromisoformat(said["day"]), at, lanes, bytes.fromhex(said["mac"]))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None
