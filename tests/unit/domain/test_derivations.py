"""Derived facts at their edges."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.facts import FactSet, FactValue, PersonFacts, Span, Value
from app.domain.reading import Reader
from tests.unit.domain.households import case, default_pack, person


def derived(fact: str, birth: str, on: date) -> Value:
    facts = FactSet("move_in", on, {}, (PersonFacts("a", "a", {"birth": FactValue(birth, "case")}),))
    return Reader(default_pack(), facts).read(fact, "a").value


@pytest.mark.parametrize(
    ("fact", "birth", "last_no", "first_yes"),
    [
        (
            "age_65",
            "1961-04-02",
            date(2026, 3, 31),
            date(2026, 4, 1),
        ),  # reached on the day before the birthday
        ("age_65", "1961-04-01", date(2026, 3, 30), date(2026, 3, 31)),
        ("age_75", "1951-04-02", date(2026, 4, 1), date(2026, 4, 2)),  # 後期 begins on the birthday itself
        ("age_15", "2011-03-01", date(2026, 2, 27), date(2026, 2, 28)),
        ("age_15", "2008-02-29", date(2023, 2, 27), date(2023, 2, 28)),
        ("from_70", "1956-03-10", date(2026, 3, 31), date(2026, 4, 1)),  # the month after
        ("from_70", "1956-04-01", date(2026, 3, 31), date(2026, 4, 1)),  # born on the 1st: that month
        (
            "pupil",
            "2019-04-01",
            date(2025, 3, 31),
            date(2025, 4, 1),
        ),  # 早生まれ: 1 April belongs to the year before
        ("pupil", "2019-04-02", date(2026, 3, 31), date(2026, 4, 1)),
        ("age_65", "1961-01-01", date(2025, 12, 30), date(2025, 12, 31)),  # born on New Year's Day
    ],
)
def test_begins(fact: str, birth: str, last_no: date, first_yes: date) -> None:
    assert (derived(fact, birth, last_no), derived(fact, birth, first_yes)) == (False, True)


@pytest.mark.parametrize(
    ("fact", "birth", "last_yes", "first_no"),
    [
        ("allowance_child", "2008-04-01", date(2026, 3, 31), date(2026, 4, 1)),  # reaches 18 on 31 March 2026
        ("allowance_child", "2008-04-02", date(2027, 3, 31), date(2027, 4, 1)),
        ("counted_child", "2004-04-01", date(2026, 3, 31), date(2026, 4, 1)),
        ("pupil", "2011-04-01", date(2026, 3, 31), date(2026, 4, 1)),
        ("preschool", "2019-04-01", date(2025, 3, 31), date(2025, 4, 1)),
        ("age_40_64", "1961-01-01", date(2025, 12, 30), date(2025, 12, 31)),
        ("pension_age", "1966-04-02", date(2026, 3, 31), date(2026, 4, 1)),  # 60 reached on 1 April 2026
        ("turns_75_this_month", "1951-04-20", date(2026, 4, 30), date(2026, 5, 1)),
    ],
)
def test_ends(fact: str, birth: str, last_yes: date, first_no: date) -> None:
    assert (derived(fact, birth, last_yes), derived(fact, birth, first_no)) == (True, False)


def test_a_birth_year_alone_bounds_the_school_years() -> None:
    assert derived("pupil", "2015-00-00", date(2026, 5, 1)) is True
    assert derived("pupil", "2019-00-00", date(2025, 5, 1)) is None
    assert derived("pupil", "2023-00-00", date(2026, 5, 1)) is False


def _value(facts: FactSet, fact: str, who: str | None = None) -> Value:
    return Reader(default_pack(), facts).read(fact, who).value


def test_parents_together_needs_a_couple_around_the_child() -> None:
    father, mother = person("父", "1985-01-01", "世帯主"), person("母", "1985-01-01", "妻")
    child = person("子", "2015-01-01", "子")
    grandchild, wife_of_child = person("孫", "2020-01-01", "子の子"), person("嫁", "1990-01-01", "子の妻")

    assert _value(case("move_in", father, mother, child), "parents_together", "子") is True
    assert _value(case("move_in", father, child), "parents_together", "子") is False
    assert _value(case("move_in", father, mother, child, grandchild), "parents_together", "孫") is False
    assert _value(case("move_in", father, child, wife_of_child, grandchild), "parents_together", "孫") is True


@pytest.mark.parametrize(
    ("gone", "before", "after"), [("父", True, False), ("母", True, False), ("祖母", True, True)]
)
def test_a_parent_who_died_leaves_a_child_of_one(gone: str, before: bool, after: bool) -> None:
    """The householder's death counts like his spouse's, although the child stays 子 of the dead householder."""
    roles = {"父": "世帯主", "母": "妻", "祖母": "母", "子": "子"}
    facts = case(
        "death",
        *(
            person(name, "2015-01-01", role, moves=name == gone, in_after=name != gone)
            for name, role in roles.items()
        ),
    )

    assert _value(facts, "parents_were_together", "子") is before
    assert _value(facts, "parents_together", "子") is after
    assert _value(facts, "any_bereaved_child") is not after


def test_a_grandchild_needs_the_child_of_the_householder_and_his_spouse() -> None:
    def after(gone: str) -> Value:
        roles = {"祖父": "世帯主", "父": "子", "母": "子の妻", "孫": "子の子"}
        people = (person(name, "2015-01-01", role, in_after=name != gone) for name, role in roles.items())
        return _value(case("death", *people), "parents_together", "孫")

    assert (after("祖父"), after("父"), after("母")) == (True, False, False)


def test_the_householder_who_is_not_in_the_case_is_asked_about() -> None:
    joins = case("move_in", person("妻", "1990-01-01", "妻", foreigner=True))

    assert Reader(default_pack(), joins).read("householder_foreign", None).missing == (
        ("existing_householder_foreign", None),
    )
    unknown = case("move_in", person("誰", "1990-01-01", ""))
    assert Reader(default_pack(), unknown).read("householder_foreign", None).missing == (
        ("relationship", "誰"),
    )


def test_the_householder_before_is_not_the_one_after() -> None:
    """A son who becomes householder of a household of his own does not take the old one's householder away."""
    father = person("父", "1960-01-01", "世帯主", moves=False, in_after=False)
    son = person("子", "1990-01-01", "世帯主", foreigner=True)
    assert _value(case("household_separation", father, son), "householder_moves") is False
    assert _value(case("household_separation", father, son), "householder_foreign") is True

    leaves = person("父", "1960-01-01", "世帯主", in_after=False)
    stays = person("子", "1990-01-01", "世帯主", moves=False, relationship_before="子")
    assert _value(case("move_out", leaves, stays), "householder_moves") is True


def test_who_went_as_householder_left_those_who_are_still_there() -> None:
    wife = person("妻", "1990-01-01", "世帯主", in_after=False)
    child, young = (
        person("子", "2010-01-01", "子", moves=False),
        person("弟", "2015-01-01", "子", moves=False),
    )
    facts = case("divorce", wife, child, young)

    assert _value(facts, "householder_left") is True
    assert _value(facts, "remaining_adults") == 1


def test_the_households_yes_is_the_only_candidates_yes() -> None:
    """A coarse yes needs no second question where only one mover can be meant; a coarse no settles everyone."""
    old, older = person("祖母", "1950-01-01", "母"), person("祖父", "1948-01-01", "父")
    young = person("孫", "2015-01-01", "子")
    one = case("move_in", old, young, elderly_service_any=True)
    assert _value(one, "elderly_service_user", "孫") is False

    two = case("move_in", old, older, elderly_service_any=True)
    assert _value(two, "elderly_service_user", "祖母") is None
    only = case("move_in", old, young, elderly_service_any=True)
    assert _value(only, "elderly_service_user", "祖母") is True
    nobody = case("move_in", old, elderly_service_any=False)
    assert _value(nobody, "elderly_service_user", "祖母") is False


def test_counts_are_bounded_while_somebody_is_unknown() -> None:
    facts = case(
        "move_in",
        person("一", "2015-01-01", "子"),
        person("二", "", "子"),
        person("三", "1950-01-01", "世帯主"),
    )

    assert _value(facts, "allowance_children") == Span(1, 2)


@pytest.mark.parametrize(
    ("birth", "on", "expected"),
    [
        ("1951-00-00", date(2026, 5, 10), None),  # any month of the year
        ("1951-05-00", date(2026, 5, 10), True),
        ("1951-06-00", date(2026, 5, 10), False),
        ("1950-00-00", date(2026, 5, 10), False),
    ],
)
def test_the_month_of_a_birthday_partly_unknown(birth: str, on: date, expected: bool | None) -> None:
    assert derived("turns_75_this_month", birth, on) is expected
