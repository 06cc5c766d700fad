"""Going on from an earlier case of the same visitor (続き): the afternoon's case knows what the morning's established."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.data import audit, cases, corrections, ledger
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.case import KIND_LABELS, Case, State, Step
from app.domain.dates import today_in_japan
from app.domain.errors import Conflict, Refused
from app.operations.cases import changing, open_case, require, stop_if_protected

DAYS = 30
MOST = 3
_IDENTITY = (
    "identity.documents",
    "identity.relation",
    "identity.papers",
    "identity.expiry",
    "identity.summary",
)


@dataclass(frozen=True)
class Earlier:
    """A case of the same visitor that can be gone on from (closed) or gone on with (suspended)."""

    case_id: str
    number: str
    business: str
    state: State
    at: datetime
    same_day: bool


def list_earlier(case: Case) -> tuple[Earlier, ...]:
    """Earlier cases of the visitor in the last days, the newest first; nothing for one who is in no register."""
    visitor = case.visitor
    if visitor is None or not visitor.number or case.continues:
        return ()
    since = today_in_japan() - timedelta(days=DAYS)
    rows = ledger.list_of_visitor(visitor.number, since, but=case.id, most=MOST)
    return tuple(
        Earlier(
            row.id, row.number, KIND_LABELS[row.kind] if row.kind else "（未選択）", row.state, row.closed_at or row.changed_at,
            row.received_on == case.received_on,
        )
        for row in rows
    )  # fmt: skip


def continue_case(earlier_id: str, actor: Actor, token: str, today: date) -> str:
    """Open a case that goes on from a closed one; its id. Raises Refused, Stopped, Conflict."""
    require(actor, Right.RECEIVE)
    earlier = cases.get_case(earlier_id)
    stop_if_protected(earlier, actor)
    _require_closed(earlier)
    visitor = earlier.visitor
    with transaction():
        person = str(visitor.seen.get("person_id", "")) if visitor and visitor.number else ""
        case_id = open_case(
            actor, person_id=person or None, channel=earlier.channel, token=token, today=today
        )
        opened = cases.get_case(case_id)
        if opened.continues is None and opened.state is State.OPEN:
            _link(case_id, earlier, actor)
    return case_id


def link(case_id: str, earlier_id: str, actor: Actor, version: int | None) -> None:
    """Say of a case that was just opened that it goes on from an earlier one. Raises Conflict, Refused, Stopped."""
    earlier = cases.get_case(earlier_id)
    stop_if_protected(earlier, actor)
    _require_closed(earlier)
    with changing(case_id, actor, version):
        case = cases.get_case(case_id)
        visitor, before = case.visitor, earlier.visitor
        same = (
            visitor is not None and before is not None and visitor.number and visitor.number == before.number
        )
        if not same or case.continues or case.step is not Step.IDENTITY:
            raise Conflict("この受付は、選んだ受付の続きにはできません。")
        _link(case_id, earlier, actor)


def _require_closed(earlier: Case) -> None:
    if earlier.state is not State.CLOSED:
        raise Refused("続きを受け付けられるのは、終了した受付だけです。")
    replaced = corrections.replaced_by(earlier.id)
    if replaced:
        raise Refused(f"この受付は訂正されています。訂正後の受付 {replaced} から続けてください。")


def _link(case_id: str, earlier: Case, actor: Actor) -> None:
    """The visitor as he was typed; of the same day also how he was identified and what he said of himself."""
    row = cases.hold_case(case_id)
    row.continues = earlier.id
    before = earlier.visitor
    if before is not None:
        visitor = cases.get_case(case_id).visitor
        visitor_id = visitor.id if visitor else cases.add_person(
            case_id, number=None, source=before.source, seen=before.seen, visitor=True, subject=False
        )  # fmt: skip
        cases.correct_person(case_id, visitor_id, before.corrected)
        same_day = earlier.received_on == row.received_on
        if same_day and earlier.is_for_self and earlier.fact("identity.summary"):
            _take_over_identity(case_id, earlier, before.id, visitor_id)
            row.step = cases.get_case(case_id).step_after(Step.IDENTITY)
    audit.record(
        "case.continued",
        actor=actor,
        case_id=case_id,
        persons=[before.number] if before and before.number else [],
        detail={"earlier": earlier.number},
    )


def _take_over_identity(case_id: str, earlier: Case, before_id: str, visitor_id: str) -> None:
    for name in _IDENTITY:
        fact = earlier.facts.get(("", name))
        if fact is not None:
            cases.set_fact(case_id, "", name, fact.value, "continued", fact.recorded_by)
    for (subject, name), fact in earlier.facts.items():
        if subject == before_id and fact.source == "asked":
            cases.set_answer(case_id, visitor_id, name, fact.value, fact.recorded_by)
