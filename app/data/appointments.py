"""Bookings (予約): cases that were prepared for somebody who comes later, and are still to be served."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.data import ledger
from app.data.ledger import LedgerLine
from app.data.models.case import CaseFactRow, CasePersonRow, CaseRow
from app.domain.case import Channel, State
from app.extensions import db

MOST = 100
_NAMES = ("appointment.on", "appointment.at", "appointment.number", "appointment.wish", "identity.documents")


@dataclass(frozen=True)
class Appointment:
    """A booked case: the day in standard form and the hour (either may be empty), what is wished, and who is in it.

    ``waits``: the visitor has not come yet.
    """

    line: LedgerLine
    day: str
    hour: str
    number: str
    wish: str
    waits: bool
    persons: tuple[str, ...]


def list_appointments() -> tuple[tuple[Appointment, ...], bool]:
    """Open and suspended appointments by their day and hour, at most MOST; the flag says that there are more."""
    wanted = [
        CaseRow.channel.in_([one for one in Channel if one.books]),
        CaseRow.state.in_([State.OPEN, State.SUSPENDED]),
    ]
    lines, more = ledger.list_lines(wanted)
    ids = [line.case_id for line in lines]
    facts: dict[str, dict[str, object]] = {}
    for row in db.session.scalars(
        select(CaseFactRow).where(
            CaseFactRow.case_id.in_(ids), CaseFactRow.subject == "", CaseFactRow.name.in_(_NAMES)
        )
    ):
        facts.setdefault(row.case_id, {})[row.name] = row.value
    numbers: dict[str, list[str]] = {}
    for case_id, number in db.session.execute(
        select(CasePersonRow.case_id, CasePersonRow.person_number).where(CasePersonRow.case_id.in_(ids))
    ):
        numbers.setdefault(case_id, []).extend([number] if number else [])
    made = [_appointment(line, facts.get(line.case_id, {}), numbers.get(line.case_id, [])) for line in lines]
    return tuple(sorted(made, key=lambda one: (one.day, one.hour, one.line.number))), more


def _appointment(line: LedgerLine, facts: dict[str, object], persons: list[str]) -> Appointment:
    day, hour, number, wish = (str(facts.get(name) or "") for name in _NAMES[:4])
    return Appointment(line, day, hour, number, wish, not facts.get("identity.documents"), tuple(persons))
