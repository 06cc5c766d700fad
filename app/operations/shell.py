"""What the frame around every screen tells: own counters, and how fresh the register is."""

from __future__ import annotations

from dataclasses import dataclass

from app.data import feed_jobs, register, staff
from app.data.models.base import utc_now
from app.domain.authority import Actor
from app.domain.dates import in_japan
from app.operations import calendar


@dataclass(frozen=True)
class ShellFacts:
    """Counters as (code, title); the state of the data links in one line with its level (ok or warning).

    `outside_hours` is what to say outside the office's opening hours, empty within them.
    """

    counters: tuple[tuple[str, str], ...]
    links_text: str
    links_level: str
    outside_hours: str = ""


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
    return ShellFacts(
        staff.list_counters_of(actor.staff_id), text, level, calendar.opening(actor.counter, utc_now()).text
    )
