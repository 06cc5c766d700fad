"""Searches that are still being typed, and the number of those that counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from app.data.models.search import SearchCountRow, UnsettledSearchRow
from app.extensions import Base, db


def find(session_id: str) -> UnsettledSearchRow | None:
    """The unsettled search of a session, left where it is."""
    return db.session.get(UnsettledSearchRow, session_id, populate_existing=True)


def take(session_id: str) -> UnsettledSearchRow | None:
    """The unsettled search of a session, taken out: of two who ask at once one gets it."""
    row = db.session.get(UnsettledSearchRow, session_id, with_for_update=True, populate_existing=True)
    if row is not None:
        _forget(row)
    return row


def take_quiet(before: datetime, most: int) -> list[UnsettledSearchRow]:
    """Unsettled searches of any session after which nothing was typed since ``before``, taken out, the oldest first."""
    rows = list(
        db.session.scalars(
            select(UnsettledSearchRow)
            .where(UnsettledSearchRow.last_at < before)
            .order_by(UnsettledSearchRow.last_at)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
    )
    for row in rows:
        _forget(row)
    return rows


def keep(**values: Any) -> None:
    """Make this the unsettled search of its session."""
    table = UnsettledSearchRow
    statement = _insert(table).values(**values)
    changes = {name: statement.excluded[name] for name in values if name != "session"}
    db.session.execute(statement.on_conflict_do_update(index_elements=[table.session], set_=changes))


def count(staff_id: str, hour: str) -> tuple[int, int]:
    """(settled searches in the hour, in its day) of a member of staff; ``hour`` is "YYYYMMDDHH"."""
    rows = db.session.execute(
        select(SearchCountRow.hour, SearchCountRow.searches).where(
            SearchCountRow.staff_id == staff_id, SearchCountRow.hour.between(hour[:8] + "00", hour[:8] + "23")
        )
    ).all()
    return sum(row.searches for row in rows if row.hour == hour), sum(row.searches for row in rows)


def add(staff_id: str, hour: str) -> None:
    """Count one more; what was counted on another day is dropped."""
    table = SearchCountRow
    statement = _insert(table).values(staff_id=staff_id, hour=hour, searches=1)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=[table.staff_id, table.hour], set_={"searches": table.searches + 1}
        )
    )
    db.session.execute(
        delete(table).where(table.staff_id == staff_id, func.substr(table.hour, 1, 8) < hour[:8])
    )


def _forget(row: UnsettledSearchRow) -> None:
    db.session.expunge(row)
    db.session.execute(delete(UnsettledSearchRow).where(UnsettledSearchRow.session == row.session))


def _insert(table: type[Base]) -> Any:
    return (sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert)(table)
