"""Published content packs (業務定義)."""

from __future__ import annotations

from sqlalchemy import select

from app.data.models.base import utc_now
from app.data.models.case import ContentVersionRow
from app.domain.errors import NotFound
from app.extensions import db


def current_version_id() -> int | None:
    """The version that new cases are opened with, or None before the first publication."""
    return db.session.scalar(select(ContentVersionRow.id).order_by(ContentVersionRow.id.desc()).limit(1))


def get_payload(version_id: int) -> str:
    """The pack as it was published. Raises NotFound."""
    payload = db.session.scalar(select(ContentVersionRow.payload).where(ContentVersionRow.id == version_id))
    if payload is None:
        raise NotFound("業務定義がまだ公開されていません。情報政策課へご連絡ください。")
    return payload


def add_version(digest: str, payload: str, by: str) -> int | None:
    """Publish a pack; None when the newest version is already this one."""
    newest = db.session.scalar(select(ContentVersionRow).order_by(ContentVersionRow.id.desc()).limit(1))
    if newest is not None and newest.digest == digest:
        return None
    row = ContentVersionRow(digest=digest, published_at=utc_now(), published_by=by, payload=payload)
    db.session.add(row)
    db.session.flush()
    return row.id
