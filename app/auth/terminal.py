"""Letting a PC of staff in (端末の登録, AC-38) with the six digits of the administration page."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from app.auth.blueprint import bp
from app.domain.errors import Refused
from app.operations import terminals
from app.web.pages import Page, go, show
from app.web.terminal import keep_token


@bp.get("/terminal")
def terminal() -> Response:
    return _page()


@bp.post("/terminal")
def pair_terminal() -> BaseResponse:
    code = "".join(char for char in request.form.get("code", "")[:20] if not char.isspace())
    try:
        token = terminals.pair(code, request.remote_addr or "")
    except Refused as refused:
        return _page(refused.message, 422)
    return keep_token(go("/login"), token)


def _page(error: str = "", status: int = 200) -> Response:
    return show("auth/terminal.html", Page("端末の登録"), error=error, status=status)
