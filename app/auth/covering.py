"""A screen that was left alone (S-08, AC-34), and the password again before what is dangerous (AC-32)."""

from __future__ import annotations

import hmac

from flask import Response, abort, make_response, request
from werkzeug.wrappers import Response as BaseResponse

from app.auth.blueprint import bp
from app.domain.errors import Invalid, Refused
from app.operations import sessions
from app.web.access import current_actor
from app.web.confirming import PasswordAsked, asked_here, confirm_here
from app.web.pages import Page, go, show
from app.web.sessions import POLL_HEADER, anonymous_token, current_token, set_token
from app.web.ways_back import local_address, mark_of

WHO_HEADER = "X-Kakanai-Who"
"""Carries whose page it is that asks (`app.web.ways_back.mark_of`)."""


@bp.post("/stay")
def stay() -> Response:
    """Somebody is typing, though nothing was sent for a while: the request itself keeps the session."""
    return make_response("", 204)


@bp.get("/here")
def here() -> Response:
    """Asked by every page that is looked at: 401 once its own person is no longer signed in at this browser.

    Displaced, shut out, signed out in another window or followed by somebody else, a screen goes without being touched.
    """
    said, own = request.headers.get(WHO_HEADER, ""), mark_of(current_actor().staff_id)
    if not hmac.compare_digest(said.encode(), own.encode()):
        abort(401)
    return make_response("", 204)


@bp.post("/cover")
def cover() -> Response:
    """The screen has covered itself. It says so as a poll, so that an empty chair keeps no session alive."""
    token = current_token()
    if token and POLL_HEADER in request.headers:
        sessions.cover(token)
    return make_response("", 204)


@bp.get("/cover")
def covered() -> BaseResponse:
    back = local_address(request.args.get("back", ""))
    return _page(back) if current_actor().covered else go(back)


@bp.post("/uncover")
def uncover() -> BaseResponse:
    """The password again. A script gets 204 or the sentence to show; without one the page comes again or leads back."""
    token, actor = current_token() or "", current_actor()
    back = local_address(request.form.get("back", ""))
    asked_by_script = "HX-Request" in request.headers
    try:
        sessions.uncover(token, actor, request.form.get("password", ""), request.remote_addr or "-")
    except Invalid as wrong:
        return make_response(wrong.message, 422) if asked_by_script else _page(back, wrong.message, 422)
    except Refused:
        set_token(anonymous_token())
        return make_response("", 401) if asked_by_script else go("/login")
    return make_response("", 204) if asked_by_script else go(back)


def _page(back: str, error: str = "", status: int = 200) -> Response:
    return show("auth/covered.html", Page("画面を隠しています"), back=back, error=error, status=status)


@bp.get("/confirm")
def ask_password() -> BaseResponse:
    """The password again before a page that shows or hands out what is dangerous."""
    back = local_address(request.args.get("back", ""))
    return go(back) if current_actor().confirmed else _confirm_page(back)


@bp.post("/confirm")
def give_password() -> BaseResponse:
    back = local_address(request.form.get("back", ""))
    try:
        confirm_here(current_actor())
    except PasswordAsked as asked:
        return _confirm_page(back, asked.error or "パスワードを入力してください。", 422)
    return go(back)


def _confirm_page(back: str, error: str = "", status: int = 200) -> Response:
    return show(
        "auth/confirm.html", Page("ご本人の確認"), address="/confirm", kept=[("back", back)], error=error, status=status,
        asked=asked_here(current_actor()),
    )  # fmt: skip
