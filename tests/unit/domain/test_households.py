"""Example households get exactly the list they must get, in few enough questions, with nothing left open."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.rules import Need
from tests.unit.domain import examples_adults, examples_families, examples_leaving
from tests.unit.domain.households import (
    Example,
    case,
    interviewed,
    linked,
    needed,
    notice,
    person,
    verdict_values,
)

EXAMPLES = [*examples_families.EXAMPLES, *examples_adults.EXAMPLES, *examples_leaving.EXAMPLES]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_household_gets_its_list(example: Example) -> None:
    facts, asked = interviewed(example.facts, example.answers)

    assert needed(facts) == example.expected
    assert len(asked) <= example.most_questions, asked
    still_open = [key for key, value in verdict_values(facts).items() if value is Need.OPEN]
    assert still_open == []


def test_the_day_before_the_month_after_70_is_not_yet_the_elderly_share() -> None:
    facts = case(
        "move_in",
        person("勇", "1956-03-10", "世帯主", sex="male", **linked(insurance="nhi")),
        on=date(2026, 3, 31),
        **notice(),
    )

    assert "elderly_recipient" not in needed(interviewed(facts, {})[0])
