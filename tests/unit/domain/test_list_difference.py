"""Two contents on the same facts: what differs, and that what is said of it tells nothing about a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.domain.content import Condition, ContentPack, FactDefinition, FactType, Rule, Subject
from app.domain.facts import FactSet, FactValue, PersonFacts, Source
from app.domain.list_difference import Change, LineChange, changed_lines, standings, touched_procedures
from app.domain.rules import evaluate
from tests.unit.domain.households import TODAY, case, default_pack, linked, notice, person

CODE = "child_medical"


def family() -> FactSet:
    return case(
        "move_in",
        person("守", "1980-02-02", "世帯主", **linked()),
        person("蓮", "2014-05-05", "子", **linked()),
        person("杏", "2009-05-05", "子", **linked()),
        **notice(),
    )


def with_rows(pack: ContentPack, *rows: Rule) -> ContentPack:
    return replace(pack, rules=(*(one for one in pack.rules if one.procedure != CODE), *rows))


def row(*conditions: Condition) -> Rule:
    return Rule("tried", CODE, ("move_in",), conditions, "{name}さんは{age}歳です。")


def changes(old: ContentPack, new: ContentPack, facts: FactSet | None = None) -> list[LineChange]:
    found = facts or family()
    codes = touched_procedures(old, new)
    return changed_lines(old, new, standings(old, found, TODAY, codes), standings(new, found, TODAY, codes))


def test_nothing_differs_where_nothing_that_decides_was_changed() -> None:
    pack = default_pack().settled
    told = replace(pack, procedures=tuple(replace(one, explanation="x", order=1) for one in pack.procedures))
    assert touched_procedures(pack, told) == frozenset()


def test_a_fact_below_a_derived_one_touches_every_procedure_that_rests_on_it() -> None:
    pack = default_pack().settled
    used = pack.fact_by_id["care_status"]
    other = replace(
        pack, facts=tuple(replace(one, choices=one.choices[:1]) if one == used else one for one in pack.facts)
    )
    touched = touched_procedures(pack, other)
    assert "care_join" in touched or "care_takeover" in touched
    assert CODE not in touched


def test_whatever_is_not_touched_has_the_same_verdicts() -> None:
    pack = default_pack().settled
    new = with_rows(pack, row(Condition("age", "<", 15)))
    untouched = [
        [
            one
            for one in evaluate(which, family(), TODAY)
            if one.procedure not in touched_procedures(pack, new)
        ]
        for which in (pack, new)
    ]
    assert untouched[0] == untouched[1]


def test_a_narrower_row_changes_whom_it_concerns_and_names_the_condition() -> None:
    new = with_rows(default_pack().settled, row(Condition("age", "<", 15)))
    (one,) = changes(default_pack().settled, new)
    assert (one.procedure, one.change, one.before, one.after) == (CODE, Change.PEOPLE, 2, 1)
    assert "年齢」が15歳未満" in one.because and "tried" in one.because


def test_a_removed_row_loses_the_procedure_and_a_new_one_gains_it() -> None:
    pack = default_pack().settled
    without = with_rows(pack)
    (lost,), (gained,) = changes(pack, without), changes(without, pack)
    assert (lost.change, gained.change) == (Change.LOST, Change.GAINED)
    assert "に当てはまります" in gained.because


def test_what_the_new_content_asks_first_leaves_past_cases_open() -> None:
    pack = default_pack().settled
    income = FactDefinition("low_income", "所得が基準より少ない", FactType.YES_NO, Subject.CASE, "question")
    new = with_rows(
        replace(pack, facts=(*pack.facts, income)),
        row(Condition("age", "<", 15), Condition("low_income", "is", True)),
    )
    (one,) = changes(pack, new)
    assert one.change is Change.OPENED
    assert "「所得が基準より少ない」をこの受付では聞いていない" in one.because


def test_reasons_tell_rows_and_conditions_and_nothing_of_a_person() -> None:
    pack = default_pack().settled
    secret = FactSet(
        "move_in",
        date(2026, 4, 1),
        {},
        tuple(
            PersonFacts(one.id, "秘密名前", {**one.facts, "insurance": FactValue("nhi", Source.REGISTER)})
            for one in family().people
        ),
    )
    empty = replace(pack, rules=())
    told = changes(pack, empty, secret) + changes(empty, pack, secret)
    assert told
    assert all("秘密" not in one.because and "2014" not in one.because for one in told)
