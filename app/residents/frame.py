"""What the pages of this room have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request

from app.domain.authority import Reception, Right
from app.web.access import current_actor
from app.web.pages import Action, Page, show

bp = Blueprint("residents", __name__)

RECEPTION_ACTIONS = [
    Action("郵送・職権で受付する／予約", None, "dialog", "channel-dialog", alt="Alt+Y"),
    Action("手入力で受付する", None, "post", "/cases", alt="Alt+N", hidden={"channel": "counter"}),
]
READ_CARD = Action("カードを読み取る", "F4", "submit", "card-read", alt="Alt+C")
ISSUING = Action("証明の発行", None, "link", "/issuing", alt="Alt+H")
_SEARCHES = frozenset({"residents/home.html", "residents/search.html"})
"""Pages with the search box itself: there F2 goes into it."""
_ISSUES = frozenset({Reception.CERTIFICATES, Reception.TAX_CERTIFICATES})
LINKS = (
    (Right.FIND_PERSON, Action("詳細検索", None, "link", "/residents/search", alt="Alt+K")),
    (Right.RECEIVE, ISSUING),
    (Right.READ_HISTORY, Action("対応履歴", None, "link", "/history", alt="Alt+R")),
    (Right.DECIDE_RELEASE, Action("解除の承認", None, "link", "/release", alt="Alt+P")),
    (Right.REVIEW, Action("審査・事後処理", None, "link", "/review", alt="Alt+V")),
    (Right.READ_AUDIT, Action("操作ログ", None, "link", "/admin/record", alt="Alt+T")),
    (Right.MANAGE_CONTENT, Action("業務定義の編集", None, "link", "/admin/desk", alt="Alt+B")),
    (Right.EDIT_SECTION_CONTENT, Action("業務定義の編集", None, "link", "/admin/desk", alt="Alt+B")),
)


def page(template: str, heading: Page, *, also: Sequence[Action] = (), **context: Any) -> Response:
    """A page of this room with what may be begun from everywhere in it, and ``also`` its own actions.

    A page is not offered where it is shown, the issuing desk not where no certificates are received.
    """
    actor = current_actor()
    links = [link for right, link in LINKS if actor.may(right) and not request.path.startswith(link.target)]
    actions = [
        *(RECEPTION_ACTIONS if actor.may(Right.RECEIVE) else []),
        *(link for link in links if link is not ISSUING or _ISSUES & actor.receptions),
        *also,
    ]
    if template in _SEARCHES:
        context["finder"] = None
    return show(template, heading, actions=actions, **context)
