"""The address of a protected person on one paper: asking for it on the sheet of papers, and printing that paper."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import Step
from app.domain.errors import Invalid, Stopped
from app.operations import cases, disclosing
from app.reception.blueprint import bp
from app.reception.frame import step_url
from app.reception.papers import show_sheet
from app.reception.stopping import show_stop, until_answered
from app.web.access import current_actor
from app.web.forms import version_of
from app.web.pages import go


@bp.post("/cases/<case_id>/address-release")
def ask_address(case_id: str) -> BaseResponse:
    """Ask the responsible person whether this one paper may print where this person lives."""
    actor, form = current_actor(), request.form
    try:
        disclosing.ask(
            case_id, actor, version_of(form), form.get("chosen", ""), form.get("address_reason", "")
        )
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        return show_sheet(cases.show(case_id, actor, note=False), wrong=wrong, asked=form)
    return go(url_for("reception.papers", case_id=case_id))


@bp.get("/cases/<case_id>/address-release")
def address_state(case_id: str) -> BaseResponse:
    """Asked by the sheet itself every few seconds: shown anew as soon as there is an answer."""
    here = url_for("reception.papers", case_id=case_id)
    return until_answered(here, lambda: disclosing.is_waiting(case_id, current_actor()))


@bp.post("/cases/<case_id>/address-release/print")
def issue_with_address(case_id: str) -> BaseResponse:
    """The one paper with the address that was allowed."""
    actor, form = current_actor(), request.form
    try:
        disclosing.issue(case_id, actor, version_of(form), duplicates_seen=bool(form.get("duplicates_seen")))
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        return show_sheet(cases.show(case_id, actor, note=False), wrong=wrong)
    return go(step_url(case_id, Step.PRINT))
