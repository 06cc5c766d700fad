"""Searching among the procedures that may be picked."""

from __future__ import annotations

from flask import Response, request

from app.domain.case import Step
from app.operations import cases
from app.reception import screens
from app.reception.blueprint import bp
from app.web.access import current_actor


@bp.post("/cases/<case_id>/single/search")
def find_single(case_id: str) -> Response:
    """The picker with what holds the typed words; nothing is stored."""
    actor = current_actor()
    case = cases.show(case_id, actor, note=False)
    typed = request.form.get("q", "")[:100]
    return screens.render(case, Step.CONTENT, actor, form=request.form, searched=typed)
