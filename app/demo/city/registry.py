"""The desk that enters the invented people: hands out numbers, names, birth dates and addresses, from one seed."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from app.demo.city.names import Names
from app.demo.city.numbers import Serials
from app.demo.city.people import City, Household, Name, Person, Relation
from app.demo.city.places import Address, Gazetteer

_FIRST_PERSON, _FIRST_HOUSEHOLD = 100_001, 500_000_001
_FIRST_NON_RESIDENT, _FIRST_CORPORATION = 700_000_001, 800_000_001


class Registry:
    """Everything that makes people of one city. All chance comes from ``rng``, so that a seed decides every byte."""

    def __init__(self, population: int, seed: int, as_of: date) -> None:
        self.rng = Random(f"{seed}:people")
        self.names = Names()
        self.places = Gazetteer(Random(f"{seed}:places"), population)
        self.city = City(as_of, self.places)
        self.as_of = as_of
        self.people = Serials(_FIRST_PERSON)
        self.household_numbers = Serials(_FIRST_HOUSEHOLD)
        self.non_residents = Serials(_FIRST_NON_RESIDENT)
        self.corporations = Serials(_FIRST_CORPORATION)

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.rng.random() * (high - low + 1))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def birth(self, age: int) -> date:
        """A birthday that makes someone this old on the as-of day."""
        latest = self.years_ago(age)
        earliest = self.years_ago(age + 1)
        return latest - timedelta(days=int(self.rng.random() * (latest - earliest).days))

    def years_ago(self, years: int) -> date:
        """The as-of day some years back; 29 February becomes the 28th."""
        day = self.as_of
        return date(day.year - years, day.month, min(day.day, 28) if day.month == 2 else day.day)

    def day_between(self, first: date, last: date) -> date:
        """A day from first to last, both included; ``first`` when the span is empty."""
        span = (last - first).days
        return first + timedelta(days=int(self.rng.random() * (span + 1))) if span > 0 else first

    def within(self, least: int, most: int) -> date:
        """A day that lies from ``least`` to ``most`` years back."""
        return self.day_between(self.years_ago(most), self.years_ago(least))

    def notified(self, day: date) -> date:
        """When a change of that day was notified: within the legal fourteen days nearly always."""
        delay = int(self.rng.random() * 13) if self.rng.random() < 0.93 else 14 + int(self.rng.random() * 90)
        return min(day + timedelta(days=delay), self.as_of)

    def household(self, address: Address, since: date, kind: str = "") -> Household:
        """A household with a number of its own; the caller adds members and keeps it."""
        return Household(self.household_numbers.take(), address, since, kind=kind)

    def person(self, household: Household, relation: Relation, sex: str, birth: date, family: Name) -> Person:
        """A person with a number and a given name, not yet a member of the household he names."""
        given = self.names.given(self.rng, sex, birth.year, family)
        return Person(self.people.take(), sex, birth, family, given, relation, household)

    def join(self, household: Household, relation: Relation, sex: str, birth: date, family: Name) -> Person:
        """The same, as a member."""
        person = self.person(household, relation, sex, birth, family)
        household.members.append(person)
        return person

    def home(self, flat_share: float) -> Address:
        """A new address: a room with that probability, otherwise a lot of its own."""
        return self.places.flat() if self.rng.random() < flat_share else self.places.house()
