"""The blueprint of reception (受付): the clerk's room, from the visitor's identity to the printed forms, and the ledger."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("reception", __name__)
