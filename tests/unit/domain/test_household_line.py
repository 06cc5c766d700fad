"""A household typed in one line."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.ages import age_of
from app.domain.household_line import LineProblem, parse_household

ON = date(2026, 4, 1)


def test_ages_and_birth_dates_in_any_form() -> None:
    people = parse_household("主40　妻S61.2.3、子8歳 子R4.5.6 母昭和20年0月0日残", ON)
    assert [(one.name, one.relationship) for one in people] == [
        ("甲", "世帯主"),
        ("乙", "妻"),
        ("丙", "子"),
        ("丁", "子"),
        ("戊", "母"),
    ]
    assert [one.birth for one in people[1:]] == ["1986-02-03", "2017-09-30", "2022-05-06", "1945-00-00"]
    assert age_of(date.fromisoformat(people[0].birth), ON) == 40
    assert [one.moves for one in people] == [True, True, True, True, False]


def test_somebody_alone_is_the_householder() -> None:
    (one,) = parse_household("30", ON)
    assert one.relationship == "世帯主"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "例:"),
        ("主40 38", "「38」に続柄がありません"),
        ("主40 妻", "「妻」に年齢か生年月日がありません"),
        ("主121", "120歳まで"),
        ("主40 妻S70.1.1", "「妻S70.1.1」"),
        (" ".join(["子3"] * 11), "10人まで"),
    ],
)
def test_what_cannot_be_read_is_named(line: str, said: str) -> None:
    with pytest.raises(LineProblem) as refused:
        parse_household(line, ON)
    assert said in refused.value.message
