"""Reviews of the guidance (ガイダンスの見直し, M-09): what has to be read again, the overdue first."""

from __future__ import annotations

from flask import Response

from app.admin.blueprint import bp
from app.domain.dates import today_in_japan
from app.operations import guidance as operations
from app.web.pages import Action, Page, show

BACK = Action("管理へ戻る", "F3", "link", "/admin")


@bp.get("/admin/guidance")
def guidance() -> Response:
    today = today_in_japan()
    return show(
        "admin/guidance.html", Page("ガイダンスの見直し"), reviews=operations.reviews(today),
        kinds=operations.KIND_TITLES, actions=[BACK],
    )  # fmt: skip
