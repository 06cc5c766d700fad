"""Several households after one event (複数世帯の異動): which there are, who is in which, and what differs between them (R19).

The first household is kept where a case with one household keeps it (`move.new_address` …); the facts of every further one
stand together in one fact of the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.case import Case, CasePerson

FIRST = "1"
MOST_HOUSEHOLDS = 4
KEYS = tuple(str(number) for number in range(1, MOST_HOUSEHOLDS + 1))
"""The households by their numbers, as the screen names them (世帯1, 世帯2 …)."""
MORE = "move.more_households"
"""The fact of a case that holds, for each household after the first, its facts by name."""
MEMBER_OF = "move.member_of"
"""The fact of somebody who moves that says which household he is in; nothing: the first."""
JOINED_HOUSEHOLD = "move.joined_household"
"""The fact that holds the number of the household that those who move into the first one join."""


def joined_fact(key: str) -> str:
    """The fact that says which household of the city those who move into this one join."""
    return JOINED_HOUSEHOLD if key == FIRST else f"{JOINED_HOUSEHOLD}.{key}"


def joined_of(case: Case) -> dict[str, str]:
    """The numbers of the households that are joined, by the household that joins them."""
    found = {key: case.fact(joined_fact(key), default="") for key in KEYS}
    return {key: number for key, number in found.items() if number}


def keys_of(case: Case) -> tuple[str, ...]:
    """The households there are after the event, as they are stored."""
    return KEYS[: 1 + len(case.fact(MORE, default=[]))]


def are_several(case: Case) -> bool:
    """Whether the event leads to more than one household."""
    return len(keys_of(case)) > 1


def household_of(case: Case, person: CasePerson) -> str:
    """The household somebody is in after the event; the first for whoever is said to be in none."""
    number = person.value("household_number")
    if not person.is_subject and number:
        joined = next((key for key, joins in joined_of(case).items() if joins == number), None)
        if joined is not None:
            return joined
    chosen = str(case.fact(MEMBER_OF, person.id, FIRST))
    return chosen if chosen in keys_of(case) else FIRST


def facts_of_household(case: Case, key: str) -> Mapping[str, Any]:
    """The facts by name that a household after the first has of its own."""
    more: list[Mapping[str, Any]] = case.fact(MORE, default=[])
    place = KEYS.index(key) - 1
    return more[place] if 0 <= place < len(more) else {}


def fact_of_household(case: Case, key: str, name: str, default: Any = "") -> Any:
    """A fact as it holds for one household: its own, otherwise nothing of the first one's, but what all share."""
    own = facts_of_household(case, key)
    return own[name] if name in own else case.fact(name, default=default)


def title_of(key: str) -> str:
    """世帯1, 世帯2 …"""
    return f"世帯{key}"
