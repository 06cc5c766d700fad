"""Passwords as they are stored: Argon2id, a few checks at a time."""

from __future__ import annotations

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from app.config import Settings

# Argon2 takes 64 MiB a check: a whole town hall signing in at 8:15 must not take the server's memory.
_hashing = threading.BoundedSemaphore(4)


def hash_password(password: str) -> str:
    """Argon2id with the parameters of the settings."""
    with _hashing:
        return _hasher().hash(password)


def rehash(known_hash: str, password: str) -> str | None:
    """The password's hash by today's parameters where the stored one has others."""
    return hash_password(password) if _hasher().check_needs_rehash(known_hash) else None


def password_fits(known_hash: str | None, password: str) -> bool:
    """Whether it is the one that was stored. An unknown id costs the same time as a wrong password (AC-29)."""
    with _hashing:
        try:
            _hasher().verify(known_hash or _dummy_hash(), password)
        except (VerificationError, InvalidHashError):
            return False
    return known_hash is not None


def _hasher() -> PasswordHasher:
    settings: Settings = current_app.config["KAKANAI"]
    return PasswordHasher(settings.password_hash_time_cost, settings.password_hash_memory_kib, 1)


def _dummy_hash() -> str:
    kept: str | None = current_app.extensions.get("kakanai_dummy_hash")
    if kept is None:
        kept = _hasher().hash(secrets.token_hex(16))
        current_app.extensions["kakanai_dummy_hash"] = kept
    return kept
