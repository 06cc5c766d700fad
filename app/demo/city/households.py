"""Households as a Japanese city of this size has them: who lives together, how old, and in which legal relationship.

The shares of the kinds below give a city whose people are 65 or older in about 35 cases of 100 and whose households hold
2.3 persons on average. Relationships are the words the register allows: grandchildren are 子の子, never 孫.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from datetime import timedelta
from itertools import accumulate

from app.demo.city import people
from app.demo.city.people import FEMALE, MALE, Household, Name, Person
from app.demo.city.registry import Registry

_CHILD_COUNTS = (1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 4)


def found(registry: Registry) -> list[Household]:
    """One more home in the city: one household, or two at the same address where the generations registered apart."""
    founder = _FOUNDERS[bisect(_ENDS, registry.rng.random() * _ENDS[-1])][1]
    return founder(registry)


def found_single(registry: Registry) -> list[Household]:
    """A household of one, for the last places of a population."""
    return _single_middle(registry)


def _single(registry: Registry, low: int, high: int, women: float, flat: float, kind: str) -> list[Household]:
    birth = registry.birth(registry.between(low, high))
    since = registry.within(0, min(high - 18, 22))
    since = min(max(since, birth + timedelta(days=6600)), registry.as_of)
    home = registry.household(registry.home(flat), since, kind)
    sex = FEMALE if registry.chance(women) else MALE
    registry.join(home, people.HEAD, sex, birth, registry.names.surname(registry.rng))
    return [home]


def _single_young(registry: Registry) -> list[Household]:
    return _single(registry, 18, 38, 0.42, 0.9, "single")


def _single_middle(registry: Registry) -> list[Household]:
    return _single(registry, 39, 64, 0.38, 0.6, "single")


def _single_old(registry: Registry) -> list[Household]:
    return _single(registry, 65, 94, 0.68, 0.18, "widowed" if registry.chance(0.6) else "single")


def _in_facility(registry: Registry) -> list[Household]:
    building = registry.places.of_kind("C")[registry.between(0, 3)]
    birth = registry.birth(registry.between(76, 101))
    since = registry.within(0, 6)
    home = registry.household(registry.places.flat(building), since, "facility")
    sex = FEMALE if registry.chance(0.75) else MALE
    registry.join(home, people.HEAD, sex, birth, registry.names.surname(registry.rng))
    return [home]


def _pair(registry: Registry, home: Household, age: int, family: Name) -> tuple[Person, Person]:
    """A married couple; in one of fifteen the wife is the householder."""
    his = registry.birth(age)
    hers = registry.birth(max(19, age - registry.between(-2, 6)))
    if registry.chance(0.065):
        wife = registry.join(home, people.HEAD, FEMALE, hers, family)
        husband = registry.join(home, people.HUSBAND, MALE, his, family)
    else:
        husband = registry.join(home, people.HEAD, MALE, his, family)
        wife = registry.join(home, people.WIFE, FEMALE, hers, family)
    husband.spouse, wife.spouse = wife, husband
    return husband, wife


def _couple(registry: Registry, low: int, high: int, flat: float) -> list[Household]:
    age = registry.between(low, high)
    since = registry.within(0, max(1, min(age - 26, 45)))
    home = registry.household(registry.home(flat), since, "couple")
    _pair(registry, home, age, registry.names.surname(registry.rng))
    return [home]


def _couple_young(registry: Registry) -> list[Household]:
    return _couple(registry, 25, 44, 0.7)


def _couple_middle(registry: Registry) -> list[Household]:
    return _couple(registry, 45, 64, 0.25)


def _couple_old(registry: Registry) -> list[Household]:
    return _couple(registry, 65, 92, 0.1)


def add_children(
    registry: Registry, home: Household, relation: people.Relation, father: Person | None, mother: Person | None,
    family: Name, oldest: int = 24,
) -> list[Person]:  # fmt: skip
    """Children still at home, born when the parent was 22 to 40; at least one where the ages allow it."""
    parent = mother or father
    if parent is None:
        raise ValueError("children need a parent")
    parent_age = people.age_on(parent.birth, registry.as_of)
    lowest, highest = max(0, parent_age - 40), min(oldest, parent_age - 21)
    if highest < lowest:
        return []
    count = _CHILD_COUNTS[int(registry.rng.random() * len(_CHILD_COUNTS))]
    ages = sorted({registry.between(lowest, highest) for _ in range(count)}, reverse=True)
    children = []
    for age in ages:
        sex = MALE if registry.chance(0.513) else FEMALE
        child = registry.join(home, relation, sex, registry.birth(age), family)
        child.father, child.mother = father, mother
        children.append(child)
    return children


def _settle_before_children(registry: Registry, home: Household, children: list[Person]) -> None:
    """A family's household began around its first child."""
    if children:
        eldest = min(child.birth for child in children)
        earliest = eldest - timedelta(days=1000)
        latest = min(eldest + timedelta(days=3000), registry.as_of)
        home.since = registry.day_between(earliest, latest)


def _family(registry: Registry) -> list[Household]:
    age = registry.between(27, 57)
    family = registry.names.surname(registry.rng)
    home = registry.household(
        registry.home(0.28 if age > 36 else 0.55), registry.within(0, max(1, (age - 25) // 2))
    )
    home.kind = "family"
    husband, wife = _pair(registry, home, age, family)
    _settle_before_children(registry, home, add_children(registry, home, people.CHILD, husband, wife, family))
    return [home]


def _grown_child(registry: Registry) -> list[Household]:
    age = registry.between(60, 86)
    family = registry.names.surname(registry.rng)
    since = registry.within(5, 35)
    home = registry.household(registry.home(0.06), since, "grown")
    husband, wife = _pair(registry, home, age, family)
    _grown(registry, home, husband, wife, family)
    return [home]


def _grown(
    registry: Registry, home: Household, father: Person | None, mother: Person | None, family: Name
) -> None:
    parent = mother or father
    if parent is None:
        raise ValueError("a grown child needs a parent")
    age = people.age_on(parent.birth, registry.as_of) - registry.between(23, 36)
    sex = MALE if registry.chance(0.62) else FEMALE
    child = registry.join(home, people.CHILD, sex, registry.birth(max(25, age)), family)
    child.father, child.mother = father, mother


def _parent_and_grown_child(registry: Registry) -> list[Household]:
    age = registry.between(62, 93)
    family = registry.names.surname(registry.rng)
    since = registry.within(4, 40)
    home = registry.household(registry.home(0.1), since, "widowed" if registry.chance(0.7) else "grown")
    mother = registry.join(home, people.HEAD, FEMALE, registry.birth(age), family)
    _grown(registry, home, None, mother, family)
    return [home]


def _child_keeps_parent(registry: Registry) -> list[Household]:
    """A grown child heads the household and the mother is a member (母)."""
    age = registry.between(48, 66)
    family = registry.names.surname(registry.rng)
    home = registry.household(registry.home(0.08), registry.within(1, 15), "keeps")
    head = registry.join(
        home, people.HEAD, MALE if registry.chance(0.7) else FEMALE, registry.birth(age), family
    )
    head.mother = registry.join(
        home, people.MOTHER, FEMALE, registry.birth(age + registry.between(22, 30)), family
    )
    return [home]


def _one_parent(registry: Registry) -> list[Household]:
    age = registry.between(24, 50)
    family = registry.names.surname(registry.rng)
    home = registry.household(registry.home(0.7), registry.within(0, 8), "one_parent")
    sex = FEMALE if registry.chance(0.88) else MALE
    parent = registry.join(home, people.HEAD, sex, registry.birth(age), family)
    father, mother = (parent, None) if sex == MALE else (None, parent)
    add_children(registry, home, people.CHILD, father, mother, family, oldest=20)
    return [home]


def _three_generations(registry: Registry) -> list[Household]:
    """Grandparents, parents, children: under the son, under the grandfather, or as two households on one lot."""
    age = registry.between(33, 58)
    family = registry.names.surname(registry.rng)
    address = registry.places.house()
    since = registry.within(3, max(4, min(30, age - 25)))
    elder_age = age + registry.between(23, 32)
    way = registry.rng.random()
    if way < 0.36:
        return _under_grandfather(
            registry, registry.household(address, since, "three"), elder_age, age, family
        )
    home = registry.household(address, since, "three")
    husband, wife = _pair(registry, home, age, family)
    add_children(registry, home, people.CHILD, husband, wife, family)
    if way < 0.62:
        elders = registry.household(address, since - timedelta(days=3000), "couple")
        husband.father, husband.mother = _pair(registry, elders, elder_age, family)
        return [home, elders]
    words = (people.FATHER, people.MOTHER)
    if home.head is wife:
        words = (people.Relation(("11", "51"), "夫の父"), people.Relation(("11", "52"), "夫の母"))
    husband.mother = registry.join(home, words[1], FEMALE, registry.birth(elder_age), family)
    if registry.chance(0.45):
        husband.father = registry.join(
            home, words[0], MALE, registry.birth(elder_age + registry.between(0, 5)), family
        )
        husband.father.spouse, husband.mother.spouse = husband.mother, husband.father
    return [home]


def _under_grandfather(
    registry: Registry, home: Household, elder: int, age: int, family: Name
) -> list[Household]:
    grandfather, grandmother = _pair(registry, home, elder, family)
    son = registry.join(home, people.CHILD, MALE, registry.birth(age), family)
    wife = registry.join(
        home, people.CHILD_WIFE, FEMALE, registry.birth(max(20, age - registry.between(-1, 5))), family
    )
    son.father, son.mother, son.spouse, wife.spouse = grandfather, grandmother, wife, son
    add_children(registry, home, people.GRANDCHILD, son, wife, family)
    return [home]


def _siblings(registry: Registry) -> list[Household]:
    age = registry.between(25, 78)
    family = registry.names.surname(registry.rng)
    home = registry.household(registry.home(0.4), registry.within(1, min(20, age - 19)), "siblings")
    registry.join(home, people.HEAD, MALE if registry.chance(0.5) else FEMALE, registry.birth(age), family)
    sister = registry.chance(0.6)
    relation = people.SISTER if sister else people.BROTHER
    registry.join(
        home,
        relation,
        FEMALE if sister else MALE,
        registry.birth(max(18, age - registry.between(1, 6))),
        family,
    )
    return [home]


def _unregistered_couple(registry: Registry) -> list[Household]:
    age = registry.between(24, 68)
    home = registry.household(registry.home(0.7), registry.within(0, min(9, age - 20)), "partners")
    draw = registry.rng.random()
    sexes = (people.FEMALE, people.MALE) if draw < 0.2 else (people.MALE, people.FEMALE)
    relation = (
        people.HUSBAND_UNREGISTERED
        if draw < 0.2
        else people.WIFE_UNREGISTERED
        if draw < 0.65
        else people.LODGER
    )
    registry.join(home, people.HEAD, sexes[0], registry.birth(age), registry.names.surname(registry.rng))
    birth = registry.birth(max(19, age - registry.between(-3, 7)))
    registry.join(home, relation, sexes[1], birth, registry.names.surname(registry.rng))
    return [home]


_FOUNDERS: tuple[tuple[float, Callable[[Registry], list[Household]]], ...] = (
    (75, _single_young),
    (77, _single_middle),
    (172, _single_old),
    (18, _in_facility),
    (38, _couple_young),
    (60, _couple_middle),
    (188, _couple_old),
    (160, _family),
    (110, _grown_child),
    (55, _parent_and_grown_child),
    (34, _child_keeps_parent),
    (40, _one_parent),
    (70, _three_generations),
    (10, _siblings),
    (12, _unregistered_couple),
)
_ENDS = list(accumulate(weight for weight, _ in _FOUNDERS))
