"""Passwords that are guessed first are refused; long ones of any characters are taken (AC-26)."""

from __future__ import annotations

from itertools import product

import pytest

from app.domain.errors import Invalid
from app.domain.passwords import LONGEST, check_password

CONTEXT = ["shimin-012", "見本　花子", "市民課", "玉名市", "市役所"]
WORDS = (
    "password",
    "qwerty",
    "sakura",
    "reiwa",
    "welcome",
    "letmein",
    "kumamoto",
    "iloveyou",
    "dragon",
    "madoguchi",
    "nihon",
    "monday",
    "shadow",
    "samurai",
)
ENDS = ("", "123456789012345", "!!!!!2026202620", "-2026-2027-2028", "0123456789abcdef", "11112222333344")


def refused(password: str) -> bool:
    try:
        check_password(password, CONTEXT)
    except Invalid:
        return True
    return False


def test_thousands_that_everybody_thinks_of_are_refused() -> None:
    strung = [
        "".join(words) + end for words in product(WORDS, WORDS, ("", "office", "P@ssw0rd")) for end in ENDS
    ]
    more = [word.upper() + end + word for word in WORDS for end in ENDS]
    leet = [word.translate(str.maketrans("aeios", "4310$")) * 3 for word in WORDS]
    alone = [word + end for word in WORDS for end in ENDS]
    tried = {one for one in (*strung, *more, *leet, *alone) if len(one) >= 15}
    taken = [one for one in tried if not refused(one)]
    assert taken == [] and len(tried) > 3000


@pytest.mark.parametrize(
    "password",
    [
        "short but good",
        "x" * (LONGEST + 1),
        "aaaaaaaaaaaaaaaaaaaa",
        "みほんみほんみほんみほんみほんみほん",
        "123456789012345678",
        "1qaz2wsx3edc4rfv5tgb",
        "zyxwvutsrqponmlkji",
        "shimin-012shimin-012!",
        "玉名市役所市民課2026年4月1日",
        "見本花子の玉名市役所のパス",
    ],
)
def test_these_are_refused(password: str) -> None:
    assert refused(password)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "みかん 鉄橋 七輪 うぐいす 42",
        "k7-Vq2 pLm9!tRx0",
        "🍊" + " 縁側で昼寝する三毛の親子連れ",
        "a sentence that is long enough",
        "q" * 3 + "Zr8-hhT_0'\"<>&%\\" + "z9" * 50,
    ],
)
def test_these_are_taken_as_they_are(password: str) -> None:
    assert not refused(password)
