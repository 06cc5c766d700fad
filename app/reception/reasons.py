"""Why a procedure is needed or not (R-06), the explanation of one procedure, and taking over newer content."""

from __future__ import annotations

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import Case, Step
from app.domain.errors import NotFound
from app.operations import cases, catalogue, explaining, navigation, newer_content, packs, why
from app.reception.blueprint import bp
from app.reception.frame import GUIDE, show_step, step_url
from app.web.access import current_actor
from app.web.forms import version_of
from app.web.pages import Action, go, wants_fragment


@bp.post("/cases/<case_id>/why")
def find_reasons(case_id: str) -> Response:
    """What a query finds in the catalogue, each with how it stands in the case."""
    case = _case(case_id)
    query = request.form.get("q", "")
    found = why.find(case, current_actor(), query)
    names = navigation.names_by_id(case)
    if wants_fragment():
        page = render_template("reception/_why.html", case=case, found=found, query=query, names=names)
        return make_response(page)
    return show_step(
        case, Step.PROCEDURES, "手続きを探す", [GUIDE], before=_back(case), template="reception/why.html",
        found=found, query=query, names=names,
    )  # fmt: skip


@bp.post("/cases/<case_id>/procedure-options")
def procedure_options(case_id: str) -> str:
    """Procedures that can be put on the list by hand, as options."""
    case = _case(case_id)
    pack = packs.of_case(case)
    listed = {line.code for line in case.procedures if line.needed}
    query = request.form.get("q", "")
    found = catalogue.find(case.content_version, query, (catalogue.PROCEDURE,))
    sections = {one.code: one.title for one in pack.sections}
    items = [
        (entry.code, entry.title, sections.get(pack.procedure_by_code[entry.code].section, ""))
        for entry in found
        if entry.code not in listed
    ]
    return render_template(
        "reception/options.html",
        items=items,
        prefix="procedure",
        nothing="該当する手続きがありません",
    )


@bp.get("/cases/<case_id>/procedures/<code>")
def explain(case_id: str, code: str) -> Response:
    """One procedure in this case: how it stands and why, in words that can be read to the visitor."""
    case = _case(case_id)
    told = explaining.tell(case, current_actor(), code)
    names = navigation.names_by_id(case)
    return show_step(
        case, Step.PROCEDURES, "手続きの説明", [GUIDE], before=_back(case), template="reception/explain.html",
        told=told, one=told.finding, names=names,
        line=next((one for one in case.procedures if one.code == code), None),
    )  # fmt: skip


@bp.get("/cases/<case_id>/content")
def show_newer_content(case_id: str) -> BaseResponse:
    """What the newest content would change in this case, before it is taken over."""
    case = _case(case_id)
    found = newer_content.difference(case, current_actor())
    if found is None:
        return go(step_url(case_id, case.step))
    renew = Action("新しい業務定義に更新する", "F12", "submit", "renew", primary=True, alt="Ctrl+Enter")
    return show_step(
        case, Step.PROCEDURES, "新しい業務定義との違い", [GUIDE, renew], before=_back(case),
        template="reception/newer_content.html", found=found,
    )  # fmt: skip


@bp.post("/cases/<case_id>/content")
def renew_content(case_id: str) -> BaseResponse:
    form = request.form
    shown = form.get("shown", "")
    newer_content.renew(
        case_id, current_actor(), version_of(form), int(shown) if shown.isdecimal() and len(shown) < 10 else 0
    )
    return go(step_url(case_id, _case(case_id).step))


def _case(case_id: str) -> Case:
    """The case, if it has come as far as its list. Raises NotFound, Stopped."""
    case = cases.show(case_id, current_actor(), note=False)
    if not cases.has_reached(case.step, Step.QUESTIONS):
        raise NotFound("この受付には、まだ手続きの一覧がありません。")
    return case


def _back(case: Case) -> str:
    """Where 前へ leads: to the list, or to the questions while the list has not been reached."""
    at = Step.PROCEDURES if cases.has_reached(case.step, Step.PROCEDURES) else Step.QUESTIONS
    return step_url(case.id, at)
