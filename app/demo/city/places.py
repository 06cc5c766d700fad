"""Where things are in the invented city: towns, lots, buildings, and the municipalities people come from and go to.

The prefecture, the city and every other municipality are invented; their codes are ones that were never assigned
(prefecture 99, municipalities 29x and 20x of 99), and postal codes lie in 009-…. and 008-…., which nobody uses.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from random import Random

from app.demo.city import wordlists
from app.domain.numbers import municipality_code

PREFECTURE, PREFECTURE_READING = "凪原県", "ナギハラケン"
CITY_NAME, CITY_READING = "汐瀬市", "シオセシ"
CITY_CODE = municipality_code("99201")

_WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")
_KANJI_DIGITS = "〇一二三四五六七八九"
_LETTERS = (("Ａ", "エー"), ("Ｂ", "ビー"), ("Ｃ", "シー"), ("", ""), ("", ""), ("", ""), ("", ""), ("", ""))
_COUNTRIES = (("USA", "米国"), ("SGP", "シンガポール"), ("DEU", "ドイツ"))
_BUILDING_SHARE = 0.02  # buildings per resident


def wide(number: int | str) -> str:
    """Digits in full width, as the register writes them in addresses."""
    return str(number).translate(_WIDE)


_ADDRESS_COLUMNS = (
    "shikuchosonkodo", "choazakodo", "todofuken", "shikugunchosonmei", "choaza", "banchigohyoki", "banchiedabansuchi",
    "katagakikodo", "katagaki", "katagaki_furigana", "yubinbango", "kokumeikodo", "kokumeito", "kokugaijusho",
)  # fmt: skip


@cache
def _cell_names(prefix: str) -> tuple[str, ...]:
    return tuple(f"{prefix}_{column}" for column in _ADDRESS_COLUMNS)


@dataclass(slots=True, eq=False)
class Address:
    """An address in the parts the layouts ask for. ``town_index`` points into the gazetteer for one in the city."""

    lg_code: str
    town_id: str
    prefecture: str
    city: str
    town: str
    number: str
    lot: str
    postal: str
    building: str = ""
    building_reading: str = ""
    building_code: str = ""
    town_index: int = -1
    country: tuple[str, str] = ("", "")
    abroad: str = ""

    def cells(self, prefix: str) -> dict[str, str]:
        """The address under the identifiers of one column group, e.g. ``jusho``; empty parts are left out."""
        return {name: value for name, value in zip(_cell_names(prefix), self._parts(), strict=True) if value}

    def _parts(self) -> tuple[str, ...]:
        return (
            self.lg_code,
            self.town_id,
            self.prefecture,
            self.city,
            self.town,
            self.number,
            self.lot,
            self.building_code,
            self.building,
            self.building_reading,
            self.postal,
            *self.country,
            self.abroad,
        )

    @property
    def text(self) -> str:
        """The address as one line, without the building."""
        return f"{self.prefecture}{self.city}{self.town}{self.number}"


@dataclass(slots=True, eq=False)
class Town:
    """A town (町字) of the city, one per chome. ``lots`` are the (番地, 枝番) pairs in use, in order of use."""

    index: int
    town_id: str
    district: str
    oaza: str
    reading: str
    chome: int
    weight: float
    postal: str
    elementary: str
    junior: str
    blocks: bool
    lots: dict[tuple[int, int], None] = field(default_factory=dict)
    next_lot: int = 1

    @property
    def name(self) -> str:
        return f"{self.oaza}{_KANJI_DIGITS[self.chome]}丁目" if self.chome else self.oaza


@dataclass(slots=True, eq=False)
class Building:
    """A building with a name (方書) on one lot; ``rooms`` counts what has been let."""

    code: str
    name: str
    reading: str
    town: Town
    lot: tuple[int, int]
    kind: str
    rooms: int = 0

    @property
    def lot_text(self) -> str:
        return lot_text(self.lot)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another municipality, with the towns of it that are known."""

    lg_code: str
    prefecture: str
    prefecture_reading: str
    name: str
    reading: str
    postal: str
    towns: tuple[tuple[str, str], ...]


def lot_text(lot: tuple[int, int]) -> str:
    """番地 and 枝番 as numbers, ``12-3``."""
    return f"{lot[0]}-{lot[1]}" if lot[1] else str(lot[0])


class Gazetteer:
    """All the places, and a source of addresses. Lots are handed out as people are housed."""

    def __init__(self, rng: Random, population: int) -> None:
        self._rng = rng
        self.towns = _towns()
        self._town_ends = list(accumulate(town.weight for town in self.towns))
        self.elsewhere = _elsewhere()
        self.buildings: list[Building] = []
        self._add_buildings(max(30, int(population * _BUILDING_SHARE)))
        self._flats = [building for building in self.buildings if building.kind == "B"]
        self._inside = [place for place in self.elsewhere if place.prefecture == PREFECTURE]
        self._outside = [place for place in self.elsewhere if place.prefecture != PREFECTURE]

    def town(self) -> Town:
        """A town by the weight of its people."""
        return self.towns[bisect(self._town_ends, self._rng.random() * self._town_ends[-1])]

    def house(self, town: Town | None = None) -> Address:
        """A new lot of its own."""
        town = town or self.town()
        return self.at(town, self._lot(town))

    def flat(self, building: Building | None = None) -> Address:
        """A room in a building."""
        if building is None:
            building = self._flats[int(self._rng.random() * len(self._flats))]
        building.rooms += 1
        room = (
            f"　{wide((building.rooms % 4 + 1) * 100 + building.rooms // 4 % 20 + 1)}号"
            if building.kind in "BD"
            else ""
        )
        reading = f"　{room[1:-1]}ゴウ" if room else ""
        address = self.at(building.town, building.lot)
        address.building = building.name + room
        address.building_reading = building.reading + reading
        address.building_code = building.code
        return address

    def of_kind(self, kind: str) -> list[Building]:
        """The buildings of one kind: B flats, C care facilities, D dormitories."""
        return [building for building in self.buildings if building.kind == kind]

    def at(self, town: Town, lot: tuple[int, int]) -> Address:
        """The address of a lot."""
        number = f"{wide(lot[0])}番{wide(lot[1])}号" if town.blocks else _lot_number(lot)
        return Address(
            CITY_CODE, town.town_id, PREFECTURE, CITY_NAME, town.name, number, lot_text(lot), town.postal,
            town_index=town.index,
        )  # fmt: skip

    def away(self, *, inside: bool | None = None) -> Address:
        """An address in another municipality: of the same prefecture, of another one, or either."""
        rng = self._rng.random
        inside = rng() < 0.45 if inside is None else inside
        choice = self._inside if inside else self._outside
        place = choice[int(rng() * len(choice))]
        town = int(rng() * len(place.towns))
        lot = (1 + int(rng() * 2400), int(rng() * 12))
        return Address(
            place.lg_code, "", place.prefecture, place.name, place.towns[town][0], _lot_number(lot), lot_text(lot),
            f"{place.postal}{town + 1}",
        )  # fmt: skip

    def abroad(self) -> Address:
        """An address outside Japan."""
        code, country = _COUNTRIES[int(self._rng.random() * len(_COUNTRIES))]
        return Address("", "", "", "", "", "", "", "", country=(code, country), abroad=f"{country}（国外）")

    def _lot(self, town: Town) -> tuple[int, int]:
        if town.blocks:
            town.next_lot += 1
            lot = (town.next_lot // 24 + 1, town.next_lot % 24 + 1)
        else:
            town.next_lot += 1 + int(self._rng.random() * 3)
            branch = int(self._rng.random() * 14)
            lot = (town.next_lot, branch if branch < 8 else 0)
        town.lots[lot] = None
        return lot

    def _add_buildings(self, count: int) -> None:
        words = wordlists.read("buildings")
        fronts = [row for row in words if row[0] == "F"]
        backs = [row for row in words if row[0] == "B"]
        for row in words:
            if row[0] in "CD":
                self._add_building(row[1], row[2], row[0])
        for _ in range(count):
            front = fronts[int(self._rng.random() * len(fronts))]
            back = backs[int(self._rng.random() * len(backs))]
            letter, reading = _LETTERS[int(self._rng.random() * len(_LETTERS))]
            self._add_building(front[1] + back[1] + letter, front[2] + back[2] + reading, "B")

    def _add_building(self, name: str, reading: str, kind: str) -> None:
        town = self.town()
        code = f"{len(self.buildings) + 1:06d}"
        self.buildings.append(Building(code, name, reading, town, self._lot(town), kind))


def _lot_number(lot: tuple[int, int]) -> str:
    return f"{wide(lot[0])}番地{wide(lot[1])}" if lot[1] else f"{wide(lot[0])}番地"


def _towns() -> list[Town]:
    towns: list[Town] = []
    for oaza_number, row in enumerate(wordlists.read("towns"), start=1):
        district, oaza, reading, chome_count, weight, postal, elementary, junior = row
        count = int(chome_count)
        for chome in range(1, count + 1) if count else [0]:
            town_id = f"{oaza_number:04d}{chome:03d}"
            towns.append(
                Town(
                    len(towns),
                    town_id,
                    district,
                    oaza,
                    reading,
                    chome,
                    float(weight) / max(count, 1),
                    f"009{postal}",
                    elementary,
                    junior,
                    blocks=count > 0,
                )
            )
    return towns


def _elsewhere() -> list[Elsewhere]:
    places = []
    for prefecture_code, code, prefecture, prefecture_reading, name, reading, postal, towns in wordlists.read(
        "municipalities"
    ):
        lg_code = municipality_code(prefecture_code + code)
        named = [(town, kana) for town, kana in (pair.split("/") for pair in towns.split(" "))]
        places.append(
            Elsewhere(lg_code, prefecture, prefecture_reading, name, reading, f"008{postal}", tuple(named))
        )
    return places
