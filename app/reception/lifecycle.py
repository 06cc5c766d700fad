"""Suspending, resuming, stopping and ending a case, and memos."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import State, Step
from app.domain.errors import Invalid
from app.operations import cases, resuming
from app.reception import history, screens
from app.reception.blueprint import bp
from app.reception.frame import step_url
from app.web.access import current_actor
from app.web.forms import version_of
from app.web.pages import go


@bp.post("/cases/<case_id>/suspend")
def suspend(case_id: str) -> BaseResponse:
    cases.suspend(case_id, current_actor())
    return go(url_for("residents.home"))


@bp.post("/cases/<case_id>/resume")
def resume(case_id: str) -> BaseResponse:
    actor = current_actor()
    case = cases.show(case_id, actor, note=False)
    if case.state is State.OPEN and case.held_by != actor.staff_id:
        # A colleague is at work on it: it is shown, with the way to take it over.
        return go(url_for("reception.overview", case_id=case_id))
    return go(step_url(case_id, resuming.resume(case_id, actor)))


@bp.post("/cases/<case_id>/stop")
def stop(case_id: str) -> BaseResponse:
    cases.leave_stopped(case_id, current_actor())
    return go(url_for("residents.home"))


@bp.post("/cases/<case_id>/close")
def close(case_id: str) -> BaseResponse:
    cases.close(case_id, current_actor(), version_of(request.form))
    return go(url_for("residents.home"))


@bp.post("/cases/<case_id>/memos")
def memo(case_id: str) -> BaseResponse:
    """Keep a memo and come back to the step that was on the screen, or to the history."""
    actor, form = current_actor(), request.form
    wrong: Invalid | None = None
    try:
        cases.add_memo(
            case_id, actor, form.get("kind", "reception"), form.get("memo", ""), form.get("phrase", "")
        )
    except Invalid as problem:
        wrong = problem
    if form.get("back") == history.BACK_HERE:
        return history.after_memo(case_id, wrong)
    case = cases.show(case_id, actor, note=False)
    back = form.get("back", "")
    step = Step(back) if back in set(Step) and cases.has_reached(case.step, Step(back)) else case.step
    if wrong:
        return screens.render(case, step, actor, wrong=wrong, status=422, memo=form)
    return go(step_url(case_id, step))
