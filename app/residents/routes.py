"""The start page, the search and a person."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, make_response, request

from app.domain.authority import Actor, Right
from app.domain.case import KIND_LABELS, STEP_LABELS
from app.domain.dates import in_japan
from app.operations import announcements, feed_board, handovers, ledger, review_answers
from app.residents import characters, news, search
from app.residents.frame import READ_CARD, bp, page
from app.web.access import current_actor
from app.web.pages import Page, show

__all__ = ["bp", "characters", "news", "search"]

HOME_ROWS = 8


@bp.get("/")
def home() -> Response:
    actor = current_actor()
    heading = "受付をはじめる" if actor.may(Right.FIND_PERSON) else "はじめの画面"
    also = [READ_CARD] if actor.may(Right.RECEIVE) and actor.may(Right.FIND_PERSON) else []
    return page("residents/home.html", Page(heading), also=also, push="/", **_rows(actor))


@bp.get("/waiting")
def home_rows() -> Response:
    """What waits at this desk, asked for by the screen every 30 seconds; nothing when it is as the browser has it."""
    found = _rows(current_actor())
    if request.args.get("seen") == found["mark"]:
        return make_response("", 204)
    return show("residents/home.html", Page("受付をはじめる"), block="rows", **found)


def _rows(actor: Actor) -> dict[str, Any]:
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
    unread = [one for one in announcements.list_for(actor) if not one.read]
    shown = {
        "resumable": resumable,
        "links": stale,
        "unread": unread[:HOME_ROWS],
        "sent_back": review_answers.waiting(actor),
    }
    return {
        "home": shown, "mark": hashlib.sha256(repr(shown).encode()).hexdigest()[:16],
        "may_find": actor.may(Right.FIND_PERSON), "may_receive": actor.may(Right.RECEIVE),
        "inbox": handovers.inbox(actor), "errors": {},
        "may_review": actor.may(Right.REVIEW),
        "may_read_status": actor.may(Right.READ_STATUS),
        "may_edit": actor.may(Right.MANAGE_CONTENT) or actor.may(Right.EDIT_SECTION_CONTENT),
    }  # fmt: skip
