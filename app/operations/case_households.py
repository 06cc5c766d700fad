"""The household in a case: everybody who is in it before or after the event is a person of the case (R18, R20)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from app.data import audit, cases, releases, residents
from app.data.models.base import utc_now
from app.data.models.case import CaseRow
from app.domain.authority import Actor
from app.domain.case import Case, Kind, Step
from app.domain.disclosure import Disclosure
from app.domain.errors import Invalid
from app.domain.households import HOUSEHOLDS
from app.domain.new_households import FIRST, KEYS, joined_fact, joined_of
from app.domain.notices import SHAPES
from app.domain.person import Person, Status
from app.operations.cases import changing, seen, source_of
from app.operations.stops import note_stop, stop_for

ADDED = "move.added_households"
"""Fact of a case: households that were found by search and hold nobody yet whom it is about (出生: the parents')."""
_ALONE = frozenset({Kind.CERTIFICATE, Kind.MOVE_IN})
_OF_THE_VISITOR = frozenset({Kind.BIRTH, Kind.DEATH, Kind.SINGLE})
REGISTER = "register"
"""The source of a person who is not announced by another city and was not typed."""


def gather(row: CaseRow, actor: Actor, noted: Collection[str] = ()) -> None:
    """Bring the other members of the households it is about into the case, and take out who is in none of them any more.

    Only inside a transaction. A protected member stops the case: the next look at it says so. ``noted`` are numbers of
    those whose going is in the operation log already.
    """
    case = cases.get_case(row.id)
    disclosure = actor.disclosure(f"case:{case.id}")
    numbers = [] if case.kind in _ALONE else _numbers(case)
    joined = joined_of(case)
    for key, number in joined.items():
        if number in numbers:
            cases.set_fact(case.id, "", joined_fact(key), None, "case", actor.staff_id)
    cases.set_fact(case.id, "", HOUSEHOLDS, numbers or None, REGISTER, actor.staff_id)
    wanted = _members(dict.fromkeys([*numbers, *joined.values()]), disclosure)
    _take_out(case, noted, wanted.keys(), actor)
    present = {person.number for person in case.persons}
    for number, person in wanted.items():
        if number not in present:
            cases.add_person(
                case.id,
                number=number,
                source=source_of(person),
                seen=seen(person),
                visitor=False,
                subject=False,
            )
            audit.record(
                "case.person_added",
                actor=actor,
                case_id=case.id,
                persons=[number],
                detail={"as": "household"},
            )
    guarded = {number for number, person in wanted.items() if person.protected}
    guarded -= releases.list_released(case.id, actor.staff_id, utc_now())
    if guarded:
        note_stop(row, actor, guarded)


def _numbers(case: Case) -> list[str]:
    """The numbers of the households it is about: of the subjects, of a visitor who belongs to them, and found ones."""
    found = [person.value("household_number") for person in case.subjects if _is_resident(person.seen)]
    if case.kind in _OF_THE_VISITOR and case.is_from_the_household and case.visitor is not None:
        if _is_resident(case.visitor.seen):
            found.append(case.visitor.value("household_number"))
    found += case.fact(ADDED, default=[])
    return [number for number in dict.fromkeys(found) if number]


def _is_resident(seen_of: object) -> bool:
    return isinstance(seen_of, dict) and seen_of.get("status") == Status.RESIDENT


def _members(numbers: Iterable[str], disclosure: Disclosure) -> dict[str, Person]:
    found = (one for number in numbers if number for one in residents.list_household(number, disclosure))
    return {person.number: person for person in found}


def _take_out(case: Case, unrecorded: Collection[str], wanted: Collection[str], actor: Actor) -> None:
    for person in case.persons:
        if person.is_visitor or person.is_subject or person.source != REGISTER or person.number in wanted:
            continue
        cases.remove_person(case.id, person.id)
        if person.number and person.number not in unrecorded:
            audit.record("case.person_removed", actor=actor, case_id=case.id, persons=[person.number])


def join(case_id: str, actor: Actor, version: int | None, person_id: str, key: str = FIRST) -> None:
    """Those who move into a household (by its number) join that of this resident.

    Raises Invalid, NotFound, Refused, Stopped, Conflict.
    """
    person = residents.get_person(person_id, actor.disclosure(f"case:{case_id}"))
    stop_for(case_id, actor, [person])
    with changing(case_id, actor, version, Step.CONTENT) as row:
        case = cases.get_case(case_id)
        if person.status is not Status.RESIDENT or not person.household_number:
            raise Invalid(
                "選んだ方は、この市に世帯がありません。", {"q": "住民登録のある方を選んでください。"}
            )
        if case.kind is None or case.kind not in SHAPES or not SHAPES[case.kind].joins:
            raise Invalid("この届出では、入る世帯を選べません。画面を開き直してください。")
        if key not in KEYS:
            raise Invalid("どの世帯が入るかを選び直してください。")
        if person.household_number in {number for own, number in joined_of(case).items() if own != key}:
            message = f"{person.name}さんの世帯には、ほかの世帯が入ることになっています。同じ世帯に入る方は、同じ番号の世帯にしてください。"
            raise Invalid(message, {"q": message})
        if person.household_number in case.fact(HOUSEHOLDS, default=[]):
            message = f"{person.name}さんの世帯は、いまの世帯です。別の世帯を選んでください。"
            raise Invalid(message, {"q": message})
        cases.set_fact(case_id, "", joined_fact(key), person.household_number, "case", actor.staff_id)
        audit.record(
            "case.household_joined",
            actor=actor,
            case_id=case_id,
            persons=[person.number],
            detail={"kind": case.kind},
        )
        gather(row, actor)


def leave(case_id: str, actor: Actor, version: int | None, key: str = FIRST) -> None:
    """A household (by its number) joins none after all. Raises Invalid, Stopped, Conflict."""
    if key not in KEYS:
        raise Invalid("どの世帯かを選び直してください。")
    with changing(case_id, actor, version, Step.CONTENT) as row:
        cases.set_fact(case_id, "", joined_fact(key), None, "case", actor.staff_id)
        audit.record("case.household_left", actor=actor, case_id=case_id)
        gather(row, actor)


def take_back(case_id: str, actor: Actor, version: int | None, key: str) -> None:
    """A further household is taken back: those that follow move up, with the households they join."""
    if key not in KEYS[1:]:
        raise Invalid("世帯1は取り消せません。ほかの世帯を選んでください。")
    with changing(case_id, actor, version, Step.CONTENT) as row:
        joined = joined_of(cases.get_case(case_id))
        kept = [joined.get(one) for one in KEYS if one != key]
        for one, number in zip(KEYS, [*kept, None], strict=True):
            if joined.get(one) != number:
                cases.set_fact(case_id, "", joined_fact(one), number, "case", actor.staff_id)
        audit.record("case.household_taken_back", actor=actor, case_id=case_id)
        gather(row, actor)
