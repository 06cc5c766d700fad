"""Setting the provisional flag (仮の取扱注意) by hand, before the measure (支援措置) comes from the core system."""

from __future__ import annotations

from flask import current_app

from app.config import Settings
from app.data import audit, provisional, residents
from app.data.feed_switch import Ground
from app.data.models.base import utc_now
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.errors import Conflict
from app.intake.layouts import load_versions
from app.operations.cases import require
from app.operations.feed_files import withheld_columns


def protect(person_id: str, actor: Actor) -> int:
    """Protect a person together with his household at once; returns how many are. Raises NotFound, Refused, Conflict.

    It counts for every screen, search, paper and waiting print from the commit on.
    """
    require(actor, Right.FIND_PERSON)
    person = residents.get_person(person_id, actor.disclosure("protect"))
    if person.protected:
        raise Conflict("この方は、すでに取扱注意になっています。")
    settings: Settings = current_app.config["KAKANAI"]
    columns = withheld_columns(load_versions())
    with transaction() as session:
        connection = session.connection()
        ground = Ground(provisional.load_forms(connection), settings.keys.vault, columns)
        numbers = provisional.protect(connection, ground, person.number, utc_now())
        audit.record("protection.set", actor=actor, persons=numbers, detail={"persons": len(numbers)})
    return len(numbers)
