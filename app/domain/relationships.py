"""Relationships to the householder (続柄), built from simple ones: 子の妻, 妻の父の姉 (住民基本台帳事務処理要領).

A relationship is read as it is said, in kanji or by its reading, with or without 「世帯主の」 before it.
"""

from __future__ import annotations

from app.domain.characters import compose
from app.domain.household_derivations import HOUSEHOLDER

_OF = "の"
_MOST_PARTS = 4
_UNREGISTERED = "（未届）"
_KIN = {
    "夫": "おっと", "妻": "つま", "子": "こ", "父": "ちち", "母": "はは", "兄": "あに", "弟": "おとうと", "姉": "あね", "妹": "いもうと",
}  # fmt: skip
"""What may stand anywhere in a built relationship, with its reading."""
_ORDERED = {
    f"{order}{sex}": reading + sound
    for order, reading in (("長", "ちょう"), ("二", "に"), ("三", "さん"), ("四", "よん"), ("五", "ご"))
    for sex, sound in (("男", "なん"), ("女", "じょ"))
}
_ALONE = {
    HOUSEHOLDER: "せたいぬし", "夫（未届）": "おっとみとどけ", "妻（未届）": "つまみとどけ",
    "縁故者": "えんこしゃ", "同居人": "どうきょにん",
}  # fmt: skip
_FIRST_PARTS = _KIN | _ORDERED
_LAST_PARTS = _KIN | {f"{one}{_UNREGISTERED}": _KIN[one] + "みとどけ" for one in ("夫", "妻")}
_BY_READING = {reading: term for term, reading in (_FIRST_PARTS | _LAST_PARTS | _ALONE).items()}
_COMMON_SECOND = ("夫", "妻", "子", "父", "母", "兄", "弟", "姉", "妹")
_COMMON_FIRST = ("子", "夫", "妻", "父", "母", "兄", "弟", "姉", "妹")
_NONSENSE = frozenset({"夫の夫", "夫の妻", "妻の妻", "妻の夫"})


def read(text: str) -> str:
    """A relationship as it is written, from what was typed; the text itself where it cannot be read as one.

    「このつま」, 「子の妻」 and 「世帯主の子の妻」 are all 子の妻.
    """
    typed = _folded(text)
    if typed in _ALONE or not typed:
        return typed
    typed = typed.removeprefix(f"{HOUSEHOLDER}{_OF}").removeprefix(f"{_ALONE[HOUSEHOLDER]}{_OF}")
    parts = [_BY_READING.get(part, part) for part in typed.split(_OF)]
    return _OF.join(parts) if _is_built(parts) or parts[0] in _ALONE else text.strip()


def is_relationship(term: str) -> bool:
    """Whether a term can be written into the register: simple, or built of at most four parts."""
    return term in _ALONE or _is_built(term.split(_OF))


def offered() -> tuple[tuple[str, str], ...]:
    """The terms to choose from with their readings: simple ones first, then what is built of two."""
    simple = {HOUSEHOLDER: _ALONE[HOUSEHOLDER]} | _KIN | _ORDERED | _ALONE
    built = {
        f"{first}{_OF}{second}": f"{_KIN[first]}{_OF}{_KIN[second]}"
        for first in _COMMON_FIRST
        for second in _COMMON_SECOND
        if f"{first}{_OF}{second}" not in _NONSENSE
    }
    return tuple((simple | built).items())


def _is_built(parts: list[str]) -> bool:
    first, last = parts[:-1], parts[-1]
    if len(parts) > _MOST_PARTS or any(part not in _FIRST_PARTS for part in first):
        return False
    return last in _LAST_PARTS or last in _FIRST_PARTS


def _folded(text: str) -> str:
    """Without spaces, and katakana as hiragana."""
    joined = "".join(compose(text).split()).replace("(", "（").replace(")", "）")
    return "".join(chr(ord(one) - 0x60) if "ァ" <= one <= "ヶ" else one for one in joined)
