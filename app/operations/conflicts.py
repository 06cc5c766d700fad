"""What was typed into a screen that had grown old: kept for its writer, compared, and taken back into the case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.data import audit, cases
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.case import Case, State, Step
from app.operations.cases import changing

MOST_FIELDS = 400
MOST_CHARACTERS = 40_000


def _name(step: Step, staff_id: str) -> str:
    return f"draft.{step}@{staff_id}"


def keep(case_id: str, actor: Actor, step: Step, typed: Mapping[str, Any]) -> bool:
    """Keep what could not be saved, for its writer alone. False when it is too much to keep, or nothing to keep it in."""
    if len(typed) > MOST_FIELDS or sum(len(str(value)) for value in typed.values()) > MOST_CHARACTERS:
        return False
    with transaction():
        row = cases.hold_case(case_id)
        if row.state not in {State.OPEN, State.SUSPENDED}:
            return False
        cases.set_fact(case_id, "", _name(step, actor.staff_id), dict(typed), "case", actor.staff_id)
    return True


def kept(case: Case, actor: Actor, step: Step) -> dict[str, Any]:
    """What its writer has typed and not yet decided about; empty when there is nothing."""
    return dict(case.fact(_name(step, actor.staff_id), default={}))


def steps_kept(case: Case, actor: Actor) -> tuple[Step, ...]:
    """The steps of which something of this writer is kept."""
    return tuple(step for step in Step if kept(case, actor, step))


def decide(case_id: str, actor: Actor, step: Step, values: Mapping[str, Any]) -> None:
    """Put the decided values into the step as its draft, and let go of what was kept. Raises Conflict as any change."""
    with changing(case_id, actor, None, step):
        if values:
            cases.set_fact(case_id, "", f"draft.{step}", dict(values), "case", actor.staff_id)
        cases.set_fact(case_id, "", _name(step, actor.staff_id), None, "case", "")
        audit.record(
            "case.conflict_resolved", actor=actor, case_id=case_id, detail={"step": step, "own": bool(values)}
        )


def give_up(case_id: str, actor: Actor, step: Step) -> None:
    """Let go of what was kept; the case stays as it is."""
    with transaction():
        cases.hold_case(case_id)
        cases.set_fact(case_id, "", _name(step, actor.staff_id), None, "case", "")
        audit.record(
            "case.conflict_resolved", actor=actor, case_id=case_id, detail={"step": step, "own": False}
        )
