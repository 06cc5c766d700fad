"""Second factors of staff, and sign-ins that wait for one."""

from __future__ import annotations

import hashlib
import hmac
import os
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, select, update

from app.data.models.factor import FactorRow, HalfSignInRow
from app.extensions import db

NONCE_BYTES = 12


def list_confirmed(staff_id: str) -> list[FactorRow]:
    """The factors that count, oldest first."""
    query = select(FactorRow).where(FactorRow.staff_id == staff_id, FactorRow.confirmed_at.is_not(None))
    return list(db.session.scalars(query.order_by(FactorRow.confirmed_at, FactorRow.id)))


def has_any(staff_id: str) -> bool:
    """Whether a sign-in of this account needs a second factor."""
    query = select(FactorRow.id).where(FactorRow.staff_id == staff_id, FactorRow.confirmed_at.is_not(None))
    return db.session.scalar(query.limit(1)) is not None


def find_unconfirmed(staff_id: str) -> FactorRow | None:
    """The app whose first code is awaited."""
    query = select(FactorRow).where(FactorRow.staff_id == staff_id, FactorRow.confirmed_at.is_(None))
    return db.session.scalar(query)


def find_factor(staff_id: str, factor_id: str) -> FactorRow | None:
    row = db.session.get(FactorRow, factor_id)
    return row if row and row.staff_id == staff_id else None


def find_key(credential_id: str) -> FactorRow | None:
    return db.session.scalar(select(FactorRow).where(FactorRow.credential_id == credential_id))


def forget(staff_id: str, *, unconfirmed: bool = False) -> None:
    """Delete the factors of an account, or only what was begun and not confirmed."""
    query = delete(FactorRow).where(FactorRow.staff_id == staff_id)
    db.session.execute(query.where(FactorRow.confirmed_at.is_(None)) if unconfirmed else query)


def use_step(factor_id: str, step: int, now: datetime) -> bool:
    """Take the code of a half minute; False when it, or a later one, was taken already."""
    taken = db.session.execute(
        update(FactorRow)
        .where(FactorRow.id == factor_id, FactorRow.used_step < step)
        .values(used_step=step, used_at=now)
        .returning(FactorRow.id)
    )
    return taken.first() is not None


def use_count(factor_id: str, count: int, now: datetime) -> bool:
    """Take an answer of a key by its counter; False when the counter did not rise (a copied key, or a replay).

    A key that always says 0 counts nothing (WebAuthn Level 2, 7.2 step 21).
    """
    query = update(FactorRow).where(FactorRow.id == factor_id)
    query = query.where(FactorRow.key_count < count) if count else query.where(FactorRow.key_count == 0)
    return db.session.execute(
        query.values(key_count=count, used_at=now).returning(FactorRow.id)
    ).first() is not None  # fmt: skip


def find_half(token_hash: str) -> HalfSignInRow | None:
    return db.session.get(HalfSignInRow, token_hash)


def delete_half(token_hash: str) -> bool:
    """Whether there was one to delete."""
    gone = db.session.execute(
        delete(HalfSignInRow)
        .where(HalfSignInRow.token_hash == token_hash)
        .returning(HalfSignInRow.token_hash)
    )
    return gone.first() is not None


def delete_halves(staff_id: str, before: datetime) -> None:
    """Forget the sign-ins of an account that wait, and everybody's from before an instant."""
    db.session.execute(
        delete(HalfSignInRow).where((HalfSignInRow.staff_id == staff_id) | (HalfSignInRow.begun_at < before))
    )


def seal(key: bytes, factor_id: str, secret: bytes) -> bytes:
    """An app's secret encrypted for its row: nonce, then AES-256-GCM ciphertext and tag."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_own(key)).encrypt(nonce, secret, factor_id.encode())


def unseal(key: bytes, factor_id: str, sealed: bytes) -> bytes:
    """Raises `cryptography.exceptions.InvalidTag` when the entry was changed, moved, or sealed under another key."""
    return AESGCM(_own(key)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], factor_id.encode())


def _own(key: bytes) -> bytes:
    return hmac.new(key, b"second factors of staff", hashlib.sha256).digest()
