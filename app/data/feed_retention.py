"""How long ended jobs of the data links are kept: the record of a night may go, what the watch still needs may not."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from app.data import feed_details
from app.data.batches import in_batches
from app.data.feed_jobs import MADE_UP_FOR
from app.data.models.feed import FeedJobFileRow, FeedJobRow
from app.domain.feed_jobs import FileState, JobKind

_AT_ONCE = 500
"""Jobs that are looked at in one go; the next go takes the others."""


def forget_jobs(session: Session, before: datetime, lying: Collection[str]) -> int:
    """Delete jobs that ended before a moment, with their files and all that is kept of these; returns how many.

    ``lying`` are the marks of the files in the watch folder: a job that tells that one of them was dealt with stays, or
    the watch would take the file for a new one. So does a job whose file waits for a decision or has left a gap.
    """
    old = session.scalars(
        select(FeedJobRow.id)
        .where(FeedJobRow.finished_at < before)
        .order_by(FeedJobRow.finished_at, FeedJobRow.id)
        .limit(_AT_ONCE)
    )
    candidates = set(old)
    file = FeedJobFileRow
    open_still = or_(
        file.state == FileState.WAITING,
        and_(file.state == FileState.REFUSED, FeedJobRow.kind != JobKind.COMMAND, file.as_of.is_not(None)),
    )
    for batch in in_batches(candidates):
        needed = select(file.job_id).join(FeedJobRow, FeedJobRow.id == file.job_id)
        needed = needed.where(file.job_id.in_(batch), open_still, ~MADE_UP_FOR)
        candidates.difference_update(session.scalars(needed.distinct()))
    for batch in in_batches(lying):
        candidates.difference_update(
            session.scalars(select(file.job_id).where(file.mark.in_(batch)).distinct())
        )
    for batch in in_batches(candidates):
        feed_details.forget(session, batch)
        session.execute(delete(file).where(file.job_id.in_(batch)))
        session.execute(delete(FeedJobRow).where(FeedJobRow.id.in_(batch)))
    return len(candidates)
