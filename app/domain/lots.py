"""Lots (地番) and house numbers (住居番号): one key for every notation, and the notation in which an address writes them."""

import re

from app.domain.characters import compose
from app.domain.numerals import NUMERAL_CHARS, numerals_to_digits, read_numeral

_SEPARATORS = re.compile(r"番地の?|番の?|号の?|地の|[の\-‐‑‒–—―−ー－ｰ~〜～]")
_GREAT = re.compile("大字|字")
_ZEROS = re.compile("(?<![0-9])0+(?=[0-9])")
_DIGITS = re.compile("[0-9]+")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_LONGEST = 60


def lot_key(text: str) -> str:
    """The parts of a lot joined by "-": 163番地2, １６３の２, 百六十三番地二 and 163-2 are "163-2", 甲12番 is "甲12".

    A text that ends with a separator (163-, 163番地の) keeps one "-": it asks for the branches (枝番).
    """
    plain = "".join(compose(text[:_LONGEST]).split()).upper()
    plain = numerals_to_digits(_GREAT.sub("", plain), before="番地号の-ー－−")
    halves = _SEPARATORS.split(plain)
    parts = [_plain_part(part) for part in halves if part]
    unfinished = bool(parts) and plain.endswith(("の", "-", "−", "ー", "－"))
    return "-".join(parts) + ("-" if unfinished else "")


def _plain_part(part: str) -> str:
    if all(char in NUMERAL_CHARS for char in part):
        return str(read_numeral(part))
    return _ZEROS.sub("", part)


def lot_order(key: str) -> str:
    """A text that sorts keys as numbers: 2, 2-3, 10."""
    return _DIGITS.sub(lambda match: match[0].zfill(6), key)


def written_lot(key: str, *, residence: bool) -> str:
    """The lot as addresses write it: １６３番地２ for a lot, ３番１２号 where 住居表示 is in force; "" for an empty key."""
    first, *rest = (part.translate(_WIDE) for part in key.rstrip("-").split("-"))
    if not first:
        return ""
    if not rest:
        return f"{first}番" if residence else f"{first}番地"
    if not residence:
        return f"{first}番地{'－'.join(rest)}"
    return f"{first}番{'－'.join(rest)}号"
