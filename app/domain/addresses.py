"""Address and phone keys: one form for every notation of 丁目, 番地 and 号, of numerals, and of the small words of towns.

Keys are for searching; an address as received is shown and printed, never a key. The building (方書) stands apart.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from app.domain.characters import compose, fold_text
from app.domain.numerals import NUMERAL_CHARS, numerals_to_digits, read_numeral

_DASHES = r"\-‐‑‒–—―−ー－ｰ~〜～"
_DASH_RUN = re.compile(f"(?<=[0-9{NUMERAL_CHARS}])[{_DASHES}](?=[0-9{NUMERAL_CHARS}])")
_NUMERAL_AFTER_DASH = re.compile(f"(?<=-)[{NUMERAL_CHARS}]+(?=-|$)")
_SEPARATORS = "(?:(?:丁目?|番地?|号)[のノ之乃]?|[のノ之乃-])"
_END_OF_LOT = "(?=$|-|番(?!町)|号)"
# Where the numerals end the lot; elsewhere they are of a name (1番地三田ハイツ, 1の一色).
_NUMERALS_GO_ON = re.compile(f"(?<=[0-9])(?:{_SEPARATORS}[{NUMERAL_CHARS}]+)+{_END_OF_LOT}")
_NUMERALS_JOINED = re.compile(f"[{NUMERAL_CHARS}]+(?:[のノ之乃][{NUMERAL_CHARS}]+)+{_END_OF_LOT}")
_NUMERALS = re.compile(f"[{NUMERAL_CHARS}]+")
_KANJI = "々〆〇\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_GA = re.compile(f"(?<=.)[ヶケヵガが](?=[{_KANJI}])")
_NO = str.maketrans("の之乃ッっ", "ノノノツツ")
_SECTION = re.compile("大字|小字|(?<!文)字")
# Not the number of a town's name (三番町), whichever way it is written.
_NUMBER = re.compile(f"0*([0-9]+)(?![0-9]*番町)(?:丁目?|番地|番|号)?(?:[ノ{_DASHES}](?=[0-9]|$))?")
_DIGIT = re.compile("[0-9０-９]")
_PLAIN_LOT = re.compile("([0-9０-９]{1,8})番地?(?:([0-9０-９]{1,8})号?)?")
_BLOCK = re.compile("[0-9]+丁目")
_OLD_TOWN = re.compile("(?<=.)[町村](?=[^0-9])")
_LONGEST_NUMBER = 8
_PREFECTURE = re.compile(
    "^(?:北海道|東京都|京都府|大阪府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜"
    "|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県)(?=.)"
)
_ROOM = re.compile(r"(?<![0-9])0*([1-9][0-9]{0,4})\s*(?:号室?|室)?$")
# イ, 甲, 2号: belongs to the lot; anything longer is a building.
_OF_THE_LOT = re.compile(rf"[イロハニホヘトチリヌ甲乙丙丁戊]?[0-9番地号{_DASHES}]*")


@dataclass(frozen=True)
class AddressParts:
    """An address as it is compared: the town (町字) folded, the numbers after it, and what follows them."""

    town: str
    numbers: tuple[int, ...] = ()
    rest: str = ""
    building: str = ""
    """What follows the numbers as it was typed, where it looks like a building (方書)."""

    @property
    def place_key(self) -> str:
        """The key without what follows the numbers."""
        return self.town + "".join(f"{number}-" for number in self.numbers)

    @property
    def key(self) -> str:
        """The key; each number ends in "-", so that a key is a prefix only of addresses with the same numbers."""
        return self.place_key + self.rest


def split_address(text: str, *, own_city: str = "") -> AddressParts:
    """The parts of an address.

    中央一丁目2番3号, 中央1-2-3 and 大字中央１ー２ー３ are one. `own_city` (熊本県玉名市) is dropped where the text begins
    with it, with or without the prefecture; of another city only the prefecture is.
    """
    first = _DIGIT.search(text)
    town = _before_digits(text[: first.start()], own_city) if first else None
    if first is None or town is None:
        return _split(_plain(_without_city(text, own_city)))
    # Nothing reaches over the place before the first digit; towns come again and again, and most lots are written plainly.
    tail = text[first.start() :]
    plain = _PLAIN_LOT.fullmatch(tail)
    if plain:
        return AddressParts(town, tuple([int(number) for number in plain.groups() if number]))
    parts = _split(_plain(tail))
    return AddressParts(town + parts.town, parts.numbers, parts.rest, parts.building)


@lru_cache(maxsize=4096)
def _before_digits(text: str, own_city: str) -> str | None:
    """The town folded, of a text that digits follow; None where it has numbers of its own, which go on in the digits."""
    plain = _plain(_without_city(f"{text}0", own_city))[:-1]
    if plain and (plain[-1] in NUMERAL_CHARS or _DIGIT.search(plain)):
        return None
    return fold_text(plain)


def _split(plain: str) -> AddressParts:
    numbers: list[int] = []
    town = ""
    at = 0
    for match in _NUMBER.finditer(plain):
        between = fold_text(plain[at : match.start()])
        if numbers and between:
            break
        if not numbers:
            town = between
        numbers.append(int(match[1][:_LONGEST_NUMBER]))
        at = match.end()
    if not numbers:
        return AddressParts(fold_text(plain))
    # After the numbers of the lot: イ, 甲2. Each number ends in "-" there too, and folding would drop it.
    tail = plain[at:]
    rest = "-".join(fold_text(piece) for piece in _NUMBER.sub(r"\1\0", tail).split("\0"))
    building = "" if _OF_THE_LOT.fullmatch(tail) else tail
    return AddressParts(town, tuple(numbers), rest, building)


def address_key(text: str, *, own_city: str = "") -> str:
    """The key of an address from the town on, for an equality or prefix search. Empty when nothing counts."""
    return split_address(text, own_city=own_city).key


def address_keys(text: str, *, own_city: str = "") -> tuple[str, ...]:
    """The keys under which an address is stored: the whole, and the part after a former town (岱明町浜田 → 浜田)."""
    parts = split_address(text, own_city=own_city)
    inner = _OLD_TOWN.split(parts.town, maxsplit=1)[-1]
    shorter = AddressParts(inner, parts.numbers, parts.rest).key
    return tuple(dict.fromkeys(key for key in (parts.key, shorter) if key))


def building_keys(building: str) -> tuple[str, ...]:
    """The keys under which a building (方書) is stored: its name with the room, and the number of the room alone."""
    room = _ROOM.search(compose(building).rstrip())
    return tuple(dict.fromkeys(key for key in (fold_text(building), room[1] if room else "") if key))


def lot_numbers(text: str) -> tuple[int | None, int | None]:
    """The lot (番地, 枝番) or block and house number (番, 号) as two integers; 丁目 belongs to the town.

    163番地2, 163-2 and 163番地の2 are (163, 2); None for what is absent.
    """
    numbers = split_address(_BLOCK.sub("", _plain(text))).numbers
    return (numbers[0] if numbers else None), (numbers[1] if len(numbers) > 1 else None)


def phone_key(text: str) -> str:
    """The digits of a phone number from the last to the first, so that a prefix is its end; +81 is read as 0."""
    plain = compose(text).strip()
    digits = "".join(char for char in plain if "0" <= char <= "9")
    if plain.startswith("+81"):
        digits = "0" + digits[2:].removeprefix("0")
    return digits[::-1]


def _without_city(text: str, own_city: str) -> str:
    plain = "".join(compose(text).split())
    if not own_city:
        return _PREFECTURE.sub("", plain)
    city = "".join(compose(own_city).split())
    for prefix in (city, re.sub("^(?:...?[都道府県])", "", city)):
        if prefix and plain.startswith(prefix):
            return plain[len(prefix) :]
    return _PREFECTURE.sub("", plain)


def _plain(text: str) -> str:
    """Compatibility form with numbers as digits, sections dropped and the small words of towns in one spelling."""
    plain = _DASH_RUN.sub("-", "".join(compose(text).split()))
    plain = _NUMERALS_JOINED.sub(_as_digits, _SECTION.sub("", plain))
    plain = numerals_to_digits(plain, before="丁番号-")
    plain = _NUMERAL_AFTER_DASH.sub(_as_digits, plain)
    plain = _NUMERALS_GO_ON.sub(_as_digits, plain)
    return _GA.sub("ケ", plain).translate(_NO)


def _as_digits(match: re.Match[str]) -> str:
    return _NUMERALS.sub(lambda numerals: str(read_numeral(numerals[0])), match[0])
