"""Trials of content in the database: how far they are, who works on them, what they found."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.data.models.base import opaque_id
from app.data.models.case import CaseRow
from app.data.models.trial import TrialLineRow, TrialRow
from app.domain.case import Kind, State, Step
from app.domain.errors import NotFound
from app.domain.trials import Trial, TrialKind, TrialLine, TrialPart, TrialState
from app.extensions import db

LEASE_SECONDS = 60
"""How long a part of a trial may take; then another process may do it again, and only one of them is counted."""


def add_trial(
    session: Session,
    *,
    kind: TrialKind,
    source: str,
    digest: str,
    base: int | None,
    period: tuple[date, date] | None = None,
    judged_on: date | None = None,
    total: int,
    staff_id: str,
    now: datetime,
) -> str:
    """A new trial, ready to be worked on; its id."""
    since, until = period or (None, None)
    row = TrialRow(
        kind=kind, source=source, digest=digest, base=base, since=since, until=until, judged_on=judged_on,
        state=TrialState.RUNNING, total=total, done=0, found=0, place="", tally={}, asked_by=staff_id, asked_at=now, holder="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def get_trial(trial_id: str) -> Trial:
    """Raises NotFound."""
    row = db.session.get(TrialRow, trial_id, populate_existing=True)
    if row is None:
        raise NotFound("この試行は見つかりません。画面を開き直してください。")
    return _trial(row)


def list_trials(kind: TrialKind, limit: int, source: str | None = None) -> tuple[Trial, ...]:
    """The newest trials of a kind, of one content only where it is named."""
    conditions = [TrialRow.kind == kind] + ([TrialRow.source == source] if source else [])
    rows = db.session.scalars(
        select(TrialRow)
        .where(*conditions)
        .order_by(TrialRow.asked_at.desc(), TrialRow.id.desc())
        .limit(limit)
    )
    return tuple(map(_trial, rows))


def find_latest(kind: TrialKind, digest: str) -> Trial | None:
    """The newest trial of exactly this content."""
    row = db.session.scalar(
        select(TrialRow)
        .where(TrialRow.kind == kind, TrialRow.digest == digest)
        .order_by(TrialRow.asked_at.desc(), TrialRow.id.desc())
        .limit(1)
    )
    return _trial(row) if row else None


def take_part(session: Session, trial_id: str, now: datetime) -> tuple[str, str] | None:
    """Take the next part of a running trial: a token to hand it in with and where it begins; None when there is nothing to do.

    Nothing is to be done when it does not run or somebody else is at it.
    """
    row = session.get(TrialRow, trial_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != TrialState.RUNNING or (row.held_until and row.held_until > now):
        return None
    row.holder, row.held_until = opaque_id(), now + timedelta(seconds=LEASE_SECONDS)
    return row.holder, row.place


def hand_in(session: Session, trial_id: str, holder: str, part: TrialPart, now: datetime) -> bool:
    """Store a part of a trial; False when the lease went to somebody else meanwhile, and then nothing is stored."""
    row = session.get(TrialRow, trial_id, with_for_update=True, populate_existing=True)
    if row is None or row.holder != holder:
        return False
    for at, (key, topic, result) in enumerate(part.lines, start=row.found + 1):
        session.add(TrialLineRow(trial_id=trial_id, position=at, key=key, topic=topic, result=dict(result)))
    row.found += len(part.lines)
    row.done, row.place, row.tally = row.done + part.done, part.place, dict(part.tally)
    row.holder, row.held_until = "", None
    # Whoever stopped it meanwhile keeps his word; what was done until then counts.
    if part.ended is not None and row.state == TrialState.RUNNING:
        row.state, row.finished_at = part.ended, now
    session.flush()
    return True


def set_state(session: Session, trial_id: str, was: TrialState, state: TrialState, now: datetime) -> bool:
    """Stop a running trial or go on with a stopped one; False when it does not stand as expected."""
    row = session.get(TrialRow, trial_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != was:
        return False
    row.state = state
    row.finished_at = None if state is TrialState.RUNNING else now
    return True


def list_lines(trial_id: str, topic: str = "", limit: int | None = None) -> tuple[TrialLine, ...]:
    """The results of a trial in their order, of one topic where it is named."""
    conditions = [TrialLineRow.trial_id == trial_id] + ([TrialLineRow.topic == topic] if topic else [])
    rows = db.session.scalars(
        select(TrialLineRow).where(*conditions).order_by(TrialLineRow.position).limit(limit)
    )
    return tuple(TrialLine(row.position, row.key, row.topic, row.result) for row in rows)


def _past_cases(since: date, until: date, asked_at: datetime) -> list[ColumnElement[bool]]:
    return [
        CaseRow.received_on >= since,
        CaseRow.received_on <= until,
        CaseRow.kind != Kind.CERTIFICATE,
        CaseRow.step.in_([Step.QUESTIONS, Step.PROCEDURES, Step.PRINT]),
        CaseRow.state != State.STOPPED,
        CaseRow.opened_at <= asked_at,
    ]


def count_cases(since: date, until: date, asked_at: datetime) -> int:
    """How many cases a replay of a period goes through: those that came as far as the questions, stopped ones left out."""
    conditions = _past_cases(since, until, asked_at)
    return db.session.scalar(select(func.count()).select_from(CaseRow).where(*conditions)) or 0


def list_case_ids(since: date, until: date, asked_at: datetime, after: str, limit: int) -> list[str]:
    """The next cases of a replay behind one of them, in an order that does not change while it runs."""
    conditions = _past_cases(since, until, asked_at)
    return list(
        db.session.scalars(
            select(CaseRow.id).where(*conditions, CaseRow.id > after).order_by(CaseRow.id).limit(limit)
        )
    )


def _trial(row: TrialRow) -> Trial:
    return Trial(
        row.id, TrialKind(row.kind), row.source, row.digest, row.base, row.since, row.until, row.judged_on,
        TrialState(row.state), row.total, row.done, row.found, row.tally, row.asked_by, row.asked_at, row.finished_at,
    )  # fmt: skip
