"""What was read of a card comes into the case, beside the register's values (R47)."""

from __future__ import annotations

from flask import Response, make_response, request
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import Step
from app.domain.errors import Stopped
from app.operations import card_reading, cases
from app.reception.blueprint import bp
from app.reception.frame import step_url
from app.reception.steps import show_stop
from app.web.access import current_actor
from app.web.pages import go


@bp.post("/cases/<case_id>/card")
def compare_card(case_id: str) -> BaseResponse:
    """Back to the identity step, where each field of the card stands beside the register's."""
    try:
        card_reading.keep(case_id, current_actor(), request.form.get("slot", "")[:32])
    except Stopped:
        return show_stop(case_id, status=403)
    return go(step_url(case_id, Step.IDENTITY))


@bp.get("/cases/<case_id>/card/name")
def card_name(case_id: str) -> Response:
    """The name as a residence card shows it, for whoever types it."""
    try:
        case = cases.show(case_id, current_actor(), note=False)
    except Stopped:
        return show_stop(case_id, status=403)
    response = make_response(card_reading.name_picture(case))
    response.headers["Content-Type"] = "image/png"
    return response
