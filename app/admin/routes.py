"""Administration (管理): the landing page and the state of the system (システム状態)."""

from __future__ import annotations

from flask import Response

from app.admin import fonts as fonts  # its routes
from app.admin.blueprint import bp
from app.admin.pages import open_pages
from app.operations import status as operations
from app.web.access import current_actor
from app.web.pages import HOME, Page, show

__all__ = ["bp"]


@bp.get("/admin")
def index() -> Response:
    return show("admin/index.html", Page("管理"), pages=open_pages(current_actor()), actions=[HOME])


@bp.get("/status")
def status() -> Response:
    return show(
        "admin/status.html", Page("システム状態"), status=200, report=operations.report(), actions=[HOME]
    )
