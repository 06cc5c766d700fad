"""Small answers while a step is typed: how a date is read."""

from __future__ import annotations

from typing import cast, get_args

from flask import Response, make_response, request

from app.domain.dates import DateProblem, Echo, echo_text, parse_day, today_in_japan
from app.domain.notices import SHAPES, Reads
from app.operations import cases, moves
from app.reception.blueprint import bp
from app.web.access import current_actor

ECHOES: dict[Reads, Echo] = {Reads.PAST: "past", Reads.PLAN: "plan", Reads.HAPPENED: "happened"}
"""How the days of a notice are echoed."""
FIELDS = frozenset(get_args(Echo))


@bp.post("/dates")
def echo_date() -> Response:
    """How a typed date is read, as plain text: 200 when it is one, 422 with what is wrong."""
    field = request.form.get("field", "any")
    if field not in FIELDS:
        field = "any"
    try:
        said = echo_text(request.form.get("text", ""), today=today_in_japan(), field=cast(Echo, field))
    except DateProblem as problem:
        return _plain(problem.message, 422)
    return _plain(f"✓ {said}")


@bp.post("/cases/<case_id>/dates")
def echo_case_date(case_id: str) -> Response:
    """How the change date of a case is read, and that its deadline has passed."""
    case = cases.show(case_id, current_actor(), note=False)
    text, today = request.form.get("text", ""), today_in_japan()
    field = ECHOES[SHAPES[case.kind].changed.reads] if case.kind in SHAPES else "past"
    try:
        said = echo_text(text, today=today, field=field)
        late = (
            ""
            if field == "happened"
            else moves.late_notice(case, parse_day(text, today=today, future=field == "plan"))
        )
    except DateProblem as problem:
        return _plain(problem.message, 422)
    response = _plain(f"✓ {said} {late}".strip())
    if late:
        response.headers["X-Echo-Warning"] = "1"
    return response


def _plain(text: str, status: int = 200) -> Response:
    response = make_response(text, status)
    response.mimetype = "text/plain"
    return response
