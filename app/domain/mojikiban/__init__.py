"""The national table of kanji shapes (文字情報基盤, MJ): what a character is called, read, drawn and replaced by.

The data beside this file is under a licence of its own (`README.md`). It is read when it is first asked for (a quarter of a
second, 8 MB) and searched in memory: it changes with the product's version only.
"""

import lzma
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unicodedata import normalize

from app.domain.characters import RADICALS as RADICAL_FORMS
from app.domain.characters import VARIANTS, fold

_FILE = Path(__file__).with_name("characters.tsv.xz")
_LEVEL_1 = range(0xB0, 0xD0)  # first byte of a kanji of JIS level 1 in EUC
_MJ = re.compile(r"MJ?([0-9]{6})")
_UCS = re.compile(r"(?:U\+|0X)([0-9A-F]{4,6})")
_RESIDENT = re.compile(r"J\+?([0-9A-F]{4})")
_FAMILY = re.compile(r"[0-9]{6}")

SCHEMES = {
    "J": "JIS包摂規準・UCS統合規則",
    "A": "法務省告示582号別表第四の一",
    "B": "法務省告示582号別表第四の二",
    "K": "戸籍統一文字情報の親字・正字",
    "T": "民二5202号通知別表",
    "M": "民一2842号通達別表",
    "Z": "民一2842号通達別表の俗字",
    "X": "民一2842号通達別表の別字",
    "Y": "読み・字形による類推",
    "R": "辞書類等による関連字",
}
"""Tables of the shrink map (縮退マップ) by their letter."""


@dataclass(frozen=True, slots=True)
class Shrink:
    """A character that may stand for a shape where it cannot be written (縮退), by one scheme of `SCHEMES`."""

    scheme: str
    target: str
    rank: int


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape (MJ文字図形) of the table.

    `text` is what a register holds for it: a character, with a Moji_Joho selector where it needs one; empty for the few
    shapes that have no code. `family_code` is the 戸籍統一文字番号, `resident_code` the 住基ネット統一文字コード. 0 strokes: unknown.
    """

    name: str
    text: str
    base: str
    family_code: str
    resident_code: str
    strokes: int
    radicals: tuple[int, ...]
    readings: tuple[str, ...]
    components: str
    shrinks: tuple[Shrink, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the table; everything given must hold. Empty fields ask nothing.

    `reading` is in katakana and matches the beginning of a reading; `part` is a radical or component (部首・部品), each character
    of it; `code` an MJ name, a code point, one of the two national codes, or a character whose forms are wanted.
    """

    reading: str = ""
    strokes: tuple[int, int] | None = None
    part: str = ""
    code: str = ""


@cache
def _lines() -> tuple[bytes, ...]:
    return tuple(lzma.decompress(_FILE.read_bytes()).splitlines())


def find_shapes(wanted: Wanted) -> list[Shape]:
    """Every shape with a code that fits; a whole reading, common characters and few strokes first. [] when nothing is asked."""
    conditions = _conditions(wanted)
    if not conditions:
        return []
    found = [
        shape
        for line in _lines()
        if all(any(needle in line for needle in condition.needles) for condition in conditions)
        if (shape := _shape(line)).text and all(condition.holds(shape) for condition in conditions)
    ]
    return sorted(found, key=lambda shape: _order(shape, wanted.reading))


def _order(shape: Shape, reading: str) -> tuple[object, ...]:
    whole = not reading or reading in shape.readings
    return not whole, level(shape.base), shape.strokes, shape.base, len(shape.text), shape.name


@cache
def _by_name() -> dict[bytes, bytes]:
    return {line[: line.index(b"\t")]: line for line in _lines()}


def shape_named(name: str) -> Shape | None:
    """The shape of an MJ name (MJ文字図形名)."""
    line = _by_name().get(name.encode())
    return None if line is None else _shape(line)


@cache
def _by_text() -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for line in _lines():
        found.setdefault(line.split(b"\t", 2)[1].decode(), line)
    found.pop("", None)
    return found


def shape_of(text: str) -> Shape | None:
    """The shape that a character, alone or with a Moji_Joho selector, stands for."""
    line = _by_text().get(text)
    return None if line is None else _shape(line)


def is_known(text: str) -> bool:
    """Whether the table has this very character or sequence."""
    return text in _by_text()


def level(char: str) -> int:
    """How common a kanji is: 1 and 2 are the levels of JIS X 0208 (第一水準, 第二水準), 3 the rest."""
    try:
        code = char.encode("euc_jp")
    except UnicodeEncodeError:
        return 3
    return 3 if len(code) != 2 else 1 if code[0] in _LEVEL_1 else 2


def _shape(line: bytes) -> Shape:
    name, text, base, family, resident, strokes, radicals, readings, components, shrinks = (
        line.decode().split("\t")
    )
    return Shape(
        name,
        text,
        base,
        family,
        resident,
        int(strokes or 0),
        tuple(int(number) for number in radicals.split(",") if number),
        tuple(reading for reading in readings.split(",") if reading),
        components,
        tuple(Shrink(item[0], item[1], int(item[2:] or 1)) for item in shrinks.split(",") if item),
    )


@dataclass(frozen=True, slots=True)
class _Condition:
    """What a shape must pass, and byte strings of which its line must hold one (a quick look before the line is read)."""

    holds: Callable[[Shape], bool]
    needles: tuple[bytes, ...]


def _conditions(wanted: Wanted) -> list[_Condition]:
    found = [_part_condition(part) for part in dict.fromkeys(wanted.part)]
    if wanted.reading:
        reading = wanted.reading
        found.append(
            _Condition(
                lambda shape: any(one.startswith(reading) for one in shape.readings), (reading.encode(),)
            )
        )
    if wanted.strokes:
        low, high = wanted.strokes
        needles = tuple(f"\t{count}\t".encode() for count in range(low, high + 1))
        found.append(_Condition(lambda shape: low <= shape.strokes <= high, needles))
    if wanted.code:
        found.append(_code_condition(wanted.code))
    return found


def _part_condition(part: str) -> _Condition:
    part = fold_radical(part)
    number = RADICALS.find(part) + 1
    if not number:
        return _Condition(lambda shape: part in shape.components, (part.encode(),))
    listed = tuple(f"{before}{number}{after}".encode() for before in "\t," for after in "\t,")
    return _Condition(
        lambda shape: part in shape.components or number in shape.radicals, (part.encode(), *listed)
    )


def fold_radical(char: str) -> str:
    """The ideograph of a radical form (⻌ → 辶)."""
    plain = normalize("NFKC", char)
    return RADICAL_FORMS.get(plain, plain)


def _code_condition(code: str) -> _Condition:
    plain = normalize("NFKC", code).strip().upper()
    if found := _MJ.fullmatch(plain):
        name = f"MJ{found[1]}"
        return _Condition(lambda shape: shape.name == name, (name.encode(),))
    if (found := _UCS.fullmatch(plain)) and 0x80 <= int(found[1], 16) < 0x110000:
        return _class_condition((chr(int(found[1], 16)),))
    if found := _RESIDENT.fullmatch(plain):
        resident = f"J+{found[1]}"
        return _Condition(lambda shape: shape.resident_code == resident, (resident.encode(),))
    if _FAMILY.fullmatch(plain):
        return _Condition(lambda shape: shape.family_code == plain, (plain.encode(),))
    roots = {fold(char) for char in code if ord(char) >= 0x2E80} - {""}
    return _class_condition((*roots, *(variant for variant, root in VARIANTS.items() if root in roots)))


def _class_condition(chars: tuple[str, ...]) -> _Condition:
    return _Condition(
        lambda shape: shape.base in chars, tuple(char.encode("utf-8", "replace") for char in chars)
    )


RADICALS = "".join(normalize("NFKC", chr(0x2F00 + at)) for at in range(214))
"""The 214 radicals (部首) of the dictionaries in their order, by their usual shapes."""
