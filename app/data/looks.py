"""Purposes that were chosen for persons, and how many persons a member of staff has opened outside a case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select

from app.data.models.case import CasePersonRow, CaseRow
from app.data.models.look import LookRow
from app.data.models.register import PersonRow
from app.domain.case import State
from app.extensions import db


def find(session_id: str, person_id: str, since: datetime) -> str | None:
    """The purpose chosen in this session for this person since then."""
    return db.session.scalar(
        select(LookRow.purpose).where(
            LookRow.session == session_id, LookRow.person_id == person_id, LookRow.chosen_at >= since
        )
    )


def find_last(session_id: str) -> str | None:
    """The purpose chosen last in this session, for whomever."""
    return db.session.scalar(
        select(LookRow.purpose)
        .where(LookRow.session == session_id)
        .order_by(LookRow.chosen_at.desc())
        .limit(1)
    )


def find_case(staff_id: str, person_id: str) -> str | None:
    """A case this member of staff is at work on that has the person in it."""
    return db.session.scalar(
        select(CaseRow.id)
        .join(CasePersonRow, CasePersonRow.case_id == CaseRow.id)
        .join(PersonRow, PersonRow.number == CasePersonRow.person_number)
        .where(PersonRow.id == person_id, CaseRow.held_by == staff_id, CaseRow.state == State.OPEN)
        .order_by(CaseRow.changed_at.desc())
        .limit(1)
    )


def keep(session_id: str, person_id: str, staff_id: str, purpose: str, now: datetime) -> None:
    """Note the purpose; one chosen before for the same person in this session is replaced."""
    row = db.session.get(LookRow, (session_id, person_id))
    if row is None:
        row = LookRow(session=session_id, person_id=person_id)
        db.session.add(row)
    row.staff_id, row.purpose, row.chosen_at = staff_id, purpose, now
    db.session.flush()


def count(staff_id: str, since: datetime) -> int:
    """How many persons a member of staff has opened outside a case since then."""
    return (
        db.session.scalar(
            select(func.count(LookRow.person_id.distinct())).where(
                LookRow.staff_id == staff_id, LookRow.chosen_at >= since
            )
        )
        or 0
    )


def forget(before: datetime) -> None:
    """Drop what was chosen before a day: the log has it."""
    db.session.execute(delete(LookRow).where(LookRow.chosen_at < before))
