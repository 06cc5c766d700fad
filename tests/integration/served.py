"""Looking behind the pages of a served city: who lives there, and what the database holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask
from sqlalchemy import func, select

from app.data import cases
from app.data.models.audit import AuditRow
from app.data.models.register import PersonFlagRow, PersonRow
from app.data.models.staff import AssignmentRow
from app.domain.case import Case
from app.extensions import db
from tests.conftest import new_client
from tests.desk import Desk

T = TypeVar("T")
COLLEAGUE = "demo-insurance"


def looked_up(app: Flask, read: Callable[[], T]) -> T:
    """What ``read`` finds in the database; no transaction stays open behind it."""
    with app.app_context():
        found = read()
        db.session.rollback()
    return found


def stored(app: Flask, case: str) -> Case:
    return looked_up(app, lambda: cases.get_case(case))


def logged(app: Flask, case: str) -> list[str]:
    """The actions that the operation log holds of a case, oldest first."""
    return looked_up(
        app,
        lambda: list(
            db.session.scalars(select(AuditRow.action).where(AuditRow.case_id == case).order_by(AuditRow.id))
        ),
    )


def clerk(app: Flask, staff: str = "demo-counter", counter: str = "main") -> Desk:
    return Desk(new_client(app)).sign_in(staff, counter)


def colleague(app: Flask) -> Desk:
    """Somebody else who receives at the same counter."""
    with app.app_context():
        db.session.merge(AssignmentRow(staff_id=COLLEAGUE, counter="main", role="counter"))
        db.session.commit()
    return clerk(app, COLLEAGUE)


def resident(app: Flask, members: int = 1) -> PersonRow:
    """A householder about whom nothing warns, with so many in the household."""
    return looked_up(app, lambda: _resident(members))


def _resident(members: int) -> PersonRow:
    size = (
        select(PersonRow.group_key)
        .where(PersonRow.status == "resident")
        .group_by(PersonRow.group_key)
        .having(func.count() == members)
    )
    flagged = select(PersonRow.group_key).join(PersonFlagRow, PersonFlagRow.person_number == PersonRow.number)
    protected = select(PersonRow.group_key).where(PersonRow.protected.is_(True))
    found = db.session.scalars(
        select(PersonRow)
        .where(
            PersonRow.group_key.in_(size),
            PersonRow.group_key.not_in(flagged),
            PersonRow.group_key.not_in(protected),
            PersonRow.category == "japanese",
            PersonRow.is_householder.is_(True),
        )
        .order_by(PersonRow.serial)
    ).first()
    assert found is not None, f"the city has no household of {members}"
    db.session.expunge(found)
    return found


def announced(app: Flask, movers: int = 4) -> tuple[PersonRow, ...]:
    """The people of a move-out notice of so many, the first of them first."""
    return looked_up(app, lambda: _announced(movers))


def _announced(movers: int) -> tuple[PersonRow, ...]:
    notice = db.session.scalars(
        select(PersonRow.receipt_number)
        .where(PersonRow.status == "expected")
        .group_by(PersonRow.receipt_number)
        .having(func.count() == movers)
        .order_by(PersonRow.receipt_number)
    ).first()
    assert notice, f"no notice of {movers}"
    found = db.session.scalars(
        select(PersonRow).where(PersonRow.receipt_number == notice).order_by(PersonRow.group_position)
    ).all()
    db.session.expunge_all()
    return tuple(found)
