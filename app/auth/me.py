"""Personal settings (個人設定, S-03): each is kept at once, by itself; and one's own password."""

from __future__ import annotations

from flask import Response, make_response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.auth.blueprint import bp
from app.domain.errors import Invalid, Refused
from app.domain.preferences import PREFERENCES
from app.operations import preferences, sessions
from app.operations.identifying import is_local
from app.web.access import current_actor
from app.web.pages import HOME, Page, go, show, wants_fragment
from app.web.sessions import anonymous_token, set_token

TITLE = "個人設定"


@bp.get("/me")
def me() -> Response:
    return _page()


@bp.post("/me")
def save_preference() -> BaseResponse:
    """One setting from a script (204), or all of them from the button for browsers without one."""
    actor = current_actor()
    for name in PREFERENCES:
        if name in request.form:
            preferences.change(name, request.form[name], actor)
    return make_response("", 204) if wants_fragment() else go(url_for("auth.me"))


@bp.post("/me/password")
def change_password() -> BaseResponse:
    form = request.form
    terminal = request.remote_addr or "-"
    try:
        preferences.change_password(
            form.get("current", ""), form.get("new", ""), form.get("again", ""), current_actor(), terminal
        )
    except Invalid as wrong:
        return _page(errors=wrong.fields, status=422)
    except Refused:
        set_token(anonymous_token())
        return go("/login")
    return _page(changed=True)


@bp.get("/password")
def first_password() -> BaseResponse:
    """Where somebody lands who came in with a password that was given to him."""
    return _first_page() if current_actor().must_change else go("/")


@bp.post("/password")
def choose_password() -> BaseResponse:
    form, actor = request.form, current_actor()
    try:
        sessions.choose_first_password(
            actor, form.get("new", ""), form.get("again", ""), preferences.context_of(actor)
        )
    except Invalid as wrong:
        return _first_page(wrong.fields, 422)
    return go("/")


def _first_page(errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return show("auth/first_password.html", Page("新しいパスワード"), errors=errors or {}, status=status)


def _page(errors: dict[str, str] | None = None, *, changed: bool = False, status: int = 200) -> Response:
    return show(
        "auth/me.html",
        Page(TITLE, "パスワードを変更しました" if changed else None),
        offered=PREFERENCES, chosen=preferences.of(current_actor().staff_id), errors=errors or {}, changed=changed,
        local=is_local(current_actor().staff_id),
        actions=[HOME], push=request.path if request.method == "GET" else None, status=status,
    )  # fmt: skip
