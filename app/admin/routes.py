"""The state of the system (システム状態)."""

from __future__ import annotations

from flask import Blueprint, Response

from app.operations import status as operations
from app.web.pages import HOME, Page, show

bp = Blueprint("admin", __name__)


@bp.get("/status")
def status() -> Response:
    return show(
        "admin/status.html", Page("システム状態"), status=200, report=operations.report(), actions=[HOME]
    )
