"""The session cookie and who it stands for.

The cookie holds an opaque token and nothing else; the session itself is a row of the database. Flask's session object
offers Flask-WTF the CSRF secret, which is derived from the token, and refuses every other key: nothing about a person
or a case may ever live there.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any, cast

from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SessionInterface, SessionMixin
from flask_login import UserMixin
from sqlalchemy.exc import SQLAlchemyError

from app.config import Settings
from app.domain.authority import Actor
from app.operations import sessions

POLL_HEADER = "X-Kakanai-Poll"
FORGET = '"cache", "storage"'
"""Clear-Site-Data where a session is over: nothing of it stays for the next person at the PC (AC-51). Cookies are our own
business: that type would take those of the city's other systems, too."""


class TokenSession(dict[str, Any], SessionMixin):
    """The session object of one request; holds the CSRF secret only."""

    modified = False
    accessed = True

    def __init__(self, token: str, csrf_secret: str, is_new: bool) -> None:
        super().__init__(csrf_token=csrf_secret)
        self.token = token
        self.new = is_new

    def go_on_as(self, csrf_secret: str) -> None:
        """The forms of this response are made for the token that comes with it."""
        super().__setitem__("csrf_token", csrf_secret)

    def __setitem__(self, key: str, value: Any) -> None:
        raise KeyError(f"the session does not store {key}")


class TokenSessions(SessionInterface):
    """Reads the token from the cookie and sets the cookie again only when the token changed."""

    def open_session(self, app: Flask, request: Request) -> TokenSession:
        token = request.cookies.get(cookie_name(app), "")
        is_new = not 40 <= len(token) <= 64
        if is_new:
            token = secrets.token_urlsafe(32)
        return TokenSession(token, _csrf_secret(app, token), is_new)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        # Only a page with a form needs a token; files and health checks get no cookie.
        if not isinstance(session, TokenSession) or not g.get("cookie_wanted", session.new):
            return
        if request.endpoint in {"static", "api.health", "api.csp_report", None}:
            return
        settings: Settings = app.config["KAKANAI"]
        response.set_cookie(
            cookie_name(app), g.get("cookie_token", session.token), path="/", httponly=True,
            secure=settings.secure_cookie, samesite="Strict",
        )  # fmt: skip


class SignedInStaff(UserMixin):
    """Flask-Login's user: the actor of the request."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def get_id(self) -> str:
        return self.actor.staff_id


STAFF_UNKNOWN = "staff_unknown"
"""Set for a request whose member of staff could not be read: its error page asks for nobody again, and waits no second time."""


def cookie_name(app: Flask) -> str:
    # The __Host- prefix is only valid on a Secure cookie, which a demo over plain HTTP cannot set everywhere.
    return "__Host-kakanai" if app.config["KAKANAI"].secure_cookie else "kakanai"


def _csrf_secret(app: Flask, token: str) -> str:
    settings: Settings = app.config["KAKANAI"]
    return hmac.new(settings.keys.secret, b"csrf\0" + token.encode(), hashlib.sha256).hexdigest()


def load_staff(req: Request) -> SignedInStaff | None:
    """Flask-Login's request loader."""
    token = current_token()
    if token is None:
        return None
    polling = POLL_HEADER in req.headers
    try:
        actor = sessions.resolve(token, extend=not polling)
    except SQLAlchemyError:
        setattr(g, STAFF_UNKNOWN, True)
        raise
    return SignedInStaff(actor) if actor else None


def current_token() -> str | None:
    """The token the browser sent, or None when it sent none."""
    own = cast(Any, session)._get_current_object()
    return own.token if isinstance(own, TokenSession) and not own.new else None


def set_token(token: str) -> None:
    """Give the browser a new token with this response (sign-in, counter switch, sign-out)."""
    g.cookie_token = token
    g.cookie_wanted = True
    own = cast(Any, session)._get_current_object()
    if isinstance(own, TokenSession):
        own.go_on_as(_csrf_secret(current_app, token))
        g.pop("csrf_token", None)  # Flask-WTF's own, of this request


def anonymous_token() -> str:
    """A token that stands for nobody; changing the cookie to it evicts pages kept for the back button."""
    return secrets.token_urlsafe(32)
