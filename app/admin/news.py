"""Announcements (お知らせ, M-16): writing them, for whom and how long, and who has read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.admin.blueprint import bp
from app.domain.announcements import Draft
from app.domain.dates import DateProblem, format_wareki, parse_day, today_in_japan
from app.domain.errors import Invalid
from app.operations import announcements, counters
from app.web.access import current_actor
from app.web.pages import Action, Page, go, show

_BACK = Action("管理へ戻る", "F3", "link", "/admin")
_PUBLISH = Action("掲載する", "F12", "submit", "announcement", primary=True, alt="Ctrl+Enter")


@bp.get("/admin/news")
def news() -> Response:
    return _page({"first": format_wareki(today_in_japan())})


@bp.post("/admin/news")
def publish_news() -> BaseResponse:
    try:
        new = announcements.publish(_read(request.form), current_actor())
    except Invalid as wrong:
        return _page(request.form, errors=wrong.fields, status=422)
    return go(url_for("admin.news", changed=new))


@bp.post("/admin/news/<announcement_id>")
def change_news(announcement_id: str) -> BaseResponse:
    act = announcements.restore if request.form.get("change") == "restore" else announcements.withdraw
    act(announcement_id, current_actor())
    return go(url_for("admin.news", changed=announcement_id))


def _page(form: Mapping[str, str], *, errors: Mapping[str, str] | None = None, status: int = 200) -> Response:
    titles = dict(counters.list_all())
    lines = announcements.list_all(current_actor())
    changed = next((one for one in lines if one.id == request.args.get("changed")), None)
    return show(
        "admin/news.html", Page("お知らせ"), form=form, errors=errors or {}, lines=lines, changed=changed,
        titles=titles, picked=request.form.getlist("counters"), today=today_in_japan(), actions=[_BACK, _PUBLISH],
        push=url_for("admin.news") if request.method == "GET" else None, status=status,
    )  # fmt: skip


def _read(form: Any) -> Draft:
    wrong: dict[str, str] = {}
    first, last = (_read_day(form.get(name, ""), name, wrong) for name in ("first", "last"))
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
    return Draft(
        form.get("title", ""), form.get("text", ""), first, last, bool(form.get("must_read")),
        frozenset(form.getlist("counters")),
    )  # fmt: skip


def _read_day(text: str, name: str, wrong: dict[str, str]) -> date:
    today = today_in_japan()
    if not text.strip():
        wrong[name] = "日付を入力してください。例: R8.12.1"
        return today
    try:
        return parse_day(text, today=today, future=True)
    except DateProblem as problem:
        wrong[name] = problem.message
        return today
