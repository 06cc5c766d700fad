"""Changes of the list of procedures (手続き一覧) by hand, and what the visitor brought."""

from __future__ import annotations

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import ProcedureState, Step
from app.domain.errors import Invalid
from app.domain.readiness import BROUGHT, MISSING
from app.operations import cases, procedure_list
from app.reception import screens
from app.reception.blueprint import bp
from app.reception.frame import step_url
from app.web.access import current_actor
from app.web.forms import version_of
from app.web.pages import go

ITEM = "item-"


@bp.post("/cases/<case_id>/procedures")
def add_procedure(case_id: str) -> BaseResponse:
    form, code = request.form, request.form.get("procedure", "")
    try:
        procedure_list.add_procedure(case_id, current_actor(), version_of(form), code, form.get("reason", ""))
    except Invalid as wrong:
        return _again(case_id, wrong)
    return _shown(case_id, code)


@bp.post("/cases/<case_id>/procedures/<code>")
def change_procedure(case_id: str, code: str) -> BaseResponse:
    actor, form = current_actor(), request.form
    version, change = version_of(form), form.get("change", "")
    try:
        if change == "exclude":
            procedure_list.exclude_procedure(case_id, actor, version, code, form.get("reason", ""))
        elif change == "restore":
            procedure_list.restore_procedure(case_id, actor, version, code)
        elif change == "withdraw":
            procedure_list.withdraw_procedure(case_id, actor, version, code)
        elif change in set(ProcedureState):
            procedure_list.set_procedure_state(
                case_id,
                actor,
                version,
                code,
                ProcedureState(change),
                duplicates_seen=bool(form.get("duplicates_seen")),
            )
        else:
            raise Invalid("操作を選び直してください。")
    except Invalid as wrong:
        return _again(case_id, wrong, form.get("back", ""))
    if form.get("back") in set(Step):
        return go(step_url(case_id, Step(form["back"])))
    return _shown(case_id, code)


@bp.post("/cases/<case_id>/bring")
def check_items(case_id: str) -> Response:
    """What was brought and what is missing; the list comes back with what can be finished today."""
    actor, form = current_actor(), request.form
    texts = {name.removeprefix(ITEM): value for name, value in form.items() if name.startswith(ITEM)}
    checked = {form.get(f"text-{place}", ""): value for place, value in texts.items()}
    if "all" in form:
        shown = [value for name, value in form.items() if name.startswith("text-")]
        checked = {text: checked.get(text, BROUGHT) for text in shown}
    wrong: Invalid | None = None
    try:
        procedure_list.check_items(case_id, actor, checked)
    except Invalid as problem:
        wrong = problem
    case = cases.show(case_id, actor, note=False)
    missing = sum(value == MISSING for value in checked.values())
    return screens.render(
        case, Step.PROCEDURES, actor, wrong=wrong, status=422 if wrong else 200,
        announce=None if wrong else f"足りないもの {missing}件",
    )  # fmt: skip


def _again(case_id: str, wrong: Invalid, back: str = "") -> Response:
    """The screen the form came from, with what has to be mended."""
    case = cases.show(case_id, current_actor(), note=False)
    if back == Step.PRINT:
        return screens.render(case, Step.PRINT, current_actor(), wrong=wrong, status=422)
    return screens.render(case, Step.PROCEDURES, current_actor(), wrong=wrong, form=request.form, status=422)


def _shown(case_id: str, code: str) -> BaseResponse:
    """The list, with the change that can be undone."""
    return go(url_for("reception.show_step", case_id=case_id, step=Step.PROCEDURES.value, changed=code))
