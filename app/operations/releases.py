"""Releases (解除): asked for at the stop, decided by a responsible person (支援措置責任者) who is signed in elsewhere.

One is for one person, one output and ten minutes, and for the member of staff who asked. No address comes with it: that
is asked for by itself, for one paper (`app.operations.disclosing`).
"""

from __future__ import annotations

from dataclasses import dataclass

from app.data import audit, cases, releases, residents, restrictions, staff, withdrawal
from app.data.models.base import utc_now
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.case import KIND_LABELS, Case, State
from app.domain.errors import Conflict, Invalid, NotFound, Refused
from app.domain.releases import REASONS, TYPED, Release, ReleaseState
from app.operations import packs, sessions
from app.operations.cases import require
from app.operations.stops import list_held

OWN = "自分が依頼した解除は、自分では許可できません。ほかの責任者に依頼してください。"


@dataclass(frozen=True)
class Stand:
    """How a stopped case stands for who asks: whether an answer is awaited, was refused, and the one output if it was made.

    ``with_address``: that output prints where somebody lives.
    """

    waiting: bool = False
    refused: bool = False
    document_id: str | None = None
    with_address: bool = False


@dataclass(frozen=True)
class Request:
    """A request as the responsible person reads it; ``own``: it is his own, which he may not decide.

    ``paper`` is the title of the paper that would print the person's address, and ``visitor`` who came for it; empty for
    a stop.
    """

    release: Release
    number: str
    name: str
    business: str
    why: str
    reason: str
    clerk: str
    counter: str
    own: bool
    paper: str = ""
    visitor: str = ""


def stand_of(case_id: str, actor: Actor) -> Stand:
    """How the stop of a case stands. Raises NotFound, Refused."""
    require(actor, Right.RECEIVE)
    every = [
        one for one in releases.list_of_case(cases.get_case(case_id).id) if one.asked_by == actor.staff_id
    ]
    now = utc_now()
    made = next((one for one in every if one.document_id and one.counts(now, one.document_id)), None)
    mine = [one for one in every if not one.opens_address]
    newest = {one.number: one for one in reversed(mine)}.values()
    return Stand(
        waiting=any(one.state is ReleaseState.ASKED for one in mine),
        refused=any(one.state is ReleaseState.REFUSED for one in newest),
        document_id=made.document_id if made else None,
        with_address=made is not None
        and any(one.opens_address and one.document_id == made.document_id for one in every),
    )


def ask(case_id: str, actor: Actor, reason: str) -> None:
    """Ask that the case may go on, for everybody who keeps it stopped. Raises Invalid, Conflict (it is not stopped), NotFound."""
    require(actor, Right.RECEIVE)
    if reason not in REASONS:
        raise Invalid("依頼の理由を選んでください。", {"reason": "依頼の理由を選んでください。"})
    case = cases.get_case(case_id)
    left = list_held(case, actor)
    if case.state is not State.STOPPED and not left:
        raise Conflict("この受付は停止していません。")
    with transaction():
        row = cases.lock_case(case_id)
        row.state = State.STOPPED
        # Who was refused may be asked about again, also where he was never taken into the case.
        refused = {one.number for one in _newest(case_id) if one.state is ReleaseState.REFUSED}
        releases.note_stopped(case_id, left | refused, actor.staff_id, actor.counter)
        numbers = releases.ask(case_id, actor.staff_id, actor.counter, reason)
        if numbers:
            audit.record(
                "release.asked", actor=actor, case_id=case_id, persons=[one for one in numbers if one != TYPED],
                detail={"reason": reason},
            )  # fmt: skip


def list_requests(actor: Actor, *, note: bool = True) -> tuple[Request, ...]:
    """What waits for a decision; recorded unless it is only looked up again (``note`` False). Raises Refused."""
    require(actor, Right.DECIDE_RELEASE)
    waiting = releases.list_waiting()
    found = tuple(_request(one, actor) for one in waiting)
    if found and note:
        with transaction():
            audit.record(
                "release.listed", actor=actor, persons=sorted({one.number for one in waiting} - {TYPED}),
                detail={"requests": len(found)},
            )  # fmt: skip
    return found


def get_request(release_id: str, actor: Actor) -> Request:
    """One request that waits. Raises Refused, NotFound."""
    require(actor, Right.DECIDE_RELEASE)
    return _request(releases.get_asked(release_id), actor)


def decide(release_id: str, actor: Actor, *, allowed: bool, password: str, terminal: str) -> None:
    """Allow one request, or refuse it; the password is given again for it.

    Raises Refused (one's own), Invalid (wrong password), NotFound (answered already).
    """
    require(actor, Right.DECIDE_RELEASE)
    if releases.get_asked(release_id).asked_by == actor.staff_id:
        with transaction():
            audit.record("access.refused", actor=actor, detail={"what": "own release"})
        raise Refused(OWN)
    sessions.confirm_password(actor, password, terminal)
    with transaction():
        found = releases.decide(release_id, actor.staff_id, allowed=allowed)
        if allowed and not found.opens_address and _all_allowed(found.case_id):
            row = cases.lock_case(found.case_id)
            row.state = State.OPEN if row.state == State.STOPPED else row.state
        event = "release.address_allowed" if found.opens_address else "release.allowed"
        audit.record(
            event if allowed else "release.refused", actor=actor, case_id=found.case_id,
            persons=[found.number] if found.number != TYPED else [], detail={"release": found.id},
        )  # fmt: skip


def _all_allowed(case_id: str) -> bool:
    return all(one.state is ReleaseState.ALLOWED for one in _newest(case_id))


def _newest(case_id: str) -> tuple[Release, ...]:
    """The last stop of each person of the case."""
    stops = [one for one in releases.list_of_case(case_id) if not one.opens_address]
    return tuple({one.number: one for one in reversed(stops)}.values())


def note_output(case_id: str, actor: Actor, document_id: str) -> None:
    """A paper of the case was made: releases are used up by it, and no address stays in the case. Only in a transaction."""
    used = releases.use(case_id, actor.staff_id, document_id)
    if used:
        withdrawal.forget_places(case_id)
        audit.record(
            "release.used", actor=actor, case_id=case_id, persons=[one for one in used if one != TYPED],
            detail={"document": document_id},
        )  # fmt: skip


def _request(one: Release, actor: Actor) -> Request:
    case = cases.get_case(one.case_id)
    protected = one.number in restrictions.list_protected([one.number])
    clerk = staff.find_staff(one.asked_by)
    return Request(
        one, case.number, _name(one, case, actor), KIND_LABELS[case.kind] if case.kind else "（未選択）",
        "支援措置の対象の方" if protected else "相手方と氏名が一致する来庁者", REASONS.get(one.reason, one.reason),
        clerk.name if clerk else one.asked_by, staff.counter_title(one.asked_counter),
        one.asked_by == actor.staff_id, *_paper(one, case),
    )  # fmt: skip


def _paper(one: Release, case: Case) -> tuple[str, str]:
    """What would print the address, and who came for it."""
    if not one.opens_address:
        return "", ""
    content = packs.published(case.content_version)
    form = content.forms_on(case.received_on).get(one.form)
    relation = case.fact("identity.relation", default="self")
    said = next((found.title for found in content.pack.relations if found.code == relation), "")
    visitor = case.visitor
    return form.title if form else one.form, f"{visitor.name if visitor else '―'}（{said}）"


def _name(one: Release, case: Case, actor: Actor) -> str:
    known = next((person.name for person in case.persons if (person.number or TYPED) == one.number), "")
    if known:
        return known
    try:
        return residents.get_person_by_number(one.number, actor.disclosure(f"release:{one.id}")).name
    except (NotFound, Refused):
        return f"宛名番号 {one.number}"
