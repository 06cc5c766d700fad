"""A person and those he lives with, asked for by anybody who may see him."""

from __future__ import annotations

from dataclasses import dataclass

from app.data import audit, residents
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.errors import Refused
from app.domain.person import Person, Status


@dataclass(frozen=True)
class Household:
    """A person and the members of his household, himself included."""

    person: Person
    members: tuple[Person, ...]


def allowed(person_id: str, actor: Actor, purpose: str) -> Household:
    """The person with his household of today. Raises NotFound, and Refused (recorded) for another business's addressee."""
    disclosure = actor.disclosure(purpose)
    try:
        person = residents.get_person(person_id, disclosure)
    except Refused:
        with transaction():
            audit.record("access.refused", actor=actor, detail={"what": "addressee of another business"})
        raise
    members: tuple[Person, ...] = ()
    if person.status is Status.RESIDENT:
        members = residents.list_household(person.household_number, disclosure)
    elif person.status is Status.EXPECTED:
        members = residents.list_expected(person.receipt_number, disclosure)
    return Household(person, members or (person,))
