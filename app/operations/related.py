"""Who may belong to a person besides his household (関連者, R16): other households at the address, and whom the files name."""

from __future__ import annotations

from collections.abc import Collection

from app.data import persons, relations, residence
from app.domain.disclosure import Disclosure
from app.domain.person import Person
from app.domain.relations import RelatedPerson, Role

NUMBERS_ONLY = frozenset({Role.MERGED_INTO, Role.MERGED_FROM})
"""Two numbers of one person (名寄せ): shown, and never a second subject."""


def related_to(
    person: Person, disclosure: Disclosure, household: Collection[str]
) -> tuple[RelatedPerson, ...]:
    """Related persons in the order of their roles, those of other households at the address last.

    ``household`` are the numbers of his own household, who stand beside him already. Protected persons and others are
    never listed together, so nobody learns of an address through this list.
    """
    found: dict[str, tuple[Person, list[Role], list[str]]] = {}
    told = relations.list_relations(person.number, disclosure)
    known = {
        one.number: one for one in persons.list_persons_by_number([one.number for one in told], disclosure)
    }
    for relation in told:
        other = known.get(relation.number)
        if other is None or other.number in household or not residence.one_side([other], person.protected):
            continue
        _person, roles, sources = found.setdefault(other.number, (other, [], []))
        if relation.role not in roles:
            roles.append(relation.role)
        if relation.data_set not in sources:
            sources.append(relation.data_set)
    for other in persons.list_at_address(person, disclosure):
        if other.number not in household:
            found.setdefault(other.number, (other, [], ["01a"]))[1].append(Role.SAME_ADDRESS)
    return tuple(
        RelatedPerson(other, tuple(roles), tuple(sources)) for other, roles, sources in found.values()
    )
