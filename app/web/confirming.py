"""The password, or a second factor in its place, again before a dangerous act (AC-32)."""

from __future__ import annotations

from flask import abort, request
from flask_login import current_user

from app.domain.authority import Actor
from app.domain.errors import Invalid, Refused
from app.domain.security_keys import Place
from app.operations import factors, second_step, sessions
from app.operations.factors import Asked, Given
from app.web.sessions import anonymous_token, current_token, set_token

PASSWORD_FIELD = "confirm_password"  # noqa: S105  the name of a field
CODE_FIELD, KEY_FIELD, PROOF_FIELD = "confirm_code", "confirm_key", "confirm_proof"
"""Sent beside the fields of a form whose act asks who it is again; one is enough. The last only says that the city's own
sign-in page was asked, which the server knows for itself."""
CONFIRM_FIELDS = frozenset({PASSWORD_FIELD, CODE_FIELD, KEY_FIELD, PROOF_FIELD})


class PasswordAsked(Exception):
    """The password has to be given (again) before this act; ``error`` says why the one given was not taken."""

    def __init__(self, error: str = "") -> None:
        super().__init__(error)
        self.error = error


def given_here(code: str, key: str) -> Given:
    """A second factor as this request brings it: the typed code and what a security key answered."""
    host = request.host.rpartition(":")[0] if ":" in request.host else request.host
    return Given(code, key, Place(f"{request.scheme}://{request.host}", host), current_token() or "")


def asked_here(actor: Actor) -> Asked:
    """What the page that asks again offers beside the password."""
    return factors.asked_of(actor.staff_id, current_token() or "")


def confirm_here(actor: Actor) -> None:
    """Take what came with the form and go on under a new token. Raises PasswordAsked where it has to be asked."""
    form, token, terminal = request.form, current_token() or "", request.remote_addr or "-"
    password, code, key = (form.get(name, "") for name in (PASSWORD_FIELD, CODE_FIELD, KEY_FIELD))
    proof = PROOF_FIELD in form
    if not (password or code or key or proof):
        raise PasswordAsked
    try:
        if password or not (code or key):
            confirmed = sessions.confirm(token, actor, password, terminal)
        else:
            confirmed = second_step.confirm(token, actor, given_here(code, key), terminal)
    except Invalid as wrong:
        raise PasswordAsked(wrong.message) from wrong
    except Refused:
        set_token(anonymous_token())
        abort(401)
    set_token(confirmed.token)
    current_user.actor = confirmed.actor


def confirm_now(actor: Actor) -> None:
    """Ask again for one act among several of a route, unless it was given within the last minutes."""
    if not actor.confirmed:
        confirm_here(actor)
