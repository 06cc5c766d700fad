"""The stop (取扱注意) instead of a screen of a case, and asking a responsible person for a release (解除)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, make_response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.errors import Invalid
from app.domain.releases import REASONS
from app.operations import cases, releases
from app.reception.blueprint import bp
from app.web.access import current_actor
from app.web.pages import Action, Page, go, show
from app.web.sessions import POLL_HEADER


def show_stop(case_id: str, status: int = 200, error: str | None = None) -> Response:
    """W-01: nothing of the case is on this page, and nothing leads on. Its one output is shown where a release allowed it."""
    actor = current_actor()
    stand = releases.stand_of(case_id, actor)
    stop_url = url_for("reception.stop", case_id=case_id)
    here = url_for("reception.show_case", case_id=case_id)
    if stand.document_id:
        document = url_for("reception.document", case_id=case_id, document_id=stand.document_id)
        leave = Action("受付を止める", "F3", "post", stop_url)
        printing = Action("印刷", "F9", "print", "pdf", primary=True)
        return show(
            "reception/released.html",
            Page("許可された出力"),
            status=status,
            push=here,
            document_url=document,
            with_address=stand.with_address,
            actions=[leave, printing],
            finder=None,
        )
    cases.note_stop_shown(case_id, actor)
    return show(
        "reception/stopped.html", Page("受付を止めました"), status=status, push=here, stop_url=stop_url, stand=stand,
        release_url=url_for("reception.ask_release", case_id=case_id), reasons=REASONS.items(), error=error,
        finder=None,
    )  # fmt: skip


@bp.post("/cases/<case_id>/release")
def ask_release(case_id: str) -> BaseResponse:
    """Ask the responsible person to let the case go on."""
    try:
        releases.ask(case_id, current_actor(), request.form.get("reason", ""))
    except Invalid as wrong:
        return show_stop(case_id, status=422, error=wrong.message)
    return go(url_for("reception.show_case", case_id=case_id))


@bp.get("/cases/<case_id>/release")
def release_state(case_id: str) -> BaseResponse:
    """Asked by the stop itself every few seconds: on to the case as soon as there is an answer."""
    here = url_for("reception.show_case", case_id=case_id)
    return until_answered(here, lambda: releases.stand_of(case_id, current_actor()).waiting)


def until_answered(here: str, is_waiting: Callable[[], bool]) -> BaseResponse:
    """What a page gets that asks by itself whether an answer has come: nothing, and then the way to ``here``."""
    if POLL_HEADER not in request.headers:
        return go(here)
    response = make_response("", 204)
    if not is_waiting():
        response.headers["HX-Redirect"] = here
    return response
