"""Every example household of the default content gets exactly the list people decided it must get."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.content import Ordinary
from app.domain.example_content import Example
from app.domain.examples import check_examples, membership, run_example
from tests.unit.domain.households import default_pack

EXAMPLES = [one for one in default_pack().examples if not one.retired]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.code)
def test_a_household_gets_its_list(example: Example) -> None:
    assert run_example(default_pack().settled, example).problems == ()


def an_example() -> Example:
    return next(one for one in EXAMPLES if one.event == "move_in" and one.needed)


def test_a_missing_and_a_needless_procedure_are_named() -> None:
    example = an_example()
    code = next(iter(example.needed))
    without = replace(example, needed={name: who for name, who in example.needed.items() if name != code})
    more = replace(example, needed={**example.needed, "naturalisation": ()})

    assert any(
        f"（{code}）が出ますが" in one for one in run_example(default_pack().settled, without).problems
    )
    assert any(
        "（naturalisation）が出ません" in one for one in run_example(default_pack().settled, more).problems
    )


def test_a_question_nobody_has_an_answer_to_fails_the_example() -> None:
    asked = [one for one in EXAMPLES if run_example(default_pack().settled, one).asked]
    pack = replace(default_pack(), ordinary=())
    example = replace(asked[0], answers={})

    result = run_example(pack.settled, example)
    assert not result.passed and "答えがありません" in result.problems[0]


def test_names_an_example_gets_wrong_are_found() -> None:
    example = an_example()
    wrong = replace(example, event="moving", needed={"nothing": ("だれか",)}, case={"nowhere": True})
    pack = replace(default_pack(), examples=(wrong,), ordinary=(Ordinary("nowhere_else", True),))

    read = [problem.read for problem in check_examples(pack)]
    assert read == ["nowhere_else", "nowhere", "moving", "nothing", "だれか"]


@pytest.mark.parametrize(
    ("event", "moves", "expected"),
    [
        ("move_in", True, (False, True)),
        ("move_in", False, (False, True)),
        ("move_out", True, (True, False)),
        ("move_out", False, (True, True)),
        ("birth", True, (False, True)),
        ("birth", False, (True, True)),
        ("death", True, (True, False)),
        ("address_change", False, (True, False)),
        ("household_separation", True, (True, True)),
        ("marriage", True, (True, True)),
    ],
)
def test_who_is_of_the_household_before_and_after(
    event: str, moves: bool, expected: tuple[bool, bool]
) -> None:
    assert membership(event, moves) == expected
