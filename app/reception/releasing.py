"""Deciding on releases (解除の承認, W-02): for the responsible person (支援措置責任者), at a screen of his own."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.errors import Invalid
from app.operations import releases
from app.web.access import current_actor
from app.web.pages import HOME, Action, Page, go, show

bp = Blueprint("releases", __name__)


@bp.get("/release")
def index() -> Response:
    return _list("app")


@bp.get("/release/rows")
def rows() -> Response:
    """Asked for by the list every five seconds."""
    return _list("rows")


def _list(block: str) -> Response:
    found = releases.list_requests(current_actor(), note=block == "app")
    return show(
        "reception/releases.html", Page("解除の承認"), block=block, requests=found,
        actions=[HOME, Action("取扱注意の終了", None, "link", url_for("endings.index"), alt="Alt+E")],
        push=url_for("releases.index") if block == "app" else None,
    )  # fmt: skip


@bp.get("/release/<release_id>")
def one(release_id: str) -> Response:
    return _one(release_id)


@bp.post("/release/<release_id>")
def decide(release_id: str) -> BaseResponse:
    """Allow this one, or refuse it; the password is asked for again."""
    form = request.form
    try:
        releases.decide(
            release_id, current_actor(), allowed=form.get("decision") == "allow",
            password=form.get("password", ""), terminal=request.remote_addr or "-",
        )  # fmt: skip
    except Invalid as wrong:
        return _one(release_id, wrong)
    return go(url_for("releases.index"))


def _one(release_id: str, wrong: Invalid | None = None) -> Response:
    found = releases.get_request(release_id, current_actor())
    back = Action("一覧へ戻る", "F3", "link", url_for("releases.index"))
    return show(
        "reception/release.html", Page("解除の承認"), request=found, actions=[back], status=422 if wrong else 200,
        errors=wrong.fields if wrong else {},
    )  # fmt: skip
