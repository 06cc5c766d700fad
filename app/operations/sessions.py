"""Signing in and out, and who a session token stands for.

A session lives in the database and nowhere else: a cookie copied before logout is worth nothing after it
(ASVS 7.2, 7.4). One session a person; a second sign-in ends the first.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import current_app

from app.config import Settings
from app.data import audit, factors, staff
from app.data.models.base import utc_now
from app.data.models.factor import HalfSignInRow
from app.data.models.staff import SessionRow, StaffRow
from app.data.transactions import end_reading, transaction
from app.domain.authority import Actor
from app.domain.dates import in_japan, today_in_japan
from app.domain.errors import Invalid, Refused
from app.domain.passwords import check_password
from app.operations import authority, searches
from app.operations.identifying import (
    UNREACHABLE,
    DirectoryUnreachable,
    is_at_provider,
    is_local,
    password_is_right,
)
from app.operations.password_hashes import hash_password, rehash
from app.operations.proofs import take_proof

REFUSAL = (
    "ログインできませんでした。職員IDとパスワードを確認してください。"
    "続けて間違えると、しばらくログインできなくなります。お困りのときは情報政策課へご連絡ください。"
)
DIFFERENT = "2つの入力が同じではありません。新しいパスワードを、もう一度ずつ入力してください。"
MISTYPED = "パスワードが違います。もう一度入力してください。"
TOUCH_EVERY = timedelta(seconds=15)
HALF_LIVES = timedelta(minutes=5)
"""How long a sign-in waits for its second factor."""


@dataclass(frozen=True)
class SignedIn:
    """A new session: the token goes into the cookie and is not kept anywhere else."""

    token: str
    actor: Actor


@dataclass(frozen=True)
class HalfSignedIn:
    """The password was right and a second factor is awaited: the token opens nothing but the page that asks for it."""

    token: str


def sign_in(staff_id: str, password: str, counter: str, terminal: str) -> SignedIn | HalfSignedIn:
    """Check the pair and begin a session at the counter (the last one used when ``counter`` is empty), or, for an account
    with a second factor, wait for that.

    Raises Refused with one and the same message whatever was wrong, so that nobody learns which ids exist.
    """
    now = utc_now()
    row = staff.find_staff(staff_id)
    usable = row is not None and not is_locked(row, terminal, now) and is_valid(row, in_japan(now).date())
    usable = usable and row is not None and (not _is_temporary(row) or now <= (row.temporary_until or now))
    stored = row.password_hash if row else None
    known_hash = stored if usable and stored else None
    # Checks queue for seconds when many sign in: whoever held a connection or an open read meanwhile would keep
    # the others from storing anything on SQLite, and would empty the pool on PostgreSQL.
    locked = row is not None and is_locked(row, terminal, now)
    end_reading()
    try:
        fits = password_is_right(staff_id, known_hash, password, locked=locked) and usable
    except DirectoryUnreachable:
        note_unreachable(staff_id, terminal)
        raise Refused(UNREACHABLE) from None
    fresh_hash = rehash(known_hash, password) if fits and known_hash else None
    row = staff.find_staff(staff_id)
    chosen = choose_counter(row, counter) if row and fits else None
    if row is None or chosen is None:
        note_failure(staff_id, row, terminal, now)
        raise Refused(REFUSAL)
    if factors.has_any(row.id):
        return begin_half(row, fresh_hash, chosen, now)
    return begin(row, fresh_hash, chosen, terminal, now)


def begin_half(row: StaffRow, fresh_hash: str | None, counter: str, now: datetime) -> HalfSignedIn:
    """Failures are not forgiven yet, and nobody is displaced: half a sign-in is none."""
    token, staff_id = secrets.token_urlsafe(32), row.id
    with transaction() as session:
        factors.delete_halves(staff_id, now - HALF_LIVES)
        session.add(HalfSignInRow(token_hash=digest(token), staff_id=staff_id, counter=counter, begun_at=now))
        stored = session.get_one(StaffRow, staff_id, with_for_update=True, populate_existing=True)
        stored.password_hash = fresh_hash or stored.password_hash
        actor = Actor(staff_id, "", counter, staff.counter_title(counter), frozenset())
        audit.record("session.factor_asked", actor=actor)
    return HalfSignedIn(token)


def begin(row: StaffRow, fresh_hash: str | None, counter: str, terminal: str, now: datetime) -> SignedIn:
    """A session for whom everything that was asked has been given; an older one of his ends."""
    token = secrets.token_urlsafe(32)
    staff_id = row.id
    with transaction() as session:
        stored = session.get_one(StaffRow, staff_id, with_for_update=True, populate_existing=True)
        displaced = staff.find_session_of(staff_id)
        if displaced:
            session.delete(displaced)
            session.flush()
        opened = SessionRow(
            token_hash=digest(token),
            staff_id=staff_id,
            counter=counter,
            started_at=now,
            seen_at=now,
            confirmed_at=now,
        )
        session.add(opened)
        stored.last_counter = counter
        # A password that was given opens one session; in it another one is chosen.
        stored.password_hash = None if _is_temporary(stored) else fresh_hash or stored.password_hash
        staff.clear_failures(staff_id, terminal)
        actor = _actor(stored, opened, token)
        if displaced:
            audit.record("session.displaced", actor=actor)
        audit.record("session.signed_in", actor=actor, detail={"terminal": terminal})
    return SignedIn(token, actor)


def confirm_password(actor: Actor, password: str, terminal: str, refused: str = "session.refused") -> None:
    """Whether it is really the one who signed in. A wrong password counts like a failed sign-in; ``refused`` goes to the log.

    Raises Invalid (field ``password``) when it is wrong, and Refused, ending the session, after too many wrong ones.
    """
    if is_at_provider(actor.staff_id):
        take_proof(actor)
        return
    now = utc_now()
    row = staff.find_staff(actor.staff_id)
    locked = row is None or is_locked(row, terminal, now)
    stored = row.password_hash if row and not locked else None
    end_reading()
    try:
        fits = password_is_right(actor.staff_id, stored, password, locked=locked)
    except DirectoryUnreachable:
        note_unreachable(actor.staff_id, terminal)
        raise Invalid(UNREACHABLE, {"password": UNREACHABLE}) from None
    if fits:
        with transaction():
            staff.clear_failures(actor.staff_id, terminal)
        return
    row = staff.find_staff(actor.staff_id)
    note_failure(actor.staff_id, row, terminal, now, refused)
    row = staff.find_staff(actor.staff_id)
    if row is None or is_locked(row, terminal, now):
        with transaction():
            displaced = staff.find_session_of(actor.staff_id)
            if displaced:
                staff.delete_session(displaced.token_hash)
        raise Refused(REFUSAL)
    raise Invalid(MISTYPED, {"password": MISTYPED})


def confirm(token: str, actor: Actor, password: str, terminal: str) -> SignedIn:
    """The password again before something dangerous; the session goes on under a new token (AC-32, AC-33).

    Raises what `confirm_password` raises, and Refused when the session has ended meanwhile.
    """
    confirm_password(actor, password, terminal, "session.confirm_refused")
    return go_on_confirmed(token)


def go_on_confirmed(token: str) -> SignedIn:
    """The same session under a new token, confirmed just now. Raises Refused when it has ended."""
    row = staff.find_session(digest(token))
    if row is None:
        raise Refused("ログインし直してください。")
    fresh, now = secrets.token_urlsafe(32), utc_now()
    with transaction() as session:
        old = session.get_one(SessionRow, digest(token), with_for_update=True, populate_existing=True)
        person = session.get_one(StaffRow, old.staff_id)
        renewed = SessionRow(
            token_hash=digest(fresh), staff_id=old.staff_id, counter=old.counter, started_at=old.started_at,
            seen_at=now, confirmed_at=now,
        )  # fmt: skip
        session.delete(old)
        session.flush()
        session.add(renewed)
        again = _actor(person, renewed, fresh)
        audit.record("session.confirmed", actor=again)
    return SignedIn(fresh, again)


def choose_first_password(actor: Actor, new: str, again: str, context: Sequence[str]) -> None:
    """Replace a password that was given by one's own. Raises Invalid by field (new, again)."""
    try:
        check_password(new, [actor.staff_id, actor.name, *context])
    except Invalid as wrong:
        raise Invalid(wrong.message, {"new": wrong.message}) from wrong
    if new != again:
        raise Invalid(DIFFERENT, {"again": DIFFERENT})
    end_reading()
    hashed = hash_password(new)
    with transaction() as session:
        row = session.get_one(StaffRow, actor.staff_id, with_for_update=True, populate_existing=True)
        if row.temporary_until is None:
            raise Refused("パスワードは、個人設定の画面で変更してください。")
        row.password_hash, row.temporary_until = hashed, None
        audit.record("staff.password_changed", actor=actor, detail={"what": "first"})


def cover(token: str) -> None:
    """The screen was left alone: until `uncover` the token opens nothing."""
    _set_covered(token, covered=True)


def uncover(token: str, actor: Actor, password: str, terminal: str) -> None:
    """Go on where the screen was left. Raises what `confirm_password` raises."""
    confirm_password(actor, password, terminal, "session.uncover_refused")
    _set_covered(token, covered=False)


def _set_covered(token: str, *, covered: bool) -> None:
    with transaction():
        row = staff.find_session(digest(token))
        if row is None or (row.covered_at is not None) == covered:
            return
        person = staff.find_staff(row.staff_id)
        now = utc_now()
        row.covered_at = now if covered else None
        # The password is work of the person's own: it keeps the session alive. Covering is none.
        row.seen_at = row.seen_at if covered else now
        if person:
            audit.record(
                "session.covered" if covered else "session.uncovered", actor=_actor(person, row, token)
            )


def note_failure(
    staff_id: str, row: StaffRow | None, terminal: str, now: datetime, event: str = "session.refused"
) -> None:
    """Count what was wrong against the account and the terminal; too many in a day lock the account."""
    settings = _settings()
    with transaction() as session:
        staff.add_failure(staff_id, terminal, now)
        session.flush()
        actor = Actor(staff_id[:40] or "-", "", "", "", frozenset())
        audit.record(event, actor=actor, detail={"terminal": terminal, "known": row is not None})
        if row and staff.count_failures(staff_id, now - timedelta(days=1)) >= settings.login_failures_per_day:
            session.get_one(StaffRow, staff_id).must_unlock = True
            audit.record("session.locked", actor=actor, detail={"until": "unlocked by an administrator"})


def resolve(token: str, *, extend: bool) -> Actor | None:
    """Whom the token stands for now, or None. ``extend`` is False for polling, which must not keep a session alive."""
    row = staff.find_session(digest(token))
    if row is None:
        return None
    now, settings = utc_now(), _settings()
    idle = now - row.seen_at > timedelta(seconds=settings.idle_limit)
    over = now - row.started_at > timedelta(seconds=settings.absolute_limit)
    person = staff.find_staff(row.staff_id)
    if idle or over or person is None or not is_valid(person, in_japan(now).date()):
        _end(token, "session.expired")
        return None
    actor = _actor(person, row, token)
    if not actor.roles:
        _end(token, "session.expired")
        return None
    if extend and now - row.seen_at > TOUCH_EVERY:
        with transaction():
            staff.touch_session(digest(token), now)
    return actor


def sign_out(token: str) -> None:
    """End the session; the token is dead from the next request on."""
    with transaction():
        searches.settle(digest(token)[:16])
        _end(token, "session.signed_out")


def switch_counter(token: str, counter: str) -> SignedIn:
    """Go on at another counter of one's own, under a new token: stale tabs are signed out. Raises Refused."""
    row = staff.find_session(digest(token))
    person = staff.find_staff(row.staff_id) if row else None
    if row is None or person is None or not staff.list_roles(person.id, counter):
        raise Refused("この窓口で受付する権限がありません。所属の窓口を選んでください。")
    fresh, now = secrets.token_urlsafe(32), utc_now()
    staff_id, started, confirmed = person.id, row.started_at, row.confirmed_at
    with transaction() as session:
        stored = session.get_one(StaffRow, staff_id, with_for_update=True, populate_existing=True)
        if not staff.delete_session(digest(token)):
            raise Refused("この画面では、すでに窓口を切り替えています。画面を開き直してください。")
        opened = SessionRow(
            token_hash=digest(fresh),
            staff_id=staff_id,
            counter=counter,
            started_at=started,
            seen_at=now,
            confirmed_at=confirmed,
        )
        session.add(opened)
        stored.last_counter = counter
        actor = _actor(stored, opened, fresh)
        audit.record("session.counter_switched", actor=actor)
    return SignedIn(fresh, actor)


def look_as(token: str, role: str | None, actor: Actor) -> None:
    """See the screens of a role (権限の確認) from the next request on, or one's own again. The role's title is recorded."""
    with transaction() as session:
        row = session.get_one(SessionRow, digest(token), with_for_update=True, populate_existing=True)
        row.preview = role
        audit.record(
            "role.preview_begun" if role else "role.preview_ended", actor=actor, detail={"role": role or actor.preview}
        )  # fmt: skip


def _end(token: str, event: str) -> None:
    with transaction():
        row = staff.find_session(digest(token))
        if row is None:
            return
        person = staff.find_staff(row.staff_id)
        if person:
            audit.record(event, actor=_actor(person, row, token))
        staff.delete_session(row.token_hash)


def _actor(row: StaffRow, session: SessionRow, token: str) -> Actor:
    code = session.counter
    roles = staff.list_roles(row.id, code)
    actor = Actor(
        row.id, staff.name_of(row, today_in_japan()), code, staff.counter_title(code), roles,
        session=digest(token)[:16], covered=session.covered_at is not None,
        must_change=_is_temporary(row), confirmed=_is_confirmed(session),
        made=authority.made_among(roles),
        must_enrol=bool(roles & {*_settings().second_factor_roles}) and not factors.has_any(row.id),
    )  # fmt: skip
    return authority.as_seen(actor, session.preview) if session.preview else actor


def _is_confirmed(session: SessionRow) -> bool:
    given = session.confirmed_at
    return given is not None and utc_now() - given <= timedelta(seconds=_settings().stepup_limit)


def choose_counter(row: StaffRow, wanted: str) -> str | None:
    own = [code for code, _title in staff.list_counters_of(row.id)]
    if wanted:
        return wanted if wanted in own else None
    if row.last_counter in own:
        return row.last_counter
    return own[0] if own else None


def is_valid(row: StaffRow, today: date) -> bool:
    """Whether an account may be used on a day."""
    return not row.disabled and row.valid_from <= today and (row.valid_to is None or today <= row.valid_to)


def _is_temporary(row: StaffRow) -> bool:
    """Whether the password was given by an administrator; one of the directory never is."""
    return row.temporary_until is not None and is_local(row.id)


def note_unreachable(staff_id: str, terminal: str) -> None:
    with transaction():
        actor = Actor(staff_id[:40] or "-", "", "", "", frozenset())
        audit.record("session.directory_unreachable", actor=actor, detail={"terminal": terminal})


def is_locked(row: StaffRow, terminal: str, now: datetime) -> bool:
    """Whether too many failures keep an account out, at this terminal or everywhere."""
    settings = _settings()
    since = now - timedelta(seconds=settings.login_window)
    return (
        row.must_unlock or staff.count_failures(row.id, since, terminal) >= settings.login_failures_per_window
    )


def digest(token: str) -> str:
    """How a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def _settings() -> Settings:
    settings: Settings = current_app.config["KAKANAI"]
    return settings
