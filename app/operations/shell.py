"""What the frame around every screen tells: own counters, and how fresh the register is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from app.data import feed_jobs, register, releases, staff
from app.data.handovers import Waiting
from app.data.models.base import utc_now
from app.domain.announcements import Announcement
from app.domain.authority import Actor, Right
from app.domain.dates import in_japan, today_in_japan
from app.operations import announcements, calendar, handovers, preferences
from app.operations.handovers import ShownMessage

ENDS_SOON = timedelta(days=7)


@dataclass(frozen=True)
class ShellFacts:
    """What the frame has to ask the database for, each when a template first names it: most steps swap a part without it.

    Without an actor (nobody is signed in) there is nothing to tell.
    """

    actor: Actor | None = None

    @cached_property
    def counters(self) -> tuple[tuple[str, str], ...]:
        """Own counters as (code, title)."""
        return staff.list_counters_of(self.actor.staff_id) if self.actor else ()

    @property
    def links_text(self) -> str:
        """The state of the data links in one line."""
        return self._links[0]

    @property
    def links_level(self) -> str:
        """``ok`` or ``warning``."""
        return self._links[1]

    @cached_property
    def _links(self) -> tuple[str, str]:
        if self.actor is None:
            return "", "ok"
        states = register.list_feed_states()
        stale = [state for state in states if state.stale]
        if feed_jobs.is_blocked():
            return "データ連携：支援措置の確認のため停止中", "warning"
        if not states:
            return "データ連携：未取込", "warning"
        if stale:
            return f"データ連携：{len(stale)}件が古くなっています", "warning"
        latest = max(state.imported_at for state in states)
        return f"データ連携：{in_japan(latest):%m/%d %H:%M}", "ok"

    @cached_property
    def outside_hours(self) -> str:
        """What to say outside the office's opening hours, empty within them."""
        return calendar.opening(self.actor.counter, utc_now()).text if self.actor else ""

    @cached_property
    def waiting(self) -> Waiting | None:
        """What waits for the member of staff here, None for those to whom no case comes."""
        takes_part = self.actor and (self.actor.may(Right.RECEIVE) or self.actor.may(Right.REVIEW))
        return handovers.waiting_for(self.actor) if self.actor and takes_part else None

    @cached_property
    def messages(self) -> tuple[ShownMessage, ...]:
        """What he has to be told on the next screen."""
        return handovers.messages(self.actor) if self.actor and self.waiting and self.waiting.messages else ()

    @cached_property
    def _unread(self) -> tuple[Announcement, ...]:
        found = announcements.list_for(self.actor) if self.actor else ()
        return tuple(one for one in found if not one.read)

    @property
    def unread(self) -> int:
        """Announcements (お知らせ) of today not yet read."""
        return len(self._unread)

    @property
    def must_read(self) -> int:
        """How many of them must be read."""
        return sum(one.draft.must_read for one in self._unread)

    @cached_property
    def preferences(self) -> Mapping[str, str]:
        return preferences.of(self.actor.staff_id) if self.actor else {}

    @cached_property
    def ends_on(self) -> date | None:
        """The account's last day, within ENDS_SOON of it."""
        person = staff.find_staff(self.actor.staff_id) if self.actor else None
        last = person.valid_to if person else None
        return last if last and last - today_in_japan() <= ENDS_SOON else None

    @cached_property
    def releases(self) -> int:
        """Requests for a release (解除) that wait for this member of staff."""
        decides = self.actor and self.actor.may(Right.DECIDE_RELEASE) and not self.actor.preview
        return releases.count_waiting() if decides else 0
