"""Proof of who one is, from the city's own sign-in page, in place of the password."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.data import audit, staff
from app.data.models.base import utc_now
from app.data.models.staff import SessionRow
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.errors import Invalid

SERVES_FOR = timedelta(minutes=5)
PROVE_FIRST = "市の認証基盤での確認がまだです。「市の認証基盤で確かめる」を押し、確認が済んでから、もう一度押してください。"


def note_proof(token_hash: str, actor: Actor, now: datetime) -> bool:
    """Keep beside the session that its owner has just proved who he is; False when it has ended."""
    with transaction() as session:
        row = session.get(SessionRow, token_hash, with_for_update=True, populate_existing=True)
        if row is None:
            return False
        row.proved_at = row.seen_at = now
        audit.record("session.proved", actor=actor)
    return True


def take_proof(actor: Actor) -> None:
    """The proof of who is signed in serves once. Raises Invalid (field ``password``) where there is none."""
    with transaction():
        if not staff.take_proof(actor.staff_id, utc_now() - SERVES_FOR):
            raise Invalid(PROVE_FIRST, {"password": PROVE_FIRST})
