"""The provisional flag (仮の取扱注意): a person and those he lives with are protected from this transaction on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from app.data import feed_switch, forms, protection, vault
from app.data.feed_switch import Ground
from app.data.models.register import PersonRow, ProtectionRow, SearchKeyRow
from app.data.projection import ADDRESS_KINDS, WITHHELD_COLUMNS
from app.data.protection import HOUSEHOLD_MEMBER, PROVISIONAL, Added, Plan
from app.domain.register import notice_of

_TOGETHER = ("h|", "r|")
"""Beginnings of the group keys that people who live together, or move together, share."""


def load_forms(connection: Connection) -> forms.Forms:
    """The forms of the stored rows, for the `Ground`."""
    return forms.load(connection)


def protect(connection: Connection, ground: Ground, number: str, now: datetime) -> tuple[str, ...]:
    """Protect a person and his household, or everybody of the notice he is announced with; those who were not yet.

    Everything that tells where they live leaves the register, the search and all cases in the running transaction. An
    import that was prepared before notices it and is not switched in. No file ends the flag.
    """
    feed_switch.take_turn(connection)
    numbers = _not_yet(connection, _those_together(connection, number))
    added = [
        Added(one, PROVISIONAL if one == number or notice_of(one) else HOUSEHOLD_MEMBER, number)
        for one in numbers
    ]
    vault.withdraw(connection, ground.vault_key, ground.forms, numbers, ground.columns)
    notices = {notice_of(one) for one in numbers} - {""}
    vault.withdraw_notices(connection, ground.vault_key, ground.forms, sorted(notices), ground.columns)
    protection.apply_plan(connection, Plan(frozenset(numbers), tuple(added)), now)
    serials = connection.scalars(select(PersonRow.serial).where(PersonRow.number.in_(numbers))).all()
    connection.execute(update(PersonRow).where(PersonRow.number.in_(numbers)).values(WITHHELD_COLUMNS))
    connection.execute(
        delete(SearchKeyRow).where(
            SearchKeyRow.person.in_(serials), SearchKeyRow.kind.in_(sorted(ADDRESS_KINDS))
        )
    )
    return tuple(numbers)


def _those_together(connection: Connection, number: str) -> list[str]:
    group = connection.scalar(select(PersonRow.group_key).where(PersonRow.number == number)) or ""
    if not group.startswith(_TOGETHER):
        return [number]
    return sorted(connection.scalars(select(PersonRow.number).where(PersonRow.group_key == group)))


def _not_yet(connection: Connection, numbers: Sequence[str]) -> list[str]:
    known = set(connection.scalars(select(ProtectionRow.number).where(ProtectionRow.number.in_(numbers))))
    return [one for one in numbers if one not in known]
