"""Published content packs (業務定義): which one is in force, those planned and those before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.data.models.base import utc_now
from app.data.models.case import ContentVersionRow
from app.domain.dates import today_in_japan
from app.domain.errors import NotFound
from app.extensions import db

_MOST_SHOWN = 200


@dataclass(frozen=True)
class Version:
    """A published version without its pack. `restores` is the earlier version it repeats."""

    id: int
    digest: str
    published_at: datetime
    published_by: str
    in_force_on: date
    title: str
    comment: str
    edited_by: tuple[str, ...]
    restores: int | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None


def current_version_id(on: date | None = None) -> int | None:
    """The version that is in force on a day (today), or None before the first one."""
    return db.session.scalar(
        select(ContentVersionRow.id)
        .where(
            ContentVersionRow.in_force_on <= (on or today_in_japan()),
            ContentVersionRow.withdrawn_at.is_(None),
        )
        .order_by(ContentVersionRow.in_force_on.desc(), ContentVersionRow.id.desc())
        .limit(1)
    )


def get_payload(version_id: int) -> str:
    """The pack as it was published. Raises NotFound."""
    payload = db.session.scalar(select(ContentVersionRow.payload).where(ContentVersionRow.id == version_id))
    if payload is None:
        raise NotFound("この版の業務定義はありません。情報政策課へご連絡ください。")
    return payload


def find_version(version_id: int) -> Version | None:
    """A published version, or None."""
    row = db.session.get(ContentVersionRow, version_id)
    return _version(row) if row else None


def list_versions() -> tuple[Version, ...]:
    """The published versions, the newest first."""
    rows = db.session.scalars(
        select(ContentVersionRow).order_by(ContentVersionRow.id.desc()).limit(_MOST_SHOWN)
    )
    return tuple(map(_version, rows))


def _version(row: ContentVersionRow) -> Version:
    return Version(
        row.id, row.digest, row.published_at, row.published_by, row.in_force_on, row.title, row.comment,
        tuple(row.edited_by), row.restores, row.withdrawn_at, row.withdrawn_by,
    )  # fmt: skip


def published_at(version_id: int) -> datetime:
    """When a version was published. Raises NotFound."""
    at = db.session.scalar(select(ContentVersionRow.published_at).where(ContentVersionRow.id == version_id))
    if at is None:
        raise NotFound("この業務定義は公開されていません。")
    return at


def add_version(
    digest: str,
    payload: str,
    by: str,
    *,
    in_force_on: date | None = None,
    title: str = "",
    comment: str = "",
    edited_by: Sequence[str] = (),
    draft_id: str | None = None,
    restores: int | None = None,
) -> int | None:
    """Publish a pack from a day on (today); None when the version in force then is already this one."""
    day = in_force_on or today_in_japan()
    existing = current_version_id(day)
    if existing is not None and db.session.get_one(ContentVersionRow, existing).digest == digest:
        return None
    row = ContentVersionRow(
        digest=digest, published_at=utc_now(), published_by=by, payload=payload, in_force_on=day, title=title,
        comment=comment, edited_by=list(edited_by), draft_id=draft_id, restores=restores,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row.id


def lock_version(version_id: int) -> ContentVersionRow | None:
    """A version to be withdrawn, locked; or None."""
    return db.session.get(ContentVersionRow, version_id, with_for_update=True, populate_existing=True)


def newest_version_id() -> int | None:
    """The version published last that is not withdrawn, in force or planned."""
    return db.session.scalar(
        select(ContentVersionRow.id)
        .where(ContentVersionRow.withdrawn_at.is_(None))
        .order_by(ContentVersionRow.id.desc())
        .limit(1)
    )


def has_edited_version() -> bool:
    """Whether a version was made from a draft."""
    return (
        db.session.scalar(
            select(ContentVersionRow.id).where(ContentVersionRow.draft_id.is_not(None)).limit(1)
        )
        is not None
    )
