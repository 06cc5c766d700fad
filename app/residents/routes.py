"""The start page, the search and a person."""

from __future__ import annotations

from flask import Response

from app.domain.authority import Right
from app.domain.case import KIND_LABELS, STEP_LABELS
from app.domain.dates import in_japan
from app.operations import feed_board, ledger
from app.residents import characters, search
from app.residents.frame import bp, page
from app.web.access import current_actor
from app.web.pages import Page

__all__ = ["bp", "characters", "search"]

HOME_ROWS = 8


@bp.get("/")
def home() -> Response:
    actor = current_actor()
    stale = [{"name": name, "text": text, "level": "warning"} for name, text in feed_board.list_warnings()]
    lines = ledger.resumable(actor)[:HOME_ROWS] if actor.may(Right.RECEIVE) else ()
    resumable = [
        {
            "case_id": line.case_id, "number": line.number, "visitor": line.name, "protected": False,
            "business": KIND_LABELS[line.kind] if line.kind else "（未選択）", "step": STEP_LABELS[line.step],
            "counter": line.counter, "staff": line.staff, "updated_text": f"{in_japan(line.changed_at):%m/%d %H:%M}",
        }
        for line in lines
    ]  # fmt: skip
    heading = "受付をはじめる" if actor.may(Right.FIND_PERSON) else "はじめの画面"
    return page(
        "residents/home.html", Page(heading), push="/", home={"resumable": resumable, "links": stale},
        may_find=actor.may(Right.FIND_PERSON), may_receive=actor.may(Right.RECEIVE),
        may_read_status=actor.may(Right.READ_STATUS),
        may_edit=actor.may(Right.MANAGE_CONTENT) or actor.may(Right.EDIT_SECTION_CONTENT),
    )  # fmt: skip
