"""Whose hands a case is in: going into it by its number, and taking it over from a colleague (引き取り)."""

from __future__ import annotations

from datetime import date

from app.data import audit, cases, handovers
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.case import Case, State
from app.domain.errors import Conflict, Invalid, Refused
from app.domain.handovers import HandoverState, Told
from app.domain.numbers import NumberProblem, parse_reception_number, read_serial, year_numbers
from app.operations.cases import CLOSED_MESSAGE, require, show, stop_if_protected
from app.operations.resuming import hold, may_hold, resume

LONGEST_NOTE = 500


def find_case(typed: str, today: date) -> str:
    """The case of a number as it was typed or scanned; its id. The code of the guide sheet (案内書) begins with it.

    Takes the serial of this year alone as well (123, 123-4). Raises Invalid for a number that is none or that no case has.
    """
    # A code at the foot of a page names the page behind the number.
    word = typed.split()[0] if typed.split() else ""
    try:
        serial = read_serial(word)
        wanted = year_numbers(today, *serial) if serial else [parse_reception_number(word)]
    except NumberProblem as problem:
        raise Invalid(problem.message, {"number": problem.message}) from problem
    case_id = cases.find_case_id(*wanted) if wanted else None
    if case_id is None:
        message = (
            f"受付番号「{word if serial else wanted[0]}」の受付は見つかりません。番号を確かめてください。"
        )
        raise Invalid(message, {"number": message})
    return case_id


def enter(case_id: str, actor: Actor) -> None:
    """Go on with a case where that is possible without asking anybody; otherwise it is only looked at.

    Goes on with what is one's own, with what is suspended, and with what waits for this counter. Raises Stopped.
    """
    case = show(case_id, actor, note=False)
    if may_resume(case, actor):
        resume(case_id, actor)


def may_resume(case: Case, actor: Actor) -> bool:
    """Whether the case can be gone on with at once: nobody else is at work on it or was given it."""
    if not may_hold(case, actor):
        return False
    if case.state is State.OPEN:
        return case.held_by == actor.staff_id
    return case.state is State.SUSPENDED and not _waits_elsewhere(case, actor)


def _waits_elsewhere(case: Case, actor: Actor) -> bool:
    return any(
        one.state is HandoverState.WAITING
        and not one.procedure
        and one.to_counter != actor.counter
        and one.from_staff != actor.staff_id
        for one in handovers.list_of_case(case.id)
    )


def take_over(case_id: str, actor: Actor, note: str) -> None:
    """Take a case from the colleague who has it; he is told who did it, when, and what the note says.

    Raises Stopped, Refused, Conflict (it is one's own already), Invalid.
    """
    require(actor, Right.RECEIVE)
    case = cases.get_case(case_id)
    stop_if_protected(case, actor)
    if not may_hold(case, actor):
        raise Refused("この受付の用件は、現在の窓口では受け付けられません。引き取ることはできません。")
    note = read_note(note, required=False)
    with transaction():
        row = cases.lock_case(case_id)
        if row.state not in {State.OPEN, State.SUSPENDED}:
            raise Refused(CLOSED_MESSAGE)
        if row.held_by == actor.staff_id and row.state == State.OPEN:
            raise Conflict("この受付は、すでにあなたが受け付けています。")
        handovers.tell(case_id, row.held_by, Told.TAKEN_OVER, actor.staff_id, actor.counter, note)
        hold(row, actor)
        audit.record("case.taken_over", actor=actor, case_id=case_id, detail={"note": bool(note)})


def read_note(text: str, field: str = "note", *, required: bool = True) -> str:
    """A note as it is kept. Raises Invalid naming the field."""
    text = text.strip()
    if required and not text:
        message = "相手に伝えることを入力してください（例: 保険証の確認からお願いします）。"
        raise Invalid(message, {field: message})
    if len(text) > LONGEST_NOTE:
        message = f"{LONGEST_NOTE}文字以内にしてください（入力: {len(text)}文字）。"
        raise Invalid(message, {field: message})
    return text
