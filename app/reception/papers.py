"""Printing: making the papers of a case, showing them, printing them again."""

from __future__ import annotations

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import Kind, Step
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid, NotFound, Stopped
from app.operations import cases, documents
from app.reception import screens
from app.reception.blueprint import bp
from app.reception.certificates import save_request
from app.reception.frame import step_url
from app.reception.steps import show_stop
from app.web.access import current_actor
from app.web.forms import token_of, version_of
from app.web.pages import go
from app.web.security import allow_framing


@bp.post("/cases/<case_id>/documents")
def issue(case_id: str) -> BaseResponse:
    actor = current_actor()
    case = cases.show(case_id, actor, note=False)
    at = Step.CONTENT if case.kind is Kind.CERTIFICATE else Step.PROCEDURES
    try:
        version: int | None = version_of(request.form)
        if case.kind is Kind.CERTIFICATE:
            said = save_request(case_id, request.form)
            if said:
                # The fee is not what the screen said when the key was pressed.
                raise Invalid(said, {"exemption": said})
            version = None
        chosen = request.form.getlist("print") if at is Step.PROCEDURES else None
        documents.issue(case_id, actor, version, chosen, today_in_japan())
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        case = cases.show(case_id, actor, note=False)
        return screens.render(case, at, actor, wrong=wrong, form=request.form, status=422)
    return go(step_url(case_id, Step.PRINT))


@bp.get("/cases/<case_id>/documents/<document_id>")
def document(case_id: str, document_id: str) -> Response:
    case = cases.show(case_id, current_actor(), note=False)
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
    response.headers["Content-Disposition"] = f'inline; filename="{case.number}.pdf"'
    allow_framing()
    return response


@bp.post("/cases/<case_id>/documents/<document_id>/reprint")
def reprint(case_id: str, document_id: str) -> BaseResponse:
    form = request.form
    try:
        documents.reprint(
            case_id,
            document_id,
            current_actor(),
            form.get("reason", "")[:200],
            as_printed=form.get("data") != "today",
            token=token_of(form, document_id),
        )
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        case = cases.show(case_id, current_actor(), note=False)
        return screens.render(case, Step.PRINT, current_actor(), wrong=wrong, form=form, status=422)
    return go(step_url(case_id, Step.PRINT))
