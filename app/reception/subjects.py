"""Adding and removing subjects by search."""

from __future__ import annotations

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.authority import Actor
from app.domain.case import Case, Channel, State, Step
from app.domain.errors import Invalid, Stopped
from app.operations import cases, residents, subjects, warnings
from app.reception import screens
from app.reception.blueprint import bp
from app.reception.frame import step_url
from app.reception.guard import carry_stamp
from app.reception.stopping import show_stop
from app.web.access import current_actor
from app.web.finding import Choice, show_found
from app.web.forms import version_of
from app.web.pages import Action, Page, go, show


@bp.post("/cases/<case_id>/subjects")
def add_subject(case_id: str) -> BaseResponse:
    actor = current_actor()
    try:
        subjects.add(case_id, actor, version_of(request.form), request.form.getlist("person"))
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        case = cases.show(case_id, actor, note=False)
        return screens.render(case, Step.SUBJECTS, actor, wrong=wrong, status=422)
    case = cases.show(case_id, actor, note=False)
    return go(step_url(case_id, case.step))


@bp.post("/cases/<case_id>/warnings")
def show_warnings(case_id: str) -> Response:
    """«くわしく»: what the warnings of everybody in the case say, for some seconds."""
    actor = current_actor()
    found = warnings.reveal_in_case(case_id, actor)
    case = cases.show(case_id, actor, note=False)
    back = Action("受付へ戻る", "F3", "link", step_url(case_id, case.step))
    return show("_shared/warnings.html", Page("警告の内容"), block="details", people=found, actions=[back])


@bp.post("/cases/<case_id>/subjects/search")
def find_subject(case_id: str) -> Response:
    actor = current_actor()
    case = cases.show(case_id, actor, note=False)
    found = residents.find(request.form.get("q", ""), actor)
    return screens.render(case, Step.SUBJECTS, actor, found=found, searched=request.form.get("q", ""))


@bp.post("/cases/<case_id>/find")
def find_person(case_id: str) -> Response:
    """F2 in a case: whoever is found becomes what the step has a place for, or goes into the field that had the focus."""
    actor = current_actor()
    try:
        case = cases.show(case_id, actor, note=False)
    except Stopped:
        response = show_stop(case_id, status=403)
        # Only the drawer asked; the stop is about the whole screen.
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#app", "outerHTML"
        return response
    carry_stamp(case)
    return show_found(actor, _choice(case, actor), case_id)


def _choice(case: Case, actor: Actor) -> Choice | None:
    """At the identity step the visitor, as long as the register does not know who came; once subjects are asked, one of them."""
    if case.state is not State.OPEN or case.held_by != actor.staff_id:
        return None
    hidden = {"version": request.form.get("version", "")}
    if request.form.get("step") == Step.IDENTITY:
        if case.channel is Channel.EX_OFFICIO or (case.visitor and case.visitor.number):
            return None
        word = "差出人" if case.channel is Channel.POST else "来庁者"
        return Choice(f"この方を{word}にする", url_for("reception.place_visitor", case_id=case.id), hidden)
    if not (dict(case.steps)[Step.SUBJECTS] and cases.has_reached(case.step, Step.SUBJECTS)):
        return None
    return Choice("この方を対象にする", url_for("reception.add_subject", case_id=case.id), hidden)


@bp.post("/cases/<case_id>/subjects/<case_person>/remove")
def remove_subject(case_id: str, case_person: str) -> BaseResponse:
    """Take a subject out, or put back the one who was just taken out (元に戻す)."""
    actor, version = current_actor(), version_of(request.form)
    try:
        if request.form.get("change") == "restore":
            subjects.put_back(case_id, actor, version)
        else:
            subjects.remove(case_id, actor, version, case_person)
    except Stopped:
        return show_stop(case_id, status=403)
    case = cases.show(case_id, actor, note=False)
    return go(step_url(case_id, case.step))
