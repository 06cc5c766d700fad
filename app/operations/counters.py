"""The counters (窓口) of the city."""

from __future__ import annotations

from app.data import staff
from app.data.models.base import utc_now
from app.operations import calendar


def list_all() -> tuple[tuple[str, str], ...]:
    """Every counter as (code, title), for the sign-in page."""
    return staff.list_counters()


def outside_hours(counter: str) -> str:
    """What the sign-in page says outside the opening hours of a counter's office (the city hall for none chosen)."""
    return calendar.opening(counter, utc_now()).text
