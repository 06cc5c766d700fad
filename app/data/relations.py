"""Who belongs to whom outside the household (関連者): recipients, guardians and children as the sections' files name them.

A projection of the register like the flags: an import makes it anew for everyone whose rows it changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, cast

from sqlalchemy import Connection, Table, or_, select

from app.data.forms import Forms
from app.data.models.register import RelationRow
from app.data.register import current_rows
from app.data.staging import bulk_insert, rewrite
from app.data.touched import touched_numbers
from app.domain.disclosure import Disclosure
from app.domain.relations import MERGED, Relation, Role
from app.extensions import db

_COLUMNS: Mapping[str, tuple[str, Role]] = {
    "11": ("jukyushaatenabango", Role.RECIPIENT),
    "12": ("hogoshaatenabango", Role.GUARDIAN),
    "13": ("hogoshaatenabango", Role.GUARDIAN),
    "14": ("taishojidoatenabango", Role.CHILD),
    "16": ("nayosesakiatenabango", MERGED),
}
"""Data set → the column that names another person, and what that one is to the row's own."""

RELATION_SETS = tuple(_COLUMNS)
MOST_RELATIONS = 60
_TABLE = cast(Table, RelationRow.__table__)


def list_relations(number: str, disclosure: Disclosure) -> tuple[Relation, ...]:
    """Whom the files name beside this person and beside whom they name him, as far as their data sets may be read."""
    sets = [data_set for data_set in RELATION_SETS if disclosure.may_read(data_set)]
    rows = db.session.execute(
        select(RelationRow)
        .where(
            or_(RelationRow.person_number == number, RelationRow.other_number == number),
            RelationRow.data_set.in_(sets),
        )
        .order_by(RelationRow.data_set, RelationRow.row_key)
        .limit(MOST_RELATIONS)
    )
    found = {}
    for row in rows.scalars():
        mine = row.person_number == number
        other = row.other_number if mine else row.person_number
        role = Role(row.role) if mine else Role(row.role).opposite
        if other != number:
            found[(other, role)] = Relation(other, role, row.data_set)
    return tuple(found.values())


def rebuild(connection: Connection, forms: Forms) -> None:
    """Make the relations anew of everyone whose rows an import changed; part of the switch, after the rows."""
    for batch in touched_numbers(connection, RELATION_SETS):
        rewrite(connection, _TABLE, _TABLE.c.person_number.in_(batch), _named(connection, forms, batch))


def make_all(connection: Connection, forms: Forms) -> Iterator[None]:
    """Make the relations of everybody where there are none yet, some at each step."""
    for batch in touched_numbers(connection, RELATION_SETS, everyone=True):
        bulk_insert(connection, _TABLE, list(_named(connection, forms, batch)))
        yield


def _named(connection: Connection, forms: Forms, numbers: Collection[str]) -> Iterator[tuple[Any, ...]]:
    """Rows of the table in the order of its columns."""
    for data_set, row_key, number, values in current_rows(connection, forms, numbers, RELATION_SETS):
        column, role = _COLUMNS[data_set]
        other = values.get(column)
        if other and other != number:
            yield data_set, row_key, number, other, role.value
