"""Characters that could not be printed (印字できなかった文字): where they were asked for, for those who look after the fonts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.data import unprinted
from app.data.models.base import utc_now
from app.documents.fonts import FontStack
from app.documents.problems import MISSING_GLYPH, PrintProblem

MOST_SHOWN = 200
_ROW = re.compile(r"（\d+行目）$")


@dataclass(frozen=True)
class Unprinted:
    """A character that a field of a form asked for in vain: how often, and when last. Nobody is named."""

    text: str
    title: str
    field: str
    times: int
    last_at: datetime

    @property
    def codes(self) -> str:
        """Its code points: U+845B U+E0100."""
        return " ".join(f"U+{ord(char):04X}" for char in self.text)


def note(problems: Iterable[PrintProblem]) -> None:
    """Enter the characters that were missing in a print; inside the transaction that stores the print."""
    found = [
        (problem.detail, problem.form, _ROW.sub("", problem.field), problem.title)
        for problem in problems
        if problem.kind == MISSING_GLYPH
    ]
    if found:
        unprinted.note(found, utc_now())


def noted() -> tuple[Unprinted, ...]:
    """The last 200 entries, the newest first."""
    rows = unprinted.list_noted(MOST_SHOWN)
    return tuple(Unprinted(row.text, row.title, row.field, row.times, row.last_at) for row in rows)


def forget_printable(fonts: FontStack) -> None:
    """Take out what today's fonts print; inside a transaction."""
    unprinted.forget([text for text in unprinted.characters() if fonts.resolve(text).font is not None])
