"""Bytes of a card → text, without loss: what does not decode is an error, what has no code is shown as 〓 and looked at."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date

from cardreader_agent.cards.apdu import broken

GETA = "〓"
"""Stands where a card holds a character without a code (外字)."""
EXTERNAL = frozenset({0xFFF1, 0xFFF2, 0xFFF3, 0xFFF4, 0xFFF5, 0xFFF6, 0xFFF7, 0xFFFA})
"""外字 1 to 7 and 欠字 of a driver's licence, instead of a JIS X 0208 code."""
ONE_NAME = str.maketrans("−〜‖—¢£¬", "－～∥―￠￡￢")
"""The cells 215D 2141 2142 213D 2171 2172 224C have two names in Unicode; these are the ones other cards and forms use."""
STAND_INS = frozenset("●〓\ufffd")
MARKS = frozenset("（）()［］[]〔〕【】｛｝{}／/＝=、，,;；")
"""In a name: a former name (旧氏), an alias (通称) or two ways of writing stand side by side."""
ALIAS_WORDS = ("通称", "旧氏", "旧姓", "本名", "併記")


@dataclass
class Found:
    """Fields as they are gathered, and those a person has to look at."""

    values: dict[str, str] = field(default_factory=dict)
    review: set[str] = field(default_factory=set)

    def put(self, name: str, text: str) -> None:
        """Keep a field; an empty one is left out."""
        if not text:
            return
        self.values[name] = text
        if is_doubtful(text) or (name == "name" and has_two_names(text)):
            self.review.add(name)


def utf8(data: bytes) -> str:
    """Strict UTF-8 without control characters. Raises CardProblem."""
    try:
        return printable(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise broken() from None


def printable(text: str) -> str:
    """The same text. Raises CardProblem for control characters: no card has them, damaged records do."""
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in text):
        raise broken()
    return text


def jis(data: bytes) -> str:
    """Row and cell codes of JIS X 0208, two bytes each; a character without a code becomes 〓. Raises CardProblem."""
    if len(data) % 2:
        raise broken()
    return "".join(_cell(data[place : place + 2]) for place in range(0, len(data), 2)).translate(ONE_NAME)


def _cell(pair: bytes) -> str:
    if int.from_bytes(pair, "big") in EXTERNAL:
        return GETA
    if not all(0x21 <= byte <= 0x7E for byte in pair):
        raise broken()
    try:
        return bytes(byte | 0x80 for byte in pair).decode("euc_jp")
    except UnicodeDecodeError:
        raise broken() from None


def is_doubtful(text: str) -> bool:
    """Whether a character in it stands for another one, or is invisible or a maker's own."""
    return any(char in STAND_INS or unicodedata.category(char) in {"Co", "Cf", "Cn"} for char in text)


def has_two_names(name: str) -> bool:
    """Whether a name holds an alias or a former name beside it, as brackets, a word or a mixture of scripts tell."""
    scripts = {_script(char) for char in name} - {""}
    return (
        any(char in MARKS for char in name) or any(word in name for word in ALIAS_WORDS) or len(scripts) > 1
    )


def _script(char: str) -> str:
    title = unicodedata.name(char, "")
    if title.startswith(("LATIN", "FULLWIDTH LATIN")):
        return "latin"
    if title.startswith(("CJK", "HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA")):
        return "japanese"
    return ""


def birth(found: Found, digits: bytes) -> None:
    """YYYYMMDD as eight ASCII digits. A day nobody knows (00) leaves the field empty, to be looked at."""
    if len(digits) != 8 or not digits.isdigit():
        raise broken()
    found.review.add("birth")
    month, day = int(digits[4:6]), int(digits[6:])
    if month > 12 or day > 31:
        raise broken()
    if is_day(digits):
        found.values["birth"] = digits.decode("ascii")
        found.review.discard("birth")


def is_day(digits: bytes) -> bool:
    """Whether eight ASCII digits are a day of the calendar."""
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def sex(found: Found, code: bytes) -> None:
    """1 (男) or 2 (女); every other code leaves the field empty."""
    if len(code) > 1:
        raise broken()
    if code in {b"1", b"2"}:
        found.values["sex"] = code.decode("ascii")
