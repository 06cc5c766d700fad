"""The simulator (シミュレーター): a household is invented, interviewed and given its list under one content or two side by side.

Nobody in it exists and nothing of it touches the register; that it was used is logged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.data import audit, inventions
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.content import ContentPack, Subject
from app.domain.errors import Invalid, NotFound
from app.domain.example_content import Example, ExamplePerson, PlainValue
from app.domain.household_line import NAMES, LineProblem, parse_household
from app.domain.interview import (
    UNKNOWN,
    AnswerProblem,
    open_questions,
    parse_answer,
)
from app.domain.simulation import (
    Simulation,
    ValueProblem,
    parse_value,
    settable_facts,
    simulated_facts,
    with_answer,
    with_fact,
    with_people,
    without_answer,
)
from app.intake.content_rows import row_from_json, row_to_json
from app.operations import tried_content
from app.operations.drafts import require_editor

SHOWN_NEWEST = 5
SHOWN_OPTIONS = 20
SHOWN_FOUND = 120
EMPTY_ROWS = 2


@dataclass(frozen=True)
class Begun:
    """A household somebody left, for going on with it."""

    id: str
    title: str
    changed_at: datetime


def begin(actor: Actor, tried: str, beside: str, event: str, on: date, line: str, like: str) -> str:
    """Invent a household from a line such as 「主40 妻38 子8」; its id. Raises NotFound, Refused, Invalid."""
    content = tried_content.get_sound(tried)
    if event not in content.pack.event_by_code:
        raise Invalid("入力内容を確認してください。", {"event": "用件を選んでください。"})
    if like not in {"", *(preset.code for preset in content.pack.presets)}:
        raise Invalid("入力内容を確認してください。", {"like": "一覧から選んでください。"})
    try:
        people = parse_household(line, on)
    except LineProblem as problem:
        raise Invalid("入力内容を確認してください。", {"line": problem.message}) from problem
    made = tuple(
        ExamplePerson(one.name, one.birth, one.relationship, like=like, moves=one.moves) for one in people
    )
    return _keep(actor, Simulation(Example("", "", "", event, on, made, {}), tried, _other(beside, tried)))


def begin_from(actor: Actor, tried: str, beside: str, code: str) -> str:
    """Begin with a stored example, its answers given. Raises NotFound, Refused, Invalid."""
    content = tried_content.get_sound(tried)
    example = next((one for one in content.pack.examples if one.code == code), None)
    if example is None:
        raise Invalid("入力内容を確認してください。", {"example": "世帯例を一覧から選んでください。"})
    simulation = Simulation(replace(example, needed={}), tried, _other(beside, tried))
    return _keep(actor, _answered_as_told(content.pack, simulation))


def _answered_as_told(pack: ContentPack, simulation: Simulation) -> Simulation:
    """The answers an example gives to whoever is asked become answers of each; the ordinary ones are given too."""
    told = {**{one.fact: one.answer for one in pack.ordinary}, **simulation.household.answers}
    given = replace(simulation, household=replace(simulation.household, answers={}))
    for _ in range(200):
        facts = simulated_facts(pack, given)
        waiting = [one.key for one in open_questions(pack, facts, given.on)]
        known = [(fact, who) for fact, who in waiting if f"{fact}:{who}" in told or fact in told]
        if not known:
            break
        fact, who = known[0]
        given = with_answer(given, (fact, who), told[f"{fact}:{who}" if f"{fact}:{who}" in told else fact])
    return given


def _other(beside: str, tried: str) -> str:
    """The content compared with, nothing when it is the same one. Raises NotFound."""
    return "" if not beside or beside == tried else tried_content.get(beside).source


def _keep(actor: Actor, simulation: Simulation) -> str:
    require_editor(actor)
    with transaction():
        made = inventions.add(actor.staff_id, row_to_json(simulation))
        detail = {
            "content": simulation.tried,
            "beside": simulation.beside,
            "event": simulation.household.event,
        }
        audit.record("content.simulated", actor=actor, detail=detail)
    return made


def list_begun(actor: Actor) -> list[Begun]:
    """The households this member of staff worked on last."""
    found = []
    for one in inventions.list_newest(actor.staff_id, SHOWN_NEWEST):
        household = row_from_json(Simulation, one.text).household
        people = "、".join(f"{person.name}（{person.relationship}）" for person in household.people)
        found.append(Begun(one.id, people, one.changed_at))
    return found


def set_household(
    invention_id: str, actor: Actor, version: int, event: str, on: date, received: date | None,
    people: Sequence[ExamplePerson], was: Mapping[str, str],
) -> None:  # fmt: skip
    """Change event, dates and persons; `was` is the old name by the new one. Raises NotFound, Conflict, Invalid."""
    if not people:
        raise Invalid("入力内容を確認してください。", {"name-0": "1人以上にしてください。"})
    names = [one.name for one in people]
    twice = next((at for at, name in enumerate(names) if name in names[:at]), None)
    if twice is not None:
        raise Invalid(
            "入力内容を確認してください。",
            {f"name-{twice}": f"「{names[twice]}」が2人います。名前を変えてください。"},
        )
    now = get(invention_id)
    if event not in tried_content.get(now.tried).pack.event_by_code:
        raise Invalid("入力内容を確認してください。", {"event": "用件を選んでください。"})
    if received is not None and received < on.replace(year=on.year - 3):
        raise Invalid(
            "入力内容を確認してください。", {"received": "窓口に来る日が、異動日より3年以上前です。"}
        )
    changed = with_people(now, list(people), was)
    household = replace(changed.household, event=event, on=on, received=received)
    _change(invention_id, actor, version, replace(changed, household=household))


def set_contents(invention_id: str, actor: Actor, version: int, tried: str, beside: str) -> None:
    """Try the same household on other contents. Raises NotFound, Conflict, Invalid."""
    content = tried_content.get_sound(tried)
    _change(
        invention_id,
        actor,
        version,
        replace(get(invention_id), tried=content.source, beside=_other(beside, tried)),
    )


def answer(
    invention_id: str, actor: Actor, replies: Sequence[tuple[str, str | None, str]], today: date
) -> None:
    """Answers as the counter gives them: (fact, person or None, what was sent). Raises Invalid naming each that does not fit."""
    simulation = get(invention_id)
    pack = tried_content.get(simulation.tried).pack
    wrong: dict[str, str] = {}
    for fact, person, raw in replies:
        question = pack.question_by_fact.get(fact)
        if question is None or (person and person not in {one.name for one in simulation.household.people}):
            raise Invalid("この質問は、いまの業務定義にありません。画面を開き直してください。")
        try:
            value = parse_answer(pack, question, raw, today=today)
        except AnswerProblem as problem:
            wrong[f"{fact}:{person or ''}"] = problem.message
            continue
        simulation = with_answer(simulation, (fact, person), UNKNOWN if value is None else _plain(value))
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
    _change(invention_id, actor, None, simulation)


def _plain(value: object) -> PlainValue:
    return value if isinstance(value, bool | int | str | date) else str(value)


def take_back(invention_id: str, actor: Actor, fact: str, person: str | None) -> None:
    """Make a question unanswered again."""
    _change(invention_id, actor, None, without_answer(get(invention_id), (fact, person)))


def set_fact(invention_id: str, actor: Actor, person: str, chosen: str, typed: str, today: date) -> None:
    """Say something of a person, or of the case (""): `chosen` is ``fact=value``, or ``fact=`` with the value typed.

    Raises NotFound, Invalid.
    """
    simulation = get(invention_id)
    name, _, code = chosen.partition("=")
    pack = tried_content.get(simulation.tried).pack
    subject = Subject.PERSON if person else Subject.CASE
    fact = next((one for one in settable_facts(pack, subject) if one.id == name), None)
    if fact is None:
        raise Invalid("入力内容を確認してください。", {"fact": "項目を一覧から選んでください。"})
    try:
        value = parse_value(fact, code or typed, today)
        changed = with_fact(simulation, person, fact.id, value)
    except ValueProblem as problem:
        raise Invalid(
            "入力内容を確認してください。", {"fact" if code else "typed": problem.message}
        ) from problem
    except KeyError as problem:
        raise Invalid("入力内容を確認してください。", {"person": "対象の方を選んでください。"}) from problem
    _change(invention_id, actor, None, changed)


def drop_fact(invention_id: str, actor: Actor, person: str, fact: str) -> None:
    """Take back what was said of a person or the case. Raises NotFound."""
    try:
        changed = with_fact(get(invention_id), person, fact, None)
    except KeyError as problem:
        raise NotFound("この方は世帯にいません。画面を開き直してください。") from problem
    _change(invention_id, actor, None, changed)


def free_name(taken: Sequence[str]) -> str:
    """A name for a person who was given none: the next of 甲, 乙, … that nobody has."""
    return next((name for name in NAMES if name not in taken), "甲")


def get(invention_id: str) -> Simulation:
    """The simulation without its lists. Raises NotFound."""
    return row_from_json(Simulation, inventions.get(invention_id).text)


def _change(invention_id: str, actor: Actor, version: int | None, simulation: Simulation) -> None:
    require_editor(actor)
    with transaction():
        inventions.change(invention_id, version, row_to_json(simulation))
