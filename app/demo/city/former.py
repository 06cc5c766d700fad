"""Former residents (除票): families that moved away, people who died, a few struck off; each with a history."""

from __future__ import annotations

from datetime import date, timedelta

from app.demo.city import people
from app.demo.city.histories import bury, leave
from app.demo.city.people import CHILD, HEAD, WIFE, Entry, Household, Name, Person, Relation
from app.demo.city.registry import Registry

_FIRST_YEAR = 1994
_ADULT_DAYS, _MARRIED_DAYS = 18 * 366, 22 * 366
_SIZES = (1, 1, 1, 1, 1, 1, 2, 2, 3, 4)


def add_moved_out(registry: Registry, count: int) -> None:
    """At least ``count`` persons who lived here once and moved away, family by family."""
    made = 0
    while made < count:
        made += _family_that_left(registry, _SIZES[int(registry.rng.random() * len(_SIZES))])


def _family_that_left(registry: Registry, size: int) -> int:
    left = registry.day_between(date(_FIRST_YEAR, 1, 5), registry.as_of - timedelta(days=3))
    age = registry.between(23, 46) if size > 1 else registry.between(19, 60)
    birth = left - timedelta(days=age * 365 + registry.between(0, 364))
    adult = birth + timedelta(days=_ADULT_DAYS if size == 1 else _MARRIED_DAYS)
    stay = 200 + int(registry.rng.random() ** 2 * 9000)
    came = min(max(left - timedelta(days=stay), adult), left - timedelta(days=30))
    family = registry.names.surname(registry.rng)
    home = registry.household(registry.home(0.6), came)
    persons = _couple_and_children(registry, home, size, birth, left, family)
    native = size == 1 and registry.chance(0.4)
    origin = None if native else registry.places.away()
    for person in persons:
        _arrive(registry, home, person, came, native, persons[0])
        person.origin = origin if person.birth < came else None
    if registry.chance(0.18):
        _move_once(registry, persons, max(came, adult), left)
    to = registry.places.abroad() if registry.chance(0.02) else registry.places.away()
    for person in persons:
        leave(registry, person, left, to)
    return size


def _couple_and_children(
    registry: Registry, home: Household, size: int, birth: date, left: date, family: Name
) -> list[Person]:
    sex = people.MALE if registry.chance(0.7) else people.FEMALE
    persons = [_former(registry, home, HEAD, sex, birth, family)]
    if size > 1:
        hers = birth + timedelta(days=registry.between(-900, 900))
        relation, other = (WIFE, people.FEMALE) if sex == people.MALE else (people.HUSBAND, people.MALE)
        persons.append(_former(registry, home, relation, other, hers, family))
    oldest = max(90, (left - birth).days - _MARRIED_DAYS)
    for _ in range(size - 2):
        born = left - timedelta(days=registry.between(60, min(6500, oldest)))
        child = _former(
            registry, home, CHILD, people.MALE if registry.chance(0.51) else people.FEMALE, born, family
        )
        child.father, child.mother = persons[:2] if sex == people.MALE else reversed(persons[:2])
        persons.append(child)
    return persons


def _former(
    registry: Registry, home: Household, relation: Relation, sex: str, birth: date, family: Name
) -> Person:
    return registry.person(home, relation, sex, birth, family)


def _arrive(
    registry: Registry, home: Household, person: Person, came: date, native: bool, head: Person
) -> None:
    born_here = native or person.birth >= came
    day = person.birth if born_here else came
    reason = people.BORN if born_here else people.MOVED_IN
    relation = CHILD if native else person.relation
    person.since, person.origin_head = day, "" if born_here else head.name
    person.entries = [
        Entry(reason, day, registry.notified(day), home.number, relation, home.address, person.family)
    ]


def _move_once(registry: Registry, persons: list[Person], first: date, left: date) -> None:
    """The family moved within the city on some day of its stay, those born by then together."""
    day = registry.day_between(max(first, date(_FIRST_YEAR, 1, 1)), left - timedelta(days=1))
    place = registry.places.house()
    for person in persons:
        last = person.entries[-1]
        if last.on < day < left:
            person.entries.append(
                Entry(
                    people.MOVED_WITHIN,
                    day,
                    registry.notified(day),
                    last.household,
                    person.relation,
                    place,
                    person.family,
                    before=last.address,
                )
            )


def add_dead(registry: Registry, count: int) -> None:
    """``count`` persons who died here, beyond the spouses of today's widows."""
    for _ in range(count):
        died = registry.day_between(date(_FIRST_YEAR, 4, 1), registry.as_of - timedelta(days=2))
        age = registry.between(52, 101) if registry.chance(0.96) else registry.between(0, 51)
        birth = died - timedelta(days=age * 365 + registry.between(0, 364))
        family = registry.names.surname(registry.rng)
        came = max(birth + timedelta(days=20 * 365), died - timedelta(days=registry.between(400, 20000)))
        came = birth if age < 22 else came
        home = registry.household(registry.home(0.15), came)
        sex = people.MALE if registry.chance(0.54) else people.FEMALE
        person = _former(registry, home, HEAD, sex, birth, family)
        _arrive(registry, home, person, came, came == birth, person)
        if came > birth:
            person.origin = registry.places.away()
        bury(registry, person, died)


def add_struck_off(registry: Registry, count: int) -> None:
    """``count`` persons removed by the office (職権消除) because they no longer lived where they were registered."""
    for _ in range(count):
        removed = registry.day_between(date(_FIRST_YEAR, 4, 1), registry.as_of - timedelta(days=2))
        birth = removed - timedelta(days=registry.between(34 * 365, 80 * 365))
        family = registry.names.surname(registry.rng)
        came = removed - timedelta(days=registry.between(900, 5000))
        home = registry.household(registry.home(0.7), came)
        person = _former(
            registry, home, HEAD, people.MALE if registry.chance(0.75) else people.FEMALE, birth, family
        )
        _arrive(registry, home, person, came, False, person)
        person.origin = registry.places.away()
        last = person.entries[-1]
        person.entries.append(
            Entry(people.STRUCK_OFF, removed, removed, last.household, HEAD, last.address, person.family)
        )
        person.status, person.removed_on = people.REMOVED, removed
        registry.city.former.append(person)
