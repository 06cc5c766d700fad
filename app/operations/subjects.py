"""Subjects (対象者): whose case it is, when that is not simply the visitor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.data import audit, cases, certificate_lines, residents
from app.domain.authority import Actor
from app.domain.case import Case, CasePerson, Kind, Step
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.households import HOUSEHOLDS
from app.domain.person import Person
from app.domain.relations import TIE, TIES, RelatedPerson, Role
from app.operations import subject_warnings, taken_out
from app.operations.case_households import ADDED, gather
from app.operations.cases import changing, move_on, seen, source_of
from app.operations.related import NUMBERS_ONLY, related_to
from app.operations.stops import stop_for
from app.operations.taken_out import TakenOut

MOST_ADDED = 60
TYPED = frozenset({Kind.CERTIFICATE, Kind.SINGLE, Kind.DEATH, Kind.MARRIAGE, Kind.DIVORCE, Kind.NAME_CHANGE})
"""Kinds whose subject may be in no register (R14); who moves is typed with the move, or has a household here."""


def candidates(case: Case, actor: Actor) -> tuple[Person, ...]:
    """The visitor's household as it is now, from which subjects are chosen."""
    visitor = case.visitor
    number = visitor.value("household_number") if visitor else ""
    return residents.list_household(number, actor.disclosure(f"case:{case.id}")) if number else ()


def related(case: Case, actor: Actor) -> tuple[RelatedPerson, ...]:
    """Who may be meant besides the visitor's household: others at his address, and whom the files name (R16)."""
    disclosure = actor.disclosure(f"case:{case.id}")
    number = case.visitor.number if case.visitor else None
    if number is None:
        return ()
    present = {number, *(one.number for one in case.subjects if one.number)}
    household = {one.number for one in candidates(case, actor)}
    try:
        visitor = residents.get_person_by_number(number, disclosure)
    except (NotFound, Refused):
        return ()
    found = related_to(visitor, disclosure, household | present)
    return tuple(one for one in found if not NUMBERS_ONLY & set(one.roles))


def neighbours(case: Case, actor: Actor) -> tuple[tuple[Person, ...], ...]:
    """The other households at the visitor's address, each with its householder first; as far as he may be shown them."""
    homes: dict[str, list[Person]] = {}
    for one in related(case, actor):
        if Role.SAME_ADDRESS in one.roles and one.person.household_number:
            homes.setdefault(one.person.household_number, []).append(one.person)
    return tuple(tuple(sorted(found, key=lambda one: not one.is_householder)) for found in homes.values())


def add(case_id: str, actor: Actor, version: int | None, person_ids: Sequence[str]) -> None:
    """Make persons of the register subjects, all in one. A protected one stops the case.

    Raises Invalid when nobody is named, NotFound, Refused, Stopped, Conflict.
    """
    if not person_ids:
        raise Invalid("加える方を選んでください。", {"related": "加える方を選んでください。"})
    disclosure = actor.disclosure(f"case:{case_id}")
    persons = [
        residents.get_person(person_id, disclosure) for person_id in dict.fromkeys(person_ids[:MOST_ADDED])
    ]
    stop_for(case_id, actor, persons)
    with changing(case_id, actor, version, Step.SUBJECTS) as row:
        case = cases.get_case(case_id)
        if case.kind is Kind.BIRTH:
            _add_households(case, actor, persons)
        else:
            for person in persons:
                _add(case_id, actor, person)
        gather(row, actor)


def _add_households(case: Case, actor: Actor, parents: Sequence[Person]) -> None:
    """Whose child was born: who is looked up is a parent, and the subject is the newborn, who is typed later."""
    homes = [person.household_number for person in parents]
    if not all(homes):
        message = "選んだ方は、この市に世帯がありません。住民登録のある父または母を選んでください。"
        raise Invalid(message, {"q": message})
    known = case.fact(ADDED, default=[])
    cases.set_fact(case.id, "", ADDED, list(dict.fromkeys([*known, *homes])), "case", actor.staff_id)


def _add(case_id: str, actor: Actor, person: Person) -> str:
    found = cases.add_person(
        case_id,
        number=person.number,
        source=source_of(person),
        seen=seen(person),
        visitor=False,
        subject=True,
    )
    audit.record(
        "case.person_added", actor=actor, case_id=case_id, persons=[person.number], detail={"as": "subject"}
    )
    return found


def remove(case_id: str, actor: Actor, version: int | None, case_person: str) -> None:
    """A person is no subject after all; the visitor stays in the case."""
    with changing(case_id, actor, version, Step.SUBJECTS) as row:
        case = cases.get_case(case_id)
        person = case.person(case_person)
        if person is None:
            raise Invalid("この受付に、その方は含まれていません。画面を開き直してください。")
        taken_out.keep(row, actor, taken_out.of_person(case, person))
        if case.kind is Kind.BIRTH:
            kept = [one for one in case.fact(ADDED, default=[]) if one != person.value("household_number")]
            cases.set_fact(case_id, "", ADDED, kept or None, "case", actor.staff_id)
            gather(row, actor)
            return
        _drop(case_id, actor, person)
        gather(row, actor, noted=(person.number or "",))


def put_back(case_id: str, actor: Actor, version: int | None) -> None:
    """Undo `remove` (元に戻す): the person with what was typed and said of him, and with the certificates asked for.

    Raises Invalid when something else was changed since, and NotFound, Refused, Stopped, Conflict.
    """
    before = cases.get_case(case_id)
    gone = taken_out.last(before, version)
    person = None
    if gone is not None and gone.number and before.person(gone.person) is None:
        person = residents.get_person_by_number(gone.number, actor.disclosure(f"case:{case_id}"))
        stop_for(case_id, actor, [person])
    with changing(case_id, actor, version, Step.SUBJECTS) as row:
        case = cases.get_case(case_id)
        gone = taken_out.take_back(case, version)
        if case.kind is Kind.BIRTH:
            homes = [*case.fact(ADDED, default=[]), gone.household]
            cases.set_fact(case_id, "", ADDED, homes, "case", actor.staff_id)
        else:
            _return(case, actor, gone, person)
        gather(row, actor)


def _return(case: Case, actor: Actor, gone: TakenOut, person: Person | None) -> None:
    if person is not None:
        found = _add(case.id, actor, person)
    else:
        found = gone.person
        if case.person(found) is None:
            found = cases.add_person(
                case.id, number=None, source="typed", seen={}, visitor=False, subject=True
            )
        cases.mark_subject(case.id, found, True)
        numbers = [gone.number] if gone.number else []
        audit.record(
            "case.person_added", actor=actor, case_id=case.id, persons=numbers, detail={"as": "subject"}
        )
    cases.correct_person(case.id, found, gone.corrected or {})
    for name, value in (gone.facts or {}).items():
        cases.set_fact(case.id, found, name, value, "asked", actor.staff_id)
    certificate_lines.set_certificates(case.id, gone.among(case.certificates, found))


def choose(
    case_id: str, actor: Actor, version: int | None, person_ids: Sequence[str], ties: Mapping[str, str] | None = None, *,
    acknowledged: bool = False,
) -> None:  # fmt: skip
    """Exactly these members of the household (register ids) and whoever was added besides; then the next step.

    ``ties`` says what those who were added (by their id in the case) are to the visitor, a code of `TIES`.
    ``acknowledged``: the warnings of those who are chosen were ticked as seen. Raises Invalid when they were not, or
    nobody is chosen, and Stopped when one of them is protected.
    """
    case = cases.get_case(case_id)
    household = candidates(case, actor)
    wanted = [person for person in household if person.id in set(person_ids)]
    stop_for(case_id, actor, wanted)
    with changing(case_id, actor, version, Step.SUBJECTS) as row:
        case = cases.get_case(case_id)
        born = case.kind is Kind.BIRTH
        if born and wanted:
            _add_households(case, actor, wanted)
        gather(row, actor, noted=() if born else _replace(case, actor, household, wanted))
        case = cases.get_case(case_id)
        if not (case.fact(HOUSEHOLDS) if born else case.subjects):
            message = "父または母を選んでください。" if born else "対象者を1人以上選んでください。"
            raise Invalid(message, {"subjects": message})
        subject_warnings.confirm(case, actor, household, acknowledged=acknowledged)
        for subject in case.subjects:
            if ties is not None and subject.id in ties:
                tie = ties[subject.id]
                cases.set_fact(
                    case_id, subject.id, TIE, tie if tie in TIES else None, "asked", actor.staff_id
                )
        move_on(row, Step.SUBJECTS)


def _replace(case: Case, actor: Actor, household: Sequence[Person], wanted: Sequence[Person]) -> list[str]:
    """Of the household exactly these are subjects; who was one and is not any more."""
    chosen = {person.number for person in wanted}
    members = {person.number for person in household}
    dropped = [one for one in case.subjects if one.number in members and one.number not in chosen]
    for subject in dropped:
        _drop(case.id, actor, subject)
    present = {subject.number for subject in case.subjects}
    for person in wanted:
        if person.number not in present:
            _add(case.id, actor, person)
    return [one.number or "" for one in dropped]


def _drop(case_id: str, actor: Actor, person: CasePerson) -> None:
    if person.is_visitor or person.number:
        cases.mark_subject(case_id, person.id, False)
    else:
        cases.remove_person(case_id, person.id)
    numbers = [person.number] if person.number else []
    audit.record("case.person_removed", actor=actor, case_id=case_id, persons=numbers)
