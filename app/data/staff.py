"""Staff, counters, assignments, sessions and failed sign-ins."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from app.data.models.staff import (
    AssignmentRow,
    CounterRow,
    LoginFailureRow,
    SessionRow,
    StaffRow,
    TransferLineRow,
    TransferRow,
)
from app.domain.dates import today_in_japan
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
        .where(AssignmentRow.staff_id == staff_id, _holds(today_in_japan()))
        .distinct()
        .order_by(CounterRow.position, CounterRow.code, CounterRow.title)
        .add_columns(CounterRow.position)
    )
    return tuple((code, title) for code, title, _position in rows)


def list_roles(staff_id: str, counter: str) -> frozenset[str]:
    """The roles of today at one counter."""
    rows = db.session.scalars(
        select(AssignmentRow.role).where(
            AssignmentRow.staff_id == staff_id, AssignmentRow.counter == counter, _holds(today_in_japan())
        )
    )
    return frozenset(rows)


def _holds(day: date) -> ColumnElement[bool]:
    return and_(AssignmentRow.since <= day, or_(AssignmentRow.until.is_(None), AssignmentRow.until >= day))


def name_of(row: StaffRow, day: date) -> str:
    """The name of a member of staff on a day: a change of name comes with its day."""
    return row.next_name if row.next_name and row.next_on and row.next_on <= day else row.name


def section_of(row: StaffRow, day: date) -> str:
    """The section (所属) on a day."""
    changed = row.next_section is not None and row.next_on is not None and row.next_on <= day
    return row.next_section or "" if changed else row.section


def list_staff() -> list[StaffRow]:
    """Every account, by id."""
    return list(db.session.scalars(select(StaffRow).order_by(StaffRow.id)))


def list_assignments(ids: Collection[str] | None = None) -> dict[str, list[AssignmentRow]]:
    """Every role at a counter, past and coming ones too, by account (of some accounts only, where they are named)."""
    query = select(AssignmentRow)
    if ids is not None:
        query = query.where(AssignmentRow.staff_id.in_(ids))
    found: dict[str, list[AssignmentRow]] = {}
    for row in db.session.scalars(query):
        found.setdefault(row.staff_id, []).append(row)
    return found


def get_transfer(transfer_id: str) -> TransferRow | None:
    return db.session.get(TransferRow, transfer_id)


def list_transfers(limit: int) -> list[TransferRow]:
    """The latest changes of staff that came as files, newest first."""
    query = select(TransferRow).where(TransferRow.origin == "file").order_by(TransferRow.made_at.desc())
    return list(db.session.scalars(query.limit(limit)))


def list_transfer_lines(transfer_id: str) -> list[TransferLineRow]:
    query = select(TransferLineRow).where(TransferLineRow.transfer_id == transfer_id)
    return list(db.session.scalars(query.order_by(TransferLineRow.line, TransferLineRow.staff_id)))


def list_transfers_of(staff_id: str, limit: int) -> list[tuple[TransferRow, TransferLineRow]]:
    """What was ever applied to an account, newest first."""
    query = (
        select(TransferRow, TransferLineRow)
        .join(TransferLineRow, TransferLineRow.transfer_id == TransferRow.id)
        .where(TransferLineRow.staff_id == staff_id, TransferRow.applied_at.is_not(None))
        .order_by(TransferRow.applied_at.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def list_waiting(today: date) -> dict[str, date]:
    """Accounts with an applied change whose day has not come, with the day."""
    query = (
        select(TransferLineRow.staff_id, TransferRow.effective_on)
        .join(TransferRow, TransferRow.id == TransferLineRow.transfer_id)
        .where(
            TransferRow.applied_at.is_not(None), TransferRow.undone_at.is_(None), TransferRow.effective_on > today
        )
    )  # fmt: skip
    return {row.staff_id: row.effective_on for row in db.session.execute(query)}


def has_later_transfer(staff_id: str, applied: datetime) -> bool:
    """Whether something was applied to an account after an instant and has not been undone."""
    query = (
        select(TransferRow.id)
        .join(TransferLineRow, TransferLineRow.transfer_id == TransferRow.id)
        .where(
            TransferLineRow.staff_id == staff_id, TransferRow.applied_at > applied, TransferRow.undone_at.is_(None)
        )
        .limit(1)
    )  # fmt: skip
    return db.session.scalar(query) is not None


def list_staff_names(ids: set[str]) -> dict[str, str]:
    """Names of members of staff by id; ids that are not staff (system, robots) are missing."""
    today = today_in_japan()
    rows = db.session.scalars(select(StaffRow).where(StaffRow.id.in_(ids)))
    return {row.id: name_of(row, today) for row in rows}


def list_all_names() -> tuple[tuple[str, str], ...]:
    """Everybody who has worked here as (id, name), by id."""
    today = today_in_japan()
    return tuple((row.id, name_of(row, today)) for row in list_staff())


def find_session(token_hash: str) -> SessionRow | None:
    """The session; whose it is and where come with it in one statement, as every request asks for them next."""
    query = (
        select(SessionRow, StaffRow, CounterRow)
        .join(StaffRow, StaffRow.id == SessionRow.staff_id)
        .outerjoin(CounterRow, CounterRow.code == SessionRow.counter)
        .where(SessionRow.token_hash == token_hash)
    )
    found = db.session.execute(query).first()
    return found[0] if found else None


def find_session_of(staff_id: str) -> SessionRow | None:
    return db.session.scalar(select(SessionRow).where(SessionRow.staff_id == staff_id))


def has_session(beginning: str) -> bool:
    """Whether a session is signed in whose token's hash begins so, as the operation log names sessions."""
    found = select(SessionRow.token_hash).where(SessionRow.token_hash.startswith(beginning)).limit(1)
    return bool(beginning) and db.session.scalar(found) is not None


def touch_session(token_hash: str, now: datetime) -> None:
    """Remember the last use of a session; one that has ended meanwhile stays ended."""
    db.session.execute(update(SessionRow).where(SessionRow.token_hash == token_hash).values(seen_at=now))


def take_proof(staff_id: str, since: datetime) -> bool:
    """Whether the owner of a session has proved who he is since then; of two who take it at once one gets it."""
    taken = db.session.execute(
        update(SessionRow)
        .where(SessionRow.staff_id == staff_id, SessionRow.proved_at >= since)
        .values(proved_at=None)
        .returning(SessionRow.token_hash)
    )
    return taken.first() is not None


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
