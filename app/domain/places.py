"""Places an address is picked from: towns, lots and buildings of the city, municipalities and postal areas of Japan."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.domain.characters import compose

OPEN_END = "9999-12-31"
_SMALL = str.maketrans("ヶヵがガッっの之乃", "ケカケケツツノノノ")
_POSTAL = re.compile("〒?([0-9]{3})[-ー−－‐–—―]?([0-9]{0,4})")


@dataclass(frozen=True)
class Town:
    """A town (町字) of the city. ``residence``: addresses in it carry a house number (住居表示), otherwise a lot (地番).

    Days are ISO texts; the last one is 9999-12-31 while the town exists. District (行政区) and schools are as delivered:
    the name where there is one, otherwise the code.
    """

    town_id: str
    name: str
    kana: str
    postal_code: str
    residence: bool = False
    valid_from: str = ""
    valid_to: str = OPEN_END
    district: str = ""
    elementary: str = ""
    junior_high: str = ""

    @property
    def is_abolished(self) -> bool:
        return self.valid_to != OPEN_END


@dataclass(frozen=True)
class Lot:
    """A lot (地番) or house number (住居番号) of a town; ``number`` is its key (163-2)."""

    town_id: str
    number: str
    residence: bool = False


@dataclass(frozen=True)
class Building:
    """A building (方書) that stands on a lot."""

    town_id: str
    lot: str
    name: str
    kana: str
    postal_code: str


@dataclass(frozen=True)
class Municipality:
    """A municipality (市区町村), or a prefecture where ``name`` is empty; ``code`` has six digits."""

    code: str
    prefecture: str
    name: str
    kana: str

    @property
    def full(self) -> str:
        return self.prefecture + self.name


@dataclass(frozen=True)
class Area:
    """A postal area (町域) of a municipality; ``name`` is empty where a code stands for the rest of it."""

    municipality: Municipality
    name: str
    kana: str
    postal_code: str
    note: str = ""


@dataclass(frozen=True)
class Choice:
    """A way to go on with an address that is being typed: ``text`` is the whole address with it.

    ``code`` is the municipality's (or the country's), ``origin`` how it lies to the city: same prefecture, other, abroad.
    ``complete``: nothing but the number is missing. ``sure``: the only thing that can be meant.
    """

    text: str
    note: str = ""
    postal_code: str = ""
    code: str = ""
    origin: str = ""
    complete: bool = False
    sure: bool = False
    likely: bool = False


@dataclass(frozen=True)
class Resolved:
    """What is known of an address that was typed: empty where nothing is certain. ``country`` is set for one abroad."""

    code: str = ""
    prefecture: str = ""
    city: str = ""
    postal_code: str = ""
    country: str = ""


def place_key(text: str) -> str:
    """A name of a place as it is compared: without spaces, the small words of towns in one spelling (ヶ ケ が, の 之)."""
    return "".join(compose(text).split()).translate(_SMALL)


def postal_digits(text: str) -> str | None:
    """The digits of a postal code being typed (three to seven), None when the text is anything else."""
    match = _POSTAL.fullmatch("".join(compose(text).split()))
    return match[1] + match[2] if match else None


def written_postal(digits: str) -> str:
    """865-0016 for seven digits; anything else as it is."""
    return f"{digits[:3]}-{digits[3:]}" if len(digits) == 7 else digits
