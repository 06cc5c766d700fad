"""Subjects (対象者): whose case it is, when that is not simply the visitor."""

from __future__ import annotations

from collections.abc import Sequence

from app.data import audit, cases, residents
from app.domain.authority import Actor
from app.domain.case import Case, CasePerson, Step
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.person import Person
from app.domain.relations import RelatedPerson
from app.operations.cases import changing, move_on, seen, source_of, stop
from app.operations.related import NUMBERS_ONLY, related_to

MOST_ADDED = 60


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
    for person in persons:
        if person.protected:
            stop(case_id, actor, person.number)
    with changing(case_id, actor, version, Step.SUBJECTS):
        for person in persons:
            _add(case_id, actor, person)


def _add(case_id: str, actor: Actor, person: Person) -> None:
    cases.add_person(
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


def remove(case_id: str, actor: Actor, version: int | None, case_person: str) -> None:
    """A person is no subject after all; the visitor stays in the case."""
    with changing(case_id, actor, version, Step.SUBJECTS):
        person = cases.get_case(case_id).person(case_person)
        if person is None:
            raise Invalid("この受付に、その方は含まれていません。画面を開き直してください。")
        _drop(case_id, actor, person)


def choose(case_id: str, actor: Actor, version: int | None, person_ids: Sequence[str]) -> None:
    """Exactly these members of the household (register ids) and whoever was added besides; then the next step.

    Raises Invalid when nobody is chosen, Stopped when one of them is protected.
    """
    case = cases.get_case(case_id)
    household = candidates(case, actor)
    wanted = [person for person in household if person.id in set(person_ids)]
    for person in wanted:
        if person.protected:
            stop(case_id, actor, person.number)
    with changing(case_id, actor, version, Step.SUBJECTS) as row:
        case = cases.get_case(case_id)
        chosen = {person.number for person in wanted}
        members = {person.number for person in household}
        for subject in case.subjects:
            if subject.number in members and subject.number not in chosen:
                _drop(case_id, actor, subject)
        present = {subject.number for subject in case.subjects}
        for person in wanted:
            if person.number not in present:
                _add(case_id, actor, person)
        if not cases.get_case(case_id).subjects:
            raise Invalid("対象者を1人以上選んでください。", {"subjects": "対象者を1人以上選んでください。"})
        move_on(row, Step.SUBJECTS)


def _drop(case_id: str, actor: Actor, person: CasePerson) -> None:
    if person.is_visitor:
        cases.mark_subject(case_id, person.id, False)
    else:
        cases.remove_person(case_id, person.id)
    numbers = [person.number] if person.number else []
    audit.record("case.person_removed", actor=actor, case_id=case_id, persons=numbers)
