"""Example households (確認用の世帯例) held against a content pack: the interview is held, the list compared.

An example passes when every question has an answer, no verdict stays open, the list is exactly the expected one, and
no more is asked than it allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.content import ContentPack, ContentProblem
from app.domain.derivation import BIRTH, MOVES, RELATIONSHIP
from app.domain.example_content import Example, ExamplePerson, PlainValue
from app.domain.facts import IN_AFTER, IN_BEFORE, FactKey, FactSet, FactValue, PersonFacts, Source
from app.domain.interview import UNKNOWN, open_questions
from app.domain.rules import Need, evaluate, needed_procedures

MOST_ASKED = 200
_DAYS_TO_THE_COUNTER = 2
_LEAVE = frozenset({"move_out", "death"})
_ARRIVE = frozenset({"move_in", "birth"})
_STAYERS_LEFT_BEHIND = frozenset(
    {"address_change", "household_separation", "household_merger", "household_composition"}
)


@dataclass(frozen=True)
class ExampleResult:
    """What became of an example: the list it got, what was asked, and in words what is wrong (nothing: it passes)."""

    example: Example
    got: Mapping[str, tuple[str, ...]]
    asked: tuple[FactKey, ...]
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.problems


def membership(event: str, moves: bool) -> tuple[bool, bool]:
    """Whether a person is of the household before and after an event, unless he is said to be otherwise."""
    if event == "move_in":
        return False, True
    if moves:
        return event not in _ARRIVE, event not in _LEAVE
    return True, event not in _STAYERS_LEFT_BEHIND


def example_facts(pack: ContentPack, example: Example) -> FactSet:
    """The facts of an example before anything is asked. Raises `KeyError` for a preset the pack does not have."""
    presets = {preset.code: preset.facts for preset in pack.presets}
    people = tuple(_person(example.event, one, presets) for one in example.people)
    case = {name: FactValue(value, Source.CASE) for name, value in example.case.items()}
    return FactSet(example.event, example.on, case, people)


def _person(event: str, one: ExamplePerson, presets: Mapping[str, Mapping[str, PlainValue]]) -> PersonFacts:
    before, after = membership(event, one.moves)
    known = {**(presets[one.like] if one.like else {}), **one.facts}
    case: dict[str, PlainValue] = {
        BIRTH: one.birth,
        RELATIONSHIP: one.relationship,
        MOVES: one.moves,
        IN_BEFORE: before if one.in_before is None else one.in_before,
        IN_AFTER: after if one.in_after is None else one.in_after,
    }
    facts = {name: FactValue(value, Source.REGISTER) for name, value in known.items() if value != UNKNOWN}
    return PersonFacts(
        one.name, one.name, facts | {name: FactValue(value, Source.CASE) for name, value in case.items()}
    )


def received_on(example: Example) -> date:
    """The day the family of an example stands at the counter."""
    return example.received or example.on + timedelta(days=_DAYS_TO_THE_COUNTER)


def run_example(pack: ContentPack, example: Example) -> ExampleResult:
    """Holds the interview with the household of an example and compares its list. `pack` must be settled."""
    on = received_on(example)
    facts = example_facts(pack, example)
    ordinary = {one.fact: one.answer for one in pack.ordinary}
    asked: list[FactKey] = []
    while questions := open_questions(pack, facts, on):
        key = questions[0].key
        answer = _answer(example, ordinary, key)
        if answer is None or len(asked) >= MOST_ASKED:
            label = pack.fact_by_id[key[0]].label
            problem = f"質問「{label}」（{key[0]}{f':{key[1]}' if key[1] else ''}）の答えがありません。"
            return ExampleResult(example, {}, tuple(asked), (problem,))
        facts = facts.with_answer(*key, FactValue(None if answer == UNKNOWN else answer, Source.ASKED))
        asked.append(key)
    verdicts = evaluate(pack, facts, on)
    got = {line.procedure.code: line.people for line in needed_procedures(pack, verdicts)}
    problems = [*_differences(pack, example, got)]
    for verdict in verdicts:
        if verdict.value is Need.OPEN:
            title = pack.procedure_by_code[verdict.procedure].title
            problems.append(f"「{title}」が決まりません（{verdict.person or '受付全体'}）。{verdict.reason}")
    if len(asked) > example.questions:
        names = "、".join(pack.question_by_fact[fact].id for fact, _ in asked)
        problems.append(f"質問が{len(asked)}あります（{example.questions}以内のはずです）: {names}")
    return ExampleResult(example, got, tuple(asked), tuple(problems))


def _answer(example: Example, ordinary: Mapping[str, PlainValue], key: FactKey) -> PlainValue | None:
    fact, person = key
    return example.answers.get(f"{fact}:{person}", example.answers.get(fact, ordinary.get(fact)))


def _differences(pack: ContentPack, example: Example, got: Mapping[str, Iterable[str]]) -> Iterator[str]:
    for code in dict.fromkeys((*example.needed, *got)):
        procedure = pack.procedure_by_code.get(code)
        title = procedure.title if procedure else code
        expected, found = set(example.needed.get(code, ())), set(got.get(code, ()))
        if code not in got:
            yield f"「{title}」（{code}）が出ません（{_names(expected)}）。"
        elif code not in example.needed:
            yield f"「{title}」（{code}）が出ますが、出ないはずです（{_names(found)}）。"
        elif expected != found:
            yield f"「{title}」（{code}）の対象が違います。正しくは {_names(expected)}、結果は {_names(found)}。"


def _names(people: Iterable[str]) -> str:
    return "、".join(sorted(people)) or "対象者なし"


def check_examples(pack: ContentPack) -> Iterator[ContentProblem]:
    """Names and codes of examples, presets and ordinary answers that the pack does not have."""
    presets = {preset.code for preset in pack.presets}
    for preset in pack.presets:
        yield from _unknown_facts(pack, "examples/_ordinary.toml", f"preset {preset.code}", preset.facts)
    ordinary = [one.fact for one in pack.ordinary]
    yield from _unknown_facts(pack, "examples/_ordinary.toml", "ordinary", ordinary)
    for example in pack.examples:
        file, place = example.file, f"example {example.code}"
        names = [one.name for one in example.people]
        yield from _unknown_facts(pack, file, place, example.case)
        yield from _unknown_facts(pack, file, place, (key.partition(":")[0] for key in example.answers))
        if example.event not in pack.event_by_code:
            yield _unknown(file, place, example.event, "この用件はありません。")
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield ContentProblem(file, place, name, "同じ名前の人が2人います。", "名前を変えてください。")
        for code, people in example.needed.items():
            if code not in pack.procedure_by_code:
                yield _unknown(file, place, code, "この手続きはありません。")
            for name in set(people) - set(names):
                yield _unknown(file, place, name, "この名前の人は世帯にいません。")
        for one in example.people:
            yield from _unknown_facts(pack, file, place, one.facts)
            if one.like and one.like not in presets:
                yield _unknown(file, place, one.like, "この前提（preset）はありません。")


def _unknown_facts(
    pack: ContentPack, file: str, place: str, facts: Iterable[str]
) -> Iterator[ContentProblem]:
    for fact in facts:
        if fact not in pack.fact_by_id:
            yield _unknown(file, place, fact, "この事実はありません。")


def _unknown(file: str, place: str, read: str, problem: str) -> ContentProblem:
    return ContentProblem(file, place, read, problem, "業務定義にあるものにしてください。")
