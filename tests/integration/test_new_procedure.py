"""A new benefit from one short form: what it writes decides at once."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from app.domain.content import ContentPack
from app.domain.facts import FactSet, FactValue, PersonFacts, Source
from app.domain.rules import evaluate
from app.operations import drafts, example_take_over, examples, new_procedure, trials
from app.operations.new_procedure import NewProcedure
from tests.integration.served import looked_up
from tests.integration.test_rule_desk import AUTHOR, begun, content_desk
from tests.stores import ONE_IS_ENOUGH

BENEFIT = {
    "title": "出産祝金の申請",
    "code": "birth_gift",
    "section": "children",
    "place": "other",
    "explanation": "市で生まれたお子さんに祝金を支給します。",
    "bring": "母子健康手帳\n振込先の通帳",
    "events": ["birth", "move_in"],
    "per": "person",
    "who": "movers",
    "age_to": "3",
    "to_year_end": "1",
    "question": "世帯の所得は基準以下ですか",
    "asks": "case",
    "answer": "yes",
    "valid_from": "R8.4.1",
}


def test_a_new_benefit_is_added_by_one_short_form_and_decides_at_once(served_city: Flask) -> None:
    desk = content_desk(served_city)
    where = desk.post("/admin/desk", title="出産祝金を新設").headers["Location"]
    draft = where.rpartition("/")[2]
    wrong = desk.post(f"{where}/new-procedure", **{**BENEFIT, "events": [], "age_to": "三歳", "group": ""})
    assert (
        wrong.status_code == 422
        and "「三歳」は年齢として読めません" in wrong.text
        and 'value="出産祝金の申請"' in wrong.text
    )
    group = looked_up(served_city, lambda: drafts.read(draft).of_part["question_groups"][0].cells["code"])
    added = desk.post(f"{where}/new-procedure", **{**BENEFIT, "group": group})
    assert added.status_code == 303
    page = desk.get(added.headers["Location"]).text
    assert "手続きを下書きに追加しました" in page and "3歳の年度末まで" in page
    again = desk.post(f"{where}/new-procedure", **{**BENEFIT, "group": group})
    assert again.status_code == 422 and "もう使われています" in again.text

    def decided() -> tuple[list[str], dict[str, set[str]]]:
        found = drafts.read(draft)
        return [one.text for one in found.errors], verdicts(found.pack.settled)

    errors, found = looked_up(served_city, decided)
    assert errors == []
    assert found == {
        "not asked": {"open"},
        "yes": {"needed"},
        "no": {"not_needed"},
        "grown up": {"not_needed"},
    }
    assert desk.post(f"{where}/rules", act="undo").status_code == 303  # the whole of it is one act
    assert looked_up(served_city, lambda: drafts.changes(drafts.read(draft))) == ()


def verdicts(pack: ContentPack) -> dict[str, set[str]]:
    """What becomes of the benefit for a child of two when the question is not answered, yes and no, and for an adult."""

    def ask(birth: str, answer: bool | None) -> set[str]:
        facts = {"birth": FactValue(birth, Source.CASE), "moves": FactValue(True, Source.CASE)}
        answers = {} if answer is None else {("birth_gift_asked", None): FactValue(answer, Source.ASKED)}
        day = date(2026, 11, 1)
        known = FactSet("birth", day, {}, (PersonFacts("p", "咲", facts),), answers)
        return {str(one.value) for one in evaluate(pack, known, day) if one.procedure == "birth_gift"}

    child = "2024-05-06"
    return {
        "not asked": ask(child, None), "yes": ask(child, True), "no": ask(child, False), "grown up": ask("1990-01-01", True),
    }  # fmt: skip


AGES = [
    {"age_from": "65"},
    {"age_from": "40", "age_to": "64"},
    {"age_from": "15", "age_to": "18", "to_year_end": "1"},
]


@ONE_IS_ENOUGH
@pytest.mark.parametrize("ages", AGES)
def test_a_benefit_of_a_household_is_about_those_of_the_age(city_app: Flask, ages: dict[str, str]) -> None:
    draft = begun("見守りの登録")
    numbers = {name: int(text) for name, text in ages.items() if name != "to_year_end"}
    entered = NewProcedure(
        "見守りの登録", "", "care", "other", "case", "members", ("move_in",), "見守りを登録します。", "",
        numbers.get("age_from"), numbers.get("age_to"), "to_year_end" in ages, "", "", "case", True, "", (), "", "", "", "",
        None, None,
    )  # fmt: skip
    code = new_procedure.add(draft, entered, AUTHOR)
    found = drafts.read(draft)
    assert found.errors == ()
    procedure = found.pack.procedure_by_code[code]
    assert procedure.concerns in found.pack.fact_by_id
    assert found.pack.rules_by_procedure[code][0].conditions[0].fact == f"{code}_any"


@ONE_IS_ENOUGH
@pytest.mark.parametrize("question", ["", "世帯の所得は基準以下ですか"])
def test_examples_of_before_get_the_new_procedure_in_one_act(city_app: Flask, question: str) -> None:
    draft = begun("転入お祝い品")
    group = drafts.read(draft).pack.question_groups[0].code
    entered = NewProcedure(
        "転入お祝い品", "welcome_gift", "citizens", "here", "person", "movers", ("move_in",), "お祝い品を渡します。", "", None,
        6, True, question, "", "case", True, group, (), "", "", "", "", None, None,
    )  # fmt: skip
    new_procedure.add(draft, entered, AUTHOR)
    assert example_take_over.waiting(drafts.read(draft)) == {}  # nothing is known before they were run
    trials.run(trials.start_examples(f"draft-{draft}", AUTHOR))
    failing = examples.standing(drafts.read(draft).pack).failing
    assert failing and example_take_over.take_over(draft, AUTHOR) == len(failing)
    trials.run(trials.start_examples(f"draft-{draft}", AUTHOR))
    assert examples.standing(drafts.read(draft).pack).may_publish
