"""H-03: what can be resumed, by number or by the code of the guide sheet, and what waits for this counter (受信箱)."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import KIND_LABELS, STATE_LABELS, STEP_LABELS
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid, Stopped
from app.operations import handovers, holding, ledger
from app.reception.blueprint import bp
from app.reception.stopping import show_stop
from app.web.access import current_actor
from app.web.pages import HOME, Page, go, shell, show

_LONGEST_NUMBER = 80


@bp.get("/resume", endpoint="resumable")
def resumable() -> Response:
    return _resumable()


@bp.post("/resume")
def resume_by_number() -> BaseResponse:
    """Into the case whose number was typed, or read by a scanner from the guide sheet."""
    typed = request.form.get("number", "")
    try:
        case_id = holding.find_case(typed, today_in_japan())
    except Invalid as wrong:
        return _resumable(wrong.fields, typed[:_LONGEST_NUMBER], 422)
    return enter(case_id)


@bp.post("/cases/<case_id>/enter", endpoint="enter")
def enter(case_id: str) -> BaseResponse:
    """Go on with it where that needs nobody's word; otherwise it is shown with who has it."""
    try:
        holding.enter(case_id, current_actor())
    except Stopped:
        return show_stop(case_id, status=403)
    return go(url_for("reception.show_case", case_id=case_id))


@bp.get("/inbox")
def inbox() -> BaseResponse:
    """Polled by every screen: the count in the frame, and nothing (204) as long as it has not changed."""
    waiting = shell().waiting
    if waiting is None or request.args.get("seen", "") == waiting.mark:
        return make_response("", 204)
    response = make_response(render_template("reception/_inbox_count.html", shell=shell()))
    response.headers["HX-Trigger"] = "inbox-changed"
    return response


@bp.get("/inbox/list")
def inbox_list() -> Response:
    """The list of the start page, asked for when the count has changed."""
    found = handovers.inbox(current_actor())
    return make_response(render_template("reception/_inbox.html", inbox=found, errors={}, shell=shell()))


@bp.post("/inbox/<handover_id>/accept")
def accept_handover(handover_id: str) -> BaseResponse:
    case_id = handovers.accept(handover_id, current_actor())
    return go(url_for("reception.show_case", case_id=case_id))


@bp.post("/inbox/<handover_id>/return")
def return_handover(handover_id: str) -> BaseResponse:
    try:
        handovers.send_back(handover_id, current_actor(), request.form.get(f"reason-{handover_id}", ""))
    except Invalid as wrong:
        return _resumable(wrong.fields, status=422)
    return go(url_for("reception.resumable"))


@bp.post("/inbox/messages")
def put_away_messages() -> BaseResponse:
    """The messages at the head of the screen were read; back to where one was."""
    handovers.put_away(current_actor(), request.form.getlist("message"))
    back = request.form.get("back", "/")
    return go(back if back.startswith("/") and not back.startswith("//") else "/")


def _resumable(errors: Mapping[str, str] | None = None, typed: str = "", status: int = 200) -> Response:
    actor = current_actor()
    return show(
        "reception/resumable.html", Page("再開できる受付"), status=status, lines=ledger.resumable(actor),
        errors=errors or {}, typed=typed, actions=[HOME], kinds=KIND_LABELS, states=STATE_LABELS, step_labels=STEP_LABELS,
        inbox=handovers.inbox(actor), mine=actor.staff_id,
    )  # fmt: skip
