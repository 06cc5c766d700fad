"""Correcting a closed case (訂正), and the second person's consent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.authority import Right
from app.domain.case import STATE_LABELS, State, Step
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid, Stopped
from app.operations import cases, corrections, handovers, packs
from app.operations.case_differences import list_differences
from app.reception.blueprint import bp
from app.reception.frame import identity, next_action, step_url
from app.reception.guard import carry_stamp
from app.reception.overview import show_overview
from app.reception.stopping import show_stop
from app.web.access import current_actor
from app.web.forms import token_of, version_of
from app.web.pages import HOME, Action, Page, go, show


@bp.post("/cases/<case_id>/corrections")
def begin_correction(case_id: str) -> BaseResponse:
    actor, form = current_actor(), request.form
    token = token_of(form, case_id, "correct")
    try:
        made = corrections.begin(
            case_id, actor, form.get("reason", ""), form.get("changes", ""), token, today_in_japan()
        )
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        return show_overview(
            cases.show(case_id, actor, note=False), actor, wrong=wrong, form=form, status=422
        )
    # What is to be corrected stands there; every later step can be reached from it.
    return go(step_url(made, Step.CONTENT))


@bp.get("/corrections")
def corrections_list() -> Response:
    """Corrections that wait for this person's consent."""
    return show(
        "reception/corrections.html",
        Page("承認を待つ訂正"),
        inbox=handovers.inbox(current_actor()),
        actions=[HOME],
    )


@bp.get("/cases/<case_id>/correction", endpoint="correction")
def correction(case_id: str) -> Response:
    return _page(case_id)


@bp.post("/cases/<case_id>/correction/submit")
def submit_correction(case_id: str) -> BaseResponse:
    try:
        corrections.submit(case_id, current_actor(), version_of(request.form))
    except Stopped:
        return show_stop(case_id, status=403)
    return go(url_for("reception.correction", case_id=case_id))


@bp.post("/cases/<case_id>/correction/drop")
def drop_correction(case_id: str) -> BaseResponse:
    try:
        corrections.drop(case_id, current_actor(), version_of(request.form))
    except Stopped:
        return show_stop(case_id, status=403)
    return go(url_for("residents.home"))


@bp.post("/cases/<case_id>/correction/decide")
def decide_correction(case_id: str) -> BaseResponse:
    """The second person's word."""
    form = request.form
    try:
        corrections.decide(
            case_id, current_actor(), form.get("decision") == "consent", form.get("answer", "")
        )
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        return _page(case_id, wrong=wrong, form=form, status=422)
    return go(url_for("reception.correction", case_id=case_id))


def _page(
    case_id: str, *, wrong: Invalid | None = None, form: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    actor = current_actor()
    try:
        found, old, new = corrections.read(case_id, actor)
    except Stopped:
        return show_stop(case_id)
    carry_stamp(new)
    mine = new.held_by == actor.staff_id and actor.may(Right.RECEIVE)
    waits = new.state is State.AWAITING and found.asked_by != actor.staff_id
    may_decide = waits and actor.may(Right.REVIEW)
    back = (
        Action("受付に戻る", "F3", "link", step_url(case_id, new.step))
        if mine and new.state is State.OPEN
        else HOME
    )
    changed = list_differences(old, new, packs.of_case(new))
    return show(
        "reception/correction.html", Page("訂正の確認"), status=status, correction=found, old=old, case=new,
        identity=identity(new), differences=changed, names=corrections.names(found),
        states=STATE_LABELS, mine=mine, may_decide=may_decide,
        errors=wrong.fields or {"main": wrong.message} if wrong else {}, typed=form or {},
        actions=[back, *_way_on(found.consented, mine and new.state is State.OPEN, may_decide, bool(changed))],
    )  # fmt: skip


def _way_on(consented: bool | None, asks: bool, decides: bool, differs: bool) -> list[Action]:
    """F12: asking for the consent, or giving it."""
    if decides:
        return [
            Action(
                "承認する",
                "F12",
                "submit",
                "decide",
                primary=True,
                alt="Ctrl+Enter",
                hidden={"decision": "consent"},
            )
        ]
    if asks and not consented:
        return [replace(next_action("承認を依頼する", "submit-correction"), disabled=not differs)]
    return []
