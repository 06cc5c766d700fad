"""A signature (署名) written by hand on the customer screen: the strokes of a pen, never a picture from outside.

It stands for what the case said when the clerk asked for it. When that changes, it is no signature of the case any more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import hypot
from typing import Any

from app.domain.case import Case
from app.domain.dates import format_wareki, in_japan
from app.domain.errors import Invalid

WIDTH, HEIGHT = 900, 260
"""The area that is written on; coordinates are whole numbers from its upper left corner."""
MOST_STROKES, MOST_POINTS, MOST_TEXT = 300, 6_000, 64_000
LEAST_INK = 60.0
"""A touch of the pen by mistake is shorter than the shortest name."""
KEPT_FOR = timedelta(days=30)
"""The paper keeps what was signed; the strokes themselves are only there to make it."""

Strokes = tuple[tuple[int, ...], ...]
"""Each stroke as x, y, x, y …; a single point is a dot."""

_NOT_SIGNED_FOR = ("draft.", "guide.", "bring.", "card.")
"""Facts that are about the work of the counter and not about what is applied for."""


@dataclass(frozen=True)
class Signature:
    """What the visitor wrote: who he is in the case, what for (`signed_content`), and when."""

    person: str
    strokes: Strokes
    content: str
    signed_at: datetime

    @property
    def path(self) -> str:
        """The strokes as the path of a drawing of WIDTH by HEIGHT."""
        return " ".join(f"M{one[0]} {one[1]}L" + " ".join(map(str, one)) for one in self.strokes)

    @property
    def words(self) -> str:
        """What stands under it on paper: 「画面で署名 令和8年11月23日 10時05分」."""
        at = in_japan(self.signed_at)
        return f"画面で署名　{format_wareki(at.date())} {at.hour}時{at.minute:02}分"

    def stands_for(self, case: Case) -> bool:
        """Whether it may be printed: given by who is the visitor now, for what the case says now."""
        visitor = case.visitor
        return visitor is not None and visitor.id == self.person and self.content == signed_content(case)


def read_strokes(text: str) -> Strokes:
    """Strokes as the screen sends them (JSON, a list of numbers for each). Raises Invalid for anything else."""
    if len(text) > MOST_TEXT:
        raise Invalid("署名が長すぎます。")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid("署名を読み取れません。") from None
    if not isinstance(found, list) or not 1 <= len(found) <= MOST_STROKES:
        raise Invalid("署名を読み取れません。")
    strokes = tuple(_stroke(one) for one in found)
    if sum(len(one) for one in strokes) > MOST_POINTS * 2:
        raise Invalid("署名が長すぎます。")
    if sum(_length(one) for one in strokes) < LEAST_INK:
        raise Invalid("署名が書かれていません。")
    return strokes


def _stroke(given: object) -> tuple[int, ...]:
    if not isinstance(given, list) or len(given) < 2 or len(given) % 2:
        raise Invalid("署名を読み取れません。")
    for place, value in enumerate(given):
        # A truth value is a number to Python, and none to anybody else.
        if type(value) is not int or not 0 <= value <= (HEIGHT if place % 2 else WIDTH):
            raise Invalid("署名を読み取れません。")
    return tuple(given)


def _length(stroke: Sequence[int]) -> float:
    xs, ys = stroke[::2], stroke[1::2]
    return sum(hypot(x - a, y - b) for a, b, x, y in zip(xs, ys, xs[1:], ys[1:], strict=False))


def signed_content(case: Case) -> str:
    """A hash of what the visitor signs for: what he came for, the persons, what was entered and answered, the certificates."""
    said = [
        case.kind,
        [[one.id, one.is_visitor, one.is_subject, _told(one.seen), dict(one.corrected)] for one in case.persons],
        sorted(
            [subject, name, fact.value]
            for (subject, name), fact in case.facts.items()
            if fact.value not in (None, "", [], {}) and not name.startswith(_NOT_SIGNED_FOR)
        ),
        [[one.kind, one.subject, one.copies, one.options, dict(one.entered), one.years] for one in case.certificates],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _told(seen: Mapping[str, Any]) -> dict[str, Any]:
    """A person without the warnings, which are the counter's own."""
    return {name: value for name, value in seen.items() if name != "warnings"}
