"""Which household those who move are in afterwards, and the grid while it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import Step
from app.domain.errors import Invalid, Stopped
from app.domain.new_households import FIRST
from app.operations import bookings, case_households, cases, residents
from app.operations.notice_households import taken_back
from app.operations.notice_members import Fill
from app.reception import screens
from app.reception.blueprint import bp
from app.reception.frame import step_url
from app.reception.stopping import show_stop
from app.web.access import current_actor
from app.web.forms import version_of
from app.web.pages import go

MORE_ROWS = 3
_NOT_KEPT = frozenset({"csrf_token", "token", "version", "step", "join", "leave", "take_back", "q"})


@bp.post("/cases/<case_id>/rows")
def more_rows(case_id: str) -> Response:
    """The grid with more empty rows, or with the relationships brought to who is householder now; nothing is stored."""
    extra: dict[str, Any]
    if "more_rows" in request.form:
        extra = {"empty_rows": MORE_ROWS}
    elif "add_household" in request.form:
        extra = {"added": True}
    else:
        extra = {"fill": Fill.ANEW if "arrange" in request.form else Fill.FRESH}
    return _again(case_id, **extra)


@bp.post("/cases/<case_id>/households/sides")
def show_sides(case_id: str) -> Response:
    """The households before and after as they are being typed; nothing is stored."""
    return _again(case_id, block="sides")


@bp.post("/cases/<case_id>/households/search")
def find_household(case_id: str) -> Response:
    """Whose household is joined: persons found by name, beside what is being typed."""
    typed = request.form.get("q", "")
    return _again(case_id, found=residents.find(typed, current_actor()), searched=typed)


@bp.post("/cases/<case_id>/households")
def join_household(case_id: str) -> BaseResponse:
    """Join the household of a person, or none, or take a further household back; what was typed so far is kept."""
    actor, form = current_actor(), request.form
    back, key = form.get("take_back", ""), form.get("joining", FIRST)
    try:
        kept = _kept(form)
        cases.keep_draft(case_id, actor, Step.CONTENT, taken_back(kept, back) if back else kept)
        if back:
            case_households.take_back(case_id, actor, version_of(form), back)
        elif form.get("join"):
            case_households.join(case_id, actor, version_of(form), form["join"], key)
        else:
            case_households.leave(
                case_id, actor, version_of(form), form["leave"] if form.get("leave") else FIRST
            )
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        return _again(case_id, wrong=wrong, status=422)
    return go(step_url(case_id, Step.CONTENT))


@bp.post("/cases/<case_id>/bookings")
def take_booking(case_id: str) -> BaseResponse:
    """Fill the notice from a booking or move-out notice of another city; the days typed so far are kept."""
    actor, form = current_actor(), request.form
    receipt = form.get("receipt") or form.get("receipt_number", "")
    try:
        bookings.take(case_id, actor, version_of(form), receipt)
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        return _again(case_id, wrong=wrong, status=422)
    return go(step_url(case_id, Step.CONTENT))


def _kept(form: Mapping[str, str]) -> dict[str, str]:
    return {name: form[name] for name in form if name not in _NOT_KEPT}


def _again(case_id: str, **extra: Any) -> Response:
    case = cases.show(case_id, current_actor(), note=False)
    return screens.render(case, Step.CONTENT, current_actor(), form=request.form, **extra)
