"""Recording what was refused."""

from __future__ import annotations

from app.data import audit
from app.data.transactions import transaction
from app.domain.authority import Actor


def note_refusal(actor: Actor, what: str, case_id: str | None = None) -> None:
    """A member of staff tried something that this counter or role does not give."""
    with transaction():
        audit.record("access.refused", actor=actor, case_id=case_id, detail={"what": what})


def note_forgery(actor: Actor, what: str) -> None:
    """A form came that no page of this session sent (another site, an old tab)."""
    with transaction():
        audit.record("request.refused", actor=actor, detail={"what": what})
