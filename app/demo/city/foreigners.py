"""Foreign residents: workers, families, spouses of Japanese; every way of giving priority among names is in use."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from app.demo.city import people, wordlists
from app.demo.city.histories import settle
from app.demo.city.people import CHILD, HEAD, Entry, Foreign, Household, Name, Person, Relation
from app.demo.city.registry import Registry

REGISTER_OPENED = date(2012, 7, 9)
"""The day foreign residents came onto the resident register."""

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: "　"}
_KANJI_PRIORITIES = ("01", "03", "04", "05", "07", "08", "10", "12", "13", "03", "04")
_LATIN_PRIORITIES = ("02", "02", "06", "02", "09", "02", "11", "02", "02", "02")
_KANJI_ONLY = {
    "01": "01",
    "03": "01",
    "04": "01",
    "05": "05",
    "07": "05",
    "08": "05",
    "10": "10",
    "12": "10",
    "13": "10",
}
_ADULT = timedelta(days=18 * 366)
_PERMANENT = {"X14", "T60"}
_STATUSES = {
    "VNM": ("T71", "T71", "T26", "T44"), "CHN": ("X14", "T26", "T61", "T41"), "PHL": ("X14", "T61", "T63"),
    "IDN": ("T71", "T71", "T72"), "KOR": ("T60", "X14", "T26"), "NPL": ("T41", "T20", "T71"),
    "MMR": ("T71", "T51"), "BRA": ("T63", "X14"), "USA": ("T26", "T61"), "LKA": ("T26", "T71"),
}  # fmt: skip
_STAYS = (("1", "0", "0"), ("3", "0", "0"), ("5", "0", "0"), ("0", "6", "0"), ("1", "3", "0"))


@dataclass(frozen=True, slots=True)
class _Nation:
    code: str
    name: str
    kanji: bool
    families: tuple[str, ...]
    given: dict[str, tuple[str, ...]]


def wide_latin(text: str) -> str:
    """Latin letters in full width, as the register writes them."""
    return text.translate(_WIDE)


class Foreigners:
    """Makes foreign residents for one registry."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._nations, weights = _nations()
        self._ends = list(accumulate(weights))
        self._turn = {True: 0, False: 0}

    def add(self, count: int) -> list[Household]:
        """Households with at least ``count`` foreign residents in all."""
        homes: list[Household] = []
        made = 0
        while made < count:
            draw = self._registry.rng.random()
            if draw < 0.6:
                home = self._worker()
            elif draw < 0.8:
                home = self._family()
            else:
                home = self._spouse()
            homes.append(home)
            made += sum(1 for member in home.members if member.foreign)
        return homes

    def nation(self, code: str = "") -> _Nation:
        """A nation by code, or one drawn by how many of its people live here."""
        for nation in self._nations:
            if nation.code == code:
                return nation
        return self._nations[bisect(self._ends, self._registry.rng.random() * self._ends[-1])]

    def join(
        self, home: Household, relation: Relation, sex: str, birth: date, nation: _Nation, family: str = "",
        priority: str = "",
    ) -> Person:  # fmt: skip
        """A foreign member of the household, with names, status and period of stay; the priority code is drawn if not given."""
        registry = self._registry
        family = family or nation.families[registry.between(0, len(nation.families) - 1)]
        given = nation.given[sex][registry.between(0, len(nation.given[sex]) - 1)]
        person = registry.join(home, relation, sex, birth, Name("", ""))
        latin, kanji, reading = _names(nation, family, given)
        priority = priority or self._priority(nation)
        alias = self._alias(sex, birth) if priority not in {"01", "02", "03", "04"} else ("", "")
        statuses = _STATUSES[nation.code]
        status = statuses[registry.between(0, len(statuses) - 1)]
        if status == "T60":
            latin, priority = "", _KANJI_ONLY[priority]
        permanent = status in _PERMANENT
        person.family, person.given = Name("", ""), Name(kanji or latin, reading)
        person.foreign = Foreign(
            nation.code, nation.name, latin, kanji, *alias, priority, "02" if status == "T60" else "01", status,
            ("", "", "") if permanent else _STAYS[registry.between(0, len(_STAYS) - 1)],
            None if permanent else registry.as_of + timedelta(days=registry.between(3, 900)), home.since,
        )  # fmt: skip
        return person

    def enter(self, home: Household) -> None:
        """The members' first lines: from abroad, from another city, or on the day the register opened to them."""
        registry = self._registry
        origin = registry.places.abroad() if registry.chance(0.6) else registry.places.away()
        for person in home.members:
            day = max(home.since, person.birth)
            born = person.birth >= home.since
            reason = people.BORN if born else people.FROM_ABROAD
            grown = person.birth + _ADULT <= REGISTER_OPENED
            if person.foreign and person.foreign.status in _PERMANENT and not born and grown:
                day, reason = max(REGISTER_OPENED, person.birth), people.EX_OFFICIO
            elif not born:
                person.origin = origin
                reason = people.FROM_ABROAD if person.origin.abroad else people.MOVED_IN
            person.since = day
            if person.foreign:
                person.foreign.since = day
            address = home.address
            entry = Entry(
                reason, day, registry.notified(day), home.number, person.relation, address, person.family
            )
            person.entries = [entry]

    def _priority(self, nation: _Nation) -> str:
        codes = _KANJI_PRIORITIES if nation.kanji else _LATIN_PRIORITIES
        self._turn[nation.kanji] += 1
        return codes[self._turn[nation.kanji] % len(codes)]

    def _alias(self, sex: str, birth: date) -> tuple[str, str]:
        family = self._registry.names.surname(self._registry.rng)
        given = self._registry.names.given(self._registry.rng, sex, birth.year, family)
        return f"{family.written}　{given.written}", f"{family.reading}　{given.reading}"

    def _since(self, youngest: date) -> date:
        """When a household began whose youngest adult was born that day."""
        return self._registry.day_between(
            max(REGISTER_OPENED, youngest + _ADULT), self._registry.as_of - timedelta(days=20)
        )

    def _worker(self) -> Household:
        registry = self._registry
        dormitories = registry.places.of_kind("D")
        nation = self.nation()
        if nation.kanji:
            address, age = registry.home(0.8), registry.between(24, 82)
        else:
            address = registry.places.flat(dormitories[registry.between(0, len(dormitories) - 1)])
            age = registry.between(20, 36)
        birth = registry.birth(age)
        home = registry.household(address, self._since(birth), "worker")
        self.join(home, HEAD, people.MALE if registry.chance(0.52) else people.FEMALE, birth, nation)
        self.enter(home)
        return home

    def _family(self) -> Household:
        registry = self._registry
        nation = self.nation()
        age = registry.between(27, 45)
        younger = age - registry.between(0, 4)
        his, hers = registry.birth(age), registry.birth(younger)
        home = registry.household(registry.home(0.7), self._since(max(his, hers)), "foreign_family")
        family = nation.families[registry.between(0, len(nation.families) - 1)]
        husband = self.join(home, HEAD, people.MALE, his, nation, family)
        wife = self.join(home, people.WIFE, people.FEMALE, hers, nation)
        husband.spouse, wife.spouse = wife, husband
        for _ in range(registry.between(0, 2)):
            sex = people.MALE if registry.chance(0.5) else people.FEMALE
            birth = registry.birth(registry.between(0, min(12, younger - 21)))
            child = self.join(home, CHILD, sex, birth, nation, family)
            child.father, child.mother = husband, wife
        self.enter(home)
        return home

    def _spouse(self) -> Household:
        """A Japanese householder with a foreign spouse."""
        registry = self._registry
        age = registry.between(30, 66)
        his, hers = registry.birth(age), registry.birth(age - registry.between(0, 8))
        home = registry.household(registry.home(0.4), self._since(max(his, hers)), "mixed")
        husband = registry.join(home, HEAD, people.MALE, his, registry.names.surname(registry.rng))
        settle(registry, home, moves=False)
        wife = self.join(home, people.WIFE, people.FEMALE, hers, self.nation())
        husband.spouse, wife.spouse = wife, husband
        wife.since, wife.origin = home.since, registry.places.abroad()
        notified = registry.notified(home.since)
        wife.entries = [
            Entry(
                people.FROM_ABROAD,
                home.since,
                notified,
                home.number,
                wife.relation,
                home.address,
                wife.family,
            )
        ]
        return home


def _names(nation: _Nation, family: str, given: str) -> tuple[str, str, str]:
    """Latin name, kanji name and reading, each with its parts apart by a full-width space."""
    if nation.kanji:
        one, two = family.split("/"), given.split("/")
        return wide_latin(f"{one[1]} {two[1]}"), f"{one[0]}　{two[0]}", f"{one[2]}　{two[2]}"
    latin = given if family == "-" else f"{family.replace('@', ' ')} {given}"
    return wide_latin(latin), "", ""


def _nations() -> tuple[list[_Nation], list[float]]:
    rows = wordlists.read("foreign_names")
    nations = [
        _Nation(code, name, script == "K", tuple(families.split(" ")), {"1": _given(men), "2": _given(women)})
        for code, name, _, script, families, men, women in rows
    ]
    return nations, [float(row[2]) for row in rows]


def _given(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(" ") if "/" in cell else cell.split("|"))
