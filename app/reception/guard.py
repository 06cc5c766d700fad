"""The wrong-screen guard at the door of reception: every form of a case says for whom it was made."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, g, request, url_for

from app.domain.case import Case
from app.domain.errors import WrongScreen
from app.operations import wrong_screen
from app.reception.blueprint import bp
from app.web.access import current_actor
from app.web.pages import Page, show, wants_fragment
from app.web.security import SAFE_METHODS

FROM_LISTS = frozenset(
    {
        "reception.resume",
        "reception.enter",
        "reception.stop",
        "reception.ask_release",
        "reception.mark_issued",
        "reception.echo_case_date",
        "reception.compare_card",
    }
)
"""Posts about a case whose screen is not shown: lists name it themselves, the stop shows nobody, an echo stores nothing."""


def carry_stamp(case: Case) -> None:
    """From now on every form that this response holds carries the case and its persons."""
    g.made_for = wrong_screen.stamp(case)


@bp.before_request
def refuse_other_screens() -> Response | None:
    """409 with both named when the form was made for another case or for other persons; nothing was done then."""
    case_id = (request.view_args or {}).get("case_id")
    if case_id is None or request.method in SAFE_METHODS or request.endpoint in FROM_LISTS:
        return None
    try:
        wrong_screen.check(
            case_id, current_actor(), request.form.get("made_for", ""), _texts(), request.endpoint or ""
        )
    except WrongScreen as wrong:
        return _explain(case_id, wrong)
    return None


def _texts() -> Iterator[str]:
    """Names and values as sent, and what stands in the address beside the case."""
    for name, value in request.form.items(multi=True):
        if name != "made_for":
            yield name
            yield value
    yield from (str(value) for key, value in (request.view_args or {}).items() if key != "case_id")


def _explain(case_id: str, wrong: WrongScreen) -> Response:
    here = url_for("reception.show_case", case_id=case_id)
    other = url_for("reception.show_case", case_id=wrong.shown) if wrong.shown else None
    response = show(
        "reception/wrong_screen.html", Page("別の方の画面から送られました"), status=409, message=wrong.message,
        here=here, other=other,
    )  # fmt: skip
    if wants_fragment():
        # Whatever small part asked, the answer is about the whole screen.
        response.headers["HX-Retarget"] = "#app"
        response.headers["HX-Reswap"] = "outerHTML"
    return response
