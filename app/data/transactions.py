"""One transaction an operation: everything it writes, its audit rows included, is stored whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app.data import case_parts
from app.data.audit import PENDING, write_pending
from app.extensions import db

WRITING = "kakanai_writing"

TURN_SECONDS = 5.0
"""How long a writer waits for its turn before it asks the database all the same."""

_turn = Lock()
"""Writers of one process queue here for SQLite: at its own lock they only ask again and again, and some starve."""
WRITES = {"kakanai_writes": True}
"""Execution option of a connection whose transaction may write: SQLite begins it with BEGIN IMMEDIATE (engine.py)."""

_DURABLE = text("SET LOCAL synchronous_commit TO DEFAULT")
"""A connection that stages may leave its commits to the disk's own time, but not this one."""


@contextmanager
def transaction(on: Connection | None = None) -> Iterator[Session]:
    """Commit at the end, roll back on any exception. The outermost block decides; inner ones join it.

    ``on`` is a connection of one's own to run it on, for work that stages rows where only this connection sees them.
    """
    session: Session = db.session()
    if session.info.get(WRITING):
        yield session
        return
    # A read that came before in this request may hold an older snapshot; writing starts on a fresh one.
    _begin_anew(session)
    with _in_turn():
        session.connection(bind_arguments={"bind": on} if on is not None else None, execution_options=WRITES)
        if on is not None and on.dialect.name == "postgresql":
            on.execute(_DURABLE)
        session.info[WRITING] = True
        session.info[PENDING] = []
        try:
            yield session
            session.flush()
            write_pending(session)
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop(WRITING, None)
            session.info.pop(PENDING, None)


def _begin_anew(session: Session) -> None:
    """End what was read; all is asked for again. Until then what a write left is known, and told without asking twice."""
    session.rollback()
    session.expire_all()
    case_parts.forget(session)


def end_reading() -> None:
    """Give back the connection and what it holds before something slow that needs no database. Within a write: nothing."""
    session: Session = db.session()
    if not session.info.get(WRITING):
        _begin_anew(session)


@contextmanager
def _in_turn() -> Iterator[None]:
    mine = db.engine.dialect.name == "sqlite" and _turn.acquire(timeout=TURN_SECONDS)
    try:
        yield
    finally:
        if mine:
            _turn.release()
