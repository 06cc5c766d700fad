"""How questions are put, answered and taken from data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain.content import Choice, FactDefinition, FactType, Question, Subject
from app.domain.facts import FactSet, FactValue, Source
from app.domain.interview import (
    AnswerProblem,
    answered,
    open_questions,
    parse_answer,
    printed_answers,
    printed_facts,
)
from tests.unit.domain.households import TODAY, case, default_pack, person


def linked_pair() -> FactSet:
    return case(
        "move_in",
        person("健", "1988-05-01", "世帯主", sex="male", has_card=True),
        person("陽翔", "2018-01-10", "子", sex="male", has_card=False),
        from_abroad=False,
        move_in_type="card",
        joins_household=False,
    )


def test_questions_come_by_topic_and_say_why() -> None:
    questions = open_questions(default_pack(), linked_pair(), TODAY)
    groups = [one.group for one in questions]
    topics = {group.code: group.order for group in default_pack().question_groups}

    assert groups == sorted(groups, key=topics.__getitem__)
    common = next(one for one in questions if one.question.id == "insurance_common")
    assert "健さん、陽翔さん" in common.why
    assert [option.code for option in common.options][-1] == "unknown"


def test_a_fine_question_follows_its_coarse_one() -> None:
    facts = linked_pair()
    assert "insurance" not in {one.question.id for one in open_questions(default_pack(), facts, TODAY)}

    facts = facts.with_answer("insurance_common", None, FactValue("differs", Source.ASKED))
    fine = [one for one in open_questions(default_pack(), facts, TODAY) if one.question.id == "insurance"]
    assert [(one.person, one.why) for one in fine] == [("健", "健さん　37歳"), ("陽翔", "陽翔さん　8歳")]


def test_who_does_not_know_the_coarse_answer_is_asked_the_fine_one() -> None:
    facts = linked_pair().with_answer("insurance_common", None, FactValue(None, Source.ASKED))

    assert "insurance" in {one.question.id for one in open_questions(default_pack(), facts, TODAY)}


def test_data_answer_with_their_source_and_can_be_changed() -> None:
    facts = linked_pair()
    by_data = {one.instance.key: one for one in answered(default_pack(), facts, TODAY)}
    card = by_data["has_card", "健"]
    assert (card.label, card.source, card.relevant) == ("はい", Source.REGISTER, True)

    changed = facts.with_answer("has_card", "健", FactValue(False, Source.ASKED))
    now = {one.instance.key: one for one in answered(default_pack(), changed, TODAY)}["has_card", "健"]
    assert (now.label, now.source) == ("いいえ", Source.ASKED)
    assert changed.without_answer("has_card", "健") == facts


def test_what_decides_nothing_is_not_shown_unless_it_was_asked() -> None:
    facts = case("address_change", person("健", "1988-05-01", "世帯主", nhi_member=True, pension_first=True))
    keys = {one.instance.key for one in answered(default_pack(), facts, TODAY)}
    assert ("nhi_member", "健") in keys
    assert ("pension_first", "健") not in keys  # nothing of a move within the city depends on it

    told = facts.with_answer("pension_first", "健", FactValue(None, Source.ASKED))
    shown = {one.instance.key: one for one in answered(default_pack(), told, TODAY)}["pension_first", "健"]
    assert (shown.label, shown.relevant) == ("わからない", False)


def test_questions_outside_their_period_are_not_asked() -> None:
    pack = default_pack()
    ended = replace(
        pack,
        questions=tuple(
            replace(one, valid_to=date(2026, 4, 2)) if one.id == "insurance_common" else one
            for one in pack.questions
        ),
    )

    assert "insurance_common" in {
        one.question.id for one in open_questions(ended, linked_pair(), date(2026, 4, 2))
    }
    assert "insurance_common" not in {one.question.id for one in open_questions(ended, linked_pair(), TODAY)}


def _asked(type_: FactType) -> tuple[Question, FactDefinition]:
    choices = (Choice("a", "甲"),) if type_ is FactType.CHOICE else ()
    fact = FactDefinition("f", "f", type_, Subject.CASE, "question", choices=choices)
    return Question("q", "f", "", "", "g", 1), fact


@pytest.mark.parametrize(
    ("type_", "raw", "value"),
    [
        (FactType.YES_NO, "yes", True),
        (FactType.YES_NO, "no", False),
        (FactType.YES_NO, "unknown", None),
        (FactType.CHOICE, "a", "a"),
        (FactType.NUMBER, "１２", 12),
        (FactType.DATE, "R8.3.31", "2026-03-31"),
        (FactType.DATE, "２０２６年３月３１日", "2026-03-31"),
        (FactType.TEXT, "　会社を退職 ", "会社を退職"),
    ],
)
def test_answers_are_read(type_: FactType, raw: str, value: object) -> None:
    question, fact = _asked(type_)
    pack = replace(default_pack(), facts=(fact,), questions=(question,))

    assert parse_answer(pack, question, raw, today=TODAY) == value


@pytest.mark.parametrize(
    ("type_", "raw"),
    [
        (FactType.YES_NO, "a"),
        (FactType.YES_NO, ""),
        (FactType.CHOICE, "b"),
        (FactType.NUMBER, "-1"),
        (FactType.NUMBER, "1.5"),
        (FactType.NUMBER, "9999999"),
        (FactType.DATE, "昨年"),
        (FactType.DATE, "R8"),
        (FactType.TEXT, " "),
        (FactType.TEXT, "あ" * 201),
    ],
)
def test_answers_that_do_not_fit_are_refused_with_what_to_do(type_: FactType, raw: str) -> None:
    question, fact = _asked(type_)
    pack = replace(default_pack(), facts=(fact,), questions=(question,))

    with pytest.raises(AnswerProblem) as problem:
        parse_answer(pack, question, raw, today=TODAY)
    assert problem.value.message


def test_a_form_prints_the_answers_of_its_person_and_of_no_other() -> None:
    facts = linked_pair().with_answer("seal_common", None, FactValue("all", Source.ASKED))
    facts = facts.with_answer("handbook", "陽翔", FactValue("physical", Source.ASKED))
    facts = facts.with_answer("handbook", "健", FactValue(None, Source.ASKED))

    assert printed_answers(default_pack(), facts, "陽翔")["handbook"] == "physical"
    own = printed_answers(default_pack(), facts, "健")
    assert "handbook" not in own
    assert (own["has_card"], own["seal_common"], own["move_in_type"]) == (True, "all", "card")
    assert "has_card" not in printed_answers(default_pack(), facts, None)


def test_a_form_prints_facts_in_words_of_the_case_and_one_person_only() -> None:
    facts = linked_pair().with_answer("support_measures_wish", "健", FactValue(True, Source.ASKED))
    printed = printed_facts(default_pack(), facts, "健")

    assert (printed["move_in_type"], printed["sex"]) == ("マイナンバーカードによる特例", "男")
    assert printed["has_card"] is True
    # Neither what must not be printed, nor what the program concluded, nor what is another person's.
    assert printed.keys().isdisjoint({"support_measures_wish", "age"})
    assert "has_card" not in printed_facts(default_pack(), facts, None)
