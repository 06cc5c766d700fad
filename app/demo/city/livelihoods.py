"""What people live on, by whom they are insured, who needs care or has a handicap: the ground of all qualification files."""

from __future__ import annotations

from app.demo.city import people
from app.demo.city.people import Household, Person, Work, age_on
from app.demo.city.registry import Registry

_ASSISTED_KINDS = {"single", "widowed", "one_parent", "facility", "siblings"}
_SETTLED = {"employer", "civil", "assistance", "elsewhere", "elderly"}
_ASSISTANCE_SHARE = 0.035
_CARE_SHARES = ((90, 0.68), (85, 0.47), (80, 0.26), (75, 0.12), (70, 0.055), (65, 0.025))
_CARE_LEVELS = ("12", "12", "13", "13", "21", "21", "21", "22", "22", "23", "24", "25")
_HANDBOOKS = (
    "1-1-51", "1-1-53", "1-1-11", "1-2-42", "1-3-21", "1-3-41", "1-4-42", "1-4-51", "1-5-42", "1-6-21", "1-6-42",
    "1-2-43", "2-11", "2-12", "2-21", "2-22", "3-1", "3-2", "3-2", "3-3",
)  # fmt: skip


def give_livelihoods(registry: Registry, home: Household) -> None:
    """Give every member of a household work, insurer, incomes, care level and handbook; what is set already stays."""
    settled = any(member.work.kind for member in home.members)
    assisted = not settled and home.kind in _ASSISTED_KINDS and registry.chance(_ASSISTANCE_SHARE)
    for person in home.members:
        age = age_on(person.birth, registry.as_of)
        if not person.work.kind:
            person.work = Work("none", "assistance") if assisted else _work(registry, person, age)
        _give_conditions(registry, home, person, age)
    if assisted:
        for person in home.members:
            person.work.insurer, person.work.salary = "assistance", 0
        return
    for person in home.members:
        _insure(registry, home, person)


def _work(registry: Registry, person: Person, age: int) -> Work:
    if age < 15:
        return Work("child")
    if age >= 65:
        return _old_work(registry, age)
    if age < 23:
        return _young_work(registry, age)
    draw = registry.rng.random()
    woman = person.sex == people.FEMALE
    if age >= 60:
        draw = draw * 1.15
    if draw < (0.6 if woman else 0.74):
        return Work("employee", "employer", salary=_salary(registry, age, woman))
    if draw < (0.65 if woman else 0.8):
        return Work("civil", "civil", salary=_salary(registry, age, False) + 600_000)
    if draw < (0.7 if woman else 0.9):
        return Work("self", business=_thousands(registry, 600, 5_200))
    return Work("homemaker" if woman and person.spouse else "none")


def _old_work(registry: Registry, age: int) -> Work:
    pension = _thousands(registry, 620, 2_300)
    if age < 75 and registry.chance(0.26):
        return Work(
            "employee",
            "employer" if registry.chance(0.6) else "national",
            _thousands(registry, 700, 3_200),
            0,
            pension,
        )
    if age < 85 and registry.chance(0.1):
        return Work("self", business=_thousands(registry, 200, 2_400), pension=pension)
    return Work("retired", pension=pension)


def _young_work(registry: Registry, age: int) -> Work:
    if age < 18 or registry.chance(0.42):
        return Work("student", salary=_thousands(registry, 0, 900) if age >= 18 else 0)
    if registry.chance(0.82):
        return Work("employee", "employer", salary=_thousands(registry, 1_900, 3_000))
    return Work("none")


def _salary(registry: Registry, age: int, part_time: bool) -> int:
    if part_time and registry.chance(0.35):
        return _thousands(registry, 700, 1_900)
    top = 2_600 + (min(age, 56) - 20) * 90
    return _thousands(registry, int(top * 0.75), int(top * 1.5))


def _thousands(registry: Registry, low: int, high: int) -> int:
    return registry.between(low, high) * 1000


def _give_conditions(registry: Registry, home: Household, person: Person, age: int) -> None:
    if age >= 65 and not person.care:
        share = 1.0 if home.kind == "facility" else next(share for low, share in _CARE_SHARES if age >= low)
        if registry.chance(share):
            person.care = _CARE_LEVELS[
                registry.between(6 if home.kind == "facility" else 0, len(_CARE_LEVELS) - 1)
            ]
    elif 45 <= age < 65 and not person.care and registry.chance(0.004):
        person.care = "22"
    if not person.disability and registry.chance(0.018 + max(0, age - 35) * 0.0013):
        person.disability = _HANDBOOKS[registry.between(0, len(_HANDBOOKS) - 1)]


def _insure(registry: Registry, home: Household, person: Person) -> None:
    """National insurance is for those whom no employer, relative, age or assistance covers."""
    age = age_on(person.birth, registry.as_of)
    work = person.work
    if work.insurer in _SETTLED and age < 75:
        return
    if age >= 75 or (age >= 65 and severely_disabled(person) and registry.chance(0.6)):
        work.insurer = "elderly"
        return
    work.insurer = "national"
    if work.kind == "self" or work.salary >= 1_300_000 or work.pension >= 1_800_000:
        return
    for other in (person.spouse, person.father, person.mother, *_grown_children(home, person)):
        if other is not None and other.household is home and other.work.insurer in {"employer", "civil"}:
            # Parents are taken into a child's insurance only now and then.
            if age < 60 or registry.chance(0.3):
                work.insurer = other.work.insurer
            return


def _grown_children(home: Household, person: Person) -> list[Person]:
    return [member for member in home.members if member.father is person or member.mother is person]


def severely_disabled(person: Person) -> bool:
    """Whether the handbook is one that the medical aid for severe disability (重度心身障害者医療) covers."""
    return person.disability.startswith(("1-1-", "1-2-", "2-11", "2-12", "3-1"))
