"""Looking up the visitor of a case that began without one, typing subjects, and correcting persons of the case."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import Case, Step
from app.domain.corrections import REASON, REASONS, compare
from app.domain.dates import format_wareki, today_in_japan
from app.domain.errors import Invalid, NotFound, Stopped
from app.operations import cases, residents, visitors
from app.operations.print_values import SEXES
from app.reception import screens
from app.reception.blueprint import bp
from app.reception.frame import GUIDE, next_action, show_step, step_url
from app.reception.steps import show_stop
from app.web.access import current_actor
from app.web.forms import version_of
from app.web.pages import go

_ITEMS = ("name", "kana", "sex", "address", "phone")


@bp.post("/cases/<case_id>/visitor/search")
def find_visitor(case_id: str) -> Response:
    actor = current_actor()
    case = cases.show(case_id, actor, note=False)
    typed = request.form.get("q", "")[:100]
    return screens.render(case, Step.IDENTITY, actor, found=residents.find(typed, actor), searched=typed)


@bp.post("/cases/<case_id>/visitor")
def place_visitor(case_id: str) -> BaseResponse:
    try:
        visitors.place(case_id, current_actor(), version_of(request.form), request.form.get("person", ""))
    except Stopped:
        return show_stop(case_id, status=403)
    return go(step_url(case_id, Step.IDENTITY))


@bp.post("/cases/<case_id>/subjects/typed")
def add_typed_subject(case_id: str) -> BaseResponse:
    """A subject who is in no register."""
    actor, form = current_actor(), request.form
    try:
        visitors.add_typed(case_id, actor, version_of(form), form, today_in_japan())
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        case = cases.show(case_id, actor, note=False)
        return screens.render(case, Step.SUBJECTS, actor, wrong=wrong, status=422, typed_subject=form)
    return go(step_url(case_id, Step.SUBJECTS))


@bp.get("/cases/<case_id>/persons/<case_person>")
def show_person(case_id: str, case_person: str) -> BaseResponse:
    try:
        case = cases.show(case_id, current_actor())
    except Stopped:
        return show_stop(case_id)
    return _person(case, case_person)


@bp.post("/cases/<case_id>/persons/<case_person>")
def correct_person(case_id: str, case_person: str) -> BaseResponse:
    actor, form = current_actor(), request.form
    try:
        visitors.correct(case_id, actor, version_of(form), case_person, form, today_in_japan())
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        case = cases.show(case_id, actor, note=False)
        return _person(
            case, case_person, errors=dict(wrong.fields or {"main": wrong.message}), typed=form, status=422
        )
    return go(_back(cases.show(case_id, actor, note=False)))


def _back(case: Case) -> str:
    """Where persons of the case are chosen; where nobody is, its content."""
    asks = dict(case.steps)[Step.SUBJECTS]
    return step_url(case.id, Step.SUBJECTS if asks else Step.CONTENT)


def _person(case: Case, case_person: str, **extra: Any) -> Response:
    person = case.person(case_person)
    if person is None:
        raise NotFound("この受付に、その方は含まれていません。画面を開き直してください。")
    stored = {
        **{name: person.value(name) for name in _ITEMS},
        "birth": format_wareki(person.birth) if person.birth else "",
        "reason": case.fact(REASON, person.id, default=""),
    }
    typed = extra.pop("typed", {})
    return show_step(
        case, Step.SUBJECTS, "対象者の内容を修正する", [GUIDE, next_action("この内容を使う", "person")], template="reception/person.html",
        person=person, values={**stored, **typed}, compared=compare(person) if person.number else (), reasons=REASONS,
        sexes=SEXES, before=_back(case),
        address=url_for("reception.show_person", case_id=case.id, case_person=case_person), **extra,
    )  # fmt: skip
