"""What the rules of the weekly sheet (点検の週報) are judged on: who saw whom, and the little they need to know of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from app.data import restrictions
from app.data.batches import in_batches
from app.data.models.audit import AuditRow, WatchedPersonRow
from app.data.models.base import utc_now
from app.data.models.register import PersonRow
from app.domain.authority import ActorKind
from app.domain.dates import in_japan
from app.domain.misuse import Look, Subject
from app.extensions import db

SEEN = ("resident.viewed", "resident.household_viewed", "resident.qualification_viewed", "warning.revealed")
"""Actions outside a reception that show a person."""

DECOY, WATCHED = "decoy", "watched"
BATCH = 5000


def list_looks(since: datetime, until: datetime) -> list[Look]:
    """Everything people saw of persons between two moments, inside receptions and outside."""
    found = []
    last = 0
    columns = (AuditRow.id, AuditRow.at, AuditRow.actor_id, AuditRow.persons, AuditRow.case_id)
    statement = (
        select(*columns)
        .where(AuditRow.at >= since, AuditRow.at < until, AuditRow.actor_kind == ActorKind.USER)
        .where(AuditRow.case_id.is_not(None) | AuditRow.action.in_(SEEN))
        .order_by(AuditRow.id)
        .limit(BATCH)
    )
    while rows := db.session.execute(statement.where(AuditRow.id > last)).all():
        found += [
            Look(in_japan(at), staff, tuple(persons), case_id is not None)
            for _id, at, staff, persons, case_id in rows
            if persons
        ]
        last = rows[-1].id
    return found


def list_times(actions: Collection[str], since: datetime, until: datetime) -> dict[str, list[datetime]]:
    """When one of these actions was recorded, by who did it, in local time."""
    found: dict[str, list[datetime]] = defaultdict(list)
    statement = select(AuditRow.actor_id, AuditRow.at).where(
        AuditRow.action.in_(actions), AuditRow.at >= since, AuditRow.at < until
    )
    for staff, at in db.session.execute(statement):
        found[staff].append(in_japan(at))
    return found


def subjects_of(numbers: Iterable[str]) -> dict[str, Subject]:
    """Name, household and marks of persons by addressee number; used for comparing and never shown."""
    wanted = sorted(set(numbers))
    protected = {one for batch in in_batches(wanted) for one in restrictions.list_protected(batch)}
    watched = {row.number: row.kind for row in list_watched()}
    found = {}
    for batch in in_batches(wanted):
        rows = db.session.execute(
            select(PersonRow.number, PersonRow.name, PersonRow.household_number).where(
                PersonRow.number.in_(batch)
            )
        )
        for number, name, household in rows:
            kind = watched.get(number)
            found[number] = Subject(name, household, number in protected, kind == WATCHED, kind == DECOY)
    return found


def list_watched() -> Sequence[WatchedPersonRow]:
    """Persons on the list of those to watch over (見守り), and decoys."""
    return db.session.scalars(
        select(WatchedPersonRow).where(WatchedPersonRow.ended_at.is_(None)).order_by(WatchedPersonRow.number)
    ).all()


def is_known(number: str) -> bool:
    """Whether the register has somebody under this addressee number."""
    return db.session.scalar(select(PersonRow.serial).where(PersonRow.number == number)) is not None


def add_watched(number: str, kind: str, reason: str, by: str) -> bool:
    """Put somebody on the list; False when he is on it."""
    if any(row.number == number for row in list_watched()):
        return False
    row = WatchedPersonRow(number=number, kind=kind, reason=reason, added_by=by, added_at=utc_now())
    db.session.add(row)
    return True


def end_watched(watched_id: str) -> WatchedPersonRow | None:
    """Take somebody off the list; what was on it stays known."""
    row = db.session.get(WatchedPersonRow, watched_id)
    if row is None or row.ended_at is not None:
        return None
    row.ended_at = utc_now()
    return row
