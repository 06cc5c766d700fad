"""Stops and releases (解除) of cases in the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from app.data.models.base import utc_now
from app.data.models.release import ReleaseRow
from app.domain.errors import NotFound
from app.domain.releases import LASTS, Release, ReleaseState
from app.extensions import db

MOST = 50
"""Requests that are shown to the responsible person, the oldest first."""

GONE = "この依頼は、すでに判断されたか取り消されています。一覧を開き直してください。"


def note_stopped(case_id: str, numbers: Iterable[str], staff_id: str, counter: str) -> None:
    """Keep because of whom a case stands still; somebody who is noted already and not yet decided on stays as he is."""
    waiting = {ReleaseState.STOPPED, ReleaseState.ASKED}
    known = {one.number for one in list_of_case(case_id) if one.state in waiting and not one.opens_address}
    for number in sorted(set(numbers) - known):
        db.session.add(
            ReleaseRow(
                case_id=case_id,
                person_number=number,
                state=ReleaseState.STOPPED,
                reason="",
                asked_by=staff_id,
                asked_counter=counter,
                asked_at=utc_now(),
            )
        )
    db.session.flush()


def list_of_case(case_id: str) -> tuple[Release, ...]:
    """Every stop of a case, newest first."""
    rows = db.session.scalars(
        select(ReleaseRow)
        .where(ReleaseRow.case_id == case_id)
        .order_by(ReleaseRow.asked_at.desc())
        .limit(MOST)
    )
    return tuple(map(_release, rows))


def list_released(
    case_id: str, staff_id: str, now: datetime, document_id: str | None = None
) -> frozenset[str]:
    """The numbers of those for whom this member of staff may go on with the case (or open the document) right now."""
    found = _in_force(case_id, staff_id, now)
    return frozenset(one.number for one in found if one.counts(now, document_id))


def list_made_under(case_id: str, staff_id: str, now: datetime, document_id: str) -> frozenset[str]:
    """Whose addresses stand on this document by a release that counts for it still; without those that only might."""
    found = _in_force(case_id, staff_id, now)
    return frozenset(one.number for one in found if one.opens_address and one.document_id == document_id)


def _in_force(case_id: str, staff_id: str, now: datetime) -> tuple[Release, ...]:
    rows = db.session.scalars(
        select(ReleaseRow).where(
            ReleaseRow.case_id == case_id, ReleaseRow.asked_by == staff_id,
            ReleaseRow.state == ReleaseState.ALLOWED, ReleaseRow.until > now,
        )
    )  # fmt: skip
    return tuple(map(_release, rows))


def ask(case_id: str, staff_id: str, counter: str, reason: str) -> list[str]:
    """Everybody who keeps the case stopped is asked about; returns their numbers."""
    rows = _rows(case_id, ReleaseState.STOPPED)
    for row in rows:
        row.state, row.reason, row.asked_by, row.asked_counter = ReleaseState.ASKED, reason, staff_id, counter
        row.asked_at = utc_now()
    return [row.person_number for row in rows]


def ask_address(
    case_id: str, number: str, staff_id: str, counter: str, *, reason: str, form: str, paper: str, version: int
) -> None:  # fmt: skip
    """Ask that one paper of the case as it is now may print where this person lives."""
    db.session.add(
        ReleaseRow(
            case_id=case_id, person_number=number, state=ReleaseState.ASKED, reason=reason, asked_by=staff_id,
            asked_counter=counter, asked_at=utc_now(), form=form, paper=paper, case_version=version,
        )
    )  # fmt: skip
    db.session.flush()


def find_address(case_id: str, staff_id: str) -> Release | None:
    """The last release of an address that this member of staff asked for in the case, whatever became of it."""
    found = list_of_case(case_id)
    return next((one for one in found if one.opens_address and one.asked_by == staff_id), None)


def spend(release_id: str, document_id: str) -> bool:
    """Use up a release of an address by the paper that was made; False when it does not count any more."""
    row = db.session.get(ReleaseRow, release_id, with_for_update=True, populate_existing=True)
    if row is None or row.document_id is not None or not _release(row).counts(utc_now()):
        return False
    row.document_id = document_id
    db.session.flush()
    return True


def list_waiting() -> tuple[Release, ...]:
    """What waits for a decision, the oldest first."""
    rows = db.session.scalars(
        select(ReleaseRow)
        .where(ReleaseRow.state == ReleaseState.ASKED)
        .order_by(ReleaseRow.asked_at, ReleaseRow.id)
        .limit(MOST)
    )
    return tuple(map(_release, rows))


def count_waiting() -> int:
    """How many requests wait for a decision."""
    return db.session.scalar(select(func.count()).where(ReleaseRow.state == ReleaseState.ASKED)) or 0


def get_asked(release_id: str) -> Release:
    """A request that waits for a decision. Raises NotFound."""
    row = db.session.get(ReleaseRow, release_id)
    if row is None or row.state != ReleaseState.ASKED:
        raise NotFound(GONE)
    return _release(row)


def decide(release_id: str, staff_id: str, *, allowed: bool) -> Release:
    """Answer a request that waits; what is allowed counts from now on. Raises NotFound when it does not wait any more."""
    row = _asked(release_id)
    now = utc_now()
    row.state = ReleaseState.ALLOWED if allowed else ReleaseState.REFUSED
    row.decided_by, row.decided_at, row.until = staff_id, now, now + LASTS if allowed else None
    db.session.flush()
    return _release(row)


def use(case_id: str, staff_id: str, document_id: str) -> list[str]:
    """The one output was made: what this member of staff was allowed in the case counts for nothing else from now on."""
    now = utc_now()
    rows = [
        row
        for row in _rows(case_id, ReleaseState.ALLOWED)
        if row.asked_by == staff_id and row.document_id is None and row.until and row.until > now
    ]
    for row in rows:
        row.document_id = document_id
    db.session.flush()
    return [row.person_number for row in rows]


def _asked(release_id: str) -> ReleaseRow:
    row = db.session.get(ReleaseRow, release_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != ReleaseState.ASKED:
        raise NotFound(GONE)
    return row


def _rows(case_id: str, state: ReleaseState) -> list[ReleaseRow]:
    return list(
        db.session.scalars(
            select(ReleaseRow)
            .where(ReleaseRow.case_id == case_id, ReleaseRow.state == state)
            .with_for_update()
        )
    )


def _release(row: ReleaseRow) -> Release:
    return Release(
        row.id, row.case_id, row.person_number, ReleaseState(row.state), row.reason, row.asked_by, row.asked_counter,
        row.asked_at, row.decided_by, row.decided_at, row.until, row.document_id, row.form, row.paper, row.case_version,
    )  # fmt: skip
