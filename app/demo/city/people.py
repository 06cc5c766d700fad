"""The people of the invented city: persons, households, their history on the register, and the city itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from app.demo.city.places import Address, Gazetteer

MALE, FEMALE = "1", "2"
RESIDENT, MOVED_OUT, DEAD, REMOVED = "1", "2", "3", "9"

# Reasons of a change (異動事由).
MOVED_IN, FROM_ABROAD, BORN, EX_OFFICIO, RENEWED = "01", "02", "03", "06", "07"
LEFT, LEFT_JAPAN, DIED, STRUCK_OFF = "21", "22", "23", "26"
MOVED_WITHIN, CORRECTED, SPLIT, CHANGED_HOUSEHOLD, NEW_HEAD = "41", "43", "50", "52", "53"
FORMER_SURNAME_ENTERED, ALIAS_ENTERED = "54", "57"


class Relation(NamedTuple):
    """A relationship to the householder (続柄): up to four two-digit codes, and the words that are printed."""

    codes: tuple[str, ...]
    words: str


HEAD = Relation(("02",), "世帯主")
HUSBAND = Relation(("11",), "夫")
WIFE = Relation(("12",), "妻")
HUSBAND_UNREGISTERED = Relation(("13",), "夫（未届）")
WIFE_UNREGISTERED = Relation(("14",), "妻（未届）")
CHILD = Relation(("20",), "子")
CHILD_WIFE = Relation(("20", "12"), "子の妻")
CHILD_HUSBAND = Relation(("20", "11"), "子の夫")
GRANDCHILD = Relation(("20", "20"), "子の子")
GREAT_GRANDCHILD = Relation(("20", "20", "20"), "子の子の子")
GRANDCHILD_WIFE = Relation(("20", "20", "12"), "子の子の妻")
WIFE_CHILD = Relation(("12", "20"), "妻の子")
FATHER = Relation(("51",), "父")
MOTHER = Relation(("52",), "母")
MOTHER_MOTHER = Relation(("52", "52"), "母の母")
FATHER_MOTHER = Relation(("51", "52"), "父の母")
WIFE_MOTHER = Relation(("12", "52"), "妻の母")
WIFE_FATHER = Relation(("12", "51"), "妻の父")
BROTHER = Relation(("74",), "弟")
SISTER = Relation(("84",), "妹")
ELDER_SISTER = Relation(("81",), "姉")
SISTER_CHILD = Relation(("84", "20"), "妹の子")
RELATIVE = Relation(("96",), "縁故者")
LODGER = Relation(("99",), "同居人")


class Name(NamedTuple):
    """A family or given name (氏, 名) as written, and its reading in full-width katakana."""

    written: str
    reading: str


@dataclass(slots=True)
class Entry:
    """One line of a person's history: the state from ``on`` until the next line.

    ``before`` is the address left by a move within the city, ``after`` the one gone to when leaving it.
    """

    reason: str
    on: date
    notified: date
    household: str
    relation: Relation
    address: Address
    family: Name
    before: Address | None = None
    after: Address | None = None
    head_name: str = ""


@dataclass(slots=True)
class Foreign:
    """What the register holds of a foreign resident beside the common items."""

    nationality: str
    nationality_name: str
    latin: str
    kanji: str
    alias: str
    alias_reading: str
    priority: str
    category: str
    status: str
    stay: tuple[str, str, str]
    expires: date | None
    since: date

    @property
    def registered(self) -> str:
        """The registered name: kanji, Latin or both, in the order of the priority code (氏名優先区分)."""
        code = int(self.priority)
        base = code if code < 5 else code - 4 if code < 9 else code - 9 if code > 9 else 2
        if not self.latin or not self.kanji:
            return self.latin or self.kanji
        return (self.kanji, self.latin, f"{self.kanji}（{self.latin}）", f"{self.latin}（{self.kanji}）")[
            base - 1
        ]

    @property
    def preferred(self) -> str:
        """The name to use first (氏名_優先), the common name (通称) before or after the registered one."""
        code = int(self.priority)
        if code < 5 or not self.alias:
            return self.registered
        if code == 9:
            return self.alias
        pair = (self.registered, self.alias) if code < 9 else (self.alias, self.registered)
        return f"{pair[0]}（{pair[1]}）"


@dataclass(slots=True)
class Work:
    """What a person lives on and is insured by; every qualification file is derived from it.

    ``kind``: employee, civil, self, none, student, homemaker, retired, child; empty where nobody asked yet.
    ``insurer``: employer (社保), civil (共済), national (国保), elderly (後期), assistance (生活保護).
    """

    kind: str = ""
    insurer: str = "national"
    salary: int = 0
    business: int = 0
    pension: int = 0


_UNKNOWN_WORK = Work()


@dataclass(slots=True, eq=False)
class Person:
    """A person on the register, now or once.

    ``birth`` is a calendar day to reckon with; ``odd`` holds cells that replace those of his register rows (unknown dates).
    ``recipient`` is who receives child allowance for him where it is not a parent in the household.
    """

    number: str
    sex: str
    birth: date
    family: Name
    given: Name
    relation: Relation
    household: Household
    status: str = RESIDENT
    entries: list[Entry] = field(default_factory=list)
    origin: Address | None = None
    origin_head: str = ""
    since: date | None = None
    removed_on: date | None = None
    spouse: Person | None = None
    mother: Person | None = None
    father: Person | None = None
    foreign: Foreign | None = None
    former_surname: Name | None = None
    recipient: Person | None = None
    work: Work = field(default_factory=lambda: _UNKNOWN_WORK)
    disability: str = ""
    care: str = ""
    odd: dict[str, str] | None = None

    @property
    def name(self) -> str:
        """The registered name (氏名)."""
        if self.foreign:
            return self.foreign.registered
        return f"{self.family.written}　{self.given.written}"

    @property
    def kana(self) -> str:
        if not self.family.reading:
            return self.given.reading
        return f"{self.family.reading}　{self.given.reading}"


@dataclass(slots=True, eq=False)
class Household:
    """A household (世帯). ``members`` are today's, the householder first; a former one has none."""

    number: str
    address: Address
    since: date
    members: list[Person] = field(default_factory=list)
    kind: str = ""

    @property
    def head(self) -> Person:
        return self.members[0]


@dataclass(slots=True, eq=False)
class NonResident:
    """A non-resident addressee (住登外者). ``merged_into`` is the number that replaces his (名寄せ先)."""

    number: str
    sex: str
    birth: date
    family: Name
    given: Name
    address: Address
    business: str
    merged_into: str = ""
    closed_to_others: bool = False
    birth_missing: bool = False


@dataclass(slots=True, eq=False)
class Corporation:
    """A corporation (法人) known to the tax section."""

    number: str
    corporate_number: str
    name: str
    reading: str
    representative: str
    address: Address
    founded: date
    closed: date | None
    phone: str


@dataclass(frozen=True)
class SpecialHousehold:
    """A household that exists for a test or a lesson: its label, what it shows, and the persons' numbers."""

    label: str
    shows: str
    household: str
    persons: tuple[str, ...]
    sentinels: tuple[str, ...] = ()
    notice: str = ""


@dataclass(slots=True)
class City:
    """Everything the feed files are written from."""

    as_of: date
    places: Gazetteer
    households: list[Household] = field(default_factory=list)
    former: list[Person] = field(default_factory=list)
    non_residents: list[NonResident] = field(default_factory=list)
    corporations: list[Corporation] = field(default_factory=list)
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    special: list[SpecialHousehold] = field(default_factory=list)

    def residents(self) -> list[Person]:
        """Everyone who lives in the city on the as-of day, household by household."""
        return [person for household in self.households for person in household.members]


def age_on(birth: date, on: date) -> int:
    """Completed years, as people count them (the law counts a day earlier; feeds carry birth dates, not ages)."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
