"""The rows of the data sets as they were delivered, and the state of the feeds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Connection, func, select

from app.config import Settings
from app.data.feeds import NEWEST_FILES
from app.data.forms import Forms, unpack
from app.data.models.base import utc_now
from app.data.models.register import FeedFileRow, FeedImportRow, ProtectionRow, RegisterRow
from app.domain.disclosure import Disclosure
from app.domain.memos import as_seen_at
from app.domain.register import FeedState, ImportOutcome, ProtectionCount
from app.extensions import db

MEMO_SET = "19"
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
    Address columns of a protected person hold the mask. A memo (19) of another counter is left out.
    """
    return list_rows_of([number], data_sets, disclosure)[number]


def list_rows_of(
    numbers: Iterable[str], data_sets: Iterable[str], disclosure: Disclosure
) -> dict[str, dict[str, list[dict[str, str]]]]:
    """The same for several persons, by number."""
    wanted = sorted(data_set for data_set in set(data_sets) if disclosure.may_read(data_set))
    found: dict[str, dict[str, list[dict[str, str]]]] = {
        number: {data_set: [] for data_set in wanted} for number in numbers
    }
    seen: set[tuple[str | None, str, str]] = set()
    for row in _stored(found, wanted):
        if row.deleted:
            continue
        if row.data_set not in HISTORY_SETS:
            subject = (row.person_number, row.data_set, subject_of(row.row_key))
            if not row.latest or subject in seen:
                continue
            seen.add(subject)
        values = _shown(row, disclosure)
        if values is not None:
            found[row.person_number][row.data_set].append(values)
    return found


@dataclass(frozen=True)
class DeliveredRow:
    """A row of a person with its place in the history: ``current`` rows speak of today, ``withdrawn`` were taken back."""

    values: dict[str, str]
    current: bool
    withdrawn: bool


def list_delivered(number: str, data_set: str, disclosure: Disclosure) -> list[DeliveredRow]:
    """Every row of a person in a data set, the newest history first, withdrawn ones included; empty without the right."""
    if not disclosure.may_read(data_set):
        return []
    found, seen = [], set()
    for row in _stored([number], [data_set]):
        values = _shown(row, disclosure)
        if values is None:
            continue
        subject = subject_of(row.row_key)
        current = row.latest and not row.deleted and subject not in seen
        seen.update([subject] if current else [])
        found.append(DeliveredRow(values, current, row.deleted))
    return found


def _stored(numbers: Collection[str], data_sets: Sequence[str]) -> Sequence[Any]:
    # Of nobody, the database would look through the rows of everybody.
    if not numbers:
        return ()
    return db.session.execute(
        select(
            RegisterRow.data_set,
            RegisterRow.row_key,
            RegisterRow.person_number,
            RegisterRow.latest,
            RegisterRow.deleted,
            RegisterRow.gone,
            RegisterRow.form,
            RegisterRow.payload,
        )
        .where(RegisterRow.person_number.in_(sorted(numbers)), RegisterRow.data_set.in_(data_sets))
        .order_by(RegisterRow.data_set, RegisterRow.history.desc(), RegisterRow.row_key.desc())
    ).all()


def _shown(row: Any, disclosure: Disclosure) -> dict[str, str] | None:
    """The values of a row; None where its source dropped it, or where it is a memo of another counter."""
    if row.gone and row.data_set not in KEPT_WHEN_GONE:
        return None
    values = disclosure.visible(row.data_set, unpack(row.form, row.payload))
    return as_seen_at(disclosure.counter, values) if row.data_set == MEMO_SET else values


def subject_of(row_key: str) -> str:
    """What a row speaks of: its key without the history number."""
    return row_key.rpartition("#")[0] or row_key


def current_rows(
    connection: Connection, forms: Forms, numbers: Collection[str], data_sets: Collection[str]
) -> Iterator[tuple[str, str, str | None, dict[str, str]]]:
    """(data set, row key, person number, values) of the newest valid row of each subject, as an import sees them."""
    rows = connection.execute(
        select(
            RegisterRow.data_set, RegisterRow.row_key, RegisterRow.person_number, RegisterRow.latest,
            RegisterRow.form, RegisterRow.payload,
        )
        .where(
            RegisterRow.person_number.in_(numbers), RegisterRow.data_set.in_(data_sets),
            RegisterRow.deleted.is_(False), RegisterRow.gone.is_(False),
        )
        .order_by(RegisterRow.history.desc())
    )  # fmt: skip
    seen = set()
    for data_set, row_key, number, latest, form, payload in rows:
        subject = (data_set, subject_of(row_key))
        if latest and subject not in seen:
            seen.add(subject)
            yield data_set, row_key, number, forms.unpack(form, payload)


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
