"""The page 外字 (M-14): fonts of the city and of the screens, the code table, and what cannot be shown or printed."""

from __future__ import annotations

import csv
import io

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from app.admin.blueprint import bp
from app.operations import fonts as operations
from app.web.access import current_actor
from app.web.pages import Action, Page, go, show

ADDRESS = "/admin/fonts"
ROLES = {
    "core": "基本", "supplement": "追加", "city": "外字", "fallback": "補助", "label": "見出し",
}  # fmt: skip


@bp.get("/admin/fonts")
def fonts() -> Response:
    return _page("")


@bp.post("/admin/fonts/search")
def search_fonts() -> Response:
    """The rows of the code table that fit; posted, as every search is."""
    return _page(request.form.get("query", "")[:50])


@bp.post("/admin/fonts/check")
def check_fonts() -> BaseResponse:
    """Look through the register again."""
    operations.examine(current_actor())
    return go(ADDRESS)


@bp.get("/admin/fonts/report.csv")
def fonts_report() -> Response:
    """Characters and counts; no person is named."""
    target = io.StringIO()
    csv.writer(target).writerows(operations.report_table(operations.last_report()))
    response = Response("\ufeff" + target.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="unprintable.csv"'
    return response


def _page(query: str) -> Response:
    found = operations.overview(query)
    return show(
        "admin/fonts.html", Page("外字"), block="codes" if query or request.method == "POST" else "app", found=found, query=query,
        roles=ROLES, most=operations.MOST_ROWS, actions=[Action("管理へ戻る", "F3", "link", "/admin")],
    )  # fmt: skip
