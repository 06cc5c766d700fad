"""The choice of the guide sheet's language and type size, beside the list of procedures."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import Step
from app.domain.errors import Invalid, Stopped
from app.operations import cases, guide_choice
from app.reception import screens
from app.reception.blueprint import bp
from app.reception.frame import step_url
from app.reception.stopping import show_stop
from app.web.access import current_actor
from app.web.pages import go, wants_fragment


@bp.post("/cases/<case_id>/guide")
def choose_guide(case_id: str) -> BaseResponse:
    """Keep the choice and show it again; without JavaScript the whole screen comes back."""
    actor, form = current_actor(), request.form
    wrong: Invalid | None = None
    try:
        unwanted = set(form.getlist("offered")) - set(form.getlist("leaflet"))
        large = form.get("guide_large") == "1"
        guide_choice.choose(case_id, actor, form.get("guide_language", ""), large, unwanted)
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as problem:
        wrong = problem
    if wrong is None and not wants_fragment():
        return go(step_url(case_id, Step.PROCEDURES))
    case = cases.show(case_id, actor, note=False)
    block = "guide_choice" if wants_fragment() else "app"
    return screens.render(
        case, Step.PROCEDURES, actor, wrong=wrong, status=422 if wrong else 200, block=block
    )
