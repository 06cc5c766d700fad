"""Leaflets (パンフレット) as they are stored: one file for a slot and a language, and how often each was handed out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from app.data.models.base import opaque_id, utc_now
from app.data.models.handout import HandoutRow, LeafletRow
from app.extensions import db


@dataclass(frozen=True)
class Leaflet:
    """A leaflet without its bytes; `handed` is how often it went out with a print."""

    id: str
    slot: str
    language: str
    edition: str
    section: str
    valid_from: date
    valid_to: date | None
    pages: int
    width: float
    height: float
    sha256: str
    received_at: datetime
    received_by: str
    withdrawn_at: datetime | None
    handed: int = 0

    def is_handed_out_on(self, day: date) -> bool:
        """Whether it is handed out on a day."""
        if self.withdrawn_at is not None or day < self.valid_from:
            return False
        return self.valid_to is None or day <= self.valid_to


def add(
    *, slot: str, language: str, edition: str, section: str, valid_from: date, valid_to: date | None, pages: int,
    width: float, height: float, sha256: str, content: bytes, staff_id: str,
) -> str:  # fmt: skip
    """Store a leaflet and give its id. Only inside a transaction, with its audit row."""
    row = LeafletRow(
        id=opaque_id(), slot=slot, language=language, edition=edition, section=section, valid_from=valid_from,
        valid_to=valid_to, pages=pages, width=width, height=height, sha256=sha256, content=content, received_at=utc_now(),
        received_by=staff_id, withdrawn_by="",
    )  # fmt: skip
    db.session.add(row)
    return row.id


def list_all(slots: Iterable[str] | None = None) -> tuple[Leaflet, ...]:
    """The leaflets (of some slots) with their counts, the newest of a slot and a language first."""
    handed = (
        select(HandoutRow.leaflet_id, func.count().label("times")).group_by(HandoutRow.leaflet_id).subquery()
    )
    statement = (
        select(LeafletRow, handed.c.times)
        .outerjoin(handed, handed.c.leaflet_id == LeafletRow.id)
        .order_by(
            LeafletRow.slot, LeafletRow.language, LeafletRow.valid_from.desc(), LeafletRow.received_at.desc()
        )
    )
    if slots is not None:
        statement = statement.where(LeafletRow.slot.in_(list(slots)))
    return tuple(_as_leaflet(row, times or 0) for row, times in db.session.execute(statement))


def find(leaflet_id: str) -> tuple[Leaflet, bytes] | None:
    """A leaflet with its bytes; None for an id that nothing has."""
    row = db.session.get(LeafletRow, leaflet_id, options=[undefer(LeafletRow.content)])
    return None if row is None else (_as_leaflet(row, 0), row.content)


def withdraw(leaflet_id: str, staff_id: str) -> bool:
    """Hand a leaflet out no more; False when it is withdrawn already or nothing has the id. Only inside a transaction."""
    row = db.session.get(LeafletRow, leaflet_id, with_for_update=True)
    if row is None or row.withdrawn_at is not None:
        return False
    row.withdrawn_at, row.withdrawn_by = utc_now(), staff_id
    return True


def note_handed(leaflet_ids: Iterable[str], on: date, counter: str) -> None:
    """Count leaflets that went out with a print. Only inside a transaction."""
    db.session.add_all(HandoutRow(leaflet_id=one, handed_on=on, counter=counter) for one in leaflet_ids)


def _as_leaflet(row: LeafletRow, handed: int) -> Leaflet:
    return Leaflet(
        row.id, row.slot, row.language, row.edition, row.section, row.valid_from, row.valid_to, row.pages,
        row.width, row.height, row.sha256, row.received_at, row.received_by, row.withdrawn_at, handed,
    )  # fmt: skip
