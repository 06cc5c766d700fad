"""The explanation shows what the rules read: every condition, the value it met, and where that came from."""

from __future__ import annotations

import random
from datetime import date

import pytest

from app.domain.explanation import explain
from app.domain.facts import FactValue, Source
from app.domain.rules import Need, evaluate
from tests.unit.domain.households import TODAY, case, default_pack, linked, notice, person
from tests.unit.domain.random_households import random_household


def elderly_couple():
    return case(
        "move_in",
        person("勇", "1946-03-10", "世帯主", sex="male", **linked(insurance="late_elderly")),
        person("節", "1960-03-10", "妻", sex="female", **linked(insurance="nhi")),
        **notice(),
    )


def test_each_person_has_his_own_rows_with_values_and_origins() -> None:
    husband, wife = explain(default_pack().settled, elderly_couple(), "nhi_join", TODAY)

    assert (husband.verdict.value, wife.verdict.value) == (Need.NOT_NEEDED, Need.NEEDED)
    assert (husband.person, wife.person) == ("勇", "節")
    insured = next(one for one in wife.rows[0].conditions if "保険" in one.words)
    assert insured.value is True
    assert any(one.person == "節" and one.known and one.source_words for one in insured.evidence)


def test_what_is_missing_is_named_and_an_answer_says_who_asked() -> None:
    facts = case("move_in", person("一", "1990-01-01", "世帯主", **linked()), on=date(2026, 4, 1), **notice())
    open_one = explain(default_pack().settled, facts, "card_continuation", TODAY)[0]
    assert open_one.verdict.value is not Need.OPEN

    facts = case("move_in", person("一", "1990-01-01", "世帯主"), on=date(2026, 4, 1), **notice())
    missing = explain(default_pack().settled, facts, "card_continuation", TODAY)[0]
    unknown = [one for row in missing.rows for met in row.conditions for one in met.evidence if not one.known]
    assert missing.verdict.value is Need.OPEN and unknown

    answered = facts.with_answer("card_common", None, FactValue("all", Source.ASKED, by="staff-1"))
    met = explain(default_pack().settled, answered, "card_continuation", TODAY)[0]
    asked = [
        one
        for row in met.rows
        for each in row.conditions
        for one in each.evidence
        if one.source == Source.ASKED
    ]
    assert met.verdict.value is Need.NEEDED
    assert [(one.key, one.by) for one in asked] == [(("card_common", None), "staff-1")]


@pytest.mark.parametrize("seed", range(12))
def test_the_explanation_never_says_other_than_the_rules(seed: int) -> None:
    facts = random_household(random.Random(seed))
    pack = default_pack().settled

    verdicts = evaluate(pack, facts, TODAY)
    for code in {one.procedure for one in verdicts}:
        told = explain(pack, facts, code, TODAY)
        assert [one.verdict for one in told] == [one for one in verdicts if one.procedure == code]
        for one in told:
            values = {row.value for row in one.rows}
            expected = Need.NEEDED if True in values else Need.OPEN if None in values else Need.NOT_NEEDED
            assert one.verdict.value is expected


def test_a_procedure_of_another_event_says_so_and_an_unknown_one_is_refused() -> None:
    told = explain(default_pack().settled, elderly_couple(), "move_out", TODAY)
    assert len(told) == 1 and told[0].rows == () and "転入届" in told[0].verdict.reason
    with pytest.raises(KeyError):
        explain(default_pack().settled, elderly_couple(), "nothing", TODAY)
