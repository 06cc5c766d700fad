"""Printing: choosing the papers of a case, making them, showing them, printing them again."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import Case, Kind, Step
from app.domain.errors import Invalid, NotFound, Stopped
from app.domain.releases import ADDRESS_REASONS
from app.operations import cases, corrections, disclosing, documents, duplicates, print_sheet, printing
from app.operations.print_sheet import MOST_COPIES
from app.reception import screens
from app.reception.blueprint import bp
from app.reception.certificates import save_request
from app.reception.frame import GUIDE, show_step, step_url
from app.reception.stopping import show_stop
from app.web.access import current_actor
from app.web.forms import token_of, version_of
from app.web.pages import Action, go
from app.web.security import allow_framing

Form = MultiDict[str, str]


@bp.post("/cases/<case_id>/documents")
def issue(case_id: str) -> BaseResponse:
    """From the list of procedures or the certificates: what is ticked there, or to the sheet; from the sheet: single papers."""
    actor, form = current_actor(), request.form
    case, seen = cases.show(case_id, actor, note=False), bool(form.get("duplicates_seen"))
    try:
        if "sheet" in form:
            printing.issue(
                case_id, actor, version_of(form), None, _selected(form), separator="separator" in form, duplicates_seen=seen
            )  # fmt: skip
        elif "choose" in form or "correction" in form:
            _keep_choice(case, form)
            on = "reception.papers" if "choose" in form else "reception.correction"
            return go(url_for(on, case_id=case_id))
        elif case.kind is Kind.CERTIFICATE:
            _save(case_id, form)
            printing.issue(case_id, actor, None, None, duplicates_seen=seen)
        else:
            printing.issue(case_id, actor, version_of(form), form.getlist("print"), duplicates_seen=seen)
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        case = cases.show(case_id, actor, note=False)
        if "sheet" in form:
            return show_sheet(case, wrong=wrong, form=form)
        return screens.render(case, _before(case), actor, wrong=wrong, form=form, status=422)
    return go(step_url(case_id, Step.PRINT))


def _before(case: Case) -> Step:
    """The step whose screen has the button that prints."""
    return Step.CONTENT if case.kind is Kind.CERTIFICATE else Step.PROCEDURES


def _keep_choice(case: Case, form: Form) -> None:
    """What is ticked or typed on the screen goes with it to the sheet."""
    if case.kind is Kind.CERTIFICATE:
        _save(case.id, form)
    else:
        printing.choose_procedures(case.id, current_actor(), version_of(form), form.getlist("print"))


def _save(case_id: str, form: Form) -> None:
    version_of(form)
    correction = corrections.get(case_id)
    if correction is not None and correction.consented:
        # What was consented to is printed as it is.
        return
    said = save_request(case_id, form)
    if said:
        # The fee is not what the screen said when the key was pressed.
        raise Invalid(said, {"exemption": said})


def _selected(form: Form) -> dict[int, int]:
    """Place → copies of the papers that are ticked. Raises Invalid naming the field."""
    selected, wrong = {}, {}
    for place in form.getlist("paper"):
        if not (place.isdecimal() and len(place) <= 3):
            raise Invalid("画面の情報が足りません。画面を開き直してください。")
        typed = form.get(f"copies-{place}", "1").strip()
        if typed.isdecimal() and 1 <= int(typed[:3]) <= MOST_COPIES:
            selected[int(place)] = int(typed)
        else:
            wrong[f"copies-{place}"] = (
                f"部数「{typed[:20]}」は使えません。1から{MOST_COPIES}までの数字にしてください。"
            )
    if wrong:
        raise Invalid("部数を確認してください。", wrong)
    return selected


@bp.get("/cases/<case_id>/papers", endpoint="papers")
def papers(case_id: str) -> BaseResponse:
    """Every paper with its pages and what should be looked at, before anything is printed."""
    case = cases.show(case_id, current_actor(), note=False)
    try:
        return show_sheet(case)
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        return screens.render(case, _before(case), current_actor(), wrong=wrong, status=422)


def show_sheet(
    case: Case, *, wrong: Invalid | None = None, form: Form | None = None, asked: Form | None = None
) -> Response:
    """Every paper of the case. ``form`` is what was sent of them and has to be mended, ``asked`` what was asked for an address."""
    sheet = print_sheet.read_sheet(case.id, current_actor())
    print_action = Action("選んだ帳票を印刷する", "F9", "submit", "sheet", primary=True)
    return show_step(
        case, Step.PRINT, "印刷するものを選ぶ", [GUIDE, print_action], template="reception/papers.html", sheet=sheet,
        twice=duplicates.waiting(case, current_actor()), address=url_for("reception.papers", case_id=case.id),
        typed=_typed(form), withheld=disclosing.stand_of(case, current_actor(), [line.form for line in sheet.lines]),
        address_reasons=list(ADDRESS_REASONS.items()), asked=asked or {},
        back=step_url(case.id, _before(case)), before=step_url(case.id, _before(case)),
        errors=({"": wrong.message} | dict(wrong.fields)) if wrong else None, status=422 if wrong else 200, aside_label="印刷の見込み",
    )  # fmt: skip


def _typed(form: Form | None) -> Mapping[str, object] | None:
    """What stood on the sheet when it was sent."""
    if form is None:
        return None
    copies = {
        name.removeprefix("copies-"): value for name, value in form.items() if name.startswith("copies-")
    }
    return {"ticked": form.getlist("paper"), "copies": copies, "separator": "separator" in form}


@bp.get("/cases/<case_id>/documents/<document_id>")
def document(case_id: str, document_id: str) -> Response:
    """The PDF, for the session that made it."""
    try:
        content = documents.open_document(case_id, document_id, current_actor())
    except NotFound as gone:
        # Shown inside the frame of the print step: after ten minutes, or to a colleague who goes on with the case.
        allow_framing()
        minutes = documents.shown_minutes()
        return make_response(
            render_template("reception/gone.html", message=gone.message, minutes=minutes), 404
        )
    response = make_response(content)
    response.mimetype = "application/pdf"
    # The file name says which reception, never who.
    response.headers["Content-Disposition"] = f'inline; filename="{cases.number_of(case_id)}.pdf"'
    allow_framing()
    return response


@bp.post("/cases/<case_id>/documents/<document_id>/reprint")
def reprint(case_id: str, document_id: str) -> BaseResponse:
    """As first printed or with today's data; single papers where they are ticked."""
    form, actor = request.form, current_actor()
    try:
        places = _places(form) if "sheet" in form else None
        today = form.get("data") == "today"
        again = printing.Again(
            form.get("reason", "")[:200], token_of(form, document_id), not today, places,
            version_of(form) if today and "sheet" in form else None,
        )  # fmt: skip
        printing.reprint(case_id, document_id, actor, again)
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        case = cases.show(case_id, actor, note=False)
        return screens.render(case, Step.PRINT, actor, wrong=wrong, form=form, status=422)
    return go(step_url(case_id, Step.PRINT))


def _places(form: Form) -> list[int]:
    return [int(place) for place in form.getlist("paper") if place.isdecimal() and len(place) <= 3]
