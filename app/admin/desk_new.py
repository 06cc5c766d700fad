"""A new procedure from a short form: what is left out can be filled in the tables afterwards."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.admin.desk import bp
from app.domain.dates import DateProblem, parse_day, today_in_japan
from app.domain.errors import Invalid
from app.operations import new_procedure
from app.operations.new_procedure import NewProcedure
from app.web.access import current_actor
from app.web.pages import Action, Page, go, show


@bp.get("/admin/desk/drafts/<draft_id>/new-procedure")
def new(draft_id: str) -> BaseResponse:
    return _page(draft_id)


def _page(draft_id: str, errors: Mapping[str, str] | None = None) -> Response:
    found, lists = new_procedure.offered(draft_id, current_actor())
    actions = [
        Action("下書きへ戻る", "F3", "link", url_for("desk.draft", draft_id=draft_id)),
        Action("下書きに追加する", "F12", "submit", "new-procedure", primary=True, alt="Ctrl+Enter"),
    ]
    return show(
        "admin/desk_new.html", Page("新しい手続きを追加"), status=422 if errors else 200, draft=found.draft, lists=lists,
        form=request.form, events=request.form.getlist("events"), errors=errors or {}, actions=actions,
    )  # fmt: skip


@bp.post("/admin/desk/drafts/<draft_id>/new-procedure")
def add(draft_id: str) -> BaseResponse:
    wrong: dict[str, str] = {}
    entered = _entered(wrong)
    try:
        if wrong:
            raise Invalid("入力内容を確認してください。", wrong)
        code = new_procedure.add(draft_id, entered, current_actor())
    except Invalid as problem:
        return _page(draft_id, problem.fields)
    return go(url_for("desk.sheet", draft_id=draft_id, part="rules", procedure=code, added=1))


def _entered(wrong: dict[str, str]) -> NewProcedure:
    form = request.form

    def text(name: str) -> str:
        return form.get(name, "").strip()

    return NewProcedure(
        title=text("title"), code=text("code"), section=text("section"), place=_one_of("place", ("here", "other")),
        per=_one_of("per", ("person", "case")), who=_one_of("who", ("movers", "members")),
        events=tuple(form.getlist("events")), explanation=text("explanation"), reason=text("reason"),
        age_from=_number("age_from", wrong), age_to=_number("age_to", wrong), to_year_end=bool(form.get("to_year_end")),
        question=text("question"), why=text("why"), asks=_one_of("asks", ("case", "person")),
        answer=text("answer") != "no", group=text("group"),
        bring=tuple(line.strip() for line in text("bring").splitlines() if line.strip()), deadline=text("deadline"),
        form=text("form"), pamphlet=text("pamphlet"), legal_basis=text("legal_basis"),
        valid_from=_day("valid_from", wrong), valid_to=_day("valid_to", wrong),
    )  # fmt: skip


def _one_of(name: str, known: tuple[str, ...]) -> str:
    """A choice of the form; the first where none was made."""
    value = request.form.get(name, "")
    return value if value in known else known[0]


def _number(name: str, wrong: dict[str, str]) -> int | None:
    text = unicodedata.normalize("NFKC", request.form.get(name, "")).strip().removesuffix("歳")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 3:
        wrong[name] = f"「{request.form[name]}」は年齢として読めません。整数で入力してください（例: 18）。"
        return None
    return int(text)


def _day(name: str, wrong: dict[str, str]) -> date | None:
    text = request.form.get(name, "")
    if not text.strip():
        return None
    try:
        return parse_day(text, today=today_in_japan(), future=True)
    except DateProblem as problem:
        wrong[name] = problem.message
        return None
