"""What was sent back (差戻し): the counter sees it, and answers."""

from __future__ import annotations

from dataclasses import dataclass

from app.data import audit, cases, reviews, staff
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.case import Case, ProcedureState
from app.domain.dates import today_in_japan
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.review import ReviewEntry
from app.operations import packs
from app.operations.cases import require, stop_if_protected
from app.operations.review import LONGEST_TEXT, Line, lines_of

ANSWER = "answer"
"""The act of the counter among those of the reviewers."""


@dataclass(frozen=True)
class SentBack:
    """A procedure that was sent back: the case, its title, and what was said about it, the latest first."""

    case: Case
    code: str
    title: str
    state: ProcedureState
    entries: tuple[ReviewEntry, ...]
    staff_names: dict[str, str]


def waiting(actor: Actor) -> tuple[tuple[Line, str], ...]:
    """What was sent back to this counter with the reason, the latest first; nothing for who does not receive."""
    if not actor.may(Right.RECEIVE):
        return ()
    found = []
    for line in lines_of(reviews.list_sent_back(actor.counter), today_in_japan()):
        entries = reviews.list_entries(line.item.case_id, line.item.code)
        found.append((line, entries[0].text if entries else ""))
    return tuple(found)


def read(case_id: str, code: str, actor: Actor) -> SentBack:
    """One that was sent back, or was. Raises NotFound, Refused, Stopped."""
    require(actor, Right.RECEIVE)
    case = cases.get_case(case_id)
    stop_if_protected(case, actor)
    line = next((one for one in case.procedures if one.code == code), None)
    entries = reviews.list_entries(case_id, code)
    if line is None or not entries:
        raise NotFound("この手続きは差し戻されていません。")
    procedure = packs.of_case(case).procedure_by_code.get(code)
    with transaction():
        audit.record("case.viewed", actor=actor, case_id=case_id, detail={"procedure": code})
    names = staff.list_staff_names({one.by for one in entries})
    return SentBack(case, code, procedure.title if procedure else code, line.state, entries, names)


def answer(case_id: str, code: str, actor: Actor, text: str) -> None:
    """Say what was done about it: it is applied for again (申請済) and waits for the reviewer.

    Raises Invalid without an answer, Conflict when somebody has answered already, Stopped, Refused.
    """
    require(actor, Right.RECEIVE)
    stop_if_protected(cases.get_case(case_id), actor)
    text = text.strip()
    if not text or len(text) > LONGEST_TEXT:
        message = f"何を直したかを入力してください（{LONGEST_TEXT}文字以内）。"
        raise Invalid(message, {"text": message})
    with transaction():
        cases.hold_case(case_id)
        row = cases.get_procedure(case_id, code)
        if row.state != ProcedureState.SENT_BACK:
            who = staff.list_staff_names({row.changed_by}).get(row.changed_by, "ほかの職員")
            raise Conflict(f"{who}さんが先に処理しています。この手続きは、もう差戻しではありません。")
        reviews.move(row, ProcedureState.RECEIVED, ANSWER, text, actor)
        audit.record("case.review_answered", actor=actor, case_id=case_id, detail={"procedure": code})
