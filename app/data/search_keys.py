"""What a person is found by: kinds of keys, their ranks, and how they are made of a person's values.

A key is stored whole (found by its beginning) and by its ends (found by any position inside), residents first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from functools import lru_cache

from app.domain.addresses import address_key, address_keys, building_keys, phone_key
from app.domain.names import (
    corporation_key,
    kana_key,
    kana_keys,
    kanji_key,
    latin_keys,
    name_parts,
    suffixes,
)
from app.domain.numbers import number_key
from app.domain.person import Category, Status
from app.domain.search import Origin


class Kind(IntEnum):
    """Kinds of search keys; the INSIDE kinds hold the ends of the keys of the kind before."""

    KANJI = 1
    KANJI_INSIDE = 2
    KANA = 3
    KANA_INSIDE = 4
    LATIN = 5
    CORPORATION = 6
    CORPORATION_INSIDE = 7
    ADDRESS = 8
    BUILDING = 9
    PHONE = 10
    NUMBER = 11
    BIRTH = 12
    LOT = 13
    FORMER_HOUSEHOLD = 14
    """A household (世帯番号) the person was a member of. No search is entered by it: it answers who lived together."""


class Rank(IntEnum):
    """Order of the states of persons in the index: current residents first."""

    RESIDENT = 0
    EXPECTED = 1
    NON_RESIDENT = 2
    CORPORATION = 3
    FORMER = 4


RANKS = tuple(Rank)
BAND = 100
"""Positions of one origin: the position of a key is `Origin` and where in the name it begins, together."""

_BEYOND = BAND * (1 + len(Origin))
_REMEMBERED = 20_000
_NUMBERS = re.compile("(?:[0-9]+-)+")

_LONGEST = 120
"""Characters of a key that are kept; longer ones are beyond any name and would not fit an index page."""

KeyRow = tuple[int, int, str, int, str, int]
"""Kind, rank, key, serial of the person, birth date, position: a row of `search_key`."""

WIDTH = 6
"""Columns of a `KeyRow`."""

Keys = dict[tuple[int, str], int]
"""(kind, key) → position, the lowest when one person has it twice."""


def rank_of(category: str, status: str) -> Rank:
    """The place of a person in the order of the index."""
    if category == Category.CORPORATION:
        return Rank.CORPORATION
    if category == Category.NON_RESIDENT:
        return Rank.NON_RESIDENT
    if category == Category.EXPECTED:
        return Rank.EXPECTED
    return Rank.RESIDENT if status == Status.RESIDENT else Rank.FORMER


def add_name(keys: Keys, name: str, origin: Origin = Origin.CURRENT) -> None:
    """A name in characters as the register writes it, its parts divided by spaces."""
    parts = tuple(_part_key(part) for part in name_parts(name))
    _add_positions(keys, Kind.KANJI, suffixes("".join(parts), parts), origin)


def add_kana(keys: Keys, reading: str, origin: Origin = Origin.CURRENT) -> None:
    """A reading, under each of the keys it may be typed as."""
    parts = tuple(_part_reading(part) for part in name_parts(reading))
    for key in kana_keys(reading):
        _add_positions(keys, Kind.KANA, suffixes(key, parts), origin)


# Names and addresses repeat: in a household, in a history, and all over a city.
_part_key = lru_cache(maxsize=_REMEMBERED)(kanji_key)
_part_reading = lru_cache(maxsize=_REMEMBERED)(kana_key)
_building_keys = lru_cache(maxsize=_REMEMBERED)(building_keys)
_elsewhere_key = lru_cache(maxsize=_REMEMBERED)(address_key)


@lru_cache(maxsize=_REMEMBERED)
def _address_and_lot(address: str) -> tuple[tuple[str, ...], str]:
    keys = address_keys(address)
    # Nothing before the numbers of a key holds a dash, so that they are its first run.
    numbers = _NUMBERS.search(keys[0]) if keys else None
    return keys, numbers[0] if numbers else ""


def add_latin(keys: Keys, name: str, origin: Origin = Origin.CURRENT) -> None:
    """A Latin name, its words in any order."""
    for key in latin_keys(name):
        _add(keys, Kind.LATIN, key, origin)


def add_corporation(keys: Keys, name: str, origin: Origin = Origin.CURRENT) -> None:
    """A corporation's name without its legal form."""
    _add_positions(keys, Kind.CORPORATION, suffixes(corporation_key(name)), origin)


def add_address(keys: Keys, address: str, building: str, origin: Origin = Origin.CURRENT) -> None:
    """An address in the own city, without its name, and the building on its own."""
    found, lot = _address_and_lot(address)
    for key in found:
        _add(keys, Kind.ADDRESS, key, origin)
    _add(keys, Kind.LOT, lot, origin)
    if building:
        for key in _building_keys(building):
            _add(keys, Kind.BUILDING, key, origin)


def add_address_elsewhere(keys: Keys, address: str, origin: Origin = Origin.CURRENT) -> None:
    """An address in another city, with that city's name: its town and lot alone would be taken for ours."""
    _add(keys, Kind.ADDRESS, _elsewhere_key(address), origin)


def add_phone(keys: Keys, phone: str) -> None:
    """A phone number, from its last digit on."""
    _add(keys, Kind.PHONE, phone_key(phone), Origin.CURRENT)


def add_households(keys: Keys, households: Iterable[str]) -> None:
    """The households that somebody was a member of before, by their numbers as delivered."""
    for household in households:
        if household:
            keys[(Kind.FORMER_HOUSEHOLD, household[:_LONGEST])] = Origin.PAST


def add_number(keys: Keys, *numbers: str) -> None:
    """Numbers of a person, household, corporation or notice, without leading zeros."""
    for number in numbers:
        plain = number.lstrip("0") if number.isascii() and number.isdigit() else number_key(number)
        _add(keys, Kind.NUMBER, plain, Origin.CURRENT)


def translated(keys: Keys, table: Mapping[int, str]) -> Keys:
    """The keys with the city's own characters (外字) as those they are found by; the same where there are none."""
    if not table or table.keys().isdisjoint(map(ord, "".join([key for _kind, key in keys]))):
        return keys
    found: Keys = {}
    for (kind, key), pos in keys.items():
        place = (kind, key.translate(table))
        found[place] = min(pos, found.get(place, pos))
    return found


def rows(keys: Keys, serial: int, rank: Rank, birth: str) -> Iterator[KeyRow]:
    """The rows of `search_key` for one person."""
    status = int(rank)  # drivers take a plain number many times faster
    for (kind, key), pos in keys.items():
        yield kind, status, key, serial, birth, pos


def lines(keys: Keys, serial: int, rank: Rank, birth: str) -> list[str]:
    """The same as lines for `app.data.copy_text.marked`: made at once they take half the time."""
    status = int(rank)
    return [f"{kind}\t{status}\t{key}\t{serial}\t{birth}\t{pos}\n" for (kind, key), pos in keys.items()]


def _add_positions(keys: Keys, kind: Kind, found: Sequence[str], origin: Origin) -> None:
    if not found:
        return
    first = int(origin)
    _add(keys, kind, found[0], first)
    inside, get = int(kind) + 1, keys.get
    # As `_add` does it, without a call for each of the many ends of a name.
    for pos, key in enumerate(found[1:BAND], first + 1):
        place = (inside, key[:_LONGEST])
        if pos < get(place, _BEYOND):
            keys[place] = pos
    for key in found[BAND:]:
        _add(keys, inside, key, first + BAND - 1)


def _add(keys: Keys, kind: int, key: str, pos: int) -> None:
    if not key:
        return
    place = (int(kind), key[:_LONGEST])
    if pos < keys.get(place, _BEYOND):
        keys[place] = int(pos)
