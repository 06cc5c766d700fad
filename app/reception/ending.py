"""Ending a protection (取扱注意の終了): asked by one responsible person (支援措置責任者), agreed to by another."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.endings import REASONS
from app.domain.errors import Conflict, Invalid
from app.operations import endings
from app.web.access import current_actor
from app.web.pages import HOME, Action, Page, go, show

bp = Blueprint("endings", __name__)


@bp.get("/endings")
def index() -> Response:
    return _list()


@bp.post("/endings/ask/<person_id>")
def ask(person_id: str) -> BaseResponse:
    """Ask another responsible person to agree."""
    try:
        endings.ask(person_id, current_actor(), request.form.get("reason", ""))
    except Invalid as wrong:
        return _list(wrong.message, status=422, person_id=person_id)
    except Conflict as other:
        return _list(other.message, status=409)
    return go(url_for("endings.index"))


@bp.post("/endings/carry/<person_id>")
def carry(person_id: str) -> BaseResponse:
    """Protect a resident because he is a mover who was protected when he was announced."""
    try:
        endings.carry_over(person_id, current_actor())
    except Conflict as other:
        return _list(other.message, status=409)
    return go(url_for("endings.index"))


@bp.get("/endings/<ending_id>")
def one(ending_id: str) -> Response:
    return _one(ending_id)


@bp.post("/endings/<ending_id>")
def decide(ending_id: str) -> BaseResponse:
    """Agree, or refuse; the password is asked for again."""
    form = request.form
    try:
        endings.decide(
            ending_id, current_actor(), allowed=form.get("decision") == "allow",
            password=form.get("password", ""), terminal=request.remote_addr or "-",
        )  # fmt: skip
    except Invalid as wrong:
        return _one(ending_id, wrong)
    except Conflict as other:
        return _list(other.message, status=409)
    return go(url_for("endings.index"))


def _list(problem: str = "", *, status: int = 200, person_id: str = "") -> Response:
    return show(
        "reception/endings.html", Page("取扱注意の終了"), status=status, lines=endings.list_lines(current_actor()),
        reasons=REASONS.items(), problem=problem, wrong=person_id, push=url_for("endings.index"),
        carried=endings.list_carried(current_actor()),
        actions=[HOME, Action("解除の承認", None, "link", url_for("releases.index"), alt="Alt+P")],
    )  # fmt: skip


def _one(ending_id: str, wrong: Invalid | None = None) -> Response:
    found = endings.get_line(ending_id, current_actor())
    back = Action("一覧へ戻る", "F3", "link", url_for("endings.index"))
    return show(
        "reception/ending.html", Page("取扱注意の終了"), line=found, ending_id=ending_id, actions=[back],
        status=422 if wrong else 200, errors=wrong.fields if wrong else {},
    )  # fmt: skip
