"""Several households after one event: each is judged by its own people and facts (R19)."""

from __future__ import annotations

from app.domain.facts import IN_AFTER, FactSet, FactValue, PersonFacts, Source

YES = FactValue(True, Source.CASE)


def person(name: str, household: str) -> PersonFacts:
    return PersonFacts(name, name, {"moves": YES, IN_AFTER: YES}, household)


FACTS = FactSet(
    "move_out", None, {"to_abroad": FactValue(False, Source.CASE)},
    (person("甲", "1"), person("乙", "2"), PersonFacts("丙", "丙", {IN_AFTER: FactValue(False, Source.CASE)})),
    households={"1": {}, "2": {"to_abroad": YES}},
)  # fmt: skip


def test_one_household_is_judged_as_it_is() -> None:
    alone = FactSet("move_in", None, {}, (person("甲", ""),))
    assert alone.views() == (alone,) and alone.is_here("甲")


def test_each_household_has_its_own_people_and_facts() -> None:
    first, second = FACTS.views()
    assert [view.find("to_abroad", None) for view in (first, second)] == [FactValue(False, Source.CASE), YES]
    assert first.find(IN_AFTER, "甲") == YES and first.find(IN_AFTER, "乙") != YES
    assert second.find(IN_AFTER, "乙") == YES and second.find(IN_AFTER, "甲") != YES
    assert all(view.find("moves", one) == YES for view in (first, second) for one in ("甲", "乙"))


def test_who_is_in_none_of_them_is_judged_once() -> None:
    first, second = FACTS.views()
    assert first.here == {"甲", "丙"} and second.here == {"乙"}
    assert [view.is_here("丙") for view in (first, second)] == [True, False]
