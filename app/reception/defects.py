"""What a letter lacks: told to the sender, and mended."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import Step
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid
from app.operations import cases, defects
from app.reception import screens
from app.reception.blueprint import bp
from app.reception.frame import step_url
from app.web.access import current_actor
from app.web.forms import version_of
from app.web.pages import go


@bp.post("/cases/<case_id>/defects", endpoint="note_defect")
def note(case_id: str) -> BaseResponse:
    """Keep it, put the case aside and begin the next."""
    actor, form = current_actor(), request.form
    try:
        defects.note(
            case_id, actor, version_of(form), form.get("told", ""), form.get("defect", ""), today_in_japan()
        )
    except Invalid as wrong:
        case = cases.show(case_id, actor, note=False)
        back = form.get("back", "")
        step = Step(back) if back in set(Step) and cases.has_reached(case.step, Step(back)) else case.step
        return screens.render(case, step, actor, wrong=wrong, status=422, defect_typed=form)
    return go(url_for("residents.home"))


@bp.post("/cases/<case_id>/defects/mended", endpoint="mend_defect")
def mend(case_id: str) -> BaseResponse:
    actor = current_actor()
    defects.mend(case_id, actor, version_of(request.form))
    return go(step_url(case_id, cases.show(case_id, actor, note=False).step))
