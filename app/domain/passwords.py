"""What a password may be (AC-26): long, of any characters, and none that is guessed first.

Fifteen characters, since it is the only factor; nothing about its composition and no end by the calendar (NIST SP
800-63B-4, 3.1.1.2). Refused are words everybody thinks of, alone or strung together with digits and signs, what repeats
or runs along the keyboard, and what is made of the names of this place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from app.domain.errors import Invalid

SHORTEST = 15
LONGEST = 200
FEWEST_DIFFERENT = 5
LONGEST_UNIT = 6
LEFT_OF_OWN = 8
"""So many characters must be left of a password without the names of the place and person."""

_COMMON = frozenset(
    word
    for line in Path(__file__).with_name("common_words.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)
_LONGEST_WORD = max(map(len, _COMMON))
_LEET = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
)
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)
_RUN = 4


def check_password(password: str, context: Iterable[str] = ()) -> None:
    """Raise Invalid when the password may not be chosen; ``context`` are names of the person and of the place."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(
            f"パスワードは{SHORTEST}文字以上{LONGEST}文字以内にしてください（入力: {len(password)}文字）。"
        )
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(set(plain)) < FEWEST_DIFFERENT or _repeats(plain):
        raise Invalid("同じ文字や同じ並びの繰り返しは使えません。つながりのない言葉を4つほど並べてください。")
    if _is_common(plain):
        raise Invalid(
            "よく使われる言葉や、キーボードの並びだけのパスワードは使えません。別のものにしてください。"
        )
    if _is_of_here(plain, context):
        raise Invalid(
            "職員ID・氏名・市や課の名前だけでできたパスワードは使えません。別のものにしてください。"
        )


def _repeats(plain: str) -> bool:
    """Whether it is one short piece over and over, the last one perhaps cut."""
    return any(
        (plain[:size] * (len(plain) // size + 1))[: len(plain)] == plain
        for size in range(1, LONGEST_UNIT + 1)
    )


def _is_common(plain: str) -> bool:
    """Whether only common words, runs of keys, digits and signs are in it, with the usual signs read as letters."""
    return _is_strung(plain) or _is_strung(_without_runs(plain))


def _without_runs(plain: str) -> str:
    """Without what runs along the keyboard, the alphabet or the numbers, in either direction."""
    kept, place = [], 0
    while place < len(plain):
        length = max(_run(plain, place, row) for one in _ROWS for row in (one, one[::-1]))
        if length < _RUN:
            kept.append(plain[place])
        place += length if length >= _RUN else 1
    return "".join(kept)


def _run(plain: str, start: int, row: str) -> int:
    longest = 0
    for length in range(_RUN, len(row) + 1):
        if plain[start : start + length] not in row or start + length > len(plain):
            break
        longest = length
    return longest


def _is_strung(text: str) -> bool:
    read = text.translate(_LEET)
    reached = {0}
    for end in range(1, len(text) + 1):
        skips = end - 1 in reached and not text[end - 1].isalpha()
        if skips or any(
            one in reached and read[one:end] in _COMMON for one in range(max(0, end - _LONGEST_WORD), end)
        ):
            reached.add(end)
    return len(text) in reached


def _is_of_here(plain: str, context: Iterable[str]) -> bool:
    words = {unicodedata.normalize("NFKC", word).casefold() for word in context}
    parts = {part for word in words for part in re.split(r"[\s　・-]+", word) if len(part) >= 2}
    left = plain
    for part in sorted(words | parts, key=len, reverse=True):
        left = left.replace(part, "") if len(part) >= 2 else left
    if left == plain:
        return False
    return len(re.sub(r"[\W_\d]", "", left)) < LEFT_OF_OWN
