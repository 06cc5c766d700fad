"""To the city's own sign-in page (市の認証基盤, OpenID Connect) and back: to sign in, or to prove again who one is."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Response, abort, g, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from app.auth.arriving import arrive
from app.auth.blueprint import bp
from app.domain.errors import Refused
from app.operations import provider_sign_in as operations
from app.operations import terminals
from app.operations.provider_sign_in import Aim
from app.web.access import current_actor
from app.web.pages import Page, go, show
from app.web.sessions import anonymous_token, current_token, set_token
from app.web.terminal import is_let_in

LONGEST = 4096
TITLE = "ログイン"
NO_COOKIE = (
    "ログインを始めたブラウザーとは別のブラウザーか、別のアドレスに戻りました。"
    "この端末のログイン画面から、もう一度ログインしてください。"
)


@bp.post("/login/provider")
def go_to_provider() -> Response:
    _only_where_offered()
    form = request.form
    if not is_let_in():
        terminals.note_unknown(request.remote_addr or "-")
        return _over(terminals.UNKNOWN)
    return _away(Aim(form.get("counter", "")[:40], form.get("who", "")[:64], form.get("back", "")[:200]))


@bp.get("/login/provider/again")
def prove_again() -> BaseResponse:
    """Opened beside the screen that asks, which keeps what was typed on it."""
    if not operations.is_offered():
        return go("/login")
    return _away(Aim(again=True))


@bp.get("/login/provider/back")
def provider_answered() -> BaseResponse:
    """Looks at nothing yet. The provider's redirect brings none of our cookies (SameSite=Strict): the page asks for itself
    once more, and then sends what came with the address as a form of our own."""
    if not operations.is_offered():
        return go("/login")
    token = current_token()
    if token is None:
        g.cookie_wanted = False
        if "here" in request.args:
            return _over(NO_COOKIE)
        again = urlencode({**_sent(request.args), "here": "1"})
        return _refreshed(f"{url_for('auth.provider_answered')}?{again}", "ログインしています")
    if current_user.is_authenticated and not operations.is_under_way(token, request.args.get("state", "")):
        return go("/")  # somebody went back to this page after he had come in by it
    return show("auth/provider_back.html", Page(TITLE), sent=_sent(request.args))


@bp.post("/login/provider/back")
def come_back() -> BaseResponse:
    _only_where_offered()
    token, terminal, sent = current_token() or "", request.remote_addr or "-", _sent(request.form)
    again = False
    try:
        again = operations.aim_of(token, sent["state"]).again
        if sent["error"] or not sent["code"]:
            operations.note_no(token, sent["state"], terminal)
        if again:
            return _proved(token, sent, terminal)
        if not is_let_in():
            terminals.note_unknown(terminal)
            raise Refused(terminals.UNKNOWN)
        signed_in, aim = operations.sign_in(token, sent["state"], sent["code"], terminal)
    except Refused as refusal:
        if again:
            return _not_proved(refusal.message)
        return _over(refusal.message)
    return arrive(signed_in, token, aim.who, aim.back)


def _proved(token: str, sent: dict[str, str], terminal: str) -> Response:
    if not current_user.is_authenticated:
        raise Refused(operations.NOT_THIS_TRIP)
    operations.prove(token, sent["state"], sent["code"], current_actor(), terminal)
    return show("auth/provider_again.html", Page("ご本人の確認"), error="")


def _away(aim: Aim) -> Response:
    try:
        address = operations.set_out(current_token() or "", aim, request.remote_addr or "-")
    except Refused as refusal:
        return _not_proved(refusal.message) if aim.again else _over(refusal.message)
    # No redirect: browsers hold one that follows a form against the form's own policy (form-action 'self').
    return _refreshed(address, "市の認証基盤に移ります")


def _refreshed(address: str, title: str) -> Response:
    response = show("auth/provider_away.html", Page(title))
    response.headers["Refresh"] = f"0;url={address}"
    return response


def _not_proved(message: str) -> Response:
    return show("auth/provider_again.html", Page("ご本人の確認"), error=message, status=422)


def _over(message: str) -> Response:
    if not current_user.is_authenticated and g.get("cookie_wanted", True):
        # What was begun with the browser's token is over with it.
        set_token(anonymous_token())
    return show("auth/over.html", Page(TITLE), message=message, status=422)


def _sent(values: Mapping[str, str]) -> dict[str, str]:
    return {name: values.get(name, "")[:LONGEST] for name in ("code", "state", "error")}


def _only_where_offered() -> None:
    if not operations.is_offered():
        abort(404)
