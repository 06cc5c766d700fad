"""The second half of a sign-in, and the second factor in place of the password before what is dangerous."""

from __future__ import annotations

from datetime import timedelta

from app.data import factors as stored
from app.data import staff
from app.data.models.base import utc_now
from app.data.models.factor import HalfSignInRow
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.dates import in_japan
from app.domain.errors import Invalid, Refused
from app.operations import factors
from app.operations.factors import WRONG_CODE, WRONG_KEY, Asked, Given
from app.operations.sessions import (
    HALF_LIVES,
    REFUSAL,
    SignedIn,
    begin,
    digest,
    go_on_confirmed,
    is_locked,
    is_valid,
    note_failure,
)


def awaited(token: str) -> Asked | None:
    """What the sign-in of this token still needs; None when there is none, or it has waited too long."""
    half = _half(token)
    return factors.asked_of(half.staff_id, token) if half else None


def finish(token: str, given: Given, terminal: str) -> SignedIn:
    """Begin the session. A wrong factor counts like a wrong password.

    Raises Invalid (field ``code`` or ``key``) when it does not fit, Refused when the sign-in has to begin anew.
    """
    half, now = _half(token), utc_now()
    if half is None:
        raise Refused("時間が過ぎました。はじめから、もう一度ログインしてください。")
    staff_id, counter = half.staff_id, half.counter
    row = staff.find_staff(staff_id)
    usable = row is not None and not is_locked(row, terminal, now) and is_valid(row, in_japan(now).date())
    usable = usable and counter in dict(staff.list_counters_of(staff_id))
    if not usable or not factors.fits(staff_id, given):
        _refuse(staff_id, terminal, "session.factor_refused", token)
        raise _wrong(given)
    with transaction():
        if not stored.delete_half(digest(token)):
            raise Refused("このログインは、すでに済んでいます。画面を開き直してください。")
    person = staff.find_staff(staff_id)
    if person is None:
        raise Refused(REFUSAL)
    return begin(person, None, counter, terminal, now)


def confirm(token: str, actor: Actor, given: Given, terminal: str) -> SignedIn:
    """The second factor before something dangerous; the session goes on under a new token (AC-32).

    Raises Invalid when it does not fit, and Refused, ending the session, after too many wrong ones.
    """
    row = staff.find_staff(actor.staff_id)
    if row is None or is_locked(row, terminal, utc_now()) or not factors.fits(actor.staff_id, given):
        _refuse(actor.staff_id, terminal, "session.confirm_refused", None)
        raise _wrong(given)
    with transaction():
        staff.clear_failures(actor.staff_id, terminal)
    return go_on_confirmed(token)


def _half(token: str) -> HalfSignInRow | None:
    half = stored.find_half(digest(token))
    return half if half and utc_now() - half.begun_at <= HALF_LIVES else None


def _refuse(staff_id: str, terminal: str, event: str, half: str | None) -> None:
    """Count it; once the account is locked, the half sign-in or the session is over. Raises Refused then."""
    now = utc_now()
    note_failure(staff_id, staff.find_staff(staff_id), terminal, now, event)
    row = staff.find_staff(staff_id)
    if row is not None and not is_locked(row, terminal, now):
        return
    with transaction():
        stored.delete_halves(staff_id, now - timedelta(days=1))
        session = staff.find_session_of(staff_id) if half is None else None
        if session:
            staff.delete_session(session.token_hash)
    raise Refused(REFUSAL)


def _wrong(given: Given) -> Invalid:
    text = WRONG_KEY if given.key else WRONG_CODE
    return Invalid(text, {"key" if given.key else "code": text})
