"""The password again before a dangerous act (AC-32)."""

from __future__ import annotations

from flask import abort, request
from flask_login import current_user

from app.domain.authority import Actor
from app.domain.errors import Invalid, Refused
from app.operations import sessions
from app.web.sessions import anonymous_token, current_token, set_token

PASSWORD_FIELD = "confirm_password"  # noqa: S105  the name of a field
"""Sent beside the fields of a form whose act asks for the password again."""


class PasswordAsked(Exception):
    """The password has to be given (again) before this act; ``error`` says why the one given was not taken."""

    def __init__(self, error: str = "") -> None:
        super().__init__(error)
        self.error = error


def confirm_here(actor: Actor) -> None:
    """Take the password that came with the form and go on under a new token. Raises PasswordAsked where it has to be asked."""
    password = request.form.get(PASSWORD_FIELD, "")
    if not password:
        raise PasswordAsked
    try:
        confirmed = sessions.confirm(current_token() or "", actor, password, request.remote_addr or "-")
    except Invalid as wrong:
        raise PasswordAsked(wrong.message) from wrong
    except Refused:
        set_token(anonymous_token())
        abort(401)
    set_token(confirmed.token)
    current_user.actor = confirmed.actor
