"""Going on from an earlier case of the same visitor, and taking over what the register says now."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.dates import today_in_japan
from app.domain.errors import Stopped
from app.operations import continuation, register_changes
from app.reception.blueprint import bp
from app.reception.stopping import show_stop
from app.web.access import current_actor
from app.web.forms import token_of, version_of
from app.web.pages import go


@bp.post("/cases/<case_id>/continue")
def continue_case(case_id: str) -> BaseResponse:
    """A new case that goes on from this one, which is closed."""
    token = token_of(request.form, case_id, "continue")
    try:
        opened = continuation.continue_case(case_id, current_actor(), token, today_in_japan())
    except Stopped:
        return show_stop(case_id, status=403)
    return go(url_for("reception.show_case", case_id=opened))


@bp.post("/cases/<case_id>/earlier/<earlier_id>")
def link_earlier(case_id: str, earlier_id: str) -> BaseResponse:
    """This case, just opened, goes on from an earlier one."""
    try:
        continuation.link(case_id, earlier_id, current_actor(), version_of(request.form))
    except Stopped:
        return show_stop(case_id, status=403)
    return go(url_for("reception.show_case", case_id=case_id))


@bp.post("/cases/<case_id>/register")
def renew_register(case_id: str) -> BaseResponse:
    """What changed in the register was seen: from now on the case has it."""
    try:
        register_changes.renew(case_id, current_actor(), version_of(request.form))
    except Stopped:
        return show_stop(case_id, status=403)
    return go(url_for("reception.show_case", case_id=case_id))
