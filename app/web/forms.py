"""Reading what a form posted."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping

from app.domain.errors import Invalid

LONGEST_VERSION = 9


def version_of(form: Mapping[str, str]) -> int:
    """The version of the case the form was made for. Raises Invalid when the form does not carry it."""
    text = form.get("version", "")
    if not text.isdecimal() or len(text) > LONGEST_VERSION:
        raise Invalid("画面の情報が足りません。画面を開き直してください。")
    return int(text)


def new_token() -> str:
    """Goes into a form that must act once however often it is sent."""
    return secrets.token_hex(16)


def token_of(form: Mapping[str, str], *parts: str) -> str:
    """The token of a form that must act once, bound to what it acts on. Raises Invalid when it carries none of ours."""
    token = form.get("token", "")
    if len(token) != 32 or not all(char in "0123456789abcdef" for char in token):
        raise Invalid("画面の情報が足りません。画面を開き直してください。")
    return hashlib.sha256("\0".join((token, *parts)).encode()).hexdigest()
