"""Reception (受付): the clerk's room, from the visitor's identity to the printed forms, and the ledger."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("reception", __name__)

from app.reception import (  # noqa: E402  routes register themselves on the blueprint above
    answers,
    certificates,
    history,
    lifecycle,
    papers,
    places,
    steps,
    subjects,
)

__all__ = ["answers", "bp", "certificates", "history", "lifecycle", "papers", "places", "steps", "subjects"]
