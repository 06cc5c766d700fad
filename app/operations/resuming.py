"""Going on with a case that was put aside (再開): who may, and what it means to have it in hand."""

from __future__ import annotations

from app.data import audit, cases, handovers
from app.data.models.base import utc_now
from app.data.models.case import CaseRow
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.case import KIND_LABELS, Case, Kind, State, Step
from app.domain.errors import Conflict, Refused
from app.domain.handovers import Told
from app.operations import holders
from app.operations.cases import CLOSED_MESSAGE, KIND_NEEDS, require, stop_if_protected


def resume(case_id: str, actor: Actor) -> Step:
    """Go on with a case at the step where it was left; the one who resumes holds it from now on.

    What waits of it for this counter is accepted with it. Raises NotFound, Stopped, Refused for a closed case and for one
    that this counter may not receive, Conflict for one that a colleague is at work on.
    """
    require(actor, Right.RECEIVE)
    case = cases.get_case(case_id)
    stop_if_protected(case, actor)
    if not may_hold(case, actor):
        raise Refused(f"「{KIND_LABELS[case.kind or Kind.SINGLE]}」の受付は、現在の窓口では再開できません。")
    with transaction():
        row = cases.lock_case(case_id)
        if row.state == State.OPEN and row.held_by != actor.staff_id:
            raise Conflict(holders.taken_text(row))
        if row.state not in {State.OPEN, State.SUSPENDED}:
            raise Refused(CLOSED_MESSAGE)
        hold(row, actor)
        audit.record("case.resumed", actor=actor, case_id=case_id)
        # Who booked is identified when he comes, however far his case was prepared.
        return Step.IDENTITY if cases.get_case(case_id).awaits_visitor else Step(row.step)


def may_hold(case: Case, actor: Actor) -> bool:
    """Whether the counter receives what the case is about, or it was handed to it."""
    if case.kind is None or KIND_NEEDS[case.kind] & actor.receptions:
        return True
    return handovers.is_for(case.id, actor.counter)


def hold(row: CaseRow, actor: Actor) -> None:
    """The case is at this desk from now on, open; who handed it over learns that it was taken."""
    if row.held_by != actor.staff_id:
        row.held_by, row.held_since = actor.staff_id, utc_now()
    row.state, row.counter = State.OPEN, actor.counter
    for one in handovers.accept_waiting(row.id, actor.counter, actor.staff_id):
        handovers.tell(row.id, one.from_staff, Told.ACCEPTED, actor.staff_id, actor.counter)
        audit.record("case.handover_accepted", actor=actor, case_id=row.id)
