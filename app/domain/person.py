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


STATUS_LABELS = {
    Status.RESIDENT: "", Status.NON_RESIDENT: "", Status.EXPECTED: "転入予定", Status.MOVED_OUT: "転出",
    Status.DEAD: "死亡", Status.REMOVED: "消除", Status.CLOSED: "閉鎖",
}  # fmt: skip
"""What is said of a person who does not simply live here."""
OPENABLE = frozenset({Status.RESIDENT, Status.NON_RESIDENT, Status.EXPECTED, Status.MOVED_OUT})
"""Who can come to the counter."""


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


class FoundBy(StrEnum):
    """By what other than his current name and address a person was found."""

    ALIAS = "alias"
    FORMER_SURNAME = "former_surname"
    PAST_NAME = "past_name"
    PAST_ADDRESS = "past_address"
    ADDRESS_BEFORE = "address_before"
    ADDRESS_AFTER = "address_after"


@dataclass(frozen=True)
class Hit:
    """A search hit. Hits of one household follow each other; its other members (世帯員) stand with the last of them."""

    person: Person
    members: tuple[Person, ...] = ()
    found_by: tuple[FoundBy, ...] = ()
    namesake: bool = False
    """Somebody else who was found has the same name and birth date (同姓同名・同生年月日)."""
    below: bool = False
    """The hit before is of the same household."""
    more_members: bool = False
    """The household has more members than are listed."""


@dataclass(frozen=True)
class SearchPage:
    """A page of hits in their order.

    ``total`` is how many persons were found, at most `MOST_PERSONS`; with ``too_many`` there are others, and one more
    item should be asked for. ``next`` is where the next page starts, None on the last one.
    """

    hits: tuple[Hit, ...]
    total: int
    next: int | None
    too_many: bool
