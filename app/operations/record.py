"""Recording what was refused."""

from __future__ import annotations

from datetime import timedelta

from app.data import audit
from app.data.models.base import utc_now
from app.data.transactions import transaction
from app.domain.authority import SYSTEM, Actor

MOST_BLOCKED = 60
"""Reports of browsers that are recorded within an hour; anybody on the network can send one."""


def note_refusal(actor: Actor, what: str, case_id: str | None = None) -> None:
    """A member of staff tried something that this counter or role does not give."""
    with transaction():
        audit.record("access.refused", actor=actor, case_id=case_id, detail={"what": what})


def note_forgery(actor: Actor, what: str) -> None:
    """A form came that no page of this session sent (another site, an old tab)."""
    with transaction():
        audit.record("request.refused", actor=actor, detail={"what": what})


def note_blocked(directive: str, what: str) -> bool:
    """A browser reports that it kept something from a page; False when there were too many within the hour.

    ``directive`` and ``what`` are words of the policy, never an address or contents of a page.
    """
    since = utc_now() - timedelta(hours=1)
    if len(audit.list_of_action("browser.blocked", since, MOST_BLOCKED)) >= MOST_BLOCKED:
        return False
    with transaction():
        audit.record("browser.blocked", actor=SYSTEM, detail={"directive": directive, "what": what})
    return True
