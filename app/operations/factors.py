"""Second factors (二要素認証, AC-25): authenticator apps and security keys, added and removed by their owner, and checked."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from flask import current_app

from app.config import Settings
from app.data import audit, factors
from app.data.models.base import utc_now
from app.data.models.factor import FactorRow
from app.data.transactions import transaction
from app.documents.codes import qr_modules
from app.domain.authority import Actor
from app.domain.errors import Conflict, Invalid, NotFound, Refused
from app.domain.one_time_codes import SECRET_BYTES, as_text, enrolment_address, find_step
from app.domain.security_keys import (
    UNREADABLE,
    Answer,
    NewKey,
    Place,
    check_ceremony,
    encode,
    read_answer,
    read_new_key,
)
from app.operations.places import city_name

MOST = 5
LONGEST_TITLE = 40
LEAST_RSA_BITS = 2048
WRONG_CODE = "番号が違うか、すでに使った番号です。アプリにいま表示されている6桁を入力してください。"
WRONG_KEY = "このセキュリティキーでは確認できませんでした。登録したキーで、もう一度操作してください。"


NOWHERE = Place("", "")


class FactorKind(StrEnum):
    """What a second factor is."""

    APP = "app"
    KEY = "key"


KIND_TITLES = {FactorKind.APP: "認証アプリ", FactorKind.KEY: "セキュリティキー"}


@dataclass(frozen=True)
class Factor:
    """One second factor as its owner sees it."""

    id: str
    kind: FactorKind
    title: str
    confirmed_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class NewApp:
    """What is shown once for setting up an app: the QR code (its side in modules, the black runs as column, row, length)
    and the same secret for typing."""

    side: int
    runs: tuple[tuple[int, int, int], ...]
    text: str


@dataclass(frozen=True)
class Given:
    """What somebody gives as his second factor: the typed code, or what a key answered, and where."""

    code: str = ""
    key: str = ""
    place: Place = NOWHERE
    token: str = ""


@dataclass(frozen=True)
class Asked:
    """What a page that asks for a second factor needs: whether an app is there, and for keys their ids and the challenge."""

    app: bool
    keys: tuple[str, ...]
    challenge: str


def list_of(staff_id: str) -> tuple[Factor, ...]:
    """The factors that count, oldest first."""
    return tuple(
        Factor(row.id, FactorKind(row.kind), row.title, row.confirmed_at, row.used_at)
        for row in factors.list_confirmed(staff_id)
        if row.confirmed_at
    )


def asked_of(staff_id: str, token: str) -> Asked:
    """What to ask of this account on a page that belongs to the token."""
    rows = factors.list_confirmed(staff_id)
    keys = tuple(row.credential_id for row in rows if row.credential_id)
    return Asked(any(row.kind == FactorKind.APP for row in rows), keys, encode(_challenge("get", token)))


def begin_app(actor: Actor) -> NewApp:
    """A new secret for an app; it counts once a code of it was given. Raises Conflict (too many, one is there)."""
    secret = secrets.token_bytes(SECRET_BYTES)
    with transaction() as session:
        _check_room(actor, FactorKind.APP)
        factors.forget(actor.staff_id, unconfirmed=True)
        row = FactorRow(staff_id=actor.staff_id, kind=FactorKind.APP, made_at=utc_now())
        session.add(row)
        session.flush()
        row.secret = factors.seal(_settings().keys.identity, row.id, secret)
        audit.record("factor.begun", actor=actor, detail={"kind": FactorKind.APP})
    return _shown(secret, actor)


def resume_app(actor: Actor) -> NewApp:
    """The same secret again, for a page that has to be shown again. Raises NotFound."""
    return _shown(_secret(_unconfirmed(actor)), actor)


def confirm_app(actor: Actor, code: str) -> None:
    """The first code of a new app: from now on it counts. Raises Invalid (field ``code``), NotFound."""
    row, now = _unconfirmed(actor), utc_now()
    step = find_step(_secret(row), code, now, row.used_step)
    if step is None:
        raise Invalid(WRONG_CODE, {"code": WRONG_CODE})
    row_id = row.id
    with transaction() as session:
        stored = session.get_one(FactorRow, row_id, with_for_update=True, populate_existing=True)
        stored.used_step, stored.confirmed_at, stored.title = step, now, KIND_TITLES[FactorKind.APP]
        audit.record("factor.added", actor=actor, detail={"kind": FactorKind.APP})


def key_challenge(actor: Actor, token: str) -> Asked:
    """What a page needs to register a key: a challenge, and the keys that are there already. Raises Conflict (too many)."""
    _check_room(actor, FactorKind.KEY)
    keys = tuple(row.credential_id for row in factors.list_confirmed(actor.staff_id) if row.credential_id)
    return Asked(app=False, keys=keys, challenge=encode(_challenge("create", token)))


def add_key(actor: Actor, title: str, said: str, place: Place, token: str) -> None:
    """Register a security key. Raises Invalid (fields ``title``, ``key``), Conflict."""
    if not title.strip() or len(title.strip()) > LONGEST_TITLE:
        text = f"キーの呼び名を{LONGEST_TITLE}文字以内で入力してください（例: 青いキー）。"
        raise Invalid(text, {"title": text})
    try:
        new = read_new_key(said)
        check_ceremony(
            new.client_data, new.authenticator_data, "webauthn.create", _challenge("create", token), place
        )
        _check_public_key(new)
    except Invalid as wrong:
        raise Invalid(wrong.message, {"key": wrong.message}) from wrong
    now = utc_now()
    with transaction() as session:
        _check_room(actor, FactorKind.KEY)
        if factors.find_key(new.credential_id):
            raise Conflict("このセキュリティキーは、すでに登録されています。")
        session.add(
            FactorRow(
                staff_id=actor.staff_id, kind=FactorKind.KEY, title=title.strip(), credential_id=new.credential_id,
                public_key=new.public_key, key_count=int.from_bytes(new.authenticator_data[33:37]), made_at=now,
                confirmed_at=now,
            )
        )  # fmt: skip
        audit.record("factor.added", actor=actor, detail={"kind": FactorKind.KEY})


def remove(actor: Actor, factor_id: str) -> None:
    """Take one of one's own away. Raises NotFound, and Refused for the last one where a role asks for one."""
    with transaction() as session:
        row = factors.find_factor(actor.staff_id, factor_id)
        if row is None:
            raise NotFound("この二要素認証は登録されていません。画面を開き直してください。")
        left = [one for one in factors.list_confirmed(actor.staff_id) if one.id != factor_id]
        if not left and actor.roles & {*_settings().second_factor_roles}:
            raise Refused(
                "あなたの役割では、二要素認証を1つ以上登録しておく必要があります。別のものを登録してから解除してください。"
            )
        kind = row.kind
        session.delete(row)
        audit.record("factor.removed", actor=actor, detail={"kind": kind})


def fits(staff_id: str, given: Given) -> bool:
    """Whether this is a second factor of the account, and take it: neither a code nor a key's answer fits twice."""
    if given.key:
        return _key_fits(staff_id, given)
    for row in factors.list_confirmed(staff_id):
        if row.kind != FactorKind.APP:
            continue
        now, row_id = utc_now(), row.id
        step = find_step(_secret(row), given.code, now, row.used_step)
        if step is not None:
            with transaction():
                return factors.use_step(row_id, step, now)
    return False


def _key_fits(staff_id: str, given: Given) -> bool:
    try:
        answer = read_answer(given.key)
        check_ceremony(
            answer.client_data, answer.authenticator_data, "webauthn.get", _challenge("get", given.token), given.place
        )  # fmt: skip
    except Invalid:
        return False
    row = factors.find_key(answer.credential_id)
    if row is None or row.staff_id != staff_id or not _is_signed(row, answer):
        return False
    row_id = row.id
    with transaction():
        return factors.use_count(row_id, answer.count, utc_now())


def _is_signed(row: FactorRow, answer: Answer) -> bool:
    key = load_der_public_key(row.public_key or b"")
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(answer.signature, answer.signed, ec.ECDSA(SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(answer.signature, answer.signed, padding.PKCS1v15(), SHA256())
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _check_public_key(new: NewKey) -> None:
    try:
        key = load_der_public_key(new.public_key)
    except (ValueError, UnsupportedAlgorithm):
        raise Invalid(UNREADABLE) from None
    elliptic = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    if not elliptic and not (isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA_BITS):
        raise Invalid(UNREADABLE)


def _check_room(actor: Actor, kind: FactorKind) -> None:
    there = factors.list_confirmed(actor.staff_id)
    if kind is FactorKind.APP and any(row.kind == kind for row in there):
        raise Conflict("認証アプリは、すでに登録されています。変えるときは、先に解除してください。")
    if len(there) >= MOST:
        raise Conflict(f"登録できるのは{MOST}個までです。使わないものを解除してください。")


def _unconfirmed(actor: Actor) -> FactorRow:
    row = factors.find_unconfirmed(actor.staff_id)
    if row is None:
        raise NotFound("登録の途中の認証アプリはありません。もう一度、登録を始めてください。")
    return row


def _secret(row: FactorRow) -> bytes:
    return factors.unseal(_settings().keys.identity, row.id, row.secret or b"")


def _shown(secret: bytes, actor: Actor) -> NewApp:
    issuer = f"書かない窓口 {city_name()}".strip()
    side, runs = qr_modules(enrolment_address(secret, issuer, actor.staff_id))
    return NewApp(side, tuple(runs), as_text(secret))


def _challenge(act: str, token: str) -> bytes:
    """Bound to one token: a token dies with the sign-in or the confirmation it was used for, and its challenge with it."""
    message = f"security key\0{act}\0{token}".encode()
    return hmac.new(_settings().keys.secret, message, hashlib.sha256).digest()


def _settings() -> Settings:
    settings: Settings = current_app.config["KAKANAI"]
    return settings
