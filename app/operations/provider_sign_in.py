"""Signing in at the city's own page (市の認証基盤, OpenID Connect), and proving there again who one is.

A trip to the provider is remembered nowhere: its state is a sealed note that only the browser it was made for can bring back,
and a browser that signed in has another token from then on. What came back names an account that exists here or nobody; the
account says, as always, whether, where and until when.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from app.config import Settings
from app.data import audit, factors, staff
from app.data.models.base import utc_now
from app.data.transactions import end_reading, transaction
from app.domain.authority import Actor
from app.domain.dates import in_japan
from app.domain.errors import Refused
from app.operations.identifying import UNREACHABLE
from app.operations.openid import NotProved, Provider, ProviderUnreachable, Question
from app.operations.proofs import note_proof
from app.operations.sessions import (
    HalfSignedIn,
    SignedIn,
    begin,
    begin_half,
    choose_counter,
    digest,
    is_locked,
    is_valid,
    note_failure,
    note_unreachable,
)

TRIP_LASTS = 600
"""Seconds within which somebody has to come back from the provider."""
NOT_THIS_TRIP = "ログインの途中ではないか、時間が過ぎました。ログイン画面から、もう一度「市の認証基盤でログイン」を押してください。"
SAID_NO = "市の認証基盤で確認できなかったか、取り消されました。もう一度やり直してください。続くときは情報政策課へご連絡ください。"
CLOCKS = (
    "市の認証基盤とこのサーバーの時計が合っていないため、確認できませんでした。"
    "時刻のずれをなおす必要があります。情報政策課へご連絡ください。"
)
NO_ACCOUNT = (
    "市の認証基盤での確認はできましたが、この製品にはログインできません。職員の登録がない、有効期間の外、"
    "窓口の担当ではない、または停止中のいずれかです。情報政策課へご連絡ください。"
)
ANOTHER = (
    "市の認証基盤で確認されたのは、いまログインしている職員ではありません。ご本人がもう一度確かめてください。"
)


@dataclass(frozen=True)
class Aim:
    """What somebody went to the provider for: a session at a counter, or, ``again``, proof beside the session he has."""

    counter: str = ""
    who: str = ""
    back: str = ""
    again: bool = False


def is_offered() -> bool:
    """Whether this city's staff sign in at a provider."""
    return bool(_settings().openid_issuer)


def set_out(token: str, aim: Aim, terminal: str) -> str:
    """The provider's address for the browser with the token. Raises Refused when the provider does not answer."""
    state = _notes().dumps(
        [_mark(token), aim.counter, aim.who, aim.back, aim.again, secrets.token_urlsafe(16)]
    )
    end_reading()
    try:
        return _provider().address(_question(token, state, utc_now()))
    except ProviderUnreachable:
        note_unreachable("", terminal)
        raise Refused(UNREACHABLE) from None


def is_under_way(token: str, state: str) -> bool:
    """Whether the browser with the token had gone to the provider with this state."""
    try:
        _trip(token, state)
    except Refused:
        return False
    return True


def aim_of(token: str, state: str) -> Aim:
    """What the browser with the token had gone for. Raises Refused when it had not, or too long ago."""
    return _trip(token, state)[0]


def sign_in(token: str, state: str, code: str, terminal: str) -> tuple[SignedIn | HalfSignedIn, Aim]:
    """A session for the one the provider names, or half of one where a second factor is awaited. Raises Refused."""
    aim, begun_at = _trip(token, state)
    if aim.again:
        raise Refused(NOT_THIS_TRIP)
    staff_id = _ask(_question(token, state, begun_at), code, terminal)
    now, row = utc_now(), staff.find_staff(staff_id)
    usable = row is not None and not is_locked(row, terminal, now) and is_valid(row, in_japan(now).date())
    counter = choose_counter(row, aim.counter) if row and usable and not _is_local(staff_id) else None
    if row is None or counter is None:
        note_failure(staff_id, row, terminal, now)
        raise Refused(NO_ACCOUNT)
    if factors.has_any(row.id):
        return begin_half(row, None, counter, now), aim
    return begin(row, None, counter, terminal, now), aim


def prove(token: str, state: str, code: str, actor: Actor, terminal: str) -> None:
    """Note with the session that its owner has just proved who he is; `sessions.confirm_password` takes it once.

    Raises Refused. Somebody else's proof is worth nothing and is recorded.
    """
    aim, begun_at = _trip(token, state)
    if not aim.again:
        raise Refused(NOT_THIS_TRIP)
    if _ask(_question(token, state, begun_at), code, terminal) != actor.staff_id:
        _note_refused(actor.staff_id, terminal, "another")
        raise Refused(ANOTHER)
    if not note_proof(digest(token), actor, utc_now()):
        raise Refused(NOT_THIS_TRIP)


def note_no(token: str, state: str, terminal: str) -> None:
    """The provider sent the browser back without a code. Raises Refused, always."""
    _trip(token, state)
    _note_refused("", terminal, "said no")
    raise Refused(SAID_NO)


def _ask(question: Question, code: str, terminal: str) -> str:
    """The staff number the provider answers with; nobody's for a claim that is none. Raises Refused."""
    end_reading()
    try:
        claims = _provider().claims(code, question)
    except ProviderUnreachable:
        note_unreachable("", terminal)
        raise Refused(UNREACHABLE) from None
    except NotProved as problem:
        _note_refused("", terminal, problem.why)
        raise Refused(CLOCKS if problem.why == "clock" else SAID_NO) from None
    return _staff_id(claims)


def _staff_id(claims: Mapping[str, Any]) -> str:
    settings = _settings()
    said = claims.get(settings.openid_claim)
    before, after = settings.openid_user.split("{id}")
    if not isinstance(said, str) or not (said.startswith(before) and said.endswith(after)):
        return "-"
    return said[len(before) : len(said) - len(after)][:40] or "-"


def _trip(token: str, state: str) -> tuple[Aim, datetime]:
    try:
        (mark, counter, who, back, again, _unlike), begun_at = _notes().loads(
            state, max_age=TRIP_LASTS, return_timestamp=True
        )
    except BadData:
        raise Refused(NOT_THIS_TRIP) from None
    if not hmac.compare_digest(mark, _mark(token)):
        raise Refused(NOT_THIS_TRIP)
    return Aim(counter, who, back, again), begun_at


def _question(token: str, state: str, begun_at: datetime) -> Question:
    """Nonce and verifier follow from the browser's token and the state: nothing has to be kept while the browser is away."""
    return Question(state, _derived("nonce", token, state), _derived("verifier", token, state), begun_at)


def _mark(token: str) -> str:
    return _derived("mark", token, "")


def _derived(use: str, token: str, state: str) -> str:
    said = f"openid\0{use}\0{token}\0{state}".encode()
    value = hmac.new(_settings().keys.secret, said, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _notes() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        _settings().keys.secret, salt="openid state", signer_kwargs={"digest_method": hashlib.sha256}
    )


def _note_refused(staff_id: str, terminal: str, why: str) -> None:
    with transaction():
        actor = Actor(staff_id or "-", "", "", "", frozenset())
        audit.record("session.provider_refused", actor=actor, detail={"terminal": terminal, "why": why})


def _provider() -> Provider:
    settings = _settings()
    return Provider(
        settings.openid_issuer, settings.openid_client, settings.openid_secret, settings.openid_return,
        settings.openid_authorities,
    )  # fmt: skip


def _is_local(staff_id: str) -> bool:
    return staff_id in _settings().directory_local_accounts


def _settings() -> Settings:
    settings: Settings = current_app.config["KAKANAI"]
    return settings
