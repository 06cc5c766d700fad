"""Opening a person outside a case: for a purpose that is asked once, on record, and not more of them than the city allows.

In a case nothing is asked: who is at work on a case with the person in it looks at him for that case.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app

from app.config import Settings
from app.data import audit, looks
from app.data.models.base import utc_now
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.dates import in_japan
from app.domain.errors import Invalid, Refused
from app.domain.purposes import BY_CODE, LASTS
from app.operations.households import allowed


class TooMany(Refused):
    """As many persons were opened outside a case as the settings allow; what to do stands in the message."""


LIMIT = (
    "受付の外で開いた方が{span}{count}人になり、上限に達しました。受付として開くことはできます。"
    "続けて照会するときは、所属の責任者からシステム管理者へ連絡してください。"
)


def purpose_of(person_id: str, actor: Actor) -> str | None:
    """What this person is looked at for: the case that is at work with him, or what was chosen; None where it is to be asked.

    Raises NotFound and Refused where he may not be looked at for whatever purpose.
    """
    case = looks.find_case(actor.staff_id, person_id)
    found = f"case:{case}" if case else looks.find(actor.session, person_id, utc_now() - LASTS)
    if found is None:
        allowed(person_id, actor, "search")
    return found


def last_chosen(actor: Actor) -> str | None:
    """What was chosen last in this session: most likely it is the same again."""
    return looks.find_last(actor.session)


def choose(person_id: str, actor: Actor, code: str) -> None:
    """Note for what the person is opened. Raises Invalid, NotFound, Refused, TooMany."""
    person = allowed(person_id, actor, "search").person
    if code not in BY_CODE:
        message = "目的を選んでください。"
        raise Invalid(message, {"purpose": message})
    now = utc_now()
    _check_limits(person.id, actor, now)
    with transaction():
        looks.forget(_day(now))
        looks.keep(actor.session, person.id, actor.staff_id, code, now)
        audit.record(
            "resident.purpose_chosen", actor=actor, persons=[person.number], detail={"purpose": code}
        )


def _check_limits(person_id: str, actor: Actor, now: datetime) -> None:
    if looks.find(actor.session, person_id, _day(now)):
        return
    settings: Settings = current_app.config["KAKANAI"]
    in_hour, in_day = (looks.count(actor.staff_id, since) for since in (now - timedelta(hours=1), _day(now)))
    for count, limit, span in (
        (in_day, settings.look_limit_day, "今日"),
        (in_hour, settings.look_limit_hour, "1時間に"),
    ):
        if limit and count >= limit:
            with transaction():
                audit.record("resident.look_limit", actor=actor, detail={"hour": in_hour, "day": in_day})
            raise TooMany(LIMIT.format(span=span, count=count))


def _day(now: datetime) -> datetime:
    return in_japan(now).replace(hour=0, minute=0, second=0, microsecond=0)
