"""What follows every sign-in that went well, whoever said who it is."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response as BaseResponse

from app.operations import sessions
from app.operations.sessions import HalfSignedIn, SignedIn
from app.web.pages import go
from app.web.sessions import set_token
from app.web.ways_back import way_back


def arrive(signed_in: SignedIn | HalfSignedIn, before: str | None, who: str, back: str) -> BaseResponse:
    """On to the screen somebody had, or to the second step; ``before`` is the token that the browser came with."""
    if before:
        # Whoever was signed in at this browser is not any more: one person a PC (AC-35, AC-39).
        sessions.sign_out(before)
    set_token(signed_in.token)
    if isinstance(signed_in, HalfSignedIn):
        return go(url_for("auth.second_step", who=who or None, back=back or None))
    return go(way_back(signed_in.actor.staff_id, who, back))
