"""Households after an event: who is in which, and how everybody stands to the new householder."""

from __future__ import annotations

import pytest

from app.domain.case import Kind
from app.domain.households import Member, Part, arranged, before_and_after, groups_after, householder_problem

MAN, WOMAN = "1", "2"


def member(
    name: str,
    before: str,
    sex: str,
    birth: str,
    part: Part = Part.STAYS,
    home: str = "A",
    now: str | None = None,
) -> Member:
    return Member(name, name, part, home, sex, birth, before, before if now is None else now)


FATHER = member("父", "世帯主", MAN, "19600101")
MOTHER = member("母", "妻", WOMAN, "19620101")
SON = member("兄", "長男", MAN, "19900101")
DAUGHTER = member("妹", "長女", WOMAN, "19930101")
GRANDMOTHER = member("祖母", "母", WOMAN, "19350101")


def test_the_wife_takes_over() -> None:
    found = arranged([MOTHER, SON, DAUGHTER, GRANDMOTHER])
    assert found == {"母": "世帯主", "兄": "長男", "妹": "長女", "祖母": "夫の母"}


def test_the_eldest_child_takes_over_when_both_parents_are_gone() -> None:
    assert arranged([DAUGHTER, SON]) == {"兄": "世帯主", "妹": "妹"}


def test_the_one_who_is_entered_becomes_householder() -> None:
    chosen = member("妹", "長女", WOMAN, "19930101", now="世帯主")
    assert arranged([FATHER, MOTHER, SON, chosen]) == {"父": "父", "母": "母", "兄": "兄", "妹": "世帯主"}


def test_what_cannot_be_told_is_left_open() -> None:
    bride = member("嫁", "子の妻", WOMAN, "19910101")
    chosen = member("兄", "長男", MAN, "19900101", now="世帯主")
    # Of two children one is her husband: nothing says which.
    assert arranged([FATHER, chosen, DAUGHTER, bride])["嫁"] == ""
    assert arranged([FATHER, chosen, bride])["嫁"] == "妻"
    lodger = member("下宿", "同居人", MAN, "20000101")
    assert arranged([MOTHER, lodger])["下宿"] == ""


def test_households_after_a_separation() -> None:
    movers = [member(one.name, one.before, one.sex, one.birth, Part.MOVER) for one in (SON, DAUGHTER)]
    groups = groups_after(Kind.HOUSEHOLD_SEPARATION, [FATHER, MOTHER, *movers])
    assert [[one.name for one in group] for group in groups] == [["父", "母"], ["兄", "妹"]]
    assert not householder_problem(groups[0])
    assert "いません" in householder_problem(groups[1])


def test_two_householders_are_named() -> None:
    problem = householder_problem([FATHER, member("母", "妻", WOMAN, "19620101", now="世帯主")])
    assert "2人（父、母）" in problem


def test_nobody_who_moves_out_is_in_a_household_of_the_city() -> None:
    leaving = member("父", "世帯主", MAN, "19600101", Part.MOVER)
    assert [[one.name for one in group] for group in groups_after(Kind.MOVE_OUT, [leaving, MOTHER, SON])] == [
        ["母", "兄"]
    ]


@pytest.mark.parametrize(
    ("kind", "part", "expected"),
    [
        (Kind.MOVE_IN, Part.MOVER, (False, True)),
        (Kind.MOVE_IN, Part.JOINED, (False, True)),
        (Kind.MOVE_OUT, Part.MOVER, (True, False)),
        (Kind.MOVE_OUT, Part.STAYS, (True, True)),
        (Kind.DEATH, Part.MOVER, (True, False)),
        (Kind.BIRTH, Part.MOVER, (False, True)),
        (Kind.BIRTH, Part.STAYS, (True, True)),
        (Kind.ADDRESS_CHANGE, Part.STAYS, (True, False)),
        (Kind.HOUSEHOLD_MERGER, Part.JOINED, (False, True)),
        (Kind.MARRIAGE, Part.MOVER, (True, True)),
    ],
)
def test_before_and_after(kind: Kind, part: Part, expected: tuple[bool, bool]) -> None:
    assert before_and_after(kind, part) == expected
