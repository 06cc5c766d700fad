"""Answers of the interview (確認事項)."""

from __future__ import annotations

from flask import Response, request

from app.domain.case import Step
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid
from app.operations import cases, interview
from app.reception import screens
from app.reception.blueprint import bp
from app.web.access import current_actor

PREFIX = "q-"
SEPARATOR = "--"


@bp.post("/cases/<case_id>/answers")
def answer(case_id: str) -> Response:
    """Take the answers that changed; the screen comes back with the questions that are left."""
    actor = current_actor()
    wrong: Invalid | None = None
    said: str | None = None
    try:
        if "take_back" in request.form:
            fact, person = _key(request.form["take_back"])
            said = interview.take_back(case_id, actor, None, fact, person)
        else:
            said = interview.answer(case_id, actor, None, _replies(), today_in_japan())
    except Invalid as problem:
        wrong = problem
    case = cases.show(case_id, actor, note=False)
    return screens.render(
        case, Step.QUESTIONS, actor, wrong=wrong, form=request.form if wrong else None,
        status=422 if wrong else 200, announce=said,
        shown=request.form.get("shown"),
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
