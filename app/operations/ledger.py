"""Looking into the ledger (対応履歴) and finding what can be gone on with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from app.data import audit, cases, ledger, restrictions, reviews, staff
from app.data.ledger import LedgerFilter, LedgerLine
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.case import Case, State
from app.domain.errors import Invalid, NotFound
from app.operations import packs
from app.operations.cases import require
from app.operations.timeline import LOOKS, Moment, told, untold

PAGE = 50
"""So many entries of a timeline at once."""
MOST_EXPORTED = 10_000
WITHHELD = "（取扱注意）"

__all__ = [
    "CaseHistory", "LedgerFilter", "LedgerLine", "detail", "export", "find", "resumable", "staff_choices",
]  # fmt: skip


@dataclass(frozen=True)
class CaseHistory:
    """A case with a page of its timeline, newest first, and the names of staff and counters that appear in it.

    ``withheld``: somebody in it is protected, so that only the timeline may be shown, without words. ``more``: the
    timeline goes on.
    """

    case: Case
    withheld: bool
    timeline: tuple[Moment, ...]
    more: bool
    staff_names: dict[str, str]
    counter_names: dict[str, str]


def find(wanted: LedgerFilter, actor: Actor) -> tuple[tuple[LedgerLine, ...], bool]:
    """Cases of a period, newest first, at most a page of them; the flag says that there are more. The look is recorded."""
    require(actor, Right.READ_HISTORY)
    lines, more = ledger.list_cases(wanted)
    _note(actor, "ledger.searched", wanted, {"hits": len(lines), "more": more})
    return _without_protected(lines), more


def export(wanted: LedgerFilter, actor: Actor) -> tuple[LedgerLine, ...]:
    """Every case of the filter for a file; recorded as such. Raises Refused, and Invalid when there are too many."""
    require(actor, Right.EXPORT_HISTORY)
    lines, more = ledger.list_cases(replace(wanted, start=0), MOST_EXPORTED)
    if more:
        message = f"書き出せるのは{MOST_EXPORTED:,}件までです。期間や条件を絞ってください。"
        raise Invalid(message, {"since": message})
    _note(actor, "ledger.exported", wanted, {"rows": len(lines)})
    return _without_protected(lines)


def _note(actor: Actor, action: str, wanted: LedgerFilter, detail: dict[str, Any]) -> None:
    """Record a look; whom it was for is kept for the audit role alone."""
    period = {"since": wanted.since.isoformat(), "until": wanted.until.isoformat()}
    sealed = audit.seal(wanted.person) if wanted.person else None
    with transaction():
        audit.record(action, actor=actor, detail={**detail, **period}, sealed=sealed)


def _without_protected(lines: tuple[LedgerLine, ...]) -> tuple[LedgerLine, ...]:
    """A case with a protected person in it names nobody, whenever the flag came."""
    protected = restrictions.list_protected({number for line in lines for number in line.numbers})
    return tuple(
        replace(line, name=WITHHELD, people=1) if protected & set(line.numbers) else line for line in lines
    )


def staff_choices(actor: Actor) -> tuple[tuple[str, str], ...]:
    """Everybody of the staff, to choose by."""
    require(actor, Right.READ_HISTORY)
    return staff.list_all_names()


def detail(number: str, actor: Actor, page: int = 1, *, looks: bool = False) -> CaseHistory:
    """One case with a page of its timeline, with ``looks`` also who only looked; of one with a protected person in it,
    whenever the flag came, the timeline alone. Raises NotFound."""
    require(actor, Right.READ_HISTORY)
    case_id = cases.find_case_id(number)
    if case_id is None:
        raise NotFound(cases.GONE)
    with transaction():
        audit.record("ledger.viewed", actor=actor, case_id=case_id)
    case = cases.get_case(case_id)
    without = () if looks else LOOKS
    entries = audit.list_for_case(case_id, (page - 1) * PAGE, PAGE + 1, without)
    ids = {entry.actor_id for entry in entries} | {memo.written_by for memo in case.memos}
    ids |= {paper.made_by for paper in case.documents} | {case.opened_by, case.held_by}
    numbers = [person.number for person in case.persons if person.number]
    withheld = case.state is State.STOPPED or bool(restrictions.list_protected(numbers))
    shown = entries[:PAGE]
    moments = (
        untold(shown) if withheld else told(shown, case, packs.of_case(case), reviews.list_entries(case_id))
    )
    return CaseHistory(
        case, withheld, moments, len(entries) > PAGE, staff.list_staff_names(ids), dict(staff.list_counters())
    )


def resumable(actor: Actor) -> tuple[LedgerLine, ...]:
    """What this counter or this member of staff can go on with."""
    require(actor, Right.RECEIVE)
    return tuple(
        line
        for line in ledger.list_resumable(actor.counter, actor.staff_id)
        if line.state is not State.STOPPED
    )


def list_open_of(actor: Actor) -> tuple[LedgerLine, ...]:
    """The receptions the actor has under way at this counter, not put aside."""
    require(actor, Right.RECEIVE)
    return ledger.list_open(actor.counter, actor.staff_id)
