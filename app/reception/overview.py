"""The overview of a case (受付の概要): for those who do not have it in hand, with what they may do about it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.authority import Actor, Right
from app.domain.case import (
    CHANNEL_LABELS,
    KIND_LABELS,
    PROCEDURE_STATE_LABELS,
    STATE_LABELS,
    STEP_LABELS,
    Case,
    ProcedureState,
    State,
)
from app.domain.errors import Invalid, Stopped
from app.domain.handovers import HANDOVER_STATE_LABELS
from app.operations import cases, conflicts, holding, overview, ticks
from app.reception.blueprint import bp
from app.reception.frame import identity, next_action, step_url
from app.reception.guard import carry_stamp
from app.reception.stopping import show_stop
from app.web.access import current_actor
from app.web.pages import HOME, Action, Page, go, show

SHAPES = {
    ProcedureState.NOT_STARTED: "todo",
    ProcedureState.PRINTED: "printed",
    ProcedureState.RECEIVED: "done",
    ProcedureState.GUIDED: "elsewhere",
    ProcedureState.RETURNED: "returned",
    ProcedureState.UNNEEDED: "excluded",
    ProcedureState.UNDER_REVIEW: "doing",
    ProcedureState.SENT_BACK: "returned",
    ProcedureState.REVIEWED: "done",
    ProcedureState.COMPLETED: "done",
}


def show_overview(
    case: Case,
    actor: Actor,
    *,
    wrong: Invalid | None = None,
    form: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The case as it is, with what this member of staff can do about it from here."""
    carry_stamp(case)
    found = overview.read_overview(case, actor)
    actions = [
        HOME,
        Action("再開できる受付", None, "link", url_for("reception.resumable"), alt="Alt+A"),
        *_way_on(case, found),
    ]
    return show(
        "reception/overview.html", Page("受付の概要"), status=status, found=found, case=case, identity=identity(case),
        kinds=KIND_LABELS, channels=CHANNEL_LABELS, states=STATE_LABELS, step_labels=STEP_LABELS, procedure_states=PROCEDURE_STATE_LABELS,
        shapes=SHAPES, handover_states=HANDOVER_STATE_LABELS, errors=wrong.fields or {"main": wrong.message} if wrong else {},
        typed=form or {}, actions=actions, kept=conflicts.steps_kept(case, actor), may_read_history=actor.may(Right.READ_HISTORY),
        push=url_for("reception.overview", case_id=case.id) if request.method == "GET" else None,
    )  # fmt: skip


def _way_on(case: Case, found: overview.Overview) -> list[Action]:
    """F12: what most often comes next with this case; the forms stand on the page."""
    if found.is_mine and case.state is State.OPEN:
        return [Action("受付に戻る", "F12", "link", step_url(case.id, case.step), primary=True)]
    if found.may_resume:
        return [next_action("再開する", "resume")]
    if found.may_take_over:
        return [next_action("引き取る", "take-over")]
    if case.state is State.CLOSED and not found.replaced_by:
        return [next_action("続きを受け付ける", "continue")]
    return []


@bp.get("/cases/<case_id>/overview", endpoint="overview")
def overview_page(case_id: str) -> Response:
    try:
        case = cases.show(case_id, current_actor())
    except Stopped:
        return show_stop(case_id)
    return show_overview(case, current_actor())


@bp.post("/cases/<case_id>/take-over")
def take_over(case_id: str) -> BaseResponse:
    actor, form = current_actor(), request.form
    try:
        holding.take_over(case_id, actor, form.get("note", ""))
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        return show_overview(
            cases.show(case_id, actor, note=False), actor, wrong=wrong, form=form, status=422
        )
    return go(url_for("reception.show_case", case_id=case_id))


@bp.post("/cases/<case_id>/ticks/<code>")
def tick(case_id: str, code: str) -> BaseResponse:
    """A counter's word on a procedure of its own."""
    actor, form = current_actor(), request.form
    try:
        if form.get("state") not in set(ProcedureState):
            raise Invalid("操作を選び直してください。")
        said = ProcedureState(form["state"])
        found = ticks.tick(case_id, actor, code, said, form.get(f"reason-{code}", ""))
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        return show_overview(
            cases.show(case_id, actor, note=False), actor, wrong=wrong, form=form, status=422
        )
    del found
    return go(url_for("reception.overview", case_id=case_id))
