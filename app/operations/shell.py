"""What the frame around every screen tells: own counters, and how fresh the register is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.data import feed_jobs, register, releases, staff
from app.data.handovers import Waiting
from app.data.models.base import utc_now
from app.domain.authority import Actor, Right
from app.domain.dates import in_japan, today_in_japan
from app.operations import announcements, calendar, handovers, preferences
from app.operations.handovers import ShownMessage

ENDS_SOON = timedelta(days=7)


@dataclass(frozen=True)
class ShellFacts:
    """Counters as (code, title); the state of the data links in one line with its level (ok or warning).

    `waiting` counts what waits for the member of staff here, None for those to whom no case comes; `messages` is what he
    has to be told on the next screen.
    `outside_hours` is what to say outside the office's opening hours, empty within them.
    """

    counters: tuple[tuple[str, str], ...]
    links_text: str
    links_level: str
    outside_hours: str = ""
    unread: int = 0
    """Announcements (お知らせ) of today not yet read, and how many of them must be."""
    must_read: int = 0
    preferences: Mapping[str, str] = field(default_factory=dict)
    ends_on: date | None = None
    """The account's last day, within ENDS_SOON of it."""
    waiting: Waiting | None = None
    messages: tuple[ShownMessage, ...] = ()
    releases: int = 0


def facts(actor: Actor) -> ShellFacts:
    """For the frame of one request."""
    states = register.list_feed_states()
    stale = [state for state in states if state.stale]
    if feed_jobs.is_blocked():
        text, level = "データ連携：支援措置の確認のため停止中", "warning"
    elif not states:
        text, level = "データ連携：未取込", "warning"
    elif stale:
        text, level = f"データ連携：{len(stale)}件が古くなっています", "warning"
    else:
        latest = max(state.imported_at for state in states)
        text, level = f"データ連携：{in_japan(latest):%m/%d %H:%M}", "ok"
    waiting = handovers.waiting_for(actor) if _takes_part(actor) else None
    unread = [one for one in announcements.list_for(actor) if not one.read]
    person = staff.find_staff(actor.staff_id)
    last = person.valid_to if person else None
    return ShellFacts(
        staff.list_counters_of(actor.staff_id), text, level, calendar.opening(actor.counter, utc_now()).text,
        len(unread), sum(one.draft.must_read for one in unread), preferences.of(actor.staff_id),
        last if last and last - today_in_japan() <= ENDS_SOON else None, waiting,
        handovers.messages(actor) if waiting and waiting.messages else (),
        releases.count_waiting() if actor.may(Right.DECIDE_RELEASE) and not actor.preview else 0,
    )  # fmt: skip


def _takes_part(actor: Actor) -> bool:
    """Whether cases can come to this member of staff."""
    return actor.may(Right.RECEIVE) or actor.may(Right.REVIEW)
