"""Looking into the ledger (対応履歴) and finding what can be gone on with."""

from __future__ import annotations

from dataclasses import dataclass

from app.data import audit, cases, ledger, restrictions, staff
from app.data.audit import Entry
from app.data.ledger import LedgerFilter, LedgerLine
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.case import Case, State, Step
from app.domain.errors import Invalid, NotFound
from app.domain.numbers import NumberProblem, parse_reception_number
from app.operations.cases import require, resume

__all__ = ["CaseHistory", "LedgerFilter", "LedgerLine", "detail", "find", "resumable"]


@dataclass(frozen=True)
class CaseHistory:
    """A case with its timeline, newest first, and the names of staff and counters that appear in it.

    ``withheld``: somebody in it is protected, so that only the timeline may be shown.
    """

    case: Case
    withheld: bool
    timeline: tuple[Entry, ...]
    staff_names: dict[str, str]
    counter_names: dict[str, str]


def find(wanted: LedgerFilter, actor: Actor) -> tuple[tuple[LedgerLine, ...], bool]:
    """Cases of a period; the look itself is recorded."""
    require(actor, Right.READ_HISTORY)
    lines, more = ledger.list_cases(wanted)
    with transaction():
        audit.record("ledger.searched", actor=actor, detail={"hits": len(lines), "more": more})
    return lines, more


def detail(number: str, actor: Actor) -> CaseHistory:
    """The whole of one case; of one with a protected person in it, whenever the flag came, the timeline. Raises NotFound."""
    require(actor, Right.READ_HISTORY)
    case_id = cases.find_case_id(number)
    if case_id is None:
        raise NotFound(cases.GONE)
    with transaction():
        audit.record("ledger.viewed", actor=actor, case_id=case_id)
    case = cases.get_case(case_id)
    timeline = audit.list_for_case(case_id)
    ids = {entry.actor_id for entry in timeline} | {memo.written_by for memo in case.memos}
    numbers = [person.number for person in case.persons if person.number]
    withheld = case.state is State.STOPPED or bool(restrictions.list_protected(numbers))
    return CaseHistory(case, withheld, timeline, staff.list_staff_names(ids), dict(staff.list_counters()))


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


def resume_by_number(typed: str, actor: Actor) -> tuple[str, Step]:
    """Go on with the case of a number: its id and step. The code on the guide sheet (案内書) holds this number alone.

    Raises Invalid for a number that is none or that no case has, and what `cases.resume` raises.
    """
    # A code at the foot of a page names the page behind the number.
    word = typed.split()[0] if typed.split() else ""
    try:
        number = parse_reception_number(word)
    except NumberProblem as problem:
        raise Invalid(problem.message, {"number": problem.message}) from problem
    case_id = cases.find_case_id(number)
    if case_id is None:
        message = f"受付番号「{number}」の受付は見つかりません。番号を確かめてください。"
        raise Invalid(message, {"number": message})
    return case_id, resume(case_id, actor)
