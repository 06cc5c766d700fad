"""Announcements (お知らせ, S-05): what is to be read today, unread ones first."""

from __future__ import annotations

from flask import Response, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.operations import announcements
from app.residents.frame import bp
from app.web.access import current_actor
from app.web.pages import HOME, Page, go, show


@bp.get("/news")
def news() -> Response:
    found = announcements.list_for(current_actor())
    return show(
        "residents/news.html", Page("お知らせ"), news=found, actions=[HOME], push=url_for("residents.news")
    )


@bp.post("/news/<announcement_id>/read")
def read_news(announcement_id: str) -> BaseResponse:
    announcements.mark_read(announcement_id, current_actor())
    return go(url_for("residents.news"))
