"""Navigation (受付ナビ): facts of the case, the rules over them, the questions left, the list of procedures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.data import audit, cases, register, residents
from app.domain.authority import Actor
from app.domain.case import Case, CaseFact, CasePerson, CaseProcedure, Kind, ProcedureState, Step
from app.domain.content import ContentPack, Procedure
from app.domain.derivation import BIRTH, MOVES, RELATIONSHIP
from app.domain.errors import Invalid
from app.domain.facts import IN_AFTER, IN_BEFORE, FactKey, FactSet, FactValue, PersonFacts, Source
from app.domain.households import Part, before_and_after, people_of
from app.domain.interview import (
    AnsweredQuestion,
    AnswerProblem,
    QuestionInstance,
    answered,
    open_questions,
    parse_answer,
)
from app.domain.person import Status
from app.domain.register import MoveInNotice
from app.domain.register_facts import facts_from_move_in, facts_from_register
from app.domain.rules import Need, Verdict, evaluate, needed_procedures
from app.operations import packs
from app.operations.cases import changing, move_on
from app.operations.deadlines import DeadlineBook, ShownDeadline
from app.operations.school_facts import school_facts
from app.operations.single import note_verdicts, scoped

ANSWER = "answer:"
ENTERED = "move."
"""What the content step stores of the case is a fact of the catalogue where this one bears its name."""
NOTICE = "move_out_notice"
RELATIONSHIP_BEFORE = "relationship_before"
_AGED = re.compile(r"は(\d+)歳で、?(.+)")
_SEXES = {"1": "male", "2": "female"}


@dataclass(frozen=True)
class Interview:
    """What is left to ask, what needs no asking, and the procedures needed so far with their section (課)."""

    open: tuple[QuestionInstance, ...]
    answered: tuple[AnsweredQuestion, ...]
    needed: tuple[tuple[Procedure, str], ...]
    names: dict[str, str]


@dataclass(frozen=True)
class ListedProcedure:
    """A line of the list as a screen or a paper shows it."""

    line: CaseProcedure
    procedure: Procedure
    names: tuple[str, ...]
    deadline: ShownDeadline
    section: str
    floor: str
    phone: str


@dataclass(frozen=True)
class ProcedureList:
    """The list of procedures (手続き一覧): needed ones in route order, excluded ones, and those not decided yet."""

    needed: tuple[ListedProcedure, ...]
    excluded: tuple[ListedProcedure, ...]
    undecided: tuple[tuple[str, tuple[str, ...]], ...]
    """Procedure codes with what is not known yet, joined over the persons it is not known of."""
    verdicts: tuple[Verdict, ...]


def facts_of(case: Case, pack: ContentPack, actor: Actor) -> FactSet:
    """Every fact of the case as the rules read it: the household after the move, on the change date.

    Facts of the register are read as far as the actor's authority goes; what he may not read is asked.
    """
    changed = case.fact("move.changed_on")
    changed_on = date.fromisoformat(changed) if changed else None
    if case.kind is Kind.SINGLE:
        changed_on = case.received_on
    notice = _notice_of(case, actor)
    present = people_of(case)
    numbers = [person.number for person, _part in present if person.number and person.source != NOTICE]
    rows = register.list_rows_of(numbers, sorted(actor.data_sets), actor.disclosure(f"case:{case.id}"))
    people = tuple(
        _person_facts(case, person, part, pack, rows.get(person.number or "", {}), changed_on, notice)
        for person, part in present
    )
    ids = {person.id for person in people}
    answers: dict[FactKey, FactValue] = {}
    own: dict[str, FactValue] = {}
    for (subject, name), fact in case.facts.items():
        if name.startswith(ANSWER) and (not subject or subject in ids):
            answers[name.removeprefix(ANSWER), subject or None] = _value(fact)
        elif not subject and name.removeprefix(ENTERED) in pack.fact_by_id:
            own.setdefault(name.removeprefix(ENTERED), _value(fact))
    return FactSet(case.kind or "", changed_on, school_facts(case, actor) | own, people, answers)


def _person_facts(
    case: Case,
    person: CasePerson,
    part: Part,
    pack: ContentPack,
    rows: Mapping[str, Sequence[Mapping[str, str]]],
    changed_on: date | None,
    notice: MoveInNotice | None,
) -> PersonFacts:
    facts: dict[str, FactValue] = {}
    on = changed_on or case.received_on
    if person.source == NOTICE and person.number:
        facts |= _notice_facts(person, notice)
    elif person.number:
        facts |= facts_from_register(rows, on, resident=_is_of_the_city(case, person))
    before, after = before_and_after(case.kind, part)
    facts[MOVES] = FactValue(part is Part.MOVER, Source.CASE)
    facts[IN_BEFORE] = FactValue(before, Source.CASE)
    facts[IN_AFTER] = FactValue(after, Source.CASE)
    sex = _SEXES.get(person.value("sex"))
    if sex:
        facts["sex"] = FactValue(sex, Source.CASE)
    if person.birth:
        facts[BIRTH] = FactValue(person.birth, Source.CASE)
    facts |= _relationship(person, part)
    for (subject, name), fact in case.facts.items():
        if subject == person.id and name in pack.fact_by_id:
            facts[name] = _value(fact)
    return PersonFacts(person.id, person.name, facts)


def _is_of_the_city(case: Case, person: CasePerson) -> bool:
    """Whether the city's registers speak of him: a resident, or in a notice of death one whose death is entered already."""
    status = person.seen.get("status")
    return status == Status.RESIDENT or (case.kind is Kind.DEATH and status == Status.DEAD)


def _relationship(person: CasePerson, part: Part) -> dict[str, FactValue]:
    """The relationship in the household after the event, and the one before where it was another.

    Who stays behind is read as he stood there, even when he becomes householder because the old one went.
    """
    before, now = str(person.seen.get(RELATIONSHIP, "")), person.value(RELATIONSHIP)
    if part is Part.STAYS:
        now = before
    found = {RELATIONSHIP: now, RELATIONSHIP_BEFORE: before if before != now else ""}
    return {name: FactValue(value, Source.CASE) for name, value in found.items() if value}


def _notice_of(case: Case, actor: Actor) -> MoveInNotice | None:
    """The move-out notice (転出証明書情報) of the case, if somebody in it is known from there."""
    receipt = case.fact("move.receipt")
    if not receipt or all(person.source != NOTICE for person in case.subjects):
        return None
    return residents.get_move_in(receipt, actor.disclosure(f"case:{case.id}"))


def _notice_facts(person: CasePerson, notice: MoveInNotice | None) -> dict[str, FactValue]:
    for row, announced in zip(notice.people, notice.persons, strict=True) if notice else ():
        if announced.number == person.number:
            return dict(facts_from_move_in(row, notice.notice if notice else {}))
    return {}


def _value(fact: CaseFact) -> FactValue:
    return FactValue(fact.value, fact.source, fact.recorded_at, fact.recorded_by)


def interview(case: Case, actor: Actor) -> Interview:
    """The questions of the case as it stands."""
    pack = scoped(case, packs.of_case(case))
    facts = facts_of(case, pack, actor)
    return Interview(
        tuple(open_questions(pack, facts, case.received_on)),
        tuple(answered(pack, facts, case.received_on)),
        _needed(case, pack),
        {person.id: person.name for person, _part in people_of(case)},
    )


def _needed(case: Case, pack: ContentPack) -> tuple[tuple[Procedure, str], ...]:
    """The stored lines that are needed, in route order: every answer has brought them up to date."""
    lines = (pack.procedure_by_code.get(line.code) for line in case.procedures if line.needed)
    found = sorted((one for one in lines if one is not None), key=lambda one: (one.order, one.code))
    sections = pack.section_by_code
    return tuple((one, sections[one.section].title if one.section in sections else "") for one in found)


def answer(
    case_id: str,
    actor: Actor,
    version: int | None,
    replies: Sequence[tuple[str, str | None, str]],
    today: date,
) -> None:
    """Record answers as (fact, person of the case or None, what was sent) and bring the list up to date.

    Raises Invalid naming every answer that does not fit; then nothing is recorded.
    """
    with changing(case_id, actor, version, Step.QUESTIONS):
        case = cases.get_case(case_id)
        pack = packs.of_case(case)
        wrong: dict[str, str] = {}
        for fact, person, raw in replies:
            question = pack.question_by_fact.get(fact)
            if question is None or (person is not None and case.person(person) is None):
                raise Invalid("この質問は、現在の業務定義にありません。画面を開き直してください。")
            try:
                value = parse_answer(pack, question, raw, today=today)
            except AnswerProblem as problem:
                wrong[f"{fact}:{person or ''}"] = problem.message
                continue
            cases.set_answer(case_id, person or "", ANSWER + fact, value, actor.staff_id)
        if wrong:
            raise Invalid("入力内容を確認してください。", wrong)
        audit.record(
            "case.answered",
            actor=actor,
            case_id=case_id,
            detail={"questions": sorted({r[0] for r in replies})},
        )
        refresh(case_id, actor)


def take_back(case_id: str, actor: Actor, version: int | None, fact: str, person: str | None) -> None:
    """Make a question unanswered again: what the answer had added goes, as if it had never been given."""
    with changing(case_id, actor, version, Step.QUESTIONS):
        if fact not in packs.of_case(cases.get_case(case_id)).question_by_fact:
            raise Invalid("この質問は、現在の業務定義にありません。画面を開き直してください。")
        cases.remove_fact(case_id, person or "", ANSWER + fact)
        audit.record("case.answer_removed", actor=actor, case_id=case_id, detail={"question": fact})
        refresh(case_id, actor)


def finish_questions(case_id: str, actor: Actor, version: int | None) -> None:
    """Go on to the list; what was not answered stays open and is shown there as such."""
    with changing(case_id, actor, version, Step.QUESTIONS) as row:
        refresh(case_id, actor)
        move_on(row, Step.QUESTIONS)


def refresh(case_id: str, actor: Actor) -> None:
    """Run the rules and bring the stored list to their verdicts. Only inside a transaction."""
    case = cases.get_case(case_id)
    if case.kind in {None, Kind.CERTIFICATE}:
        return
    pack = scoped(case, packs.of_case(case))
    verdicts = evaluate(pack, facts_of(case, pack, actor), case.received_on)
    names = [person.name for person, _part in people_of(case)]
    if case.kind is Kind.SINGLE:
        note_verdicts(case, pack, verdicts)
        return
    cases.set_procedures(
        case_id,
        [
            {
                "procedure": line.procedure.code,
                "reason": "\n".join(_joined(line.reasons, names)),
                "legal_basis": line.procedure.legal_basis,
                "people": list(line.people),
            }
            for line in needed_procedures(pack, verdicts)
        ],
    )


def _joined(reasons: Sequence[str], names: Sequence[str]) -> list[str]:
    """Reasons that differ only in whose they are become one that names them all, with their ages."""
    groups: dict[str, list[str]] = {}
    for reason in reasons:
        name = next((name for name in names if name and reason.startswith(f"{name}さん")), "")
        rest = reason.removeprefix(f"{name}さん") if name else reason
        aged = _AGED.match(rest) if name else None
        if aged:
            name, rest = f"{name}さん（{aged[1]}歳）", f"は、{aged[2]}"
        elif name:
            name = f"{name}さん"
        groups.setdefault(rest, []).append(name)
    return ["、".join(name for name in found if name) + rest for rest, found in groups.items()]


def procedure_list(case: Case, actor: Actor) -> ProcedureList:
    """The stored list with what is still open."""
    pack = packs.of_case(case)
    facts = facts_of(case, pack, actor)
    verdicts = tuple(evaluate(scoped(case, pack), facts, case.received_on))
    book = DeadlineBook.of(case, pack, facts)
    listed = sorted(
        (_listed(case, pack, line, book) for line in case.procedures if line.code in pack.procedure_by_code),
        key=lambda item: (item.procedure.order, item.procedure.code),
    )
    present = {item.line.code for item in listed}
    open_reasons: dict[str, list[str]] = {}
    for one in verdicts:
        if one.value is Need.OPEN and one.procedure not in present:
            open_reasons.setdefault(one.procedure, []).append(one.reason)
    names = [person.name for person, _part in people_of(case)]
    return ProcedureList(
        tuple(item for item in listed if item.line.needed),
        tuple(item for item in listed if not item.line.needed),
        tuple((code, tuple(_joined(found, names))) for code, found in open_reasons.items()),
        verdicts,
    )


def _listed(case: Case, pack: ContentPack, line: CaseProcedure, book: DeadlineBook) -> ListedProcedure:
    procedure = pack.procedure_by_code[line.code]
    section = pack.section_by_code.get(procedure.section)
    names = tuple(person.name for person in case.persons if person.id in line.people)
    return ListedProcedure(
        line, procedure, names, book.show(procedure, line.people),
        section.title if section else "", section.floor if section else "", section.phone if section else "",
    )  # fmt: skip


def add_procedure(case_id: str, actor: Actor, version: int | None, code: str, reason: str) -> None:
    """Put a procedure on the list by hand, with the reason. Raises Invalid."""
    reason = reason.strip() or "職員が追加しました。"
    with changing(case_id, actor, version, Step.PROCEDURES):
        case = cases.get_case(case_id)
        procedure = packs.of_case(case).procedure_by_code.get(code)
        if procedure is None:
            raise Invalid(
                "追加する手続きを一覧から選んでください。", {"procedure": "一覧から選んでください。"}
            )
        cases.add_procedure(
            case_id, code, reason[:200], procedure.legal_basis, [one.id for one in case.subjects]
        )
        audit.record("case.procedure_added", actor=actor, case_id=case_id, detail={"procedure": code})


def exclude_procedure(case_id: str, actor: Actor, version: int | None, code: str, reason: str) -> None:
    """Take a procedure off the list by hand; it stays below with the reason and can be put back."""
    with changing(case_id, actor, version, Step.PROCEDURES):
        row = cases.get_procedure(case_id, code)
        row.needed, row.staff_reason = False, reason.strip()[:200] or "職員が対象外にしました。"
        audit.record("case.procedure_excluded", actor=actor, case_id=case_id, detail={"procedure": code})


def restore_procedure(case_id: str, actor: Actor, version: int | None, code: str) -> None:
    """Put an excluded procedure back; the rules decide again whether it belongs there."""
    with changing(case_id, actor, version, Step.PROCEDURES):
        row = cases.get_procedure(case_id, code)
        row.needed, row.staff_reason = True, ""
        audit.record("case.procedure_restored", actor=actor, case_id=case_id, detail={"procedure": code})
        refresh(case_id, actor)


def set_procedure_state(
    case_id: str, actor: Actor, version: int | None, code: str, state: ProcedureState
) -> None:
    """How far a procedure has come (R22)."""
    with changing(case_id, actor, version, Step.PROCEDURES):
        cases.get_procedure(case_id, code).state = state
        audit.record(
            "case.procedure_state_changed",
            actor=actor,
            case_id=case_id,
            detail={"procedure": code, "state": state},
        )
