"""Kana keys (カナ検索キー): readings under which a person is found however the reading is typed.

The rules are those of the resident-record standard for entering search characters: voicing, small kana, long vowels,
spaces and dashes do not tell readings apart. What the rules do not unite stays apart: マツダ and マスダ, オオノ and オノ.
"""

import re

from app.domain.characters import Folding, compose

_ROWS = {
    "ア": "アカサタナハマヤラワャァヮガザダバパヵ",
    "イ": "イキシチニヒミリギジヂビピィヰ",
    "ウ": "ウクスツヌフムユルュゥグズヅブプッヴ",
    "エ": "エケセテネヘメレゲゼデベペェヱヶ",
    "オ": "オコソトノホモヨロヲョォゴゾドボポ",
}
_VOWEL_OF = {kana: vowel for vowel, row in _ROWS.items() for kana in row}
_LONG_MARKS = "ー―－‐‑‒–—−ｰ-~〜～"

_PLAIN = dict(
    zip(
        "ㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポァィゥェォッャュョヮヵヶヲヰヱワヴヷヸヹヺ",
        "クシストヌハヒフヘホムラリルレロカキクケコサシスセソタチツテトハヒフヘホハヒフヘホアイウエオツヤユヨハカケオイエハフハヒヘホ",
        strict=True,
    )
)
_V_SOUND = re.compile("ヴ([ァアィイェエォオ])")
_V_ROW = {"ァ": "バ", "ア": "バ", "ィ": "ビ", "イ": "ビ", "ェ": "ベ", "エ": "ベ", "ォ": "ボ", "オ": "ボ"}
_LONG = re.compile(f"(.)[{re.escape(_LONG_MARKS)}]+")
_U_AFTER_O = re.compile("(?<=[オコソトノホモヨロ])ウ")
_ITERATION = re.compile("(.)[ヽヾゝゞ]")
_SEPARATORS = re.compile(r"[\s・]+")


def is_kana(char: str) -> bool:
    """Whether a character is hiragana, katakana (any width) or a mark that only kana carry."""
    code = ord(char)
    return 0x3041 <= code <= 0x30FF or 0x31F0 <= code <= 0x31FF or 0xFF66 <= code <= 0xFF9F


def to_katakana(text: str) -> str:
    """`text` in full-width katakana, composed; other characters in compatibility form."""
    return compose(text).translate(_TO_KATAKANA)


def _katakana(char: str) -> str:
    return chr(ord(char) + 0x60) if 0x3041 <= ord(char) <= 0x3096 or char in "ゝゞ" else char


_TO_KATAKANA = Folding(_katakana)


def _plain(char: str) -> str:
    """A katakana without voicing and in large form; a letter or digit in lower case; nothing for other characters."""
    if char in _PLAIN:
        return _PLAIN[char]
    if "ア" <= char <= "ン" or (char.isalnum() and not "ー" <= char <= "ヿ"):
        return char.casefold()
    return ""


_PLAINING = Folding(_plain)


def kana_key(text: str) -> str:
    """The first of the `kana_keys`: long marks dropped, ヂ as チ and ヅ as ツ. Empty when there is no kana or letter."""
    return _key(_spelled(text))


def kana_keys(text: str) -> frozenset[str]:
    """Every key of a reading, stored or typed: one, or up to four when it contains ヂ, ヅ or a long mark.

    ヂ and ヅ count as チ, ツ and as ジ, ズ; a long mark counts as nothing and as the vowel before it. Empty for a text
    without kana or letters.
    """
    spelled = _spelled(text)
    spellings = {spelled}
    if "ヂ" in spelled or "ヅ" in spelled:
        spellings.add(spelled.replace("ヂ", "ジ").replace("ヅ", "ズ"))
    if not _LONG_SET.isdisjoint(spelled):
        spellings.update([_LONG.sub(_as_vowel, spelling) for spelling in spellings])
    return frozenset(key for key in map(_key, spellings) if key)


_LONG_SET = frozenset(_LONG_MARKS)


def _spelled(text: str) -> str:
    """Katakana with iteration marks written out and ヴァ as バ, without what separates names: a mark may follow it."""
    spelled = _SEPARATORS.sub("", to_katakana(text))
    if "ヽ" in spelled or "ヾ" in spelled:
        spelled = _ITERATION.sub(r"\1\1", spelled)
    return _V_SOUND.sub(lambda match: _V_ROW[match[1]], spelled) if "ヴ" in spelled else spelled


def _as_vowel(match: re.Match[str]) -> str:
    return match[1] + _VOWEL_OF.get(match[1], "")


def _key(spelled: str) -> str:
    return _U_AFTER_O.sub("オ", spelled.translate(_PLAINING))
