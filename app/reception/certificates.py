"""The certificate step's own requests: quick entry, lines, papers, exemption, purpose."""

from __future__ import annotations

from flask import Response, request
from werkzeug.datastructures import MultiDict

from app.domain.case import Step
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid
from app.operations import cases
from app.operations import certificates as operations
from app.operations.certificate_entry import DetailInput, LineInput, RequestInput, save
from app.reception import screens
from app.reception.blueprint import bp
from app.web.access import current_actor
from app.web.forms import version_of

Form = MultiDict[str, str]


@bp.post("/cases/<case_id>/certificates", endpoint="certificates")
def change_certificates(case_id: str) -> Response:
    """Take in what stands on the screen: quick entry, what the buttons add or remove, the lines, the details."""
    actor, form = current_actor(), request.form
    try:
        said = save_request(case_id, form)
    except Invalid as wrong:
        case = cases.show(case_id, actor, note=False)
        return screens.render(case, Step.CONTENT, actor, wrong=wrong, form=form, status=422)
    case = cases.show(case_id, actor, note=False)
    shown = form.get("show_person") or form.get("person")
    total = operations.view(case, actor).fee.total
    return screens.render(
        case, Step.CONTENT, actor, person_id=shown, announce=f"{said}合計 {total:,}円です", said=said,
        added=bool(form.get("favourite") or form.get("quick", "").strip() or form.get("add") or form.get("again")),
        shopping=bool(form.get("add")),
        turned=bool(form.get("show_person")),
    )  # fmt: skip


def save_request(case_id: str, form: Form) -> str:
    """Save what was posted with the request; returns what has to be said about it. Raises Invalid."""
    return save(case_id, current_actor(), version_of(form), _read(form), today_in_japan())


def _read(form: Form) -> RequestInput:
    ids = [name.removeprefix("copies-") for name in form if name.startswith("copies-")]
    return RequestInput(
        person=form.get("person", ""), quick=form.get("favourite") or form.get("quick", ""), add=form.get("add", ""),
        again=form.get("again", ""), more=form.get("more", ""), fewer=form.get("fewer", ""), remove=form.get("remove", ""),
        undo="undo" in form,
        lines={line: _line(form, line) for line in ids},
        details=_details(form) if form.get("part") == "details" else None,
    )  # fmt: skip


def _line(form: Form, line: str) -> LineInput:
    start = f"entry-{line}-"
    return LineInput(
        form[f"copies-{line}"], _options(form, line), form.getlist(f"years-{line}"),
        {name.removeprefix(start): value for name, value in form.items() if name.startswith(start)},
        form.get(f"exemption-{line}"),
    )  # fmt: skip


def _options(form: Form, line: str) -> list[str]:
    """The contents ticked on a line; those of a group that exclude each other come under the group's name."""
    names = [name for name in form if name.split("-")[:2] == ["options", line]]
    return [code for name in names for code in form.getlist(name)]


def _details(form: Form) -> DetailInput:
    papers = [name.removeprefix("paper-") for name in form if name.startswith("paper-")]
    return DetailInput(
        papers, form.get("exemption", ""), form.getlist("evidence"), bool(form.get("examined")),
        form.get("purpose", ""), form.get("recipient", ""),
    )  # fmt: skip
