"""Ready phrases (定型文): which a desk has on a day, and choosing one by its place or by its two letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date

from app.domain.content import ContentPack, ContentProblem
from app.domain.office_content import MemoKind, MemoPhrase
from app.domain.validity import valid_rows

MOST_DIGITS = 9
_LETTERS = re.compile(r"[a-z]{2}")


def phrases_at(pack: ContentPack, counter: str, on: date) -> tuple[MemoPhrase, ...]:
    """The phrases of a desk on a day, by kind: its own before those of all, in their order.

    Its own takes the place of a common one with the same letters.
    """
    valid = [one for one in valid_rows(pack.phrases, on) if one.counter in {"", counter}]
    own = {(one.kind, one.code) for one in valid if one.counter}
    kept = [one for one in valid if one.counter or (one.kind, one.code) not in own]
    kinds = list(MemoKind)
    return tuple(sorted(kept, key=lambda one: (kinds.index(one.kind), not one.counter, one.order, one.code)))


def chosen_phrase(phrases: Sequence[MemoPhrase], kind: str, typed: str) -> MemoPhrase | None:
    """The phrase of a kind that a digit (its place from 1) or two letters mean; full width counts as half width."""
    text = unicodedata.normalize("NFKC", typed).strip().lower()
    own = [one for one in phrases if one.kind == kind]
    if text.isdecimal():
        place = int(text[:2])
        return own[place - 1] if 1 <= place <= min(len(own), MOST_DIGITS) else None
    return next((one for one in own if one.code == text), None)


def check_phrases(pack: ContentPack) -> Iterator[ContentProblem]:
    """Every phrase is chosen by two letters, and belongs to a counter that exists."""
    counters = {one.code for one in pack.counters}
    for one in pack.phrases:
        place = f"phrase {one.kind} {one.code}"
        if not _LETTERS.fullmatch(one.code):
            yield ContentProblem(
                "phrases.toml",
                place,
                one.code,
                "記号は英小文字2文字です。",
                "例: mo、tk のようにしてください。",
            )
        if one.counter and one.counter not in counters:
            yield ContentProblem(
                "phrases.toml",
                place,
                one.counter,
                "この窓口はありません。",
                "窓口の表にある記号にしてください。",
            )
