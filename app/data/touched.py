"""Whom an import touches in some data sets, a few at a time: there may be a million of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, delete, insert, select, union

from app.data.batches import BATCH
from app.data.staging import CHANGE, GONE, STAGE, TOUCHED, analyze


def touched_numbers(connection: Connection, data_sets: Collection[str]) -> Iterator[list[str]]:
    """The numbers of everyone of whom a row of these data sets changes or goes, in order, ``BATCH`` at a time.

    One walk at a time: they are kept in a temporary table of the connection.
    """
    changed = (
        select(STAGE.c.person_number)
        .join(CHANGE, CHANGE.c.no == STAGE.c.no)
        .where(STAGE.c.data_set.in_(data_sets), STAGE.c.person_number.is_not(None))
    )
    gone = select(GONE.c.person_number).where(
        GONE.c.data_set.in_(data_sets), GONE.c.person_number.is_not(None)
    )
    connection.execute(delete(TOUCHED))
    connection.execute(insert(TOUCHED).from_select(["number"], union(changed, gone)))
    analyze(connection, TOUCHED)
    last = ""
    while True:
        following = select(TOUCHED.c.number).where(TOUCHED.c.number > last).order_by(TOUCHED.c.number)
        numbers = list(connection.scalars(following.limit(BATCH)))
        if not numbers:
            return
        yield numbers
        last = numbers[-1]
