"""Received procedures for the reviewers: bounded worklists, rows held for writing, and what was done with each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.data.ledger import list_people
from app.data.models.base import utc_now
from app.data.models.case import CasePersonRow, CaseProcedureRow, CaseRow
from app.data.models.review import ReviewEntryRow
from app.domain.authority import Actor
from app.domain.case import ProcedureState, State
from app.domain.review import STATE_WORDS, ReviewEntry, ReviewItem
from app.extensions import db

ROWS = 200


@dataclass(frozen=True)
class ReviewFilter:
    """What to list. ``codes`` are the procedures by content version; ``before`` and ``since`` limit the time of reception."""

    codes: Mapping[int, Collection[str]]
    states: Collection[ProcedureState]
    before: datetime | None = None
    since: datetime | None = None


def list_versions() -> list[int]:
    """The content versions of the cases with a procedure in review."""
    found = db.session.scalars(
        select(CaseRow.content_version_id)
        .distinct()
        .join(CaseProcedureRow, CaseProcedureRow.case_id == CaseRow.id)
        .where(CaseProcedureRow.state.in_([*STATE_WORDS]))
    )
    return sorted(found)


def list_items(wanted: ReviewFilter) -> tuple[tuple[ReviewItem, ...], bool]:
    """Those that wait longest first, at most ROWS; the flag says that there are more."""
    rows = db.session.execute(
        select(CaseProcedureRow, CaseRow)
        .join(CaseRow, CaseRow.id == CaseProcedureRow.case_id)
        .where(*_conditions(wanted))
        .order_by(CaseProcedureRow.received_at, CaseProcedureRow.id)
        .limit(ROWS + 1)
    ).all()
    people = list_people([case.id for _line, case in rows[:ROWS]])
    items = tuple(_item(line, case, people.get(case.id, ())) for line, case in rows[:ROWS])
    return items, len(rows) > ROWS


def count_items(wanted: ReviewFilter) -> dict[ProcedureState, int]:
    """How many there are in each state."""
    rows = db.session.execute(
        select(CaseProcedureRow.state, func.count())
        .join(CaseRow, CaseRow.id == CaseProcedureRow.case_id)
        .where(*_conditions(wanted))
        .group_by(CaseProcedureRow.state)
    )
    return {ProcedureState(state): number for state, number in rows}


def list_sent_back(counter: str) -> tuple[ReviewItem, ...]:
    """What was sent back to a counter, the latest first."""
    rows = db.session.execute(
        select(CaseProcedureRow, CaseRow)
        .join(CaseRow, CaseRow.id == CaseProcedureRow.case_id)
        .where(
            CaseProcedureRow.state == ProcedureState.SENT_BACK,
            CaseProcedureRow.received_counter == counter,
            CaseProcedureRow.needed.is_(True),
        )
        .order_by(CaseProcedureRow.changed_at.desc(), CaseProcedureRow.id)
        .limit(ROWS)
    ).all()
    people = list_people([case.id for _line, case in rows])
    return tuple(_item(line, case, people.get(case.id, ())) for line, case in rows)


def find_item(item_id: str) -> ReviewItem | None:
    """A received procedure by its id, in whatever state of review."""
    found = db.session.execute(
        select(CaseProcedureRow, CaseRow)
        .join(CaseRow, CaseRow.id == CaseProcedureRow.case_id)
        .where(CaseProcedureRow.id == item_id, CaseProcedureRow.received_at.is_not(None))
    ).one_or_none()
    if found is None or found.CaseProcedureRow.state not in STATE_WORDS:
        return None
    people = list_people([found.CaseRow.id])
    return _item(found.CaseProcedureRow, found.CaseRow, people.get(found.CaseRow.id, ()))


def hold_rows(item_ids: Collection[str]) -> dict[str, CaseProcedureRow]:
    """The rows by id, for writing. Their cases are locked first, in one order for everybody, so that nobody waits in a ring."""
    cases = select(CaseProcedureRow.case_id).where(CaseProcedureRow.id.in_(item_ids))
    db.session.scalars(
        select(CaseRow).where(CaseRow.id.in_(cases)).order_by(CaseRow.id).with_for_update()
    ).all()
    rows = db.session.scalars(
        select(CaseProcedureRow)
        .where(CaseProcedureRow.id.in_(item_ids))
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


def mark(row: CaseProcedureRow, state: ProcedureState, actor: Actor) -> None:
    """Bring a row into a state at the counter; where it is received, by whom and where."""
    row.state, row.changed_at, row.changed_by = state, utc_now(), actor.staff_id
    if state is ProcedureState.RECEIVED:
        row.received_at, row.received_by, row.received_counter = (
            row.changed_at,
            actor.staff_id,
            actor.counter,
        )


def move(row: CaseProcedureRow, state: ProcedureState, action: str, text: str, actor: Actor) -> None:
    """Bring a held row into a state and keep what was done."""
    row.state, row.changed_at, row.changed_by = state, utc_now(), actor.staff_id
    db.session.add(
        ReviewEntryRow(
            case_id=row.case_id, procedure=row.procedure, action=action, state=state, text=text, at=row.changed_at,
            by=actor.staff_id, counter=actor.counter,
        )
    )  # fmt: skip


def list_entries(case_id: str, procedure: str | None = None) -> tuple[ReviewEntry, ...]:
    """What was done with a procedure of a case (None: with any), the latest first."""
    wanted = [ReviewEntryRow.case_id == case_id]
    if procedure is not None:
        wanted.append(ReviewEntryRow.procedure == procedure)
    rows = db.session.scalars(select(ReviewEntryRow).where(*wanted).order_by(ReviewEntryRow.at.desc()))
    return tuple(
        ReviewEntry(row.action, ProcedureState(row.state), row.text, row.at, row.by, row.counter)
        for row in rows
    )


def _conditions(wanted: ReviewFilter) -> list[ColumnElement[bool]]:
    found = [
        CaseProcedureRow.needed.is_(True),
        CaseProcedureRow.received_at.is_not(None),
        CaseProcedureRow.state.in_([*wanted.states]),
        or_(
            *(
                and_(CaseRow.content_version_id == version, CaseProcedureRow.procedure.in_(sorted(codes)))
                for version, codes in wanted.codes.items()
            ),
            # With no version at all nothing is to be found.
            CaseRow.content_version_id == -1,
        ),
    ]
    if wanted.before is not None:
        found.append(CaseProcedureRow.received_at < wanted.before)
    if wanted.since is not None:
        found.append(
            or_(
                CaseProcedureRow.state != ProcedureState.COMPLETED,
                CaseProcedureRow.changed_at >= wanted.since,
            )
        )
    return found


def _item(line: CaseProcedureRow, case: CaseRow, people: Sequence[CasePersonRow]) -> ReviewItem:
    concerned = [one for one in people if one.id in line.people] or [one for one in people if one.is_subject]
    received = line.received_at or case.opened_at
    return ReviewItem(
        line.id, case.id, case.number, line.procedure, ProcedureState(line.state), case.content_version_id, received,
        line.received_by, line.received_counter, line.changed_at or received, line.changed_by,
        case.state == State.STOPPED,
        tuple(str(one.corrected.get("name") or one.seen.get("name", "")) for one in concerned),
        tuple(one.person_number for one in people if one.person_number),
    )  # fmt: skip
