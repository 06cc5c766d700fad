"""Twelve stories of abuse, told as entries of the operation log among an ordinary week: the weekly sheet names them (AC-82)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app.domain.dates import JAPAN
from app.domain.misuse import Finding, Look, Rule, Subject, Week, find_misuse

MONDAY = date(2026, 11, 16)
CLERKS = [f"clerk-{number:03}" for number in range(250)]
PEOPLE = [f"{number:010}" for number in range(20_000)]
SURNAMES = [f"姓{number}" for number in range(400)]
HOUSEHOLD = 4
CULPRIT = "clerk-007"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(MONDAY.year, MONDAY.month, MONDAY.day, hour, minute, tzinfo=JAPAN) + timedelta(days=day)


def home(number: int) -> tuple[str, ...]:
    """Everybody shown with a person: his household."""
    first = number - number % HOUSEHOLD
    return tuple(PEOPLE[first : first + HOUSEHOLD])


def ordinary_week() -> Week:
    """Five days of 250 clerks: receptions, and now and then somebody on the telephone."""
    rng = random.Random(82)
    looks = []
    for day in range(5):
        for clerk in CLERKS:
            for visit in range(rng.randint(3, 12)):
                number = rng.randrange(len(PEOPLE))
                begun = at(day, 8 + visit % 9, rng.randrange(60))
                looks.append(Look(begun, clerk, home(number), False))
                looks.append(Look(begun + timedelta(minutes=2), clerk, (PEOPLE[number],), True))
            for _call in range(rng.randint(0, 2)):
                looks.append(
                    Look(at(day, rng.randint(9, 16)), clerk, home(rng.randrange(len(PEOPLE))), False)
                )
    subjects = {
        number: Subject(f"{SURNAMES[place // HOUSEHOLD % 400]}　名{place}", f"h{place // HOUSEHOLD}")
        for place, number in enumerate(PEOPLE)
    }
    names = {clerk: f"{SURNAMES[place]}　職{place}" for place, clerk in enumerate(CLERKS)}
    return Week(looks, subjects, names, {clerk: [12, 16, 18, 14] for clerk in CLERKS}, {}, {})


WEEK = ordinary_week()


def seen(week: Week, *looks: Look) -> Week:
    return replace(week, looks=[*week.looks, *looks])


def marked(week: Week, number: int, **marks: Any) -> Week:
    subjects = {**week.subjects, PEOPLE[number]: replace(week.subjects[PEOPLE[number]], **marks)}
    return replace(week, subjects=subjects)


def look(number: int, day: int = 2, hour: int = 14, staff: str = CULPRIT, *, in_case: bool = False) -> Look:
    return Look(at(day, hour, 30), staff, home(number), in_case)


def a_decoy(week: Week) -> Week:
    return seen(marked(week, 4000, decoy=True), look(4000, in_case=True))


def a_celebrity(week: Week) -> Week:
    return seen(marked(week, 4000, watched=True), look(4000))


def a_protected_person(week: Week) -> Week:
    return seen(marked(week, 4000, protected=True), look(4000))


def himself(week: Week) -> Week:
    own = replace(week.subjects[PEOPLE[4000]], name=week.staff_names[CULPRIT].replace("　", " "))
    return seen(replace(week, subjects={**week.subjects, PEOPLE[4000]: own}), look(4000, in_case=True))


def his_wife(week: Week) -> Week:
    """Who bears another name and lives with somebody named like him."""
    own = replace(week.subjects[PEOPLE[4000]], name=week.staff_names[CULPRIT])
    week = replace(week, subjects={**week.subjects, PEOPLE[4000]: own})
    return seen(week, Look(at(1, 11), CULPRIT, (PEOPLE[4001],), True))


def his_brother(week: Week) -> Week:
    number = 7 * HOUSEHOLD
    assert week.subjects[PEOPLE[number]].name.startswith("姓7　")
    return seen(week, look(number))


def talk_of_the_town(week: Week) -> Week:
    return seen(week, *(look(4000, staff=f"clerk-{number:03}") for number in range(1, 8)))


def the_former_girlfriend(week: Week) -> Week:
    return seen(week, *(look(4000, day) for day in (0, 2, 4)))


def at_night(week: Week) -> Week:
    return seen(week, look(4000, hour=22))


def a_whole_street(week: Week) -> Week:
    return seen(week, *(look(4000 + step * HOUSEHOLD) for step in range(30)))


def searching_without_end(week: Week) -> Week:
    return replace(week, limits={CULPRIT: [at(2, 15)]})


def trying_doors(week: Week) -> Week:
    return replace(week, refusals={CULPRIT: [at(3, 10, minute) for minute in range(12)]})


STORIES: dict[Callable[[Week], Week], Rule] = {
    a_decoy: Rule.DECOY,
    a_celebrity: Rule.WATCHED,
    a_protected_person: Rule.PROTECTED,
    himself: Rule.OWN_HOUSEHOLD,
    his_wife: Rule.OWN_HOUSEHOLD,
    his_brother: Rule.SAME_SURNAME,
    talk_of_the_town: Rule.MANY_CLERKS,
    the_former_girlfriend: Rule.AGAIN,
    at_night: Rule.HOURS,
    a_whole_street: Rule.MANY,
    searching_without_end: Rule.LIMIT,
    trying_doors: Rule.REFUSED,
}


@pytest.fixture(scope="module")
def quiet() -> tuple[Finding, ...]:
    return find_misuse(WEEK)


def test_an_ordinary_week_raises_few_alarms(quiet: tuple[Finding, ...]) -> None:
    """At most five a day, of 250 clerks."""
    assert len(quiet) <= 5 * 5, [(one.rule, one.staff, one.day) for one in quiet][:40]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_story_is_on_the_sheet(story: Callable[[Week], Week], quiet: tuple[Finding, ...]) -> None:
    new = [one for one in find_misuse(story(WEEK)) if one not in quiet]
    assert any(one.rule is STORIES[story] and CULPRIT in one.staff for one in new), new


def test_a_reception_with_the_person_explains_a_look() -> None:
    week = marked(WEEK, 4000, protected=True, watched=True)
    later = Look(at(2, 14, 35), CULPRIT, (PEOPLE[4000],), True)
    assert find_misuse(seen(week, look(4000), later)) == find_misuse(WEEK)


def test_far_more_than_usual_is_said_although_receptions_explain_it() -> None:
    many = [look(4000 + step * HOUSEHOLD, in_case=True) for step in range(60)]
    rules = {one.rule for one in find_misuse(seen(WEEK, *many)) if one.staff == CULPRIT}
    assert Rule.MORE_THAN_USUAL in rules and Rule.MANY not in rules
