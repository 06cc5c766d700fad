"""Ending a protection (支援措置の終了): one responsible person (支援措置責任者) asks, another agrees with his password.

No day that has come ends it, and no file. What ends it is a decision on somebody whose measure has ended in the core system
(解除待ち), or who was flagged by hand; those protected because of him go with him. From then on screens, searches and papers
show the address again; what open cases lost when the protection began does not come back.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import Connection

from app.config import Settings
from app.data import audit, carrying, endings, protection, provisional, residents, staff
from app.data.feed_switch import Ground
from app.data.models.base import utc_now
from app.data.protection import HOUSEHOLD_MEMBER, MEASURE, MERGED_NUMBER, PROVISIONAL, TOGETHER
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.dates import PartialDate
from app.domain.endings import REASONS, Ending, Standing
from app.domain.errors import Conflict, Invalid, NotFound, Refused
from app.extensions import db
from app.intake.layouts import load_versions
from app.operations import sessions
from app.operations.cases import require
from app.operations.feed_files import withheld_columns

OWN = "自分が依頼した終了は、自分では許可できません。ほかの責任者に依頼してください。"
GROUNDS = {
    MEASURE: "支援措置",
    TOGETHER: "併せて支援を受ける方",
    PROVISIONAL: "仮の取扱注意",
    HOUSEHOLD_MEMBER: "同じ世帯の方",
    MERGED_NUMBER: "名寄せされた同じ方の別の番号",
}


@dataclass(frozen=True)
class Line:
    """Somebody whose protection may be ended, as the responsible person reads it.

    ``together`` counts everybody whose protection ends with his; ``asked`` is the request that waits, ``own`` if it is one's own.
    """

    person_id: str
    name: str
    ground: str
    since: datetime
    pending_since: datetime | None
    together: int
    asked: Ending | None
    asked_by: str
    reason: str
    own: bool


def list_lines(actor: Actor) -> tuple[Line, ...]:
    """Whose protection may be ended, and what was asked; recorded. Raises Refused."""
    require(actor, Right.DECIDE_RELEASE)
    waiting = {one.number: one for one in endings.list_waiting()}
    found = {one.number: _line(one, waiting.get(one.number), actor) for one in endings.list_standing()}
    shown = {number: line for number, line in found.items() if line is not None}
    _note_listed(actor, shown)
    return tuple(shown.values())


def _note_listed(actor: Actor, numbers: Collection[str]) -> None:
    if numbers:
        with transaction():
            audit.record(
                "protection.end_listed",
                actor=actor,
                persons=sorted(numbers),
                detail={"persons": len(numbers)},
            )


def ask(person_id: str, actor: Actor, reason: str) -> None:
    """Ask that the protection of a person may end. Raises Refused, NotFound, Invalid, Conflict."""
    require(actor, Right.DECIDE_RELEASE)
    if reason not in REASONS:
        message = "終了の理由を選んでください。"
        raise Invalid(message, {"reason": message})
    number = residents.get_person(person_id, actor.disclosure("protect")).number
    with transaction():
        _check(number)
        if any(one.number == number for one in endings.list_waiting()):
            raise Conflict("この方の終了は、すでに依頼されています。ほかの責任者の判断を待ってください。")
        identity = endings.ask(number, reason, actor.staff_id)
        audit.record(
            "protection.end_asked",
            actor=actor,
            persons=[number],
            detail={"ending": identity, "reason": reason},
        )


def get_line(ending_id: str, actor: Actor) -> Line:
    """A request that waits, to be decided on. Raises Refused, NotFound."""
    require(actor, Right.DECIDE_RELEASE)
    asked = endings.get_asked(ending_id)
    standing = next((one for one in endings.list_standing() if one.number == asked.number), None)
    line = _line(standing, asked, actor) if standing else None
    if line is None:
        raise NotFound(endings.GONE)
    return line


def decide(ending_id: str, actor: Actor, *, allowed: bool, password: str, terminal: str) -> int:
    """Agree to end a protection, or refuse it; the password is given again. Returns how many persons it ends for.

    Raises Refused (one's own request), Invalid (wrong password), Conflict (a measure goes on), NotFound (answered already).
    """
    require(actor, Right.DECIDE_RELEASE)
    if endings.get_asked(ending_id).asked_by == actor.staff_id:
        with transaction():
            audit.record("access.refused", actor=actor, detail={"what": "own ending"})
        raise Refused(OWN)
    sessions.confirm_password(actor, password, terminal)
    settings: Settings = current_app.config["KAKANAI"]
    with transaction() as session:
        asked = endings.get_asked(ending_id, lock=True)
        numbers: tuple[str, ...] = ()
        if allowed:
            numbers = _check(asked.number)
            connection = session.connection()
            endings.end(connection, _ground(connection), settings.keys.identity, numbers)
        endings.decide(ending_id, actor.staff_id, allowed=allowed)
        audit.record(
            "protection.ended" if allowed else "protection.end_refused", actor=actor,
            persons=numbers or [asked.number], detail={"ending": ending_id, "asked_by": asked.asked_by},
        )  # fmt: skip
    return len(numbers)


@dataclass(frozen=True)
class Carried:
    """A protected mover (転入予定の方) and a resident who may be he; his flag is carried over by hand."""

    mover: str
    person_id: str
    name: str
    birth: PartialDate


def list_carried(actor: Actor) -> tuple[Carried, ...]:
    """Residents who may be protected movers under their new numbers; recorded. Raises Refused."""
    require(actor, Right.DECIDE_RELEASE)
    disclosure = actor.disclosure("protect")
    found = []
    matches = carrying.list_matches()
    _note_listed(actor, {match.resident for match in matches})
    for match in matches:
        person = residents.get_person_by_number(match.resident, disclosure)
        found.append(Carried(match.name, person.id, person.name, person.birth))
    return tuple(found)


def carry_over(person_id: str, actor: Actor) -> int:
    """Protect a resident, with his household, because he is a mover who was; returns how many are. Raises Conflict, Refused."""
    require(actor, Right.DECIDE_RELEASE)
    number = residents.get_person(person_id, actor.disclosure("protect")).number
    matches = [one.mover for one in carrying.list_matches() if one.resident == number]
    if not matches:
        raise Conflict(
            "この方は、すでに取扱注意になっているか、転入予定の方と一致しません。一覧を開き直してください。"
        )
    with transaction() as session:
        numbers = provisional.protect(session.connection(), _ground(session.connection()), number, utc_now())
        audit.record(
            "protection.carried_over",
            actor=actor,
            persons=sorted({*numbers, *matches}),
            detail={"persons": len(numbers)},
        )
    return len(numbers)


def _ground(connection: Connection) -> Ground:
    settings: Settings = current_app.config["KAKANAI"]
    columns = withheld_columns(load_versions())
    return Ground(provisional.load_forms(connection), settings.keys.vault, columns)


def _check(number: str) -> tuple[str, ...]:
    """Everybody whose protection ends with this person's. Raises Conflict when it may not end, NotFound when it has ended."""
    standing = next((one for one in endings.list_standing() if one.number == number), None)
    if standing is None:
        raise Conflict("この方の支援措置は続いているか、すでに終了しています。一覧を開き直してください。")
    together = endings.list_together(number)
    connection = db.session.connection()
    if not protection.list_in_force(connection, provisional.load_forms(connection)).isdisjoint(together):
        raise Conflict(
            "一緒に終わる方のなかに、支援措置の続く方がいます。支援措置の終了が届いてから判断してください。"
        )
    if endings.list_others_at_home(together):
        raise Conflict("同じ世帯に、取扱注意の続く方がいます。その方の終了と合わせて判断してください。")
    return together


def _line(standing: Standing, asked: Ending | None, actor: Actor) -> Line | None:
    try:
        person = residents.get_person_by_number(standing.number, actor.disclosure("protect"))
    except (NotFound, Refused):
        return None
    clerk = staff.find_staff(asked.asked_by) if asked else None
    return Line(
        person.id, person.name, GROUNDS.get(standing.ground, standing.ground), standing.since, standing.pending_since,
        len(endings.list_together(standing.number)), asked, clerk.name if clerk else "",
        REASONS.get(asked.reason, asked.reason) if asked else "", bool(asked and asked.asked_by == actor.staff_id),
    )  # fmt: skip
