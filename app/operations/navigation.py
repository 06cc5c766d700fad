"""Navigation (受付ナビ): the facts of a case, and the rules over them that keep its list of procedures up to date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from app.data import cases, register, residents
from app.domain.authority import Actor
from app.domain.case import Case, CaseFact, CasePerson, Kind
from app.domain.content import ContentPack
from app.domain.derivation import BIRTH, MOVES, RELATIONSHIP
from app.domain.facts import IN_AFTER, IN_BEFORE, FactKey, FactSet, FactValue, PersonFacts, Source
from app.domain.households import Part, before_and_after, people_of
from app.domain.new_households import FIRST, are_several, facts_of_household, household_of, keys_of
from app.domain.person import Status
from app.domain.register import MoveInNotice
from app.domain.register_facts import facts_from_move_in, facts_from_register
from app.domain.relevance import counting_answers, only
from app.domain.rules import evaluate, needed_procedures
from app.operations import packs
from app.operations.school_facts import school_facts
from app.operations.single import note_verdicts, scoped

ANSWER = "answer:"
ENTERED = "move."
"""What the content step stores of the case is a fact of the catalogue where this one bears its name."""
SET_ASIDE = "aside:"
"""Prefix of an answer that does not count at present; it is kept as it was given and comes back when it counts again."""
NOTICE = "move_out_notice"
RELATIONSHIP_BEFORE = "relationship_before"
_AGED = re.compile(r"は(\d+)歳で、?(.+)")
_SEXES = {"1": "male", "2": "female"}


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
    own: dict[str, FactValue] = {}
    for (subject, name), fact in case.facts.items():
        if not subject and name.removeprefix(ENTERED) in pack.fact_by_id:
            own.setdefault(name.removeprefix(ENTERED), _value(fact))
    ids = {person.id for person in people}
    schools = school_facts(case, actor)
    return FactSet(
        case.kind or "", changed_on, schools | own, people, _answers(case, ANSWER, ids),
        _households(case, pack, actor, schools) if are_several(case) else {},
    )  # fmt: skip


def _households(
    case: Case, pack: ContentPack, actor: Actor, first: Mapping[str, FactValue]
) -> dict[str, dict[str, FactValue]]:
    """The facts that differ between the households after the event; what only the first one's schools tell is unknown."""
    found: dict[str, dict[str, FactValue]] = {}
    for key in keys_of(case):
        own = {name.removeprefix(ENTERED): value for name, value in facts_of_household(case, key).items()}
        unknown = dict.fromkeys(first if key != FIRST else (), FactValue(None, Source.CASE))
        found[key] = unknown | (school_facts(case, actor, key) if key != FIRST else {})
        found[key] |= {
            name: FactValue(value, Source.CASE) for name, value in own.items() if name in pack.fact_by_id
        }
    return found


def _answers(case: Case, prefix: str, people: set[str]) -> dict[FactKey, FactValue]:
    """The answers stored under a prefix, about the case or about persons who are still in it."""
    return {
        (name.removeprefix(prefix), subject or None): _value(fact)
        for (subject, name), fact in case.facts.items()
        if name.startswith(prefix) and (not subject or subject in people)
    }


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
    joins = part is not Part.STAYS and are_several(case)
    return PersonFacts(person.id, person.name, facts, household_of(case, person) if joins else "")


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


def refresh(case_id: str, actor: Actor, *, only_added: bool = False) -> None:
    """Run the rules and bring the stored list to their verdicts. Only inside a transaction.

    `only_added`: nothing was changed but that more was answered, so that every answer counts that did.
    """
    case = cases.get_case(case_id)
    if case.kind in {None, Kind.CERTIFICATE}:
        return
    pack = scoped(case, packs.of_case(case))
    facts = facts_of(case, pack, actor)
    facts = _settle_answers(case, pack, facts, facts.answers if only_added else ())
    verdicts = evaluate(pack, facts, case.received_on)
    if case.kind is Kind.SINGLE:
        note_verdicts(case, pack, verdicts)
        return
    names = names_of(case)
    cases.set_procedures(
        case_id,
        [
            {
                "procedure": line.procedure.code,
                # What is kept off the guide sheet is no paper to lie in the pile unasked either.
                "print": line.procedure.in_guide,
                "reason": "\n".join(joined_reasons(line.reasons, names)),
                "legal_basis": line.procedure.legal_basis,
                "people": list(line.people),
            }
            for line in needed_procedures(pack, verdicts)
        ],
    )


def _settle_answers(case: Case, pack: ContentPack, facts: FactSet, kept: Iterable[FactKey]) -> FactSet:
    """Set aside the answers that count no more and take back those that count again; the facts with what counts now."""
    facts = with_all_answers(case, pack, facts)
    counting = counting_answers(pack, facts, case.received_on, kept)
    for fact, person in facts.answers:
        stored, wanted = (SET_ASIDE, ANSWER) if (fact, person) in counting else (ANSWER, SET_ASIDE)
        if (person or "", stored + fact) in case.facts:
            cases.rename_fact(case.id, person or "", stored + fact, wanted + fact)
    return only(facts, counting)


def with_all_answers(case: Case, pack: ContentPack, facts: FactSet) -> FactSet:
    """The facts with every answer that was given, those set aside among them, as far as the content still asks for it."""
    aside = _answers(case, SET_ASIDE, {person.id for person in facts.people})
    answers = {
        key: value for key, value in (aside | dict(facts.answers)).items() if key[0] in pack.fact_by_id
    }
    return replace(facts, answers=answers)


def names_of(case: Case) -> list[str]:
    """The names of everybody of the household before or after, as reasons begin with them."""
    return [person.name for person, _part in people_of(case)]


def names_by_id(case: Case) -> dict[str, str]:
    """The names of everybody of the household before or after, by their id in the case."""
    return {person.id: person.name for person, _part in people_of(case)}


def joined_reasons(reasons: Sequence[str], names: Sequence[str]) -> list[str]:
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
