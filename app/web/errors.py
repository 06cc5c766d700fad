"""From an error to an answer: what happened and what to do, never more (AC-89)."""

from __future__ import annotations

import logging
import re
import secrets
import traceback
from contextlib import suppress
from typing import Any

from flask import Flask, Response, current_app, g, make_response, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from app.domain.errors import Conflict, Invalid, KakanaiError, NotFound, Refused, Stopped
from app.extensions import db
from app.operations.record import note_forgery, note_refusal
from app.web.access import current_actor
from app.web.confirming import CONFIRM_FIELDS, PasswordAsked, asked_here
from app.web.guarding import Covered, FirstElsewhere
from app.web.pages import Page, show, wants_fragment
from app.web.security import SAFE_METHODS
from app.web.sessions import FORGET, POLL_HEADER, STAFF_UNKNOWN, current_token
from app.web.ways_back import HOME, came_from, local_address

log = logging.getLogger("kakanai")
OF_ANOTHER_TOKEN = "The CSRF tokens do not match."  # noqa: S105  Flask-WTF's words for a form of another session
STALE = (
    "窓口を切り替える前か、ログインし直す前の画面から送られました。何も保存していません。"
    "画面を開き直して、いまの窓口を確かめてください。"
)
_OPENED_AGAIN = frozenset({409, 500, 503})
"""What may be mended by opening the same page anew."""
_NOT_KEPT = CONFIRM_FIELDS | {"csrf_token"}
KEPT_HEADER = "X-Kakanai-Kept"
"""Says of a refusal (403, 409) that the screen with its form stays, and that only its words are shown above (offline.js)."""
_KEPT = frozenset({403, 409})
_OF_THE_SCREEN = _NOT_KEPT | {"version", "token", "made_for", "seen"}
_CODE = re.compile(r"[a-z][a-z0-9_]*|[0-9a-f]{16,}")
STATUS: dict[type[KakanaiError], int] = {
    NotFound: 404,
    Refused: 403,
    Stopped: 403,
    Conflict: 409,
    Invalid: 422,
}
TITLES = {
    400: "送信内容を読み取れませんでした",
    403: "この操作は行えません",
    404: "見つかりません",
    405: "この操作は行えません",
    409: "ほかで更新されています",
    413: "送信内容が大きすぎます",
    422: "入力内容を確認してください",
    500: "処理できませんでした",
    503: "いまは応答できません",
}
ADVICE = {
    400: "画面を開き直して、もう一度操作してください。",
    403: "現在の窓口または権限では行えません。必要な場合は所属の責任者または情報政策課へご相談ください。",
    404: "アドレスが正しいか確認してください。受付は「対応履歴」から探せます。",
    405: "画面のボタンから操作してください。",
    409: "最新の内容を確認して、もう一度入力してください。",
    413: "内容を減らして、もう一度送信してください。",
    422: "入力内容を見直して、もう一度送信してください。",
    500: "前の画面までに保存した内容は残っています。もう一度操作しても直らないときは、下の番号を情報政策課へお伝えください。",
    503: (
        "データベースが混み合っているか、つながりません。前の画面までに保存した内容は残っています。"
        "少し待ってから、もう一度操作してください。続くときは、下の番号を情報政策課へお伝えください。"
    ),
}
BUSY = (OperationalError, InterfaceError, PoolTimeout)
"""The database is locked, too slow, full of others or gone: nothing was written, and the same may work in a moment."""
WAIT_SECONDS = 5


def register_errors(app: Flask) -> None:
    @app.errorhandler(KakanaiError)
    def expected(error: KakanaiError) -> Response:
        db.session.rollback()
        status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
        if isinstance(error, Refused) and current_user.is_authenticated:
            note_refusal(
                current_actor(),
                request.endpoint or "",
                str((request.view_args or {}).get("case_id", ""))[:32] or None,
            )
        return _page(status, error.message, leave=isinstance(error, Stopped))

    @app.errorhandler(CSRFError)
    def wrong_token(error: CSRFError) -> Response:
        if current_user.is_authenticated:
            note_forgery(current_actor(), request.endpoint or "")
            if error.description == OF_ANOTHER_TOKEN:
                return _page(409, STALE)
        return _page(403, "画面の有効期限が切れたか、別の画面から送信されました。画面を開き直してください。")

    @app.errorhandler(Covered)
    def covered(_error: Covered) -> Response:
        return _to_cover()

    @app.errorhandler(FirstElsewhere)
    def first_elsewhere(error: FirstElsewhere) -> Response:
        return _lead_to(url_for(error.endpoint))

    @app.errorhandler(PasswordAsked)
    def password_asked(error: PasswordAsked) -> Response:
        return _ask_password(error.error)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        if status == 401:
            return _to_login()
        # What failed while an answer of this module was made, as when a refusal could not be recorded.
        failed = getattr(error, "original_exception", None)
        if failed is not None:
            return _busy(failed) if isinstance(failed, BUSY) else _failed(failed, 500)
        return _page(status, ADVICE.get(status, ADVICE[500]))

    _register_failures(app)


def _register_failures(app: Flask) -> None:
    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        return _failed(error, 500)

    for kind in BUSY:
        app.register_error_handler(kind, _busy)


def _busy(error: Exception) -> Response:
    response = _failed(error, 503)
    response.headers["Retry-After"] = str(WAIT_SECONDS)
    return response


def _failed(error: Exception, status: int) -> Response:
    with suppress(SQLAlchemyError):
        db.session.rollback()
    quote = _new_quote()
    # A message may repeat the value that was not understood: the log gets the kind and the place, never the message.
    places = "".join(traceback.format_tb(error.__traceback__))
    log.error("error %s %s %s\n%s", quote, request.endpoint, type(error).__name__, places)
    return _page(status, ADVICE[status], quote, again=_sent())


def _sent() -> tuple[str, list[tuple[str, str]]] | None:
    """The address and fields of a form that was sent, for a button that sends them once more: nothing typed is lost.

    None where there is nothing to send: htmx keeps the screen with its form, and neither a password nor a file comes back.
    """
    if request.method in SAFE_METHODS or wants_fragment() or request.files:
        return None
    fields = list(_form().items(multi=True))
    secret = any("password" in name or name in CONFIRM_FIELDS for name, _text in fields)
    return None if secret else (request.path, fields)


def _form() -> MultiDict[str, str]:
    """What was sent, empty where it cannot be read at all (larger than the limit, broken off)."""
    try:
        return request.form
    except HTTPException:
        return MultiDict()


def _typed() -> list[str]:
    """What a person typed into a form that was refused, to be read off the answer and used again; htmx keeps the form itself."""
    if request.method in SAFE_METHODS or wants_fragment() or not current_user.is_authenticated:
        return []
    # Codes are what was ticked or chosen; a name that comes several times is a group of boxes.
    texts = [
        text
        for name, values in _form().lists()
        if name not in _OF_THE_SCREEN and "password" not in name
        for text in values
        if not (len(values) > 1 and text.isdecimal())
    ]
    return [text for text in texts if text.strip() and not _CODE.fullmatch(text)]


def _opened_from() -> str:
    """The page of ours that this request came from; empty when there is none, or it is this one."""
    before = came_from("HX-Current-URL" if wants_fragment() else "Referer").path
    address = request.path if request.method in SAFE_METHODS else local_address(before)
    return "" if address == HOME else address


def _to_cover() -> Response:
    """The screen is covered: what it asks by itself gets nothing, what a person asks the page for the password."""
    if POLL_HEADER in request.headers:
        return make_response("", 204)
    shown = came_from().path if wants_fragment() else request.path
    return _lead_to(url_for("auth.covered", back=shown))


def _lead_to(address: str) -> Response:
    response = make_response("", 401 if wants_fragment() else 303)
    response.headers["HX-Redirect" if wants_fragment() else "Location"] = address
    return response


def _ask_password(error: str) -> Response:
    """The page that asks for the password; everything that was sent stands in its form and is sent with it."""
    if request.method in SAFE_METHODS:
        return _lead_to(url_for("auth.ask_password", back=request.path))
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in _NOT_KEPT]
    response = show(
        "auth/confirm.html",
        Page("ご本人の確認"),
        address=request.path,
        kept=kept,
        error=error,
        asked=asked_here(current_actor()),
        status=422,
    )
    return _about_the_screen(response)


def _about_the_screen(response: Response) -> Response:
    """Whatever small part asked, the answer is about the whole screen."""
    if wants_fragment():
        response.headers["HX-Retarget"] = "#app"
        response.headers["HX-Reswap"] = "outerHTML"
    return response


def _to_login() -> Response:
    if wants_fragment():
        response = make_response("", 401)
        response.headers["HX-Redirect"] = "/login"
        return response
    response = make_response("", 303)
    response.headers["Location"] = "/login"
    if current_token() is not None:  # displaced, shut out, or gone for too long
        response.headers["Clear-Site-Data"] = FORGET
    return response


def _new_quote() -> str:
    return secrets.token_hex(4)


def _page(
    status: int,
    message: str,
    quote: str | None = None,
    again: tuple[str, list[tuple[str, str]]] | None = None,
    *,
    leave: bool = False,
) -> Response:
    """The error page in the frame; when the frame itself cannot be made (the database is gone), the page alone.

    Each has a number to tell the help desk; the log names it with the place and the kind, never with what was typed.
    ``again`` is the form that was sent, to be sent once more. A refused form stays with what was typed into it, unless the
    screen has to be left (``leave``: 取扱注意).
    """
    if quote is None:
        quote = _new_quote()
        log.warning("refused %s %s %s", quote, request.endpoint, status)
    page = Page(TITLES.get(status, TITLES[500]))
    context: dict[str, Any] = {"code": status, "message": message, "quote": quote, "again": again}
    context["reopen"] = _opened_from() if status in _OPENED_AGAIN and not again else ""
    kept = wants_fragment() and request.method not in SAFE_METHODS and status in _KEPT and not leave
    context["kept"] = kept
    response = (
        None if g.get(STAFF_UNKNOWN) else _in_frame(page, status, context, typed=not again and not leave)
    )
    if response is None:
        response = make_response(_alone(page, context), status)
    if kept:
        response.headers[KEPT_HEADER] = "1"
        return response
    return _about_the_screen(response)


def _in_frame(page: Page, status: int, context: dict[str, Any], *, typed: bool) -> Response | None:
    """None where the frame cannot be made: it names the member of staff and what waits, and the database is gone."""
    try:
        return show("errors/error.html", page, status=status, typed=_typed() if typed else [], **context)
    except SQLAlchemyError:
        with suppress(SQLAlchemyError):
            db.session.rollback()
        return None


def _alone(page: Page, context: dict[str, Any]) -> str:
    """The page without its frame, and without what Flask gives to every template: the user would be asked for once more."""
    return current_app.jinja_env.get_template("errors/error.html").render(fragment=None, page=page, **context)
