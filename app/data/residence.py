"""Histories of residents and the households of other days, read from the delivered rows (01a, 01b)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.data.following import household_groups
from app.data.forms import unpack
from app.data.models.register import PersonRow, RegisterRow, SearchKeyRow
from app.data.persons import MOST_HOUSEHOLD, list_persons
from app.data.search_keys import RANKS, Kind
from app.domain.disclosure import Disclosure
from app.domain.person import Person
from app.domain.residence import Entry, entry_of, in_order
from app.extensions import db

CURRENT, HISTORY = "01a", "01b"


def list_entries(numbers: Iterable[str], disclosure: Disclosure) -> dict[str, list[Entry]]:
    """The history of each person, newest first, withdrawn rows included; without the right to 01b the current row only.

    Addresses of protected persons are withheld.
    """
    wanted = sorted(set(numbers))
    if not wanted:  # of nobody, the database would look through the rows of everybody
        return {}
    sets = [data_set for data_set in (HISTORY, CURRENT) if disclosure.may_read(data_set)]
    rows = db.session.execute(
        select(
            RegisterRow.data_set, RegisterRow.person_number, RegisterRow.history, RegisterRow.deleted,
            RegisterRow.form, RegisterRow.payload,
        ).where(RegisterRow.person_number.in_(wanted), RegisterRow.data_set.in_(sets))
    )  # fmt: skip
    found: dict[str, dict[tuple[int, int], Entry]] = {number: {} for number in wanted}
    for data_set, number, history, deleted, form, payload in rows:
        if number is None:
            continue
        entry = entry_of(history, deleted, unpack(form, payload))
        place = (entry.history, entry.branch)
        # 01a repeats the last row of 01b; where both have it, the history is the fuller one.
        if data_set == HISTORY or place not in found[number]:
            found[number][place] = entry
    return {number: in_order(entries.values()) for number, entries in found.items()}


def list_ever_members(household_number: str, disclosure: Disclosure) -> tuple[Person, ...]:
    """Everybody who is or was a member of the household, `MOST_HOUSEHOLD` at most."""
    if not household_number:
        return ()
    groups = household_groups(household_number)
    serials = set(
        db.session.scalars(
            select(PersonRow.serial).where(PersonRow.group_key.in_(groups)).limit(MOST_HOUSEHOLD)
        )
    )
    serials |= set(
        db.session.scalars(
            select(SearchKeyRow.person)
            .where(
                SearchKeyRow.kind == int(Kind.FORMER_HOUSEHOLD),
                SearchKeyRow.status.in_([int(rank) for rank in RANKS]),
                SearchKeyRow.key == household_number,
            )
            .limit(MOST_HOUSEHOLD)
        )
    )
    return list_persons(sorted(serials), disclosure)


def one_side(persons: Sequence[Person], protected: bool) -> list[Person]:
    """Those who are protected, or those who are not.

    Who lived together once may tell where one of them lives still: the protected (支援対象者) are never listed beside others
    because of a common household, address or relation, nor the others beside them.
    """
    return [person for person in persons if person.protected is protected]
