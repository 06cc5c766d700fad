"""The appointments (予約) that are to be served: by day and hour, each with how far its case was prepared (R3)."""

from __future__ import annotations

from collections.abc import Sequence

from app.data import appointments, audit, restrictions
from app.data.appointments import Appointment
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.operations.cases import require

__all__ = ["Appointment", "list_open"]


def list_open(actor: Actor) -> tuple[Sequence[tuple[Appointment, bool]], bool]:
    """Each booking with whether somebody in it is protected: then nobody is named. The flag says that there are more."""
    require(actor, Right.RECEIVE)
    found, more = appointments.list_appointments()
    protected = restrictions.list_protected({number for one in found for number in one.persons})
    shown = [(one, bool(protected & set(one.persons))) for one in found]
    with transaction():
        numbers = sorted({number for one, withheld in shown if not withheld for number in one.persons})
        audit.record("appointments.viewed", actor=actor, persons=numbers, detail={"appointments": len(shown)})
    return shown, more
