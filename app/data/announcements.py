"""Announcements (お知らせ): lists bounded by ROWS, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from app.data.models.announcement import AnnouncementReadRow, AnnouncementRow
from app.domain.announcements import Announcement, Draft
from app.extensions import db

ROWS = 100


def list_shown(day: date, counter: str, staff_id: str) -> tuple[Announcement, ...]:
    """Those of the day for the counter, with whether the member of staff has read them."""
    rows = db.session.scalars(
        select(AnnouncementRow)
        .where(AnnouncementRow.first_on <= day, AnnouncementRow.last_on >= day, AnnouncementRow.withdrawn_at.is_(None))
        .order_by(AnnouncementRow.written_at.desc(), AnnouncementRow.id)
        .limit(ROWS)
    ).all()  # fmt: skip
    here = [row for row in rows if not row.counters or counter in row.counters]
    if not here:
        return ()
    own = set(
        db.session.scalars(
            select(AnnouncementReadRow.announcement_id).where(
                AnnouncementReadRow.staff_id == staff_id,
                AnnouncementReadRow.announcement_id.in_([row.id for row in here]),
            )
        )
    )
    return tuple(_announcement(row, read=row.id in own) for row in here)


def list_all() -> tuple[Announcement, ...]:
    """The newest, shown or not, with how many have read them."""
    rows = db.session.scalars(
        select(AnnouncementRow).order_by(AnnouncementRow.written_at.desc(), AnnouncementRow.id).limit(ROWS)
    ).all()
    counted = _count_readers([row.id for row in rows])
    return tuple(_announcement(row, read_by=counted.get(row.id, 0)) for row in rows)


def find(announcement_id: str) -> Announcement | None:
    row = db.session.get(AnnouncementRow, announcement_id)
    return _announcement(row) if row else None


def add(draft: Draft, staff_id: str, now: datetime) -> str:
    row = AnnouncementRow(
        title=draft.title, text=draft.text, counters=sorted(draft.counters), first_on=draft.first, last_on=draft.last,
        must_read=draft.must_read, written_at=now, written_by=staff_id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row.id


def set_withdrawn(announcement_id: str, at: datetime | None) -> None:
    db.session.get_one(AnnouncementRow, announcement_id, with_for_update=True).withdrawn_at = at


def mark_read(announcement_id: str, staff_id: str, now: datetime) -> bool:
    """Whether this was the first time."""
    known = db.session.get(AnnouncementReadRow, (announcement_id, staff_id))
    if known is None:
        row = AnnouncementReadRow(announcement_id=announcement_id, staff_id=staff_id, read_at=now)
        db.session.add(row)
        db.session.flush()
    return known is None


def _count_readers(ids: Sequence[str]) -> dict[str, int]:
    rows = db.session.execute(
        select(AnnouncementReadRow.announcement_id, func.count())
        .where(AnnouncementReadRow.announcement_id.in_(ids))
        .group_by(AnnouncementReadRow.announcement_id)
    )
    return {row[0]: row[1] for row in rows}


def _announcement(row: AnnouncementRow, *, read: bool = False, read_by: int = 0) -> Announcement:
    draft = Draft(row.title, row.text, row.first_on, row.last_on, row.must_read, frozenset(row.counters))
    return Announcement(row.id, draft, row.written_at, row.written_by, row.withdrawn_at, read, read_by)
