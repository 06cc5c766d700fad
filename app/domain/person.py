"""Persons and households as the register shows them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.dates import PartialDate
from app.domain.disclosure import MASK


class Category(StrEnum):
    """What kind of addressee (宛名) a number stands for."""

    JAPANESE = "japanese"
    FOREIGN = "foreign"
    NON_RESIDENT = "non_resident"
    CORPORATION = "corporation"
    EXPECTED = "expected"
    """Announced by a move-out notice of another city (転出証明書情報), not yet on the register."""


class Status(StrEnum):
    """Where the person stands on the register (住民状態)."""

    RESIDENT = "resident"
    NON_RESIDENT = "non_resident"
    EXPECTED = "expected"
    MOVED_OUT = "moved_out"
    DEAD = "dead"
    REMOVED = "removed"
    CLOSED = "closed"


class WarningLevel(StrEnum):
    """The four levels of warning, most severe first."""

    RESTRICTED = "restricted"  # 取扱注意: support measures
    HOLD = "hold"  # 発行禁止・停止
    CONFIRM = "confirm"  # 要確認
    NOTICE = "notice"  # お知らせ


@dataclass(frozen=True)
class PersonWarning:
    """A warning to show beside a person. The text says nothing that a visitor may not read."""

    level: WarningLevel
    code: str
    text: str


@dataclass(frozen=True)
class Address:
    """An address (住所) in its parts; ``text`` joins them as the register prints them."""

    prefecture: str = ""
    city: str = ""
    town: str = ""
    number: str = ""
    building: str = ""
    postal_code: str = ""
    withheld: bool = False

    @property
    def text(self) -> str:
        if self.withheld:
            return MASK
        front = f"{self.prefecture}{self.city}{self.town}{self.number}"
        return f"{front}　{self.building}" if self.building else front


WITHHELD = Address(withheld=True)


@dataclass(frozen=True)
class Person:
    """One addressee as the asking member of staff may see him.

    ``id`` is opaque and stable, ``number`` the addressee number (宛名番号). For a protected person (支援対象者)
    ``address`` is WITHHELD: the real one never leaves the vault through this type.
    """

    id: str
    number: str
    category: Category
    status: Status
    name: str
    kana: str
    sex: str
    birth: PartialDate
    relationship: str
    household_number: str
    address: Address
    protected: bool
    alias: str = ""
    former_surname: str = ""
    latin_name: str = ""
    nationality: str = ""
    is_householder: bool = False
    warnings: tuple[PersonWarning, ...] = ()
    receipt_number: str = ""
    """For an expected resident: the receipt number of the move-out notice he belongs to."""

    @property
    def is_foreign(self) -> bool:
        return self.category is Category.FOREIGN or bool(self.nationality)


@dataclass(frozen=True)
class Hit:
    """A search hit with the other members of its household (世帯員) below it."""

    person: Person
    members: tuple[Person, ...]


@dataclass(frozen=True)
class SearchPage:
    """At most ``limit`` hits in order; ``more`` says that there are others beyond them, ``too_many`` that one more item should be asked."""

    hits: tuple[Hit, ...]
    more: bool
    too_many: bool
