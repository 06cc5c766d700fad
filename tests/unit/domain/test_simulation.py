"""An invented household: answers, renamed persons, what is said of them, and two contents side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain.content import Subject
from app.domain.example_content import Example, ExamplePerson
from app.domain.list_difference import Change
from app.domain.rules import Need
from app.domain.simulation import (
    Simulation,
    ValueProblem,
    compare,
    outcomes,
    parse_value,
    settable_facts,
    simulated_facts,
    with_answer,
    with_fact,
    with_people,
    without_answer,
)
from app.intake.content_rows import row_from_json, row_to_json
from tests.unit.domain.households import default_pack

ON = date(2026, 4, 1)
PEOPLE = (
    ExamplePerson("甲", "1986-01-01", "世帯主", like="linked"),
    ExamplePerson("乙", "2018-00-00", "子", facts={"has_card": True}),
)


def simulation() -> Simulation:
    return Simulation(Example("", "", "", "move_in", ON, PEOPLE, {}), "version-1")


def test_it_is_stored_and_read_back_whole() -> None:
    made = with_answer(with_answer(simulation(), ("has_card", "甲"), True), ("card_common", None), "unknown")
    made = replace(made, household=replace(made.household, received=date(2026, 4, 9)))
    assert row_from_json(Simulation, row_to_json(made)) == made


def test_an_answer_taken_back_was_never_given() -> None:
    given = with_answer(simulation(), ("has_card", "甲"), True)
    assert without_answer(given, ("has_card", "甲")) == simulation()


def test_unknown_is_asked_and_not_known() -> None:
    facts = simulated_facts(
        default_pack().settled, with_answer(simulation(), ("card_common", None), "unknown")
    )
    assert facts.answers["card_common", None].value is None


def test_answers_follow_a_renamed_person_and_go_with_one_who_leaves() -> None:
    given = with_answer(with_answer(simulation(), ("has_card", "甲"), True), ("has_card", "乙"), False)
    renamed = with_people(given, [replace(PEOPLE[0], name="太郎")], {"太郎": "甲"})
    assert renamed.household.answers == {"has_card:太郎": True}


def test_facts_are_said_and_taken_back() -> None:
    said = with_fact(with_fact(simulation(), "甲", "nhi_member", True), "", "from_abroad", False)
    assert said.household.people[0].facts == {"nhi_member": True}
    assert with_fact(with_fact(said, "甲", "nhi_member", None), "", "from_abroad", None) == simulation()
    with pytest.raises(KeyError):
        with_fact(simulation(), "丙", "nhi_member", True)


def test_only_what_is_neither_derived_nor_part_of_the_person_can_be_said() -> None:
    offered = {fact.id for fact in settable_facts(default_pack(), Subject.PERSON)}
    assert "nhi_member" in offered
    assert not offered & {"age", "birth", "moves", "in_before", "in_after", "relationship"}


def test_values_are_read_by_the_type_of_the_fact() -> None:
    pack = default_pack()
    assert parse_value(pack.fact_by_id["nhi_member"], "yes", ON) is True
    assert parse_value(pack.fact_by_id["nhi_member"], "unknown", ON) == "unknown"
    with pytest.raises(ValueProblem) as refused:
        parse_value(pack.fact_by_id["nhi_member"], "たぶん", ON)
    assert "たぶん" in refused.value.message


def test_both_contents_line_by_line() -> None:
    pack = default_pack().settled
    beside = replace(pack, rules=tuple(one for one in pack.rules if one.procedure != "child_medical"))
    facts = simulated_facts(pack, simulation())
    lines = compare(outcomes(pack, facts, ON), outcomes(beside, facts, ON))
    changed = {one.procedure: one for one in lines if one.change}
    assert set(changed) == {"child_medical"}
    line = changed["child_medical"]
    assert line.change is Change.GAINED and line.tried is not None and line.tried.need is Need.NEEDED
    assert line.tried.people == ("乙",) and line.tried.reasons[0].startswith("乙さん")
