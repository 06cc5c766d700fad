"""Whether a move within the city leads to other schools, told by the towns of both addresses instead of asked for."""

from __future__ import annotations

from app.data import register
from app.domain.authority import Actor
from app.domain.case import Case, Kind
from app.domain.facts import FactValue
from app.domain.new_households import FIRST, fact_of_household, household_of
from app.domain.register_facts import case_facts_from_schools
from app.operations import places

_REGISTER = "01a"
_TOWN = "jusho_choazakodo"


def school_facts(case: Case, actor: Actor, key: str = FIRST) -> dict[str, FactValue]:
    """The fact of the schools of a 転居, of one of the households after it.

    Nothing where an address is protected, not in the master or without districts.
    """
    after = tuple(fact_of_household(case, key, f"move.{school}") for school in ("elementary", "junior_high"))
    if case.kind is not Kind.ADDRESS_CHANGE or not all(after):
        return {}
    movers = [person for person in case.subjects if household_of(case, person) == key]
    numbers = sorted({person.number for person in movers if person.number})
    rows = register.list_rows_of(numbers, [_REGISTER], actor.disclosure(f"case:{case.id}"))
    left = {row[_REGISTER][0].get(_TOWN, "") for row in rows.values() if row.get(_REGISTER)}
    town = places.find_chosen_town(left.pop()) if len(left) == 1 else None
    before = (town.elementary, town.junior_high) if town is not None else ()
    return case_facts_from_schools(before, tuple(map(str, after)))
