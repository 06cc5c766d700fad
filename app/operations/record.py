"""Recording what was refused."""

from __future__ import annotations

from app.data import audit
from app.data.transactions import transaction
from app.domain.authority import Actor


def note_refusal(actor: Actor, what: str, case_id: str | None = None) -> None:
    """A member of staff tried something that this counter or role does not give."""
    with transaction():
        audit.record("access.refused", actor=actor, case_id=case_id, detail={"what": what})


def note_case_refusal(actor: Actor, case_id: str, what: str) -> None:
    """Something was tried in a case that must not go on."""
    note_refusal(actor, what, case_id)
