"""The seat (席) of a counter at which a PC stands: which reader and which customer screen are beside it.

It is no secret and no person's: a cookie of its own keeps it, so that it outlives a sign-in.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

from flask import after_this_request, current_app, request
from werkzeug.wrappers import Response

COOKIE = "kakanai-seat"
A_YEAR = 31_536_000
_LONGEST = 400


def chosen_seat() -> str:
    """The seat this browser was told to be at; empty when it was not."""
    return unquote(request.cookies.get(COOKIE, "")[:_LONGEST])


def keep_seat(seat: str) -> None:
    """Remember the seat with this response, and for the rest of this request."""
    request.cookies = {**request.cookies, COOKIE: quote(seat)}  # type: ignore[assignment]

    @after_this_request
    def store(response: Response) -> Response:
        response.set_cookie(
            COOKIE, quote(seat), max_age=A_YEAR, path="/", httponly=True,
            secure=current_app.config["KAKANAI"].secure_cookie, samesite="Strict",
        )  # fmt: skip
        return response
