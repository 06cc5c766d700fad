"""The counters (窓口) of the city."""

from __future__ import annotations

from app.data import staff


def list_all() -> tuple[tuple[str, str], ...]:
    """Every counter as (code, title), for the sign-in page."""
    return staff.list_counters()
