"""One-time codes of an authenticator app (認証アプリ): six digits that change every half minute (RFC 6238, SHA-1)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
"""As long as the hash's output (RFC 4226, 4 R6)."""
DRIFT = 1
"""Steps by which a phone's clock may be before or behind the server's (RFC 6238, 5.2)."""


def step_of(moment: datetime) -> int:
    """The number of the half minute an instant lies in."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The code of one half minute."""
    digest = hmac.new(secret, step.to_bytes(8), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def find_step(secret: bytes, typed: str, moment: datetime, used: int) -> int | None:
    """The half minute whose code was typed, or None. One of ``used`` or before was taken already and fits no more."""
    digits = "".join(unicodedata.normalize("NFKC", typed).split())
    now, found = step_of(moment), None
    for step in range(now - DRIFT, now + DRIFT + 1):
        # Every candidate is compared, so that the time tells nothing about which of them fits.
        if hmac.compare_digest(code_at(secret, step).encode(), digits.encode()) and step > used:
            found = step
    return found


def as_text(secret: bytes) -> str:
    """The secret for typing it into an app that reads no picture: Base32 in groups of four."""
    plain = base64.b32encode(secret).decode()
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def enrolment_address(secret: bytes, issuer: str, account: str) -> str:
    """What the app reads from the QR code."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='')}"
    parameters = urlencode(
        {
            "secret": base64.b32encode(secret).decode(),
            "issuer": issuer,
            "digits": DIGITS,
            "period": STEP_SECONDS,
        },
        quote_via=quote,
    )
    return f"otpauth://totp/{label}?{parameters}"
