"""The interview (確認事項) of a case: what is left to ask, what is known and from where, and recording answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.data import audit, cases
from app.domain.authority import Actor
from app.domain.case import Case, Step
from app.domain.conditions import shown_value
from app.domain.content import ContentPack, Procedure
from app.domain.errors import Invalid
from app.domain.facts import FactKey, FactSet, FactValue, read_value
from app.domain.interview import (
    AnsweredQuestion,
    AnswerProblem,
    QuestionInstance,
    open_and_answered,
    parse_answer,
)
from app.operations import packs
from app.operations.cases import changing, move_on
from app.operations.navigation import ANSWER, SET_ASIDE, facts_of, names_by_id, refresh
from app.operations.provenance import Provenance
from app.operations.route import in_route_order
from app.operations.single import scoped

SHOWN_AT_ONCE = 12
"""With more open questions than these, only the first topics are open on the screen and the others folded."""


@dataclass(frozen=True)
class Topic:
    """The open questions of one topic; `folded` when there are too many for one screen."""

    code: str
    title: str
    questions: tuple[QuestionInstance, ...]
    folded: bool


@dataclass(frozen=True)
class KnownAnswer:
    """A question that needs no asking, with the source of its value.

    `contradiction` says what the register or the notice has instead of the answer that was given; empty when they agree.
    """

    answered: AnsweredQuestion
    source: str
    contradiction: str = ""


@dataclass(frozen=True)
class Interview:
    """What is left to ask by topic, what was asked, what data answered, and the procedures needed so far with their section."""

    topics: tuple[Topic, ...]
    given: tuple[KnownAnswer, ...]
    automatic: tuple[KnownAnswer, ...]
    needed: tuple[tuple[Procedure, str], ...]
    names: dict[str, str]

    @property
    def open(self) -> tuple[QuestionInstance, ...]:
        """Every open question in its order."""
        return tuple(one for topic in self.topics for one in topic.questions)


def interview(case: Case, actor: Actor) -> Interview:
    """The questions of the case as it stands."""
    pack = scoped(case, packs.of_case(case))
    facts = facts_of(case, pack, actor)
    sources = Provenance.of(case, pack)
    still_open, answers = open_and_answered(pack, facts, case.received_on)
    known = [_known(pack, facts, sources, one) for one in answers]
    return Interview(
        topics_of(pack, still_open),
        tuple(one for one in known if one.answered.instance.key in facts.answers),
        tuple(one for one in known if one.answered.instance.key not in facts.answers),
        _needed(case, pack),
        names_by_id(case),
    )


def topics_of(pack: ContentPack, questions: Sequence[QuestionInstance]) -> tuple[Topic, ...]:
    """Open questions by topic; those of the first topics are shown at once."""
    titles = {group.code: group.title for group in pack.question_groups}
    grouped: dict[str, list[QuestionInstance]] = {}
    for one in questions:
        grouped.setdefault(one.group, []).append(one)
    topics, shown = [], 0
    for code, found in grouped.items():
        fits = shown == 0 or shown + len(found) <= SHOWN_AT_ONCE
        shown += len(found)
        topics.append(Topic(code, titles.get(code, ""), tuple(found), folded=not fits))
    return tuple(topics)


def _known(pack: ContentPack, facts: FactSet, sources: Provenance, one: AnsweredQuestion) -> KnownAnswer:
    fact, person = one.instance.key
    stored = facts.find(fact, person)
    source = sources.words(fact, person, stored) if stored else ""
    return KnownAnswer(one, source, _contradiction(pack, facts, sources, one.instance.key))


def _contradiction(pack: ContentPack, facts: FactSet, sources: Provenance, key: FactKey) -> str:
    """What data say instead of the answer; nothing when nothing was answered, or data say the same or nothing."""
    said: FactValue | None = facts.answers.get(key)
    known = facts.without_answer(*key).find(*key)
    if said is None or known is None:
        return ""
    definition = pack.fact_by_id[key[0]]
    before, after = (read_value(one.value, definition.type) for one in (known, said))
    if before is None or before == after:
        return ""
    return f"{sources.words(*key, known)}では{shown_value(before, definition)}です。"


def _needed(case: Case, pack: ContentPack) -> tuple[tuple[Procedure, str], ...]:
    """The stored lines that are needed, in route order: every answer has brought them up to date."""
    lines = (pack.procedure_by_code.get(line.code) for line in case.procedures if line.needed)
    found = in_route_order(pack, case.counter, (one for one in lines if one is not None))
    sections = pack.section_by_code
    return tuple((one, sections[one.section].title if one.section in sections else "") for one in found)


def answer(
    case_id: str,
    actor: Actor,
    version: int | None,
    replies: Sequence[tuple[str, str | None, str]],
    today: date,
) -> str:
    """Record answers as (fact, person of the case or None, what was sent) and bring the list up to date.

    Returns what that did to the list, in one line. Raises Invalid naming every answer that does not fit; then nothing is
    recorded.
    """
    with changing(case_id, actor, version, Step.QUESTIONS):
        case = cases.get_case(case_id)
        pack = packs.of_case(case)
        wrong: dict[str, str] = {}
        before = facts_of(case, pack, actor)
        people = {None, *(one.id for one in before.people)}
        only_added = True
        for fact, person, raw in replies:
            question = pack.question_by_fact.get(fact)
            if question is None or person not in people:
                raise Invalid("この質問は、現在の業務定義にありません。画面を開き直してください。")
            try:
                value = parse_answer(pack, question, raw, today=today)
            except AnswerProblem as problem:
                wrong[f"{fact}:{person or ''}"] = problem.message
                continue
            only_added = only_added and before.find(fact, person) is None
            cases.remove_fact(case_id, person or "", SET_ASIDE + fact)
            cases.set_answer(case_id, person or "", ANSWER + fact, value, actor.staff_id)
        if wrong:
            raise Invalid("入力内容を確認してください。", wrong)
        audit.record(
            "case.answered",
            actor=actor,
            case_id=case_id,
            detail={"questions": sorted({r[0] for r in replies})},
        )
        refresh(case_id, actor, only_added=only_added)
        return _changes(case, cases.get_case(case_id), pack)


def take_back(case_id: str, actor: Actor, version: int | None, fact: str, person: str | None) -> str:
    """Make a question unanswered again: what the answer had added goes, as if it had never been given.

    Answers below it are kept and come back with it. Returns what that did to the list, in one line.
    """
    with changing(case_id, actor, version, Step.QUESTIONS):
        case = cases.get_case(case_id)
        pack = packs.of_case(case)
        if fact not in pack.question_by_fact:
            raise Invalid("この質問は、現在の業務定義にありません。画面を開き直してください。")
        cases.remove_fact(case_id, person or "", ANSWER + fact)
        audit.record("case.answer_removed", actor=actor, case_id=case_id, detail={"question": fact})
        refresh(case_id, actor)
        return _changes(case, cases.get_case(case_id), pack)


def _changes(before: Case, after: Case, pack: ContentPack) -> str:
    """How the list changed, for the status line."""
    old = {line.code for line in before.procedures if line.needed}
    new = {line.code for line in after.procedures if line.needed}
    said = [f"必要な手続き {len(new)}件"]
    for codes, word in ((new - old, "追加"), (old - new, "取消")):
        if codes:
            said.append(f"{word}：{_titles(pack, codes)}")
    return "。".join(said)


def _titles(pack: ContentPack, codes: Iterable[str]) -> str:
    found = [pack.procedure_by_code[code] for code in codes if code in pack.procedure_by_code]
    return "、".join(one.title for one in sorted(found, key=lambda one: (one.order, one.code)))


def finish_questions(case_id: str, actor: Actor, version: int | None) -> None:
    """Go on to the list; what was not answered stays open and is shown there as such."""
    with changing(case_id, actor, version, Step.QUESTIONS) as row:
        refresh(case_id, actor)
        move_on(row, Step.QUESTIONS)
