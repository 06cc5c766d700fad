"""F8: what the visitor sees on the customer screen is released and taken back from the case's screen; so is a signature."""

from __future__ import annotations

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import Step
from app.domain.errors import Invalid, Stopped
from app.operations import cases, customer, signatures
from app.reception import screens
from app.reception.blueprint import bp
from app.reception.frame import step_url
from app.reception.guard import carry_stamp
from app.reception.steps import show_stop
from app.web.access import current_actor
from app.web.pages import go, shell
from app.web.seat import chosen_seat


@bp.post("/cases/<case_id>/customer")
def show_customer(case_id: str) -> BaseResponse:
    """Show what is ticked, or take it back; the step that was on the screen comes again."""
    actor, form = current_actor(), request.form
    case = cases.show(case_id, actor, note=False)
    back = form.get("back", "")
    step = Step(back) if back in set(Step) and cases.has_reached(case.step, Step(back)) else case.step
    try:
        if form.get("change") == "hide":
            customer.hide(case_id, actor)
        elif form.get("change") == "unsign":
            signatures.discard(case_id, actor)
        else:
            signs = form.get("signature") == "1"
            customer.release(case_id, actor, chosen_seat(), form.getlist("item"), signature=signs)
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        return screens.render(case, step, actor, wrong=wrong, status=422)
    return go(step_url(case_id, step))


@bp.get("/cases/<case_id>/customer")
def customer_reply(case_id: str) -> Response:
    """What the visitor answered; asked for every two seconds while something is awaited, 204 while it is the same."""
    case = cases.show(case_id, current_actor(), note=False)
    found = customer.released(case, current_actor(), chosen_seat())
    if found.awaited and found.reply == request.args.get("seen", ""):
        return make_response("", 204)
    carry_stamp(case)
    back = request.args.get("step", "")
    step = Step(back) if back in set(Step) else case.step
    return make_response(
        render_template("reception/_customer.html", case=case, customer=found, step=step, shell=shell())
    )
