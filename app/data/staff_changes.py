"""Accounts as states of a day, and changing them for a day: stored now, in force when the day comes (人事異動).

Whoever reads an account asks for a day (`app.data.staff`), so that nothing has to run at midnight: what is stored here
for a day holds from its first second on.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete

from app.data import staff
from app.data.models.staff import AssignmentRow, StaffRow, TransferLineRow
from app.domain.authority import ROBOT
from app.domain.transfers import Account, StaffState
from app.extensions import db

_OF_THE_ROW = (
    "name",
    "section",
    "next_name",
    "next_section",
    "valid_from",
    "valid_to",
    "next_on",
    "disabled",
)


def accounts(today: date) -> dict[str, Account]:
    """Every account with its state of today, by id."""
    assigned, waiting = staff.list_assignments(), staff.list_waiting(today)
    return {
        row.id: Account(
            _state(row, assigned.get(row.id, []), today),
            row.disabled,
            any(one.role == ROBOT for one in assigned.get(row.id, [])),
            waiting.get(row.id),
        )
        for row in staff.list_staff()
    }


def _state(row: StaffRow, assigned: list[AssignmentRow], day: date) -> StaffState:
    held = frozenset(
        (one.counter, one.role)
        for one in assigned
        if one.since <= day and (one.until is None or one.until >= day)
    )
    return StaffState(
        staff.name_of(row, day), staff.section_of(row, day), row.valid_from, row.valid_to, held
    )  # fmt: skip


def state_as_json(state: StaffState) -> dict[str, Any]:
    return {
        "name": state.name,
        "section": state.section,
        "first": state.first.isoformat(),
        "last": state.last.isoformat() if state.last else None,
        "roles": sorted([counter, role] for counter, role in state.roles),
    }


def state_from_json(stored: dict[str, Any]) -> StaffState:
    last = stored["last"]
    return StaffState(
        stored["name"], stored["section"], date.fromisoformat(stored["first"]),
        date.fromisoformat(last) if last else None, frozenset((counter, role) for counter, role in stored["roles"]),
    )  # fmt: skip


def apply_state(line: TransferLineRow, on: date, today: date) -> None:
    """Store what the line says from the day on, and in the line how the account was kept before."""
    after = state_from_json(line.after)
    row = db.session.get(StaffRow, line.staff_id, with_for_update=True, populate_existing=True)
    if row is None:
        row = StaffRow(
            id=line.staff_id, name=after.name, section=after.section, valid_from=after.first, demo=False
        )
        db.session.add(row)
        db.session.flush()
        held: set[tuple[str, str]] = set()
    else:
        assigned = staff.list_assignments([row.id]).get(row.id, [])
        line.kept = _kept(row, assigned)
        held = set(_state(row, assigned, today).roles)
        _rename(row, after, on, today)
    row.valid_from, row.valid_to, row.disabled = after.first, after.last, False
    for counter, role in held - after.roles:
        db.session.get_one(AssignmentRow, (row.id, counter, role)).until = on - timedelta(days=1)
    for counter, role in after.roles - held:
        db.session.merge(AssignmentRow(staff_id=row.id, counter=counter, role=role, since=on, until=None))
    db.session.flush()


def _rename(row: StaffRow, after: StaffState, on: date, today: date) -> None:
    row.name, row.section = staff.name_of(row, today), staff.section_of(row, today)
    row.next_name = row.next_section = row.next_on = None
    if (row.name, row.section) == (after.name, after.section):
        return
    if on <= today:
        row.name, row.section = after.name, after.section
    else:
        row.next_name, row.next_section, row.next_on = after.name, after.section, on


def _kept(row: StaffRow, assigned: list[AssignmentRow]) -> dict[str, Any]:
    kept = {name: getattr(row, name) for name in _OF_THE_ROW}
    return {
        "row": {name: one.isoformat() if isinstance(one, date) else one for name, one in kept.items()},
        "roles": sorted(
            [one.counter, one.role, one.since.isoformat(), one.until.isoformat() if one.until else None]
            for one in assigned
        ),
    }


def undo_state(line: TransferLineRow, today: date) -> None:
    """Store the account again as it was kept before the line; one the line had made goes, or is stopped once it was used."""
    row = db.session.get_one(StaffRow, line.staff_id, with_for_update=True, populate_existing=True)
    if line.kept is None and row.last_counter is not None:
        row.disabled, row.valid_to = True, today - timedelta(days=1)
        return
    db.session.execute(delete(AssignmentRow).where(AssignmentRow.staff_id == row.id))
    if line.kept is None:
        db.session.delete(row)
        db.session.flush()
        return
    for name, stored in line.kept["row"].items():
        is_day = name in {"valid_from", "valid_to", "next_on"} and stored is not None
        setattr(row, name, date.fromisoformat(stored) if is_day else stored)
    for counter, role, since, until in line.kept["roles"]:
        db.session.add(
            AssignmentRow(
                staff_id=row.id, counter=counter, role=role, since=date.fromisoformat(since),
                until=date.fromisoformat(until) if until else None,
            )
        )  # fmt: skip
    db.session.flush()
