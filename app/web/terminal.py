"""The cookie by which the server knows a PC of staff. It is no session: it says which PC this is, never who sits at it."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.wrappers import Response

from app.operations import terminals

A_YEAR = 31_536_000


def is_let_in() -> bool:
    """Whether staff may work at this PC: it was let in, or any may be used."""
    return (
        not terminals.must_be_known() or terminals.terminal_of(request.cookies.get(_cookie(), "")) is not None
    )


def keep_token(response: Response, token: str) -> Response:
    """Let this browser be known by the token from now on."""
    response.set_cookie(
        _cookie(), token, max_age=A_YEAR, path="/", httponly=True, samesite="Strict",
        secure=current_app.config["KAKANAI"].secure_cookie,
    )  # fmt: skip
    return response


def _cookie() -> str:
    return "__Host-kakanai-terminal" if current_app.config["KAKANAI"].secure_cookie else "kakanai-terminal"
