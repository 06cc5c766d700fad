"""The issuing desk's worklist: requests that wait, with their notes, and what was made."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from app.domain.errors import Invalid
from app.operations import issuing
from app.reception.blueprint import bp
from app.web.access import current_actor
from app.web.pages import HOME, Page, show


@bp.get("/issuing", endpoint="issuing")
def issuing_desk() -> Response:
    return _page(None)


@bp.post("/issuing/<case_id>", endpoint="mark_issued")
def mark_issued(case_id: str) -> BaseResponse:
    """«発行済みにする», and taking it back."""
    change = request.form.get("change", "")
    if change not in {"made", "undo"}:
        raise Invalid("操作を選び直してください。")
    changed = issuing.mark(case_id, current_actor(), made=change == "made")
    said = "発行済みにしました" if change == "made" else "発行待ちに戻しました"
    return _page(said if changed else "すでに変更されています。一覧を新しくしました")


def _page(announce: str | None) -> Response:
    desk = issuing.desk(current_actor())
    return show(
        "reception/issuing.html", Page("証明の発行", announce), desk=desk, days=issuing.DAYS, actions=[HOME]
    )
