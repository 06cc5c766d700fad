"""What is said about whole tables: gaps, overlaps, rows and questions that never count; and nothing about sound ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.domain.content import Choice as Option
from app.domain.content import (
    Condition,
    ContentPack,
    FactDefinition,
    FactType,
    Place,
    Procedure,
    Question,
    Rule,
    Subject,
    Who,
)
from app.domain.drafts import Level
from app.domain.table_check import check_tables

AGE = FactDefinition("age", "年齢", FactType.NUMBER, Subject.PERSON, "derived:age", unit="歳")
KIND = FactDefinition(
    "kind", "保険", FactType.CHOICE, Subject.PERSON, "question",
    choices=(Option("a", "国保"), Option("b", "社保"), Option("c", "ほか")),
)  # fmt: skip
PROCEDURE = Procedure("p", "手続き", "s", Place.HERE, Subject.PERSON, 1, "説明")
ASKED = Question("kind", "kind", "保険は何ですか", "確かめるため", "g", 1)


def row(id: str, *conditions: Condition, **more: object) -> Rule:
    return replace(Rule(id, "p", ("move_in",), conditions, f"{id}の理由"), **more)  # type: ignore[arg-type]


def found(*rules: Rule, procedure: Procedure = PROCEDURE) -> list[tuple[Level, str, str]]:
    pack = ContentPack("x", "1", facts=(AGE, KIND), questions=(ASKED,), procedures=(procedure,), rules=rules)
    return [
        (one.level, one.code, one.text) for one in check_tables(pack) if one.part in {"rules", "procedures"}
    ]


def over(age: int) -> Condition:
    return Condition("age", ">=", age)


def test_a_row_that_contradicts_itself_is_named() -> None:
    said = found(row("a", over(65), Condition("age", "<", 60)))
    assert [one[:2] for one in said] == [(Level.CHECK, "a")] and "同時に成り立たない" in said[0][2]
    assert found(row("a", over(65), Condition("age", "<=", 65))) == []


def test_a_row_that_another_always_covers_is_named_and_the_same_row_twice() -> None:
    narrow, wide = row("narrow", over(75)), row("wide", over(65))
    assert [one[:2] for one in found(wide, narrow)] == [(Level.CHECK, "narrow")]
    assert [one[:2] for one in found(narrow, wide)] == [(Level.NOTE, "narrow")]
    assert [one[:2] for one in found(wide, replace(wide, id="again"))] == [(Level.CHECK, "again")]
    assert found(narrow, replace(wide, events=("move_out",))) == []
    assert found(replace(narrow, who=Who.MEMBERS), wide) == []
    assert found(narrow, replace(wide, valid_from=date(2027, 4, 1)), procedure=PROCEDURE) == []


def test_days_without_a_row_and_rows_outside_the_procedure_are_named() -> None:
    ends, begins = (
        row("a", over(65), valid_to=date(2027, 3, 31)),
        row("b", over(65), valid_from=date(2027, 5, 1)),
    )
    said = found(ends, begins)
    assert [one[1] for one in said] == ["p"] and "令和9年4月1日から令和9年4月30日まで" in said[0][2]
    assert found(ends, replace(begins, valid_from=date(2027, 4, 1))) == []
    late = replace(PROCEDURE, valid_from=date(2028, 1, 1))
    assert any(one[1] == "a" and "使われません" in one[2] for one in found(ends, begins, procedure=late))


def test_values_between_rows_that_differ_in_one_fact_are_named() -> None:
    young, old = row("a", Condition("age", "between", (0, 5))), row("b", Condition("age", "between", (7, 15)))
    assert any("6歳" in one[2] for one in found(young, old))
    first, second = row("a", Condition("kind", "is", "a")), row("b", Condition("kind", "is", "b"))
    assert any("「ほか」" in one[2] for one in found(first, second))
    assert found(first, second, row("c", Condition("kind", "is", "c"))) == []


def test_a_question_no_row_rests_on_is_named() -> None:
    pack = ContentPack(
        "x", "1", facts=(AGE, KIND), questions=(ASKED,), procedures=(PROCEDURE,), rules=(row("a", over(1)),)
    )
    assert [one.code for one in check_tables(pack) if one.part == "questions"] == ["kind"]


def test_a_fact_that_only_a_form_prints_is_not_called_idle() -> None:
    pack = ContentPack("x", "1", facts=(AGE, KIND), procedures=(PROCEDURE,), rules=(row("a", over(1)),))
    assert [one.code for one in check_tables(pack) if one.part == "facts"] == ["kind"]
    assert not [one for one in check_tables(pack, {"kind"}) if one.part == "facts"]
