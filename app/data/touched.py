"""Whom an import touches in some data sets, a few at a time: there may be a million of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, union

from app.data.batches import BATCH
from app.data.models.register import RegisterRow
from app.data.staging import CHANGE, GONE, STAGE, TOUCHED, analyze


def touched_numbers(
    connection: Connection, data_sets: Collection[str], everyone: bool = False
) -> Iterator[list[str]]:
    """The numbers of everyone of whom a row of these data sets changes or goes, in order, ``BATCH`` at a time.

    ``everyone``: of whom there is such a row at all. One walk at a time: they are kept in a temporary table of the connection.
    """
    statement = _stored(data_sets) if everyone else union(*_changed(data_sets))
    connection.execute(delete(TOUCHED))
    connection.execute(insert(TOUCHED).from_select(["number"], statement))
    analyze(connection, TOUCHED)
    last = ""
    while True:
        following = select(TOUCHED.c.number).where(TOUCHED.c.number > last).order_by(TOUCHED.c.number)
        numbers = list(connection.scalars(following.limit(BATCH)))
        if not numbers:
            return
        yield numbers
        last = numbers[-1]


def _stored(data_sets: Collection[str]) -> Select[*tuple[Any, ...]]:
    number = RegisterRow.person_number
    return select(number).where(RegisterRow.data_set.in_(data_sets), number.is_not(None)).distinct()


def _changed(data_sets: Collection[str]) -> tuple[Select[*tuple[Any, ...]], ...]:
    changed = (
        select(STAGE.c.person_number)
        .join(CHANGE, CHANGE.c.no == STAGE.c.no)
        .where(STAGE.c.data_set.in_(data_sets), STAGE.c.person_number.is_not(None))
    )
    gone = select(GONE.c.person_number).where(
        GONE.c.data_set.in_(data_sets), GONE.c.person_number.is_not(None)
    )
    return changed, gone
