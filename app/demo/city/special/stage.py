"""How special households are put on the register: roles in, household out, with a label to find them by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.demo.city import people
from app.demo.city.foreigners import Foreigners
from app.demo.city.histories import settle
from app.demo.city.people import City, Household, Name, Person, Relation, SpecialHousehold, Work
from app.demo.city.places import Address
from app.demo.city.registry import Registry

OUTSIDER = ""
"""Status of a person who is related to a resident but was never on the register."""


def employed(salary: int = 3_800_000) -> Work:
    return Work("employee", "employer", salary=salary)


def civil(salary: int = 5_200_000) -> Work:
    return Work("civil", "civil", salary=salary)


def own_business(income: int = 2_400_000) -> Work:
    return Work("self", business=income)


def retired(pension: int = 1_200_000) -> Work:
    return Work("retired", pension=pension)


@dataclass(frozen=True)
class Role:
    """A member to cast. ``born`` is an age in years or a birth date; what is not given is drawn."""

    relation: Relation
    sex: str
    born: int | date
    work: Work | None = None
    name: str = ""
    care: str = ""
    disability: str = ""


class Stage:
    """Casts special households of one registry."""

    def __init__(self, registry: Registry, foreigners: Foreigners) -> None:
        self.registry = registry
        self.foreigners = foreigners
        self.as_of = registry.as_of

    @property
    def city(self) -> City:
        return self.registry.city

    def ago(self, days: int) -> date:
        """The day so many days before the as-of day; negative for days to come."""
        return self.as_of - timedelta(days=days)

    def home(
        self, roles: Sequence[Role], *, since: date, address: Address | None = None, away: bool = False,
        kind: str = "special", family: Name | None = None,
    ) -> Household:  # fmt: skip
        """A household with a settled history; ``away`` lets it have moved in on ``since`` from another municipality."""
        registry = self.registry
        family = family or registry.names.surname(registry.rng)
        home = registry.household(address or registry.places.house(), since, kind)
        for role in roles:
            self.cast(home, role, family)
        relate(home)
        settle(registry, home, from_away=away, moves=False)
        self.city.households.append(home)
        return home

    def cast(self, home: Household, role: Role, family: Name) -> Person:
        """One member. A name given as ``氏　名/シ　メイ`` replaces the family's and the drawn one."""
        birth = self.registry.birth(role.born) if isinstance(role.born, int) else role.born
        person = self.registry.join(home, role.relation, role.sex, birth, family)
        if role.name:
            person.family, person.given = full_name(role.name)
        if role.work is not None:
            person.work = replace(role.work)
        person.care, person.disability = role.care, role.disability
        return person

    def rename(self, person: Person, family: Name) -> None:
        """Give a member another surname than the family's, in all his lines."""
        person.family = family
        for entry in person.entries:
            entry.family = family

    def outsider(self, sex: str, family: Name, age: int) -> Person:
        """Someone related who is registered elsewhere: he has no number here."""
        birth = self.registry.birth(age)
        given = self.registry.names.given(self.registry.rng, sex, birth.year, family)
        nowhere = Household("", self.registry.places.away(), birth)
        return Person("", sex, birth, family, given, people.HEAD, nowhere, status=OUTSIDER)

    def label(
        self,
        label: str,
        shows: str,
        persons: Sequence[Person],
        *,
        sentinels: tuple[str, ...] = (),
        notice: str = "",
    ) -> None:
        """Make a household findable; the first person's household is the one meant."""
        household = persons[0].household.number if persons else ""
        numbers = tuple(person.number for person in persons)
        self.city.special.append(SpecialHousehold(label, shows, household, numbers, sentinels, notice))

    def add_row(self, layout: str, person: Person | None, **cells: str) -> None:
        """A row of its own for a person, beside what his circumstances bring."""
        row = dict(cells) if person is None else {"atenabango": person.number, **cells}
        self.city.rows.setdefault(layout, []).append(row)

    def memo(
        self, person: Person, kind: str, text: str, *, serial: int = 1, level: str = "1", until: str = ""
    ) -> None:
        """A memo (住基メモ) of a kind: 01 caution, 02 issuance hold, 03 guardianship, 04 returned mail, 99 other."""
        self.add_row(
            "19", person, memobango=str(serial), memokubun=kind, juyodo=level, naiyo=text,
            kaishinengappi=self.ago(200).isoformat(), kigennengappi=until or "9999-12-31", torokubusho="SHIMIN",
        )  # fmt: skip


def full_name(text: str) -> tuple[Name, Name]:
    """``氏　名/シ　メイ`` as family and given name."""
    written, reading = text.split("/")
    (family, given), (family_reading, given_reading) = written.split("　"), reading.split("　")
    return Name(family, family_reading), Name(given, given_reading)


def relate(home: Household) -> None:
    """Join spouses, and children with their parents, by the relationships to the householder."""
    head = home.head
    couple = {people.WIFE, people.HUSBAND, people.WIFE_UNREGISTERED}
    partner = next((member for member in home.members if member.relation in couple), None)
    if partner is not None and partner.relation != people.WIFE_UNREGISTERED:
        head.spouse, partner.spouse = partner, head
    parents = [one for one in (head, partner) if one is not None]
    for member in home.members:
        if member.relation == people.CHILD:
            member.father = next((one for one in parents if one.sex == people.MALE), None)
            member.mother = next((one for one in parents if one.sex == people.FEMALE), None)
        elif member.relation == people.WIFE_CHILD:
            member.mother = partner
