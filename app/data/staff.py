"""Staff, counters, assignments, sessions and failed sign-ins."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from app.data.models.staff import AssignmentRow, CounterRow, LoginFailureRow, SessionRow, StaffRow
from app.extensions import db


def find_staff(staff_id: str) -> StaffRow | None:
    return db.session.get(StaffRow, staff_id)


def list_counters() -> tuple[tuple[str, str], ...]:
    """Every counter as (code, title), in the city's own order."""
    rows = db.session.execute(select(CounterRow.code, CounterRow.title).order_by(CounterRow.position))
    return tuple((code, title) for code, title in rows)


def counter_title(code: str) -> str:
    row = db.session.get(CounterRow, code)
    return row.title if row else code


def list_counters_of(staff_id: str) -> tuple[tuple[str, str], ...]:
    """The counters where the member of staff has a role, as (code, title), in the city's own order."""
    rows = db.session.execute(
        select(CounterRow.code, CounterRow.title)
        .join(AssignmentRow, AssignmentRow.counter == CounterRow.code)
        .where(AssignmentRow.staff_id == staff_id)
        .distinct()
        .order_by(CounterRow.position, CounterRow.code, CounterRow.title)
        .add_columns(CounterRow.position)
    )
    return tuple((code, title) for code, title, _position in rows)


def list_roles(staff_id: str, counter: str) -> frozenset[str]:
    rows = db.session.scalars(
        select(AssignmentRow.role).where(AssignmentRow.staff_id == staff_id, AssignmentRow.counter == counter)
    )
    return frozenset(rows)


def list_staff_names(ids: set[str]) -> dict[str, str]:
    """Names of members of staff by id; ids that are not staff (system, robots) are missing."""
    rows = db.session.execute(select(StaffRow.id, StaffRow.name).where(StaffRow.id.in_(ids)))
    return {row.id: row.name for row in rows}


def list_all_names() -> tuple[tuple[str, str], ...]:
    """Everybody who has worked here as (id, name), by id."""
    rows = db.session.execute(select(StaffRow.id, StaffRow.name).order_by(StaffRow.id))
    return tuple((row.id, row.name) for row in rows)


def find_session(token_hash: str) -> SessionRow | None:
    return db.session.get(SessionRow, token_hash)


def find_session_of(staff_id: str) -> SessionRow | None:
    return db.session.scalar(select(SessionRow).where(SessionRow.staff_id == staff_id))


def has_session(beginning: str) -> bool:
    """Whether a session is signed in whose token's hash begins so, as the operation log names sessions."""
    found = select(SessionRow.token_hash).where(SessionRow.token_hash.startswith(beginning)).limit(1)
    return bool(beginning) and db.session.scalar(found) is not None


def touch_session(token_hash: str, now: datetime) -> None:
    """Remember the last use of a session; one that has ended meanwhile stays ended."""
    db.session.execute(update(SessionRow).where(SessionRow.token_hash == token_hash).values(seen_at=now))


def delete_session(token_hash: str) -> bool:
    """Whether there was one to delete."""
    gone = db.session.execute(
        delete(SessionRow).where(SessionRow.token_hash == token_hash).returning(SessionRow.token_hash)
    )
    return gone.first() is not None


def count_failures(staff_id: str, since: datetime, terminal: str | None = None) -> int:
    query = select(func.count()).select_from(LoginFailureRow).where(
        LoginFailureRow.staff_id == staff_id, LoginFailureRow.at > since
    )  # fmt: skip
    if terminal is not None:
        query = query.where(LoginFailureRow.terminal == terminal)
    return db.session.scalar(query) or 0


def add_failure(staff_id: str, terminal: str, at: datetime) -> None:
    """Remember a failed sign-in; those older than a day are forgotten on the way."""
    db.session.execute(delete(LoginFailureRow).where(LoginFailureRow.at < at - timedelta(days=1)))
    db.session.add(LoginFailureRow(staff_id=staff_id[:40], terminal=terminal, at=at))


def clear_failures(staff_id: str, terminal: str) -> None:
    db.session.execute(
        delete(LoginFailureRow).where(
            LoginFailureRow.staff_id == staff_id, LoginFailureRow.terminal == terminal
        )
    )


def clear_all_failures(staff_id: str) -> None:
    """Forget every failed sign-in of an account, whatever the terminal."""
    db.session.execute(delete(LoginFailureRow).where(LoginFailureRow.staff_id == staff_id))
