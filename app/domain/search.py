"""What a search asks: conditions that must all hold, each in the ways it can be read."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Origin(IntEnum):
    """Which of a person's names or addresses a key was made of. The values are the bands of positions in the index."""

    CURRENT = 0
    ALIAS = 100
    """The common name (通称) of a foreign resident."""
    FORMER_SURNAME = 200
    """The former surname (旧氏) on the residence record."""
    PAST = 300
    """An earlier name or an earlier address in the city."""
    BEFORE = 400
    """The address before moving in (転入前住所)."""
    AFTER = 500
    """The address moved out to (転出先住所)."""


ANY_ORIGIN = frozenset(Origin)


class By(StrEnum):
    """What a key is compared with."""

    KANJI = "kanji"
    KANA = "kana"
    LATIN = "latin"
    CORPORATION = "corporation"
    CORPORATION_KANA = "corporation_kana"
    ADDRESS = "address"
    LOT = "lot"
    BUILDING = "building"
    NUMBER = "number"
    PHONE = "phone"
    BIRTH = "birth"
    RECEPTION = "reception"


class Match(StrEnum):
    """Where in the stored key the typed one must stand."""

    EXACT = "exact"
    PREFIX = "prefix"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read what was typed.

    `key` is made by the same function as the stored key: `kanji_key`, one of `kana_keys`, a word of a Latin name, the
    `corporation_key` (CORPORATION_KANA: one of the `kana_keys` of the name without its form), `address_key` (LOT: of
    the numbers alone), `number_key`, `phone_key` (reversed digits), the full reception number. For BIRTH `key` and
    `last` are the first and the last "YYYYMMDD" of a closed range. An EXACT name is the whole of a name or of one of
    its parts (武). `origins`: which of a person's names or addresses count.
    """

    by: By
    key: str
    match: Match = Match.EXACT
    last: str = ""
    origins: frozenset[Origin] = ANY_ORIGIN


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: it holds for a person when any of its readings does; the likelier reading stands first."""

    typed: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked: `conditions` that must all hold.

    Without conditions nothing is searched: `too_short` says that more must be typed, `problem` (Japanese) what is wrong.
    `otherwise` is another reading of the whole, to be tried when this one finds nobody. `sex` is a code of the register
    or empty; without `former` those who moved out, died or were removed are left out.
    """

    text: str
    conditions: tuple[Condition, ...] = ()
    too_short: bool = False
    problem: str = ""
    otherwise: "Query | None" = None
    sex: str = ""
    former: bool = True

    @property
    def by(self) -> frozenset[By]:
        """Everything the query may touch, for the log and for what it may show."""
        return frozenset(reading.by for condition in self.conditions for reading in condition.readings)
