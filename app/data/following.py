"""Who is protected because somebody else is: everyone of the household, and every number of the same human being.

The number of a household stays with who died, moved out or was removed, and so does the address he had there: whoever has
it is taken in, whatever his state. A person who was merged (名寄せ) has an address under each of his numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Connection, Table, select, true

from app.data.batches import in_batches
from app.data.models.register import PersonRow, RelationRow
from app.data.projection import group_key
from app.data.staging import HOUSEHOLD, MERGED
from app.domain.relations import MERGED as MERGED_ROLE

STATES = ("1", "2", "3", "9", "gone")
"""Every state that a group key ends with: those of the register (住民状態), and that of who left its full file."""


def household_groups(household: str) -> list[str]:
    """The group keys of everybody who has the number of a household, whatever his state."""
    return [group_key("", household, state) for state in STATES]


class Follower(NamedTuple):
    """Because of whom somebody is protected, and whether he is the same human being (or that of somebody at home)."""

    source: str
    merged: bool


@dataclass(frozen=True)
class Sources:
    """Where it stands who lives with whom, and who is whom; ``notices``: who moves in together counts as well (20b)."""

    groups: tuple[tuple[ColumnElement[Any], ColumnElement[Any]], ...]
    pairs: tuple[tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[bool]], ...]
    notices: bool


_PERSON, _RELATION = cast(Table, PersonRow.__table__).c, cast(Table, RelationRow.__table__).c
_STORED_GROUPS = ((_PERSON.number, _PERSON.group_key),)
_STORED_PAIRS = ((_RELATION.person_number, _RELATION.other_number, _RELATION.role == MERGED_ROLE.value),)

STORED = Sources(_STORED_GROUPS, _STORED_PAIRS, notices=True)
"""As the register says it."""

STAGED = Sources(
    ((HOUSEHOLD.c.number, HOUSEHOLD.c.group_key), *_STORED_GROUPS),
    ((MERGED.c.number, MERGED.c.other_number, true()), *_STORED_PAIRS),
    notices=False,
)
"""As the files of an import say it, and as it was until then: who moves in the night of the flight belongs to both."""


def list_followers(connection: Connection, numbers: Collection[str], sources: Sources) -> dict[str, Follower]:
    """Everyone who is protected when these are and is not one of them.

    All their numbers, everyone in the household of any of those, and all numbers of everyone of the household.
    """
    owner = {number: number for number in numbers}
    same = _same(connection, owner, sources)
    owner |= same
    home = {
        number: source
        for number, source in _at_home(connection, owner, sources).items()
        if number not in owner
    }
    owner |= home
    theirs = _same(connection, owner, sources)
    found = {number: Follower(source, merged=True) for number, source in (same | theirs).items()}
    return found | {number: Follower(source, merged=False) for number, source in home.items()}


def _same(connection: Connection, owner: Mapping[str, str], sources: Sources) -> dict[str, str]:
    """The other numbers of these persons, merged in however many steps, in either direction: number → because of whom."""
    found: dict[str, str] = {}
    last: Mapping[str, str] = owner
    while last:
        beside: dict[str, str] = {}
        for number, other in _paired(connection, last, sources):
            if other not in owner and other not in found:
                beside.setdefault(other, last[number])
        found |= beside
        last = beside
    return found


def _paired(connection: Connection, numbers: Collection[str], sources: Sources) -> Iterator[tuple[str, str]]:
    for one, other, chosen in sources.pairs:
        for mine, theirs in ((one, other), (other, one)):
            for batch in in_batches(numbers):
                rows = connection.execute(select(mine, theirs).where(mine.in_(batch), chosen))
                yield from ((number, beside) for number, beside in rows)


def _at_home(connection: Connection, owner: Mapping[str, str], sources: Sources) -> dict[str, str]:
    """Everyone in the households of these persons, themselves included: number → because of whom."""
    source_of: dict[str, str] = {}
    for number, group in _grouped(connection, sources, 0, owner):
        for each in _listed_with(group, sources.notices):
            source_of.setdefault(each, owner[number])
    members: dict[str, str] = {}
    for number, group in _grouped(connection, sources, 1, source_of):
        members.setdefault(number, source_of[group])
    return members


def _grouped(
    connection: Connection, sources: Sources, by: int, values: Iterable[str]
) -> Iterator[tuple[str, str]]:
    wanted: Sequence[str] = list(values)
    for columns in sources.groups:
        for batch in in_batches(wanted):
            rows = connection.execute(select(*columns).where(columns[by].in_(batch)))
            yield from ((number, group) for number, group in rows)


def _listed_with(group: str, notices: bool) -> list[str]:
    """The group keys of those who live, or move, with the persons of a group."""
    kind, _, rest = group.partition("|")
    if kind == "h":
        return household_groups(rest.rpartition("|")[0])
    return [group] if kind == "r" and notices else []
