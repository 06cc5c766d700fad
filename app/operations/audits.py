"""Checking and sealing the operation log."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.exc import OperationalError

from app.data import audit, audit_check, audit_seals
from app.data.audit import carried_out_by as carried_out_by
from app.data.audit_seals import Seal
from app.data.transactions import end_reading, transaction
from app.domain.authority import SYSTEM
from app.domain.dates import today_in_japan
from app.domain.errors import Refused
from app.extensions import db

UNWRITABLE = "日次の封印を、データベースの外の控えに書き込めませんでした。settings.toml の audit_seal_folder を確かめてください。"


def verify() -> audit_check.Verification:
    """Check the whole log; reads only, so that a damaged log is not written to."""
    return audit_check.verify()


def seal(today: date | None = None) -> Seal | None:
    """Seal the log under the day before today, once; what the file outside lacks is added to it either way.

    Returns the new seal, None when the day has one. Raises Refused when the file outside cannot be written.
    """
    day = (today or today_in_japan()) - timedelta(days=1)
    with transaction():
        made = audit_seals.add(day)
        if made is not None:
            audit.record("audit.sealed", actor=SYSTEM, detail={"day": day.isoformat(), "rows": made.rows})
    seals = audit_seals.list_all()
    end_reading()
    try:
        audit_seals.write_file(seals)
    except OSError as problem:
        raise Refused(UNWRITABLE) from problem
    return made


def seal_beside() -> bool:
    """Seal beside the work at the counters; False when the database was busy for long and it has to be tried again."""
    try:
        seal()
    except OperationalError:
        db.session.rollback()
        return False
    return True
