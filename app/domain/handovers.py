"""A case in several hands: who it was handed to (引き継ぎ), what one is told about it, and what each counter ticked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.case import CaseProcedure, ProcedureState


class HandoverState(StrEnum):
    """What has become of a handover."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


HANDOVER_STATE_LABELS: dict[HandoverState, str] = {
    HandoverState.WAITING: "受取待ち",
    HandoverState.ACCEPTED: "受取済",
    HandoverState.RETURNED: "差戻し",
    HandoverState.WITHDRAWN: "取りやめ",
}


class Told(StrEnum):
    """What a message says."""

    TAKEN_OVER = "taken_over"
    SENT_BACK = "sent_back"
    ACCEPTED = "accepted"
    PROCEDURE_RETURNED = "procedure_returned"
    ALL_DONE = "all_done"
    CONSENTED = "consented"
    NOT_CONSENTED = "not_consented"


TOLD: dict[Told, str] = {
    Told.TAKEN_OVER: "{who}がこの受付を引き取りました",
    Told.SENT_BACK: "{who}が引き継ぎを差し戻しました",
    Told.ACCEPTED: "{who}が引き継ぎを受け取りました",
    Told.PROCEDURE_RETURNED: "{who}が手続きを差し戻しました",
    Told.ALL_DONE: "すべての手続きが済みました",
    Told.CONSENTED: "{who}が訂正を承認しました",
    Told.NOT_CONSENTED: "{who}が訂正を承認しませんでした",
}


@dataclass(frozen=True)
class Handover:
    """A case, or one procedure of it, handed to a counter."""

    id: str
    case_id: str
    procedure: str
    from_staff: str
    from_counter: str
    to_counter: str
    note: str
    sent_at: datetime
    state: HandoverState
    answered_at: datetime | None
    answered_by: str | None
    answer: str


@dataclass(frozen=True)
class CaseMessage:
    """What a member of staff is told about a case, with the note of whoever did it."""

    id: str
    case_id: str
    number: str
    kind: Told
    note: str
    sent_by: str
    counter: str
    sent_at: datetime


@dataclass(frozen=True)
class Tick:
    """A counter's last word on a procedure."""

    procedure: str
    state: ProcedureState
    reason: str
    at: datetime
    by: str
    counter: str


TICKS = (ProcedureState.RECEIVED, ProcedureState.RETURNED, ProcedureState.UNNEEDED)
"""What a counter can say about a procedure of its own."""
DONE = frozenset(
    {
        ProcedureState.RECEIVED,
        ProcedureState.UNNEEDED,
        ProcedureState.UNDER_REVIEW,
        ProcedureState.REVIEWED,
        ProcedureState.COMPLETED,
    }
)
"""Received at the counter, or further."""


@dataclass(frozen=True)
class Progress:
    """How many of the procedures that need a counter are done."""

    done: int
    total: int

    @property
    def is_whole(self) -> bool:
        return self.total > 0 and self.done == self.total

    def __str__(self) -> str:
        return f"{self.done}/{self.total}"


def progress(lines: Iterable[CaseProcedure], automatic: Iterable[str]) -> Progress:
    """Over the lines that are needed; what needs nothing but an explanation is no part of it."""
    without = frozenset(automatic)
    counted = [line for line in lines if line.needed and line.code not in without]
    return Progress(sum(line.state in DONE for line in counted), len(counted))
