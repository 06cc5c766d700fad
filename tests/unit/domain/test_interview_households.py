"""What rules and interview promise of every household, tried on random ones whose whole truth is known."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.content import FactType
from app.domain.facts import FactSet, FactValue, Source, StoredValue
from app.domain.interview import QuestionInstance, open_questions
from app.domain.rules import Need, evaluate, procedures_with_rows, subjects
from tests.unit.domain.households import TODAY, Truth, default_pack, interviewed, needed, verdict_values
from tests.unit.domain.random_households import hide, random_household

CHANCES = st.integers(0, 2**32).map(random.Random)
"""A household takes thousands of draws: more than Hypothesis would keep for each, so that it draws the seed."""
FEW = settings(max_examples=25, deadline=None)
FEWER = settings(max_examples=5, deadline=None)


def truth_of(whole: FactSet) -> Truth:
    def tell(question: QuestionInstance) -> StoredValue:
        found = whole.find(*question.key)
        assert found is not None, question.key
        return found.value

    return tell


@FEW
@given(CHANCES)
def test_what_is_missing_never_turns_a_verdict_round(chance: random.Random) -> None:
    whole = random_household(chance)
    known = verdict_values(whole)
    assert Need.OPEN not in known.values()

    for share in (0.1, 0.4, 0.9):
        partly = verdict_values(hide(whole, chance, share, only_askable=False))
        turned = {key for key, value in partly.items() if value not in {Need.OPEN, known[key]}}
        assert turned == set()


def test_a_person_of_whom_nothing_is_known_is_neither_needed_nor_excluded_anywhere() -> None:
    whole = random_household(random.Random(5))
    nothing = replace(whole, case={}, people=tuple(replace(one, facts={}) for one in whole.people))

    for (code, who), value in verdict_values(nothing).items():
        rows = [row for row in default_pack().rules_by_procedure.get(code, ()) if whole.event in row.events]
        if any(row.conditions for row in rows):
            assert value is Need.OPEN, (code, who)


@FEW
@given(CHANCES)
def test_the_interview_ends_in_the_list_of_the_whole_truth_in_any_order(chance: random.Random) -> None:
    whole = random_household(chance)
    start = hide(whole, chance, 0.7, only_askable=True)

    in_order, asked = interviewed(start, truth_of(whole))
    mixed, _ = interviewed(start, truth_of(whole), chance=chance)

    assert needed(in_order) == needed(whole)
    assert needed(mixed) == needed(whole)
    assert Need.OPEN not in verdict_values(in_order).values()
    assert len(asked) <= len(default_pack().questions) * len(whole.people)


@FEW
@given(CHANCES)
def test_taking_an_answer_back_is_never_having_given_it(chance: random.Random) -> None:
    whole = random_household(chance)
    start = hide(whole, chance, 0.7, only_askable=True)
    done, _ = interviewed(start, truth_of(whole))
    for key in chance.sample(sorted(done.answers, key=str), k=min(4, len(done.answers))):
        taken_back = done.without_answer(*key)
        others = [(other, answer) for other, answer in done.answers.items() if other != key]
        chance.shuffle(others)
        never = start
        for other, answer in others:
            never = never.with_answer(*other, answer)

        assert verdict_values(taken_back) == verdict_values(never)
        assert open_questions(default_pack(), taken_back, TODAY) == open_questions(
            default_pack(), never, TODAY
        )


@FEWER
@given(CHANCES)
def test_no_question_is_asked_whose_every_answer_gives_the_same_list(chance: random.Random) -> None:
    """For each open question, two answers lead to different lists for some way the rest of the interview can go."""
    start = hide(random_household(chance), chance, 0.8, only_askable=True)
    for question in open_questions(default_pack(), start, TODAY):
        assert _differs_at_once(start, question, chance) or _differs_in_the_end(start, question, chance), (
            question
        )


def _answers(question: QuestionInstance) -> list[StoredValue]:
    return _values(question.key[0])


def _values(fact: str) -> list[StoredValue]:
    """What may be answered when a fact is asked; of numbers those at which the content draws a line."""
    definition = default_pack().fact_by_id[fact]
    match definition.type:
        case FactType.YES_NO:
            return [True, False]
        case FactType.CHOICE:
            return [one.code for one in definition.choices]
        case FactType.NUMBER:
            return [0, 1, 2, 3]
    raise AssertionError(f"{fact} is asked; say here what may be answered")


def _differs_at_once(facts: FactSet, question: QuestionInstance, chance: random.Random) -> bool:
    """Whether, with everything else that may be asked told at random, two answers give opposite verdicts."""
    others = [
        (one.fact, who)
        for one in default_pack().questions
        for who in ((None, *(person.id for person in facts.people)))
        if (one.fact, who) != question.key
        and (who is None) == (default_pack().fact_by_id[one.fact].subject == "case")
        and facts.find(one.fact, who) is None
    ]
    for _ in range(6):
        rest = facts
        for key in others:
            rest = rest.with_answer(*key, FactValue(chance.choice(_values(key[0])), Source.ASKED))
        lists = [
            verdict_values(rest.with_answer(*question.key, FactValue(value, Source.ASKED)))
            for value in _answers(question)
        ]
        for one, other in itertools.combinations(lists, 2):
            if any({one[key], other[key]} == {Need.NEEDED, Need.NOT_NEEDED} for key in one):
                return True
    return False


def _differs_in_the_end(facts: FactSet, question: QuestionInstance, chance: random.Random) -> bool:
    """Whether two answers, each followed by the questions it leads to, can end in different lists."""
    ends: set[str] = set()
    for _ in range(30):
        told: dict[object, StoredValue] = {}

        def tell(one: QuestionInstance, told: dict[object, StoredValue] = told) -> StoredValue:
            return told.setdefault(one.key, chance.choice(_answers(one)))

        for value in _answers(question):
            answered = facts.with_answer(*question.key, FactValue(value, Source.ASKED))
            listed = needed(interviewed(answered, tell)[0])
            ends.add(repr(sorted((code, sorted(people)) for code, people in listed.items())))
        if len(ends) > 1:
            return True
    return False


@FEW
@given(CHANCES)
def test_the_last_unknown_is_asked_exactly_when_it_decides(chance: random.Random) -> None:
    """With one fact missing, its question is asked if and only if the list is open for it and two answers differ."""
    whole = random_household(chance)
    pack = default_pack()
    keys = [key for key in whole.list_keys() if key[0] in pack.question_by_fact]
    for key in chance.sample(keys, k=min(12, len(keys))):
        missing = _without(whole, key)
        asked = {one.key for one in open_questions(pack, missing, TODAY)}
        lists = [
            verdict_values(missing.with_answer(*key, FactValue(value, Source.ASKED)))
            for value in _values(key[0])
        ]
        differ = any(one != other for one, other in itertools.pairwise(lists))
        is_open = Need.OPEN in verdict_values(missing).values()

        assert asked == ({key} if is_open and differ else set()), key


def _without(whole: FactSet, key: tuple[str, str | None]) -> FactSet:
    fact, who = key
    if who is None:
        return replace(whole, case={name: value for name, value in whole.case.items() if name != fact})
    people = tuple(
        replace(one, facts={name: value for name, value in one.facts.items() if name != fact})
        if one.id == who
        else one
        for one in whole.people
    )
    return replace(whole, people=people)


@FEWER
@given(CHANCES)
def test_who_does_not_know_is_not_asked_again_and_stays_open(chance: random.Random) -> None:
    """わからない to everything: the interview ends, and what was not known is open with the facts that would decide."""
    whole = random_household(chance)
    start = hide(whole, chance, 0.7, only_askable=True)

    end, asked = interviewed(start, lambda _question: None)

    assert open_questions(default_pack(), end, TODAY) == []
    known = verdict_values(whole)
    turned = {key for key, value in verdict_values(end).items() if value not in {Need.OPEN, known[key]}}
    assert turned == set()
    assert len(asked) == len(end.answers)


@FEW
@given(CHANCES)
def test_no_procedure_is_silently_missing(chance: random.Random) -> None:
    """Of each procedure there is a verdict for each it is decided for, with a reason; an open one names what decides it."""
    facts = hide(random_household(chance), chance, 0.5, only_askable=False)
    verdicts = evaluate(default_pack().settled, facts, TODAY)
    found = {(one.procedure, one.person) for one in verdicts}
    for procedure, rows in procedures_with_rows(default_pack().settled, facts.event, TODAY):
        people = subjects(procedure, facts) if rows else (None,)
        assert {(procedure.code, person) for person in people} <= found
    for one in verdicts:
        assert one.reason.endswith("。"), one
        assert (one.value is Need.OPEN) == bool(one.open_facts), one
