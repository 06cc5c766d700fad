"""The stop (取扱注意) instead of a screen of a case."""

from __future__ import annotations

from flask import Response, url_for

from app.operations import cases
from app.web.access import current_actor
from app.web.pages import Page, show


def show_stop(case_id: str, status: int = 200) -> Response:
    """W-01: nothing of the case is on this page, and nothing leads on."""
    cases.note_stop_shown(case_id, current_actor())
    stop_url = url_for("reception.stop", case_id=case_id)
    here = url_for("reception.show_case", case_id=case_id)
    return show(
        "reception/stopped.html", Page("受付を止めました"), status=status, push=here, stop_url=stop_url
    )
