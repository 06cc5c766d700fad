"""The review sheet (点検表): what the city has to check in its content, on one page and as a file."""

from __future__ import annotations

from flask import Response, request

from app.admin.blueprint import bp
from app.domain.review_sheet import HEADS, PARTS
from app.operations import review_sheet as operations
from app.web.pages import HOME, Page, show
from app.web.tables import csv_response

TITLE = "点検表"


@bp.get("/admin/review-sheet")
def review_sheet() -> Response:
    """All headings with how much there is to check, and the rows of one of them."""
    rows = operations.of_published()
    counts = [(part, sum(row.part == part for row in rows)) for part in PARTS]
    offered = [(part, count) for part, count in counts if count]
    part = request.args.get("part", "")
    chosen = part if part in dict(offered) else offered[0][0]
    return show(
        "admin/review_sheet.html", Page(TITLE), offered=offered, chosen=chosen, total=len(rows),
        rows=[row for row in rows if row.part == chosen], actions=[HOME],
    )  # fmt: skip


@bp.get("/admin/review-sheet.csv")
def review_sheet_csv() -> Response:
    return csv_response("review-sheet.csv", HEADS, [row.cells for row in operations.of_published()])
