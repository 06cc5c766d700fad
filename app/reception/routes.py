"""Reception's routes: importing these modules puts them on the blueprint."""

from __future__ import annotations

from app.reception import (
    addresses,
    answers,
    appointments,
    card,
    certificates,
    customer,
    defects,
    guard,
    guidance,
    guide_sheet,
    history,
    households,
    issuing,
    lifecycle,
    papers,
    places,
    procedures,
    reasons,
    sent_back,
    single,
    steps,
    subjects,
    visitors,
)
from app.reception.blueprint import bp

ROUTE_MODULES = (
    addresses,
    answers,
    appointments,
    card,
    certificates,
    defects,
    customer,
    guard,
    guidance,
    guide_sheet,
    history,
    households,
    issuing,
    lifecycle,
    papers,
    places,
    procedures,
    reasons,
    sent_back,
    single,
    steps,
    subjects,
    visitors,
)

__all__ = ["ROUTE_MODULES", "bp"]
