"""Open screens: a page that shows where somebody lives asks every moment whether it still may (effective within a second).

The page carries a mark of everybody on it who is not protected: keyed digests, from which nobody is told. When one of them
has become protected since, the page is loaded anew, and shows what may be shown now.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable

from flask import current_app

from app.config import Settings
from app.data import restrictions

LENGTH = 6
"""Bytes of a digest: two of the city's addressees share one once in tens of thousands of pages, and then a page reloads."""

MOST = 600
"""Persons a mark names; a page with more is loaded anew whoever becomes protected."""

_KEPT = "kakanai_withheld"


def mark_of(numbers: Iterable[str]) -> str:
    """The mark of a page that shows these addressees (numbers), in characters that a header may hold."""
    found = sorted({_digest(number) for number in numbers})
    if len(found) > MOST:
        return f"*{restrictions.state()}"
    return base64.urlsafe_b64encode(b"".join(found)).decode()


def is_outdated(mark: str) -> bool:
    """Whether somebody on the page of this mark may not be shown any more. A mark that cannot be read names nobody."""
    state = restrictions.state()
    if mark.startswith("*"):
        return mark != f"*{state}"
    try:
        said = base64.urlsafe_b64decode(mark.encode())
    except (binascii.Error, ValueError):
        return False
    shown = {said[at : at + LENGTH] for at in range(0, len(said), LENGTH)}
    return not shown.isdisjoint(_withheld(state))


def _withheld(state: str) -> frozenset[bytes]:
    """The digests of everybody protected, made again only when that has changed; no number stays in memory."""
    kept: tuple[str, frozenset[bytes]] | None = current_app.extensions.get(_KEPT)
    if kept is None or kept[0] != state:
        kept = state, frozenset(map(_digest, restrictions.list_numbers()))
        current_app.extensions[_KEPT] = kept
    return kept[1]


def _digest(number: str) -> bytes:
    settings: Settings = current_app.config["KAKANAI"]
    return hmac.digest(settings.keys.secret, b"screen\0" + number.encode(), hashlib.sha256)[:LENGTH]
