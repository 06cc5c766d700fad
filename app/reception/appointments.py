"""The appointments that are to be served (予約の一覧)."""

from __future__ import annotations

from flask import Response

from app.domain.case import CHANNEL_LABELS, KIND_LABELS
from app.domain.channel_details import shown_day
from app.domain.dates import today_in_japan
from app.operations import appointments as operations
from app.reception.blueprint import bp
from app.web.access import current_actor
from app.web.pages import HOME, Page, show


@bp.get("/appointments", endpoint="appointments")
def appointments() -> Response:
    """By day and hour; going on with one leads to the identity step, as its visitor has come now."""
    found, more = operations.list_open(current_actor())
    return show(
        "reception/appointments.html", Page("予約の一覧"), appointments=found, more=more, shown_day=shown_day,
        kinds=KIND_LABELS, channels=CHANNEL_LABELS, today=today_in_japan().isoformat(), actions=[HOME],
    )  # fmt: skip
