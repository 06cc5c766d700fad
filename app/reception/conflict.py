"""A screen that had grown old (409): who changed the case and when, both versions, and the choice between them."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.authority import Actor
from app.domain.case import STEP_LABELS, Case, State, Step
from app.domain.errors import Conflict, NotFound, Stopped
from app.extensions import db
from app.operations import cases, conflicts, holding
from app.operations.resuming import may_hold
from app.reception import screens
from app.reception.blueprint import bp
from app.reception.frame import identity, step_url
from app.reception.guard import carry_stamp
from app.reception.shown_form import Difference, ShownField, differences, read_form
from app.reception.stopping import show_stop
from app.web.access import current_actor
from app.web.pages import HOME, Action, Page, go, show, wants_fragment

NOT_KEPT = frozenset({"csrf_token", "version", "token", "step", "back"})
COMPARED = frozenset({Step.IDENTITY, Step.CONTENT})
"""Steps whose screens come back with what was typed; of the others, a choice is simply made again."""


def typed_values() -> dict[str, Any]:
    """What the form of this request sent, as a draft keeps it."""
    form = request.form
    return {
        name: values if len(values := form.getlist(name)) > 1 else values[0]
        for name in form
        if name not in NOT_KEPT
    }


@bp.errorhandler(Conflict)
def answer_conflict(problem: Conflict) -> Response:
    """Keep what was typed, and show what happened."""
    db.session.rollback()
    case_id = str((request.view_args or {}).get("case_id", ""))
    actor = current_actor()
    try:
        case = cases.show(case_id, actor, note=False)
    except Stopped:
        return show_stop(case_id, status=403)
    except NotFound:
        return show(
            "errors/error.html", Page("ほかで更新されています"), status=409, code=409, message=problem.message
        )
    step = _step_of_request(case)
    reached = step is not None and cases.has_reached(case.step, step)
    kept = step is not None and reached and conflicts.keep(case_id, actor, step, typed_values())
    if kept:
        case = cases.show(case_id, actor, note=False)
    response = _show(case, actor, step if kept else None, problem.message)
    if wants_fragment():
        # Whatever small part asked, the answer is about the whole screen.
        response.headers["HX-Retarget"] = "#app"
        response.headers["HX-Reswap"] = "outerHTML"
    return response


def _step_of_request(case: Case) -> Step | None:
    """The step whose screen was sent, where what is typed there can be offered again."""
    name = str((request.view_args or {}).get("step", "")) or request.form.get("step", "")
    sent = Step(name) if name in set(Step) else None
    return (
        sent if request.endpoint in {"reception.save_step", "reception.draft"} and sent in COMPARED else None
    )


@bp.get("/cases/<case_id>/conflict/<step>", endpoint="conflict")
def conflict(case_id: str, step: str) -> BaseResponse:
    """What is kept of this member of staff, to be decided about later."""
    try:
        case = cases.show(case_id, current_actor(), note=False)
    except Stopped:
        return show_stop(case_id)
    wanted = _step(step)
    if not conflicts.kept(case, current_actor(), wanted):
        return go(url_for("reception.show_case", case_id=case_id))
    return _show(case, current_actor(), wanted, "保存できなかった入力が残っています。", status=200)


@bp.post("/cases/<case_id>/conflict/<step>", endpoint="decide_conflict")
def decide_conflict(case_id: str, step: str) -> BaseResponse:
    """Go on with what was chosen field by field, or with what is stored; first taking the case over where it is asked."""
    actor, form, wanted = current_actor(), request.form, _step(step)
    try:
        if form.get("decision") == "theirs":
            conflicts.give_up(case_id, actor, wanted)
            return go(url_for("reception.show_case", case_id=case_id))
        case = cases.show(case_id, actor, note=False)
        if case.held_by != actor.staff_id or case.state is State.SUSPENDED:
            holding.take_over(case_id, actor, form.get("note", ""))
            case = cases.show(case_id, actor, note=False)
    except Stopped:
        return show_stop(case_id, status=403)
    mine = conflicts.kept(case, actor, wanted)
    shown = _shown(case, actor, wanted)
    values: dict[str, Any] = {name: _as_draft(one.values) for name, one in shown.items()}
    for at, one in enumerate(differences(shown, mine), 1):
        if form.get(f"use-{at}", "mine") == "mine":
            values[one.name] = mine.get(one.name, "")
    values |= {name: value for name, value in mine.items() if name not in shown}
    conflicts.decide(case_id, actor, wanted, values)
    return go(step_url(case_id, wanted))


def _as_draft(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


def _step(name: str) -> Step:
    if name not in COMPARED:
        raise NotFound("この手順はありません。画面を開き直してください。")
    return Step(name)


def _shown(case: Case, actor: Actor, step: Step) -> dict[str, ShownField]:
    """The fields of the step as they stand now, whoever has the case."""
    return read_form(screens.screen_of(case, step, actor).get_data(as_text=True))


def _show(case: Case, actor: Actor, step: Step | None, message: str, status: int = 409) -> Response:
    found: list[Difference] = []
    if step is not None and cases.has_reached(case.step, step):
        found = differences(_shown(case, actor, step), conflicts.kept(case, actor, step))
    carry_stamp(case)
    taken = case.held_by != actor.staff_id or case.state is State.SUSPENDED
    may_take = may_hold(case, actor) and case.state in {State.OPEN, State.SUSPENDED}
    return show(
        "reception/conflict.html", Page("ほかで更新されています", announce=message), status=status, message=message, case=case,
        identity=identity(case), step=step, step_labels=STEP_LABELS, differences=found, taken=taken,
        may_take=may_take, actions=[HOME, *_way_on(case, bool(found), taken, may_take)],
    )  # fmt: skip


def _way_on(case: Case, differs: bool, taken: bool, may_take: bool) -> list[Action]:
    """F12: on with what was chosen, or to the case as it is now."""
    if not differs:
        label = "受付の概要を見る" if taken else "最新の内容を開く"
        return [Action(label, "F12", "link", url_for("reception.show_case", case_id=case.id), primary=True)]
    if not may_take:
        return []
    label = f"{'引き取って、' if taken else ''}選んだ内容で入力画面に戻る"
    return [
        Action(
            label, "F12", "submit", "decide", primary=True, alt="Ctrl+Enter", hidden={"decision": "chosen"}
        )
    ]
