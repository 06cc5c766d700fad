"""The certificate step's own requests: quick entry, copies, contents, papers, exemption."""

from __future__ import annotations

from flask import Response, request

from app.domain.case import Step
from app.domain.errors import Invalid
from app.operations import cases, packs
from app.operations import certificates as operations
from app.reception import screens
from app.reception.blueprint import bp
from app.web.access import current_actor
from app.web.forms import version_of


@bp.post("/cases/<case_id>/certificates", endpoint="certificates")
def change_certificates(case_id: str) -> Response:
    """Take in the quick entry, or the copies and contents of the person shown, and the details below."""
    actor = current_actor()
    try:
        _apply(case_id)
    except Invalid as wrong:
        case = cases.show(case_id, actor, note=False)
        return screens.render(case, Step.CONTENT, actor, wrong=wrong, form=request.form, status=422)
    case = cases.show(case_id, actor, note=False)
    total = operations.view(case, actor).fee.total
    shown = request.form.get("show_person") or request.form.get("person")
    return screens.render(
        case, Step.CONTENT, actor, person_id=shown, announce=f"合計 {total:,}円です", changed=True
    )


def _apply(case_id: str) -> None:
    actor, form = current_actor(), request.form
    person = form.get("person", "")
    version: int | None = version_of(form)
    if form.get("quick", "").strip():
        operations.add_quick(case_id, actor, version, form["quick"], person)
        return
    if form.get("part") == "rows":
        case = cases.show(case_id, actor, note=False)
        entered = {
            one.code: (form.get(f"copies-{one.code}", ""), form.getlist(f"options-{one.code}"))
            for one in packs.of_case(case).certificates
            if f"copies-{one.code}" in form
        }
        years = {
            name.removeprefix("year-"): value for name, value in form.items() if name.startswith("year-")
        }
        operations.set_lines(case_id, actor, version, person, entered, years)
        return
    if form.get("part") == "details":
        save_details(case_id, version)


def save_details(case_id: str, version: int | None) -> None:
    """Papers seen, exemption, purpose and recipient as posted with the request."""
    form = request.form
    papers = [name.removeprefix("paper-") for name in form if name.startswith("paper-")]
    operations.set_details(
        case_id, current_actor(), version, papers=papers, exemption=form.get("exemption", ""),
        purpose=form.get("purpose", ""), recipient=form.get("recipient", ""),
    )  # fmt: skip
