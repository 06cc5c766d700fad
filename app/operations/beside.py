"""What a clerk has to know before going on with a step: changes of the register, earlier cases, what could not be saved."""

from __future__ import annotations

from dataclasses import dataclass

from app.data import cases, corrections
from app.domain.authority import Actor
from app.domain.case import Case, Step
from app.operations import conflicts
from app.operations.continuation import Earlier, list_earlier
from app.operations.register_changes import RegisterChange, list_changes


@dataclass(frozen=True)
class Beside:
    """What stands above the step's own content; mostly nothing."""

    changes: tuple[RegisterChange, ...]
    earlier: tuple[Earlier, ...]
    kept: tuple[Step, ...]
    continues: str
    corrects: str
    consented: bool

    @property
    def says_anything(self) -> bool:
        return bool(self.changes or self.earlier or self.kept or self.continues or self.corrects)


def read_beside(case: Case, step: Step, actor: Actor) -> Beside:
    """For one screen of a case in hand."""
    correction = corrections.get(case.id)
    begins = step in {Step.IDENTITY, Step.KIND}
    return Beside(
        changes=list_changes(case, actor),
        earlier=list_earlier(case) if step is Step.IDENTITY and case.step is Step.IDENTITY else (),
        kept=conflicts.steps_kept(case, actor),
        continues=cases.get_case(case.continues).number if case.continues and begins else "",
        corrects=cases.get_case(correction.corrects).number if correction else "",
        consented=correction is not None and correction.consented is True,
    )
