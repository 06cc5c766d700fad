"""Answers of the interview and changes of the list of procedures."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import ProcedureState, Step
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid
from app.operations import cases, navigation
from app.reception import screens
from app.reception.blueprint import bp
from app.reception.frame import step_url
from app.web.access import current_actor
from app.web.forms import version_of
from app.web.pages import go

PREFIX = "q-"
SEPARATOR = "--"


@bp.post("/cases/<case_id>/answers")
def answer(case_id: str) -> Response:
    """Take the answers that changed; the screen comes back with the questions that are left."""
    actor = current_actor()
    wrong: Invalid | None = None
    try:
        if "take_back" in request.form:
            fact, person = _key(request.form["take_back"])
            navigation.take_back(case_id, actor, None, fact, person)
        else:
            navigation.answer(case_id, actor, None, _replies(), today_in_japan())
    except Invalid as problem:
        wrong = problem
    case = cases.show(case_id, actor, note=False)
    needed = sum(line.needed for line in case.procedures)
    return screens.render(
        case, Step.QUESTIONS, actor, wrong=wrong, status=422 if wrong else 200,
        announce=None if wrong else f"必要な手続き {needed}件",
    )  # fmt: skip


def _replies() -> list[tuple[str, str | None, str]]:
    replies = []
    for name, value in request.form.items():
        if name.startswith(PREFIX) and value.strip():
            fact, person = _key(name.removeprefix(PREFIX))
            replies.append((fact, person, value))
    return replies


def _key(text: str) -> tuple[str, str | None]:
    fact, _, person = text.partition(SEPARATOR)
    return fact, person or None


@bp.post("/cases/<case_id>/procedures")
def add_procedure(case_id: str) -> BaseResponse:
    actor, form = current_actor(), request.form
    try:
        navigation.add_procedure(
            case_id, actor, version_of(form), form.get("procedure", ""), form.get("reason", "")
        )
    except Invalid as wrong:
        case = cases.show(case_id, actor, note=False)
        return screens.render(case, Step.PROCEDURES, actor, wrong=wrong, form=form, status=422)
    return go(step_url(case_id, Step.PROCEDURES))


@bp.post("/cases/<case_id>/procedures/<code>")
def change_procedure(case_id: str, code: str) -> BaseResponse:
    actor, form = current_actor(), request.form
    version, change = version_of(form), form.get("change", "")
    if change == "exclude":
        navigation.exclude_procedure(case_id, actor, version, code, form.get("reason", ""))
    elif change == "restore":
        navigation.restore_procedure(case_id, actor, version, code)
    elif change in set(ProcedureState):
        navigation.set_procedure_state(case_id, actor, version, code, ProcedureState(change))
    else:
        raise Invalid("操作を選び直してください。")
    return go(step_url(case_id, Step(form["back"]) if form.get("back") in set(Step) else Step.PROCEDURES))
