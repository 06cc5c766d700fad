"""Invented households of the simulator (シミュレーター) as they were left; only the newest of each member of staff are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from app.data.models.base import utc_now
from app.data.models.trial import InventedHouseholdRow
from app.domain.errors import Conflict, NotFound
from app.extensions import db

KEPT = 20
GONE = "この世帯は見つかりません。シミュレーターの最初の画面から作り直してください。"


@dataclass(frozen=True)
class Invention:
    """An invented household as stored: its text is for `app.intake.content_rows`."""

    id: str
    version: int
    changed_at: datetime
    text: str


def add(staff_id: str, text: str) -> str:
    """Keep a new household and forget the oldest of the same member of staff; its id. Only inside a transaction."""
    row = InventedHouseholdRow(staff_id=staff_id, changed_at=utc_now(), version=1, household=text)
    db.session.add(row)
    db.session.flush()
    mine = select(InventedHouseholdRow.id).where(InventedHouseholdRow.staff_id == staff_id)
    newest = mine.order_by(InventedHouseholdRow.changed_at.desc(), InventedHouseholdRow.id).limit(KEPT)
    kept = list(db.session.scalars(newest))
    db.session.execute(
        delete(InventedHouseholdRow).where(
            InventedHouseholdRow.staff_id == staff_id, InventedHouseholdRow.id.not_in(kept)
        )
    )
    return row.id


def get(invention_id: str) -> Invention:
    """Raises NotFound."""
    row = db.session.get(InventedHouseholdRow, invention_id, populate_existing=True)
    if row is None:
        raise NotFound(GONE)
    return Invention(row.id, row.version, row.changed_at, row.household)


def change(invention_id: str, version: int | None, text: str) -> None:
    """Keep it as it is now. Raises NotFound, or Conflict when it was changed since `version`. Only inside a transaction."""
    row = db.session.get(InventedHouseholdRow, invention_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(GONE)
    if version is not None and row.version != version:
        raise Conflict(
            "この世帯は、ほかの画面で変わっています。最新の内容を表示しました。もう一度入力してください。"
        )
    row.household, row.changed_at, row.version = text, utc_now(), row.version + 1


def list_newest(staff_id: str, limit: int) -> tuple[Invention, ...]:
    """The newest households of a member of staff."""
    rows = db.session.scalars(
        select(InventedHouseholdRow)
        .where(InventedHouseholdRow.staff_id == staff_id)
        .order_by(InventedHouseholdRow.changed_at.desc(), InventedHouseholdRow.id)
        .limit(limit)
    )
    return tuple(Invention(row.id, row.version, row.changed_at, row.household) for row in rows)
