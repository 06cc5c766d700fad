"""Administration (管理): the landing page and the state of the system (システム状態)."""

from __future__ import annotations

from flask import Blueprint, Response

from app.admin.pages import open_pages
from app.operations import status as operations
from app.web.access import current_actor
from app.web.pages import HOME, Page, show

bp = Blueprint("admin", __name__)


@bp.get("/admin")
def index() -> Response:
    return show("admin/index.html", Page("管理"), pages=open_pages(current_actor()), actions=[HOME])


@bp.get("/status")
def status() -> Response:
    return show(
        "admin/status.html", Page("システム状態"), status=200, report=operations.report(), actions=[HOME]
    )
