"""Japanese numerals (漢数字) as digits: 二十三 → 23, 一二〇 → 120, 元 is left to the dates."""

import re

_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {
    "零": 0, "壱": 1, "壹": 1, "弐": 2, "貳": 2, "参": 3, "參": 3, "廿": 20,
}  # fmt: skip
_UNITS = {"十": 10, "拾": 10, "百": 100, "千": 1000}
NUMERAL_CHARS = "".join(_DIGITS) + "".join(_UNITS)
_MIXED = re.compile(f"([{NUMERAL_CHARS}]+)")


def read_numeral(text: str) -> int:
    """The value of a run of Japanese numerals, positional (一二〇) or with units (百二十).

    Raises `ValueError` for an empty text or any other character.
    """
    if not text:
        raise ValueError("no numeral")
    if not any(char in _UNITS or char == "廿" for char in text):
        return int("".join(str(_digit(char)) for char in text))
    total = current = 0
    for char in text:
        unit = _UNITS.get(char)
        if unit is None:
            current += _digit(char)
        else:
            total += (current or 1) * unit
            current = 0
    return total + current


def _digit(char: str) -> int:
    try:
        return _DIGITS[char]
    except KeyError:
        raise ValueError(f"not a numeral: {char!r}") from None


def numerals_to_digits(text: str, before: str) -> str:
    """`text` with each run of numerals that stands directly before one of the characters `before` as digits.

    Numerals elsewhere are part of a word (三月田, 一色) and stay.
    """
    if not any(char in text for char in before):
        return text

    def digits(match: re.Match[str]) -> str:
        following = text[match.end() : match.end() + 1]
        return str(read_numeral(match[1])) if following and following in before else match[0]

    return _MIXED.sub(digits, text)
