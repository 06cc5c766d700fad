"""Handing a case, or one procedure of it, to another counter."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import Case, State
from app.domain.errors import Invalid, Stopped
from app.operations import cases, counters, handovers, packs
from app.reception.blueprint import bp
from app.reception.frame import identity, step_url
from app.reception.guard import carry_stamp
from app.reception.stopping import show_stop
from app.web.access import current_actor
from app.web.pages import Action, Page, go, show


@bp.get("/cases/<case_id>/handover", endpoint="handover")
def handover(case_id: str) -> Response:
    try:
        case = cases.show(case_id, current_actor(), note=False)
    except Stopped:
        return show_stop(case_id)
    return _form(case)


@bp.post("/cases/<case_id>/handover")
def hand_over(case_id: str) -> BaseResponse:
    actor, form = current_actor(), request.form
    procedure = form.get("procedure", "")
    try:
        handovers.hand_over(case_id, actor, form.get("to", ""), procedure, form.get("note", ""))
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        return _form(cases.show(case_id, actor, note=False), wrong=wrong, form=form, status=422)
    return go(url_for("reception.overview", case_id=case_id) if procedure else url_for("residents.home"))


def _form(
    case: Case, *, wrong: Invalid | None = None, form: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    actor = current_actor()
    carry_stamp(case)
    pack = packs.of_case(case)
    titles = [
        (line.code, pack.procedure_by_code[line.code].title)
        for line in case.procedures
        if line.needed and line.code in pack.procedure_by_code
    ]
    # The whole case is handed on by who has it; one procedure by anybody who came to the case.
    whole = case.state is State.OPEN and case.held_by == actor.staff_id
    back = step_url(case.id, case.step) if whole else url_for("reception.overview", case_id=case.id)
    return show(
        "reception/handover.html", Page("ほかの窓口へ引き継ぐ"), status=status, case=case, identity=identity(case),
        counters=[one for one in counters.list_all() if one[0] != actor.counter], procedures=titles, whole=whole,
        errors=wrong.fields or {"main": wrong.message} if wrong else {}, typed=form or {},
        phrases=[one for one in pack.phrases if one.kind == "handover"][:9],
        actions=[
            Action("受付に戻る", "F3", "link", back),
            Action("引き継ぐ", "F12", "submit", "handover", primary=True, alt="Ctrl+Enter"),
        ],
    )  # fmt: skip
