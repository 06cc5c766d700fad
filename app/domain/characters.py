"""Characters made comparable: invisible ones dropped, radicals, widths and kanji variants (異体字) brought to one root.

Only search keys are made of what comes out of here; a stored name is never normalised.
"""

import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from unicodedata import category, combining, normalize

_REVIEWED_FILE = Path(__file__).with_name("variants.txt")
_DERIVED_FILE = Path(__file__).with_name("mojikiban") / "folding.txt"

# Radical forms (U+2E80–2EF3) that compatibility normalisation leaves alone; they arrive by copying out of a PDF.
_RADICALS = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇几⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎尢⺏尣⺐尢⺑尣⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歹⺠民"
    "⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪疋⺫目⺬示⺭礻⺮竹⺯糹⺰纟⺱罓⺲罒⺳网⺴网⺵网⺶羊⺷羊⺸羊⺹耂⺺肀⺻聿⺼肉"
    "⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻕阜⻖阝⻗雨⻘青"
    "⻙韦⻚页⻛风⻜飞⻝食⻞飠⻟飠⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀"
)
RADICALS = dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True))
"""Radical form → the ideograph that it is drawn like."""

_LETTERS = {
    "ß": "ss",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ł": "l",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ħ": "h",
    "ŧ": "t",
}
_PUNCTUATION = frozenset(
    "・･.,'’‘`\"“”´-‐‑‒–—―−ー－ｰ~〜～_/\\()[]{}<>「」『』【】〈〉《》、。，．:;!?*#&+=|°゠"
)
_COUNTER_KANA = {"ヶ": "ケ", "ヵ": "カ"}
_DETACHED_VOICING = str.maketrans({"゛": "\u3099", "゜": "\u309a"})
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
_REPEATED = re.compile("(.)([々〻]+)")


def read_variants(text: str) -> dict[str, str]:
    """The variants of a table in the form of `variants.txt`: variant → root.

    Raises `ValueError` for a line that is not single characters, and for a character that stands twice.
    """
    roots: dict[str, str] = {}
    seen: set[str] = set()
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        members = line.split(" ")
        if (
            any(len(char) != 1 for char in members)
            or not seen.isdisjoint(members)
            or len(set(members)) != len(members)
        ):
            raise ValueError(
                f"variants: {line!r} repeats a character or is not one class of single characters"
            )
        seen.update(members)
        roots.update(dict.fromkeys(members[1:], members[0]))
    return roots


def read_pairs(text: str) -> dict[str, str]:
    """The variants of a table in the form of `mojikiban/folding.txt`: variant → root."""
    return {line[0]: line[1] for line in text.splitlines() if not line.startswith("#")}


def join_tables(reviewed: dict[str, str], derived: dict[str, str]) -> dict[str, str]:
    """One table of both, one step to the root; what the reviewed one says of a character, as variant or root, holds."""
    decided = reviewed.keys() | set(reviewed.values())
    joined = {
        variant: reviewed.get(root, root) for variant, root in derived.items() if variant not in decided
    }
    return joined | reviewed


_TABLES = tuple(file.read_text(encoding="utf-8") for file in (_REVIEWED_FILE, _DERIVED_FILE))
VARIANTS = join_tables(read_variants(_TABLES[0]), read_pairs(_TABLES[1]))
"""Variant → root, one step: the forms the counter knows (`variants.txt`), then those of the national tables (文字情報基盤)."""

RULES_VERSION = f"5-{sha256(''.join(_TABLES).encode()).hexdigest()[:8]}"
"""Stored beside search keys: keys made under another version are made anew. The number counts changes of the rules."""


def fold(char: str) -> str:
    """One character as keys hold it: the root of a kanji, katakana for hiragana, lower-case letters without marks.

    Empty for a character that keys do not hold (spaces, punctuation, long marks, selectors, controls); two
    letters for ß.
    """
    plain = "".join(RADICALS.get(part, part) for part in normalize("NFKC", char))
    return "".join(_fold_plain(part) for part in plain)


def _fold_plain(char: str) -> str:
    if char in _PUNCTUATION or char.isspace() or category(char) in ("Cc", "Cf", "Mn", "Me", "Zl", "Zp", "Zs"):
        return ""
    code = ord(char)
    if 0x3041 <= code <= 0x3096:
        char = chr(code + 0x60)
    if code < 0x2E80:
        letters = (
            _LETTERS.get(part, part) for part in normalize("NFKD", char.casefold()) if not combining(part)
        )
        return "".join(letters)
    return _COUNTER_KANA.get(char) or VARIANTS.get(char, char)


class Folding(dict[int, str]):
    """A table for `str.translate` that folds each character when it is first met."""

    def __init__(self, fold_char: Callable[[str], str]) -> None:
        super().__init__()
        self._fold_char = fold_char

    def __missing__(self, code: int) -> str:
        folded = self[code] = self._fold_char(chr(code))
        return folded


_FOLDING = Folding(fold)


def compose(text: str) -> str:
    """`text` in compatibility form, without invisible characters (selectors, zero width, direction marks).

    Detached voicing marks are joined to their kana: ｶﾞ, か゛ → ガ, が.
    """
    if "゛" in text or "゜" in text:
        text = text.translate(_DETACHED_VOICING)
    return normalize("NFKC", _INVISIBLE.sub("", text))


def fold_text(text: str) -> str:
    """A text folded character by character; 々 repeats the character before it."""
    folded = compose(text).translate(_FOLDING)
    if "々" in folded or "〻" in folded:
        folded = _REPEATED.sub(lambda match: match[1] * (1 + len(match[2])), folded)
    return folded


@cache
def _is_kanji(char: str) -> bool:
    code = ord(char)
    return (
        0x3400 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0xE000 <= code <= 0xF8FF
        or 0x20000 <= code <= 0x3FFFF
        or 0xF0000 <= code <= 0x10FFFD
        or char in "々〻〆"
    )


def has_kanji(text: str) -> bool:
    """Whether any character is an ideograph, or a character of the city's own (外字, private use)."""
    return any(_is_kanji(char) for char in text)
