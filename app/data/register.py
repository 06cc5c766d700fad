"""The rows of the data sets as they were delivered, and the state of the feeds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select

from app.config import Settings
from app.data.feeds import NEWEST_FILES
from app.data.forms import unpack
from app.data.models.base import utc_now
from app.data.models.register import FeedFileRow, FeedImportRow, ProtectionRow, RegisterRow
from app.domain.disclosure import Disclosure
from app.domain.register import FeedState, ImportOutcome, ProtectionCount
from app.extensions import db

HISTORY_SETS = frozenset({"01b"})
"""Data sets in which older rows are what one asks for."""

KEPT_WHEN_GONE = frozenset({"01a", "01b", "01c", "16", "17"})
"""Data sets whose rows still speak when the source has dropped them: former residents, and protection, which no omission ends."""


def list_rows(
    number: str, data_sets: Iterable[str], disclosure: Disclosure
) -> dict[str, list[dict[str, str]]]:
    """The valid rows of a person by data set, each by column identifier with non-empty values only.

    Columns outside the layout stand under their Japanese name. Newest history first. A data set that the asking
    member of staff may not read is missing from the answer; one that holds nothing of the person is an empty list.
    Address columns of a protected person hold the mask.
    """
    wanted = sorted(data_set for data_set in set(data_sets) if disclosure.may_read(data_set))
    found: dict[str, list[dict[str, str]]] = {data_set: [] for data_set in wanted}
    rows = db.session.execute(
        select(
            RegisterRow.data_set,
            RegisterRow.row_key,
            RegisterRow.history,
            RegisterRow.latest,
            RegisterRow.gone,
            RegisterRow.form,
            RegisterRow.payload,
        )
        .where(
            RegisterRow.person_number == number,
            RegisterRow.data_set.in_(wanted),
            RegisterRow.deleted.is_(False),
        )
        .order_by(RegisterRow.data_set, RegisterRow.history.desc(), RegisterRow.row_key.desc())
    )
    seen: set[tuple[str, str]] = set()
    for data_set, row_key, _history, latest, gone, form, payload in rows:
        if data_set not in HISTORY_SETS:
            subject = (data_set, subject_of(row_key))
            if not latest or subject in seen:
                continue
            seen.add(subject)
        if not gone or data_set in KEPT_WHEN_GONE:
            found[data_set].append(unpack(form, payload))
    return found


def subject_of(row_key: str) -> str:
    """What a row speaks of: its key without the history number."""
    return row_key.rpartition("#")[0] or row_key


def list_feed_states(now: datetime | None = None) -> tuple[FeedState, ...]:
    """The last accepted file of each data set that has one, by data set."""
    settings: Settings = current_app.config["KAKANAI"]
    rows = db.session.execute(
        select(FeedFileRow, FeedImportRow.finished_at)
        .join(FeedImportRow, FeedImportRow.serial == FeedFileRow.import_serial)
        .where(FeedFileRow.id.in_(NEWEST_FILES))
        .order_by(FeedFileRow.data_set)
    )
    at = now or utc_now()
    return tuple(
        FeedState(
            data_set=file.data_set,
            imported_at=finished,
            as_of=file.as_of,
            file=file.name,
            rows=file.rows,
            rejects=file.rejects,
            added=file.added,
            changed=file.changed,
            gone=file.gone,
            stale=bool(hours := settings.stale_hours(file.data_set))
            and at - finished > timedelta(hours=hours),
        )
        for file, finished in rows
    )


def find_last_import() -> ImportOutcome | None:
    """The last import that was tried, or None before the first."""
    row = db.session.scalar(select(FeedImportRow).order_by(FeedImportRow.serial.desc()).limit(1))
    return ImportOutcome(row.id, row.finished_at, row.applied, row.message) if row else None


def current_import_id() -> str | None:
    """The id of the state of the register that is in force, to be kept with a case; None on an empty register."""
    return db.session.scalar(
        select(FeedImportRow.id)
        .where(FeedImportRow.applied.is_(True))
        .order_by(FeedImportRow.serial.desc())
        .limit(1)
    )


def count_protected() -> ProtectionCount:
    """How many persons are protected; no one is named."""
    row = db.session.execute(select(func.count(), func.count(ProtectionRow.pending_since))).one()
    return ProtectionCount(row[0], row[1])
