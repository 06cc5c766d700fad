"""The second half of a sign-in (S-01): a code of the authenticator app, or the security key."""

from __future__ import annotations

from flask import request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from app.auth.blueprint import bp
from app.domain.errors import Invalid, Refused
from app.operations import second_step as operations
from app.web.confirming import given_here
from app.web.pages import Page, go, show
from app.web.sessions import anonymous_token, current_token, set_token
from app.web.terminal import is_let_in
from app.web.ways_back import way_back


@bp.get("/login/second")
def second_step() -> BaseResponse:
    return _page()


@bp.post("/login/second")
def give_second_factor() -> BaseResponse:
    if current_user.is_authenticated or not is_let_in():
        return go("/")
    form = request.form
    given = given_here(form.get("code", ""), form.get("key", ""))
    try:
        signed_in = operations.finish(current_token() or "", given, request.remote_addr or "-")
    except Invalid as wrong:
        return _page(wrong.fields, 422)
    except Refused as refusal:
        set_token(anonymous_token())
        return show("auth/over.html", Page("ログイン"), message=refusal.message, status=422)
    set_token(signed_in.token)
    return go(way_back(signed_in.actor.staff_id, form.get("who", ""), form.get("back", "")))


def _page(errors: dict[str, str] | None = None, status: int = 200) -> BaseResponse:
    asked = operations.awaited(current_token() or "")
    if asked is None:
        return go(url_for("auth.login"))
    return show(
        "auth/second_step.html", Page("ログイン"), asked=asked, errors=errors or {}, status=status,
        back=request.values.get("back", ""), who=request.values.get("who", ""),
    )  # fmt: skip
