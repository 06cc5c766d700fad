"""Suspending, resuming, stopping and ending a case, and memos."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.operations import cases
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
    step = cases.resume(case_id, current_actor())
    return go(step_url(case_id, step))


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
    actor = current_actor()
    cases.add_memo(case_id, actor, request.form.get("kind", "reception"), request.form.get("memo", ""))
    case = cases.show(case_id, actor, note=False)
    return go(step_url(case_id, case.step))
