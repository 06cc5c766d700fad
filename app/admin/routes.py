"""Administration (管理): the landing page and the state of the system (システム状態)."""

from __future__ import annotations

from flask import Response, make_response, request

from app.admin import addresses as addresses  # its routes
from app.admin import devices as devices
from app.admin import examples as examples
from app.admin import fonts as fonts
from app.admin import guidance as guidance
from app.admin import leaflets as leaflets
from app.admin import links as links
from app.admin import news as news
from app.admin import record as record
from app.admin import replay as replay
from app.admin import review_sheet as review_sheet
from app.admin import roles as roles
from app.admin import simulator as simulator
from app.admin import transfers as transfers
from app.admin import translations as translations
from app.admin import users as users
from app.admin.blueprint import bp
from app.admin.pages import open_pages
from app.domain.authority import Right
from app.domain.dates import today_in_japan
from app.operations import guidance as reviews
from app.operations import status as operations
from app.operations.devices import KIND_TITLES
from app.web.access import current_actor
from app.web.pages import HOME, Page, show

__all__ = ["bp"]


@bp.get("/admin")
def index() -> Response:
    actor = current_actor()
    overdue = reviews.count_overdue(today_in_japan()) if actor.may(Right.MANAGE_CONTENT) else 0
    return show("admin/index.html", Page("管理"), pages=open_pages(actor), overdue=overdue, actions=[HOME])


@bp.get("/status")
def status() -> Response:
    return show(
        "admin/status.html",
        Page("システム状態"),
        report=operations.report(),
        device_kinds=KIND_TITLES,
        actions=[HOME],
    )


@bp.get("/status/rows")
def status_rows() -> Response:
    """The changing part of the page; nothing when it is as the browser has it."""
    report = operations.report()
    if request.args.get("seen") == report.mark:
        return make_response("", 204)
    return show(
        "admin/status.html", Page("システム状態"), block="rows", report=report, device_kinds=KIND_TITLES
    )
