"""What a reviewer sent back to the counter, and the counter's answer."""

from __future__ import annotations

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import ProcedureState, State
from app.domain.errors import Invalid
from app.domain.review import ACTION_LABELS
from app.operations import review_answers
from app.reception.blueprint import bp
from app.reception.guard import carry_stamp
from app.web.access import current_actor
from app.web.pages import HOME, Action, Page, go, show


@bp.get("/cases/<case_id>/sent-back/<code>", endpoint="sent_back")
def sent_back(case_id: str, code: str) -> Response:
    return _page(case_id, code)


@bp.post("/cases/<case_id>/sent-back/<code>", endpoint="answer_sent_back")
def answer_sent_back(case_id: str, code: str) -> BaseResponse:
    try:
        review_answers.answer(case_id, code, current_actor(), request.form.get("text", ""))
    except Invalid as wrong:
        return _page(case_id, code, wrong.fields, 422)
    return go(url_for("residents.home"))


def _page(case_id: str, code: str, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    found = review_answers.read(case_id, code, current_actor())
    carry_stamp(found.case)
    history = Action(
        "対応の詳細", None, "link", url_for("reception.history_detail", number=found.case.number), alt="Alt+R"
    )
    send = Action("再提出する", "F12", "submit", "answer", primary=True, alt="Ctrl+Enter")
    waits = found.state is ProcedureState.SENT_BACK
    return show(
        "reception/sent_back.html", Page("差戻しに答える"), status=status, found=found, case=found.case, errors=errors or {},
        typed=request.form, labels={**ACTION_LABELS, review_answers.ANSWER: "窓口の回答"}, waits=waits,
        open=found.case.state in {State.OPEN, State.SUSPENDED}, actions=[HOME, history, *([send] if waits else [])],
    )  # fmt: skip
