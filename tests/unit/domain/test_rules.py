"""Decision tables in three values, on a small pack of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain.content import (
    Choice,
    Condition,
    ConditionValue,
    ContentPack,
    FactDefinition,
    FactType,
    Place,
    Procedure,
    Rule,
    Subject,
    Who,
)
from app.domain.dates import PartialDate
from app.domain.facts import FactSet, FactValue, PersonFacts, StoredValue
from app.domain.rules import Need, Verdict, evaluate, forms_of, needed_procedures

ON = date(2026, 4, 1)


def fact(
    id_: str, type_: str, subject: str = "person", source: str = "case", **more: object
) -> FactDefinition:
    return FactDefinition(id_, f"〈{id_}〉", FactType(type_), Subject(subject), source, **more)  # type: ignore[arg-type]


FACTS = (
    fact("changed_on", "date", "case"),
    fact("birth", "date"),
    fact("moves", "yes_no"),
    fact("in_before", "yes_no"),
    fact("in_after", "yes_no"),
    fact("relationship", "text"),
    fact("age", "number", source="derived:age", unit="歳"),
    fact("member", "yes_no"),
    fact("kind", "choice", choices=(Choice("a", "甲"), Choice("b", "乙"))),
    fact("since", "date"),
    fact("income", "number"),
    fact("note", "text"),
    fact("any_member", "yes_no", "case", "derived:any_mover", args=("member",)),
    fact("wide", "yes_no", "case"),
)


def procedure(code: str, per: str = "person", **more: object) -> Procedure:
    return Procedure(code, f"〈{code}〉", "s", Place.HERE, Subject(per), 10, "", **more)  # type: ignore[arg-type]


def rule(
    id_: str,
    code: str,
    *conditions: tuple[str, str, ConditionValue],
    reason: str = "{name}さん",
    **more: object,
) -> Rule:
    return Rule(id_, code, ("move_in",), tuple(Condition(*one) for one in conditions), reason, **more)  # type: ignore[arg-type]


def pack(*rules: Rule, per: str = "person", **more: object) -> ContentPack:
    codes = dict.fromkeys(one.procedure for one in rules)
    return ContentPack(
        "t", "1", facts=FACTS, procedures=tuple(procedure(code, per, **more) for code in codes), rules=rules
    )


def someone(name: str = "花子", **known: StoredValue) -> PersonFacts:
    facts: dict[str, StoredValue] = {"moves": True, "birth": date(1990, 1, 1), **known}
    return PersonFacts(name, name, {key: FactValue(value, "case") for key, value in facts.items()})


def verdict(content: ContentPack, person: PersonFacts | None = None, **case: StoredValue) -> Verdict:
    facts = FactSet(
        "move_in", ON, {key: FactValue(value, "case") for key, value in case.items()}, (person or someone(),)
    )
    return evaluate(content, facts, ON)[0]


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        (("member", "is", True), {True: True, False: False, None: None}),
        (("member", "is", False), {True: False, False: True, None: None}),
        (("kind", "is", "a"), {"a": True, "b": False, None: None}),
        (("kind", "is_not", "a"), {"a": False, "b": True, None: None}),
        (("kind", "in", ("a", "b")), {"a": True, "c": False, None: None}),
        (("kind", "not_in", ("a",)), {"a": False, "b": True, None: None}),
        (("income", ">=", 100), {100: True, 99: False, None: None}),
        (("income", ">", 100), {101: True, 100: False}),
        (("income", "<=", 100), {100: True, 101: False}),
        (("income", "<", 100), {99: True, 100: False}),
        (("income", "=", 100), {100: True, 101: False, 99: False, None: None}),
        (("income", "between", (10, 20)), {10: True, 20: True, 9: False, 21: False, None: None}),
        (("note", "matches", "^[0-9]+$"), {"12": True, "x": False, "": None}),
        (("since", ">=", date(2026, 4, 1)), {"2026-04-01": True, "2026-03-31": False, "2026-00-00": None}),
        (("since", "<", date(2026, 4, 1)), {"2025-00-00": True, "2026-04-00": False, "2026-00-00": None}),
        (
            ("since", "between", (date(2026, 1, 1), date(2026, 12, 31))),
            {"2026-00-00": True, "2027-01-00": False},
        ),
    ],
)
def test_operators_in_three_values(
    condition: tuple[str, str, ConditionValue], values: dict[StoredValue, bool | None]
) -> None:
    expected = {True: Need.NEEDED, False: Need.NOT_NEEDED, None: Need.OPEN}
    content = pack(rule("r", "p", condition))
    for value, holds in values.items():
        assert verdict(content, someone(**{condition[0]: value})).value is expected[holds], (condition, value)


def test_a_value_of_the_wrong_type_is_unknown_not_false() -> None:
    content = pack(rule("r", "p", ("member", "is", True)))

    for value in ("yes", 1, "", PartialDate(1990)):
        assert verdict(content, someone(member=value)).value is Need.OPEN


def test_one_false_condition_decides_whatever_is_missing() -> None:
    content = pack(rule("r", "p", ("kind", "is", "a"), ("member", "is", True)))

    assert verdict(content, someone(member=False)).value is Need.NOT_NEEDED
    missing = verdict(content, someone(member=True))
    assert (missing.value, missing.open_facts) == (Need.OPEN, (("kind", "花子"),))


def test_rows_of_a_procedure_are_alternatives() -> None:
    content = pack(
        rule("r1", "p", ("kind", "is", "a")), rule("r2", "p", ("member", "is", True), reason="二つ目です。")
    )

    needed = verdict(content, someone(member=True))
    assert (needed.value, needed.rule_id, needed.reason) == (Need.NEEDED, "r2", "二つ目です。")
    assert verdict(content, someone(member=False)).value is Need.OPEN
    assert verdict(content, someone(member=False, kind="b")).value is Need.NOT_NEEDED


def test_reasons_name_the_person_his_age_and_what_failed() -> None:
    content = pack(rule("r", "p", ("age", ">=", 40), reason="{name}さんは{age}歳です。"))

    assert verdict(content, someone(birth=date(1985, 4, 2))).reason == "花子さんは41歳です。"
    failed = verdict(content, someone(birth=date(2000, 1, 1)))
    assert (
        failed.reason == "花子さんは、「〈age〉」が40歳以上の場合に必要な手続きですが、26歳のため、不要です。"
    )
    missing = verdict(content, someone(birth=None))
    assert missing.reason == "花子さんは、「〈birth〉」がまだ分からないため、要否が決まりません。"


def test_a_partly_known_birth_date_decides_only_where_every_day_agrees() -> None:
    content = pack(rule("r", "p", ("age", ">=", 65), reason="{age}歳"))

    def of(birth: PartialDate | str) -> Verdict:
        return verdict(content, someone(birth=birth))

    assert of(PartialDate(1950)).value is Need.NEEDED
    assert of(PartialDate(1950)).reason == "75～76歳"
    assert of("1970-00-00").value is Need.NOT_NEEDED
    undecided = of(PartialDate(1961))
    assert (undecided.value, undecided.open_facts) == (Need.OPEN, (("birth", "花子"),))
    assert of(PartialDate(1961, 3)).value is Need.NEEDED
    assert of(PartialDate(None, text="不詳")).value is Need.OPEN
    assert of(PartialDate(1950, 5, 5, text="昭和25年頃")).value is Need.OPEN


def test_without_a_change_date_ages_are_open() -> None:
    content = pack(rule("r", "p", ("age", ">=", 65)))
    facts = FactSet("move_in", None, {}, (someone(),))

    assert evaluate(content, facts, ON)[0].open_facts == (("changed_on", None),)


def test_who_does_not_move_needs_nothing_unless_the_row_is_for_members() -> None:
    stays = someone(moves=False, member=True)
    for_movers = pack(rule("r", "p", ("member", "is", True)))
    for_all = pack(rule("r", "p", ("member", "is", True), who=Who.MEMBERS))

    assert verdict(for_movers, stays).reason == "花子さんは、今回は異動しないため、不要です。"
    assert verdict(for_all, stays).value is Need.NEEDED
    assert verdict(for_movers, someone(moves=None, member=True)).value is Need.OPEN


def test_a_row_for_stayers_is_for_the_household_the_others_leave() -> None:
    content = pack(rule("r", "p", ("member", "is", True), who=Who.STAYERS))

    assert verdict(content, someone(moves=False, in_before=True, member=True)).value is Need.NEEDED
    assert verdict(content, someone(moves=True, in_before=True, member=True)).value is Need.NOT_NEEDED
    joined = verdict(content, someone(moves=False, in_before=False, member=True))
    assert joined.reason == "花子さんは、異動前の世帯にいないため、不要です。"


def test_case_procedures_name_whom_they_concern() -> None:
    content = pack(
        rule("r", "p", ("any_member", "is", True), reason="{people}のため。"), per="case", concerns="member"
    )
    people = (
        someone("父", member=True),
        someone("母", member=False),
        someone("子"),
        someone("祖母", member=True, moves=False),
    )
    found = evaluate(content, FactSet("move_in", ON, {}, people), ON)[0]

    assert (found.person, found.people, found.reason) == (None, ("父", "祖母"), "父さん、祖母さんのため。")


def test_a_row_names_other_persons_than_its_procedure() -> None:
    content = pack(
        rule("r", "p", ("wide", "is", True), reason="{people}のため。", concerns="member"),
        per="case",
        concerns="moves",
    )
    people = (someone("父", member=False), someone("祖母", member=True, moves=False))
    facts = FactSet("move_in", ON, {"wide": FactValue(True, "case")}, people)

    assert evaluate(content, facts, ON)[0].reason == "祖母さんのため。"


def test_any_mover_is_open_while_the_only_one_may_not_move() -> None:
    content = pack(rule("r", "p", ("any_member", "is", True)), per="case")

    assert verdict(content, someone(member=True, moves=None)).value is Need.OPEN
    assert verdict(content, someone(member=False, moves=None)).value is Need.NOT_NEEDED


def test_every_procedure_of_the_day_has_a_verdict_with_its_reason() -> None:
    content = pack(rule("r", "p", ("member", "is", True)))
    content = replace(
        content,
        procedures=(
            *content.procedures,
            procedure("hand", by_hand=True),
            procedure("other_event"),
            procedure("past", valid_to=date(2026, 3, 31)),
        ),
    )
    found = {one.procedure: one for one in evaluate(content, FactSet("move_in", ON, {}, (someone(),)), ON)}

    assert set(found) == {"p", "hand", "other_event"}
    assert found["hand"].value is found["other_event"].value is Need.NOT_NEEDED
    assert all(one.reason.endswith("。") or one.value is Need.NEEDED for one in found.values())


def test_rows_outside_their_period_or_event_do_not_count() -> None:
    content = pack(
        rule("old", "p", ("member", "is", True), valid_to=date(2026, 3, 31)),
        rule("new", "p", ("member", "is", False), valid_from=date(2026, 4, 1)),
    )
    facts = FactSet("move_in", ON, {}, (someone(member=True),))

    assert evaluate(content, facts, date(2026, 3, 31))[0].rule_id == "old"
    assert evaluate(content, facts, date(2026, 4, 1))[0].value is Need.NOT_NEEDED
    assert evaluate(content, replace(facts, event="move_out"), ON)[0].value is Need.NOT_NEEDED


def test_the_list_has_one_line_a_procedure_in_route_order() -> None:
    rules = (rule("r1", "late", ("member", "is", True)), rule("r2", "early", ("member", "is", True)))
    content = replace(
        pack(*rules), procedures=(replace(procedure("late"), order=20), replace(procedure("early"), order=10))
    )
    facts = FactSet("move_in", ON, {}, (someone("父", member=True), someone("母", member=True)))
    lines = needed_procedures(content, evaluate(content, facts, ON))

    assert [(line.procedure.code, line.people) for line in lines] == [
        ("early", ("父", "母")),
        ("late", ("父", "母")),
    ]
    assert lines[0].reasons == ("父さん", "母さん")


def test_a_procedure_calls_for_the_forms_of_the_rows_that_hold() -> None:
    rows = (
        rule("r1", "p", ("member", "is", True), forms=("h",)),
        rule("r2", "p", ("kind", "is", "a"), forms=("f", "h")),
        rule("r3", "p", ("kind", "is", "b")),
    )
    content = pack(*rows)
    asking = replace(content.procedures[0], forms=("f", "g", "h"))

    def forms(*people: PersonFacts) -> tuple[str, ...]:
        return forms_of(asking, evaluate(content, FactSet("move_in", ON, {}, people), ON))

    assert forms(someone(member=True)) == ("h",)
    assert forms(someone(member=True, kind="a")) == ("f", "h"), "in the order of the procedure"
    assert forms(someone("父", member=True), someone("母", kind="b")) == asking.forms, "a row names none"
    assert forms(someone(member=False)) == asking.forms, "staff have put it on the list"
