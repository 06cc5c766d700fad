"""Announcements (お知らせ, R48): publishing them, and what each member of staff has still to read."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.exc import IntegrityError

from app.data import announcements, audit, staff
from app.data.models.base import utc_now
from app.data.transactions import transaction
from app.domain.announcements import Announcement, Draft, check
from app.domain.authority import Actor, Right
from app.domain.dates import today_in_japan
from app.domain.errors import NotFound
from app.operations.cases import require

GONE = "このお知らせはありません。画面を開き直してください。"


def list_for(actor: Actor) -> tuple[Announcement, ...]:
    """Today's announcements for the actor's counter: unread ones first, what must be read before the rest, newest first."""
    found = announcements.list_shown(today_in_japan(), actor.counter, actor.staff_id)
    return tuple(sorted(found, key=lambda one: (one.read, not one.draft.must_read)))


def list_all(actor: Actor) -> tuple[Announcement, ...]:
    """The newest announcements for who writes them, shown or not; ``written_by`` is a name."""
    require(actor, Right.MANAGE_NEWS)
    found = announcements.list_all()
    names = staff.list_staff_names({one.written_by for one in found})
    return tuple(replace(one, written_by=names.get(one.written_by, one.written_by)) for one in found)


def publish(draft: Draft, actor: Actor) -> str:
    """Publish; it is shown from its first day on. Returns its id. Raises Invalid by field."""
    require(actor, Right.MANAGE_NEWS)
    check(draft, [code for code, _title in staff.list_counters()])
    kept = replace(draft, title=draft.title.strip(), text=draft.text.strip())
    with transaction():
        new = announcements.add(kept, actor.staff_id, utc_now())
        audit.record("announcement.published", actor=actor, detail={"announcement": new})
    return new


def withdraw(announcement_id: str, actor: Actor) -> None:
    """Show it no longer. Raises NotFound."""
    _set_withdrawn(announcement_id, actor, withdrawn=True)


def restore(announcement_id: str, actor: Actor) -> None:
    """Show it again within its period. Raises NotFound."""
    _set_withdrawn(announcement_id, actor, withdrawn=False)


def mark_read(announcement_id: str, actor: Actor) -> None:
    """The actor has read it; a second time changes nothing. Raises NotFound."""
    try:
        with transaction():
            if announcements.find(announcement_id) is None:
                raise NotFound(GONE)
            if announcements.mark_read(announcement_id, actor.staff_id, utc_now()):
                audit.record("announcement.read", actor=actor, detail={"announcement": announcement_id})
    except IntegrityError:  # the same press arrived twice at once: it is read
        return


def _set_withdrawn(announcement_id: str, actor: Actor, *, withdrawn: bool) -> None:
    require(actor, Right.MANAGE_NEWS)
    with transaction():
        known = announcements.find(announcement_id)
        if known is None:
            raise NotFound(GONE)
        if (known.withdrawn_at is not None) == withdrawn:
            return
        announcements.set_withdrawn(announcement_id, utc_now() if withdrawn else None)
        event = "announcement.withdrawn" if withdrawn else "announcement.restored"
        audit.record(event, actor=actor, detail={"announcement": announcement_id})
