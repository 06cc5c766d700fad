"""What a letter lacks: told to the sender, and mended."""

from __future__ import annotations

from flask import Response, make_response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import Step
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid, NotFound
from app.operations import cases, defect_letter, defects
from app.reception import screens
from app.reception.blueprint import bp
from app.reception.frame import identity, step_url
from app.web.access import current_actor
from app.web.forms import version_of
from app.web.pages import HOME, Action, Page, go, show
from app.web.security import allow_framing


@bp.post("/cases/<case_id>/defects", endpoint="note_defect")
def note(case_id: str) -> BaseResponse:
    """Keep it, put the case aside and begin the next; a letter is shown first."""
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
    if defect_letter.has_letter(cases.show(case_id, actor, note=False)):
        return go(url_for("reception.defect_letter", case_id=case_id))
    return go(url_for("residents.home"))


@bp.get("/cases/<case_id>/defects/letter", endpoint="defect_letter")
def letter(case_id: str) -> Response:
    """The letter to the sender, to be printed; the case stays put aside."""
    actor = current_actor()
    case = cases.show(case_id, actor, note=False)
    if not defect_letter.has_letter(case):
        raise NotFound(defect_letter.NONE)
    return show(
        "reception/defect_letter.html", Page("補正のお願いの手紙"), case=case, identity=identity(case),
        actions=[HOME, Action("印刷ダイアログを開く", "F9", "print", "pdf", primary=True)],
    )  # fmt: skip


@bp.get("/cases/<case_id>/defects/letter.pdf", endpoint="defect_letter_file")
def letter_file(case_id: str) -> Response:
    case = cases.show(case_id, current_actor(), note=False)
    response = make_response(defect_letter.make_letter(case_id, current_actor()))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{case.number}.pdf"'
    allow_framing()
    return response


@bp.post("/cases/<case_id>/defects/mended", endpoint="mend_defect")
def mend(case_id: str) -> BaseResponse:
    actor = current_actor()
    defects.mend(case_id, actor, version_of(request.form))
    return go(step_url(case_id, cases.show(case_id, actor, note=False).step))
