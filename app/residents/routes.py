"""The start page, the search and a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from app.domain.authority import Right
from app.domain.case import KIND_LABELS, STEP_LABELS
from app.domain.dates import in_japan, today_in_japan
from app.domain.person import Hit
from app.operations import ledger, residents, status
from app.residents.views import ShownPerson, shown
from app.web.access import current_actor
from app.web.pages import Action, Page, show

bp = Blueprint("residents", __name__)
HOME_ROWS = 8
ROWS = 50
SEARCH_ACTIONS = [
    Action("郵送・職権で受付する", None, "dialog", "channel-dialog", alt="Alt+Y"),
    Action("手入力で受付する", None, "post", "/cases", alt="Alt+N", hidden={"channel": "counter"}),
]
LINKS = (
    (Right.READ_HISTORY, Action("対応履歴", None, "link", "/history", alt="Alt+R")),
    (Right.READ_STATUS, Action("システム状態", None, "link", "/status", alt="Alt+J")),
)


@dataclass(frozen=True)
class Results:
    """What a search found, for the page."""

    query_shown: bool
    total: int
    more: bool
    too_many: bool
    shown: list[ShownPerson]
    message: str | None


@bp.get("/")
def home() -> Response:
    actor = current_actor()
    stale = [
        {"name": line.title, "text": "古い", "level": "warning"}
        for line in status.report().feeds
        if line.state and line.state.stale
    ]
    lines = ledger.resumable(actor)[:HOME_ROWS] if actor.may(Right.RECEIVE) else ()
    resumable = [
        {
            "case_id": line.case_id, "number": line.number, "visitor": line.name, "protected": False,
            "business": KIND_LABELS[line.kind] if line.kind else "（未選択）", "step": STEP_LABELS[line.step],
            "counter": line.counter, "staff": line.staff, "updated_text": f"{in_japan(line.changed_at):%m/%d %H:%M}",
        }
        for line in lines
    ]  # fmt: skip
    return _page(
        "residents/home.html", Page("受付をはじめる"), push="/", home={"resumable": resumable, "links": stale},
        may_find=actor.may(Right.FIND_PERSON), may_receive=actor.may(Right.RECEIVE),
        may_read_status=actor.may(Right.READ_STATUS),
    )  # fmt: skip


@bp.post("/residents/search")
def search() -> Response:
    actor, today = current_actor(), today_in_japan()
    text = request.form.get("query", "")
    found = residents.find(text, actor)
    may_receive = actor.may(Right.RECEIVE)
    kept = _first_rows(found.page.hits)
    hits = [shown(hit.person, today, may_receive=may_receive, members=hit.members) for hit in kept]
    more = found.page.more or len(kept) < len(found.page.hits)
    results = Results(bool(text.strip()), len(hits), more, found.page.too_many, hits, found.problem)
    return _page("residents/search.html", Page("宛名検索"), block="results", results=results, query=text)


def _first_rows(hits: Sequence[Hit]) -> list[Hit]:
    """The hits that fill the first screenfuls, members counted: a longer list is narrowed faster than it is read."""
    kept: list[Hit] = []
    rows = 0
    for hit in hits:
        rows += 1 + len(hit.members)
        if kept and rows > ROWS:
            break
        kept.append(hit)
    return kept


@bp.get("/residents/<person_id>")
def show_person(person_id: str) -> Response:
    actor, today = current_actor(), today_in_japan()
    view = residents.show(person_id, actor)
    may_receive = actor.may(Right.RECEIVE)
    return _page(
        "residents/person.html", Page("住民の詳細"), person=shown(view.person, today, may_receive=may_receive),
        household=[shown(one, today, may_receive=may_receive) for one in view.household], matrix=view.matrix,
        feed_ages=view.feed_ages,
    )  # fmt: skip


def _page(template: str, page: Page, **context: Any) -> Response:
    actor = current_actor()
    actions = [
        *(SEARCH_ACTIONS if actor.may(Right.RECEIVE) else []),
        *(link for right, link in LINKS if actor.may(right)),
    ]
    return show(template, page, actions=actions, **context)
