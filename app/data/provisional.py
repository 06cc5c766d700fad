"""The provisional flag (仮の取扱注意): a person and those he lives with are protected from this transaction on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from app.data import feed_switch, following, forms, protection, vault
from app.data.feed_switch import Ground
from app.data.following import Follower
from app.data.models.register import PersonRow, ProtectionRow, SearchKeyRow
from app.data.projection import ADDRESS_KINDS, WITHHELD_COLUMNS
from app.data.protection import HOUSEHOLD_MEMBER, MERGED_NUMBER, PROVISIONAL, Added, Plan
from app.domain.register import notice_of


def load_forms(connection: Connection) -> forms.Forms:
    """The forms of the stored rows, for the `Ground`."""
    return forms.load(connection)


def protect(connection: Connection, ground: Ground, number: str, now: datetime) -> tuple[str, ...]:
    """Protect a person, his household and all his numbers, or everybody of the notice he is announced with.

    Returns those who were not protected yet. Everything that tells where they live leaves the register, the search and all
    cases in the running transaction. An import that was prepared before notices it and is not switched in. No file ends
    the flag.
    """
    feed_switch.take_turn(connection)
    followers = following.list_followers(connection, [number], following.STORED)
    numbers = _not_yet(connection, sorted({number, *followers}))
    added = [Added(one, _ground_of(one, number, followers), number) for one in numbers]
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


def _ground_of(one: str, number: str, followers: Mapping[str, Follower]) -> str:
    if one == number or notice_of(one):
        return PROVISIONAL
    return MERGED_NUMBER if followers[one].merged else HOUSEHOLD_MEMBER


def _not_yet(connection: Connection, numbers: Sequence[str]) -> list[str]:
    known = set(connection.scalars(select(ProtectionRow.number).where(ProtectionRow.number.in_(numbers))))
    return [one for one in numbers if one not in known]
