"""The core system's own characters (外字): which private character a code is, and what it is in the national table.

Data set 15a is the result of the city's identification (文字の同定): made once, by people, and never guessed here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain import mojikiban
from app.domain.kana import kana_key

_MICROSOFT_SETS = frozenset({"CP932", "MS932", "WINDOWS-31J", "SJIS", "SHIFT_JIS", "SHIFT-JIS"})
"""Character sets whose user-defined codes (F040–F9FC) Windows has always converted to U+E000 and on."""


@dataclass(frozen=True, slots=True)
class CodeMapping:
    """A row of the code table (外字対応表).

    `char` is the private character that stands in names and addresses, empty for a code that is none; `text` the character,
    with its selector, that it was identified with, empty when it was not; `shrink` the one to write where neither can be shown.
    """

    code: str
    charset: str
    char: str
    text: str
    mj: str
    shrink: str
    reading: str
    strokes: int

    def fits(self, query: str) -> bool:
        """Whether a search for a code, an MJ name, a reading or a character means this row. An empty one means all."""
        wanted = query.strip().upper().removeprefix("U+")
        if not wanted:
            return True
        return (
            self.code.startswith(wanted)
            or self.mj.startswith(wanted)
            or any(char in (self.char, self.text[:1], self.shrink) for char in query.strip())
            or (bool(kana_key(query)) and kana_key(self.reading).startswith(kana_key(query)))
        )


def read_mapping(row: Mapping[str, str]) -> CodeMapping:
    """A row of data set 15a. The MJ name decides; without a known one, the code point and selector of the row."""
    code, charset = row.get("motokodo", "").upper(), row.get("motomojishugo", "")
    shape = mojikiban.shape_named(row.get("mj", "")) if row.get("mj") else None
    text = shape.text if shape else _char(row.get("ucs", "")) + _char(row.get("ivs", ""))
    strokes = row.get("kakusu", "")
    return CodeMapping(
        code=code,
        charset=charset,
        char=private_char(code, charset),
        text=text,
        mj=row.get("mj", ""),
        shrink=row.get("shukutai", "") or (shape.shrinks[0].target if shape and shape.shrinks else ""),
        reading=row.get("yomi", ""),
        strokes=int(strokes) if strokes.isascii() and strokes.isdigit() else 0,
    )


def private_char(code: str, charset: str) -> str:
    """The private character of a core system's code (hexadecimal); empty for a code outside the private ranges."""
    if charset.upper() in _MICROSOFT_SETS and len(code) == 4:
        try:
            char = bytes.fromhex(code).decode("cp932")
        except ValueError:
            return ""
    else:
        char = _char(code)
    return char if len(char) == 1 and is_private(char) else ""


def is_private(char: str) -> bool:
    """Whether a character is in one of Unicode's private ranges (私用領域)."""
    code = ord(char)
    return 0xE000 <= code <= 0xF8FF or 0xF0000 <= code <= 0xFFFFD or 0x100000 <= code <= 0x10FFFD


def drawn_as(mappings: Iterable[CodeMapping]) -> dict[str, str]:
    """Private character → the character it was identified with, for those that were."""
    return {mapping.char: mapping.text for mapping in mappings if mapping.char and mapping.text}


def searched_as(mappings: Iterable[CodeMapping]) -> dict[str, str]:
    """Private character → the plain character it is found by (its identification's, else the shrunk one)."""
    return {
        mapping.char: (mapping.text or mapping.shrink)[0]
        for mapping in mappings
        if mapping.char and (mapping.text or mapping.shrink)
    }


def _char(code: str) -> str:
    try:
        number = int(code.upper().removeprefix("U+"), 16) if code else 0
    except ValueError:
        return ""
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else ""
