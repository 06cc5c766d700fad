"""Review (審査・事後処理, R41): through which states a received procedure goes, who may move it, and how old it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.domain.case import ProcedureState
from app.domain.content import ContentPack
from app.domain.dates import in_japan

MOST_AT_ONCE = 200
"""So many procedures are moved by one action at the most."""

SETTINGS: dict[str, int] = {"review_days": 7, "review_by_another": 1}
"""Settings of the city that this program reads, with what counts where its content does not name them."""


def setting(pack: ContentPack, code: str) -> int:
    """The value of one of these settings."""
    found = next((one.value for one in pack.settings if one.code == code), None)
    return found if isinstance(found, int) else SETTINGS[code]


class ReviewAction(StrEnum):
    """What a reviewer does with a procedure."""

    BEGIN = "begin"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    COMPLETE = "complete"
    TAKE_BACK = "take_back"


ACTION_LABELS: dict[ReviewAction, str] = {
    ReviewAction.BEGIN: "審査を始める",
    ReviewAction.APPROVE: "審査済にする",
    ReviewAction.SEND_BACK: "差し戻す",
    ReviewAction.COMPLETE: "完了にする",
    ReviewAction.TAKE_BACK: "審査中に戻す",
}

STATE_WORDS: dict[ProcedureState, str] = {
    ProcedureState.RECEIVED: "申請済",
    ProcedureState.UNDER_REVIEW: "審査中",
    ProcedureState.SENT_BACK: "差戻し",
    ProcedureState.REVIEWED: "審査済",
    ProcedureState.COMPLETED: "完了",
}
"""The states in their order, as the reviewer calls them: what the counter has received was applied for (申請済)."""

SETTLED = frozenset({ProcedureState.UNDER_REVIEW, ProcedureState.REVIEWED, ProcedureState.COMPLETED})
"""While a procedure stands in one of these, the counter does not change it."""

_MOVES: dict[ReviewAction, tuple[frozenset[ProcedureState], ProcedureState]] = {
    ReviewAction.BEGIN: (frozenset({ProcedureState.RECEIVED}), ProcedureState.UNDER_REVIEW),
    ReviewAction.APPROVE: (
        frozenset({ProcedureState.RECEIVED, ProcedureState.UNDER_REVIEW}),
        ProcedureState.REVIEWED,
    ),
    ReviewAction.SEND_BACK: (
        frozenset({ProcedureState.RECEIVED, ProcedureState.UNDER_REVIEW, ProcedureState.REVIEWED}),
        ProcedureState.SENT_BACK,
    ),
    ReviewAction.COMPLETE: (frozenset({ProcedureState.REVIEWED}), ProcedureState.COMPLETED),
    ReviewAction.TAKE_BACK: (
        frozenset({ProcedureState.SENT_BACK, ProcedureState.REVIEWED, ProcedureState.COMPLETED}),
        ProcedureState.UNDER_REVIEW,
    ),
}


def state_after(action: ReviewAction, state: ProcedureState) -> ProcedureState | None:
    """Where an action leads from a state; None when it cannot be done there."""
    before, after = _MOVES[action]
    return after if state in before else None


def actions_on(state: ProcedureState) -> tuple[ReviewAction, ...]:
    """What can be done with a procedure in a state, in the order of the buttons."""
    return tuple(action for action in ReviewAction if state_after(action, state))


def days_since(received_at: datetime, today: date) -> int:
    """How many days a procedure has been waiting, counted by the city's calendar."""
    return (today - in_japan(received_at).date()).days


@dataclass(frozen=True)
class ReviewItem:
    """A received procedure as the worklist shows it. ``seen`` tells its present state from every later one."""

    id: str
    case_id: str
    number: str
    code: str
    state: ProcedureState
    content_version: int
    received_at: datetime
    received_by: str
    received_counter: str
    changed_at: datetime
    changed_by: str
    stopped: bool
    names: tuple[str, ...]
    numbers: tuple[str, ...]

    @property
    def seen(self) -> str:
        return seen_mark(self.state, self.changed_at)


def seen_mark(state: str, changed_at: datetime | None) -> str:
    """What a screen keeps of a procedure to notice that somebody else moved it meanwhile."""
    return f"{state}@{changed_at.timestamp():.6f}" if changed_at else f"{state}@"


@dataclass(frozen=True)
class ReviewEntry:
    """What was done with a procedure in review: by whom, when, at which counter, with which words."""

    action: str
    state: ProcedureState
    text: str
    at: datetime
    by: str
    counter: str


@dataclass(frozen=True)
class Comparison:
    """A value of the form beside the register's: ``differs`` where both say something and not the same."""

    label: str
    form: str
    register: str

    @property
    def differs(self) -> bool:
        return _plain(self.form) != _plain(self.register)


def _plain(text: str) -> str:
    return "".join(text.split())


def compare(
    labels: Mapping[str, str], form: Mapping[str, str], register: Mapping[str, str]
) -> tuple[Comparison, ...]:
    """The values of a form beside the register's, in the order of their labels; what neither knows is left out."""
    found = (Comparison(label, form.get(name, ""), register.get(name, "")) for name, label in labels.items())
    return tuple(one for one in found if one.form or one.register)
