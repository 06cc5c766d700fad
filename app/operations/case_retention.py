"""Letting cases go when the city's retention period (受付の保存期間) is over; the operation log keeps that they were there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from app.config import Settings
from app.data import audit, case_retention, cases
from app.data.case_retention import Ended
from app.data.transactions import transaction
from app.domain.authority import SYSTEM
from app.domain.dates import JAPAN, today_in_japan
from app.domain.errors import Refused

LEAST_DAYS = 365
"""A shorter period is taken for a mistake in the settings."""


@dataclass(frozen=True)
class Leaving:
    """What goes, in the order in which it goes, and how many stay although their time is over, because something is open."""

    cases: tuple[Ended, ...]
    kept: int
    before: datetime


def plan(settings: Settings) -> Leaving:
    """Which cases go today. Raises Refused where the city keeps all of them, or for too short a time."""
    days = settings.case_days
    if not days:
        raise Refused("保存期間（case_days）が決められていないため、受付は削除しません。")
    if days < LEAST_DAYS:
        raise Refused(
            f"保存期間（case_days）は{LEAST_DAYS}日以上にしてください（現在: {days}日）。何も削除していません。"
        )
    before = datetime.combine(today_in_japan() - timedelta(days=days), time(), JAPAN)
    ended = case_retention.list_ended(before)
    going = {one.case_id for one in ended} - case_retention.list_unfinished(before)
    followed = case_retention.list_followed()
    # Whoever looks at a case that stays must find the one it goes on from.
    while needed := {old for new, old in followed if old in going and new not in going}:
        going -= needed
    return Leaving(tuple(one for one in ended if one.case_id in going), len(ended) - len(going), before)


def remove(leaving: Leaving, progress: Callable[[int], None] = lambda _done: None) -> int:
    """Let them go, each whole or not at all; returns how many went. One that was taken up again meanwhile stays."""
    gone = 0
    for place, one in enumerate(leaving.cases, start=1):
        with transaction():
            row = cases.hold_case(one.case_id)
            if row.closed_at is not None and row.closed_at < leaving.before:
                persons = [person.number for person in cases.get_case(one.case_id).persons if person.number]
                case_retention.remove(one.case_id)
                audit.record(
                    "case.removed", actor=SYSTEM, case_id=one.case_id, persons=sorted(persons),
                    detail={"number": one.number, "closed_on": one.at.astimezone(JAPAN).date().isoformat()},
                )  # fmt: skip
                gone += 1
        progress(place)
    return gone
