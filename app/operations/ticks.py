"""A chain of counters: each says of its own procedures whether they were received, and the case knows how far it is."""

from __future__ import annotations

from app.data import audit, cases, corrections, handovers, reviews
from app.data.models.base import utc_now
from app.data.models.case import CaseRow
from app.data.transactions import transaction
from app.domain.authority import Actor, Reception, Right
from app.domain.case import PROCEDURE_STATE_LABELS, Case, ProcedureState, State
from app.domain.content import ContentPack, Place, Procedure
from app.domain.errors import Invalid, Refused
from app.domain.handovers import TICKS, HandoverState, Progress, Tick, Told, progress
from app.domain.review import SETTLED
from app.operations import packs
from app.operations.cases import require, stop_if_protected
from app.operations.route import counter_of, is_here

LONGEST_REASON = 200
_WORKING = frozenset({State.OPEN, State.SUSPENDED, State.CLOSED})


def progress_of(case: Case, pack: ContentPack) -> Progress:
    """How many procedures of the case are done."""
    return progress(case.procedures, (one.code for one in pack.procedures if not needs_counter(pack, one)))


def needs_counter(pack: ContentPack, procedure: Procedure) -> bool:
    """Whether a counter of the city has a part in it: not for what needs an explanation alone, nor outside the city hall."""
    if procedure.automatic:
        return False
    return procedure.place is Place.HERE or counter_of(pack, procedure.section) is not None


def is_own(pack: ContentPack, case: Case, actor: Actor, procedure: Procedure) -> bool:
    """Whether this counter ticks the procedure: its section's, and at the desk of the reception what is done there."""
    if procedure.place is Place.HERE and actor.counter != case.counter:
        own = next((one for one in pack.counters if one.code == actor.counter), None)
        of_section = own is not None and procedure.section in {own.section, *own.receives_for}
        return of_section or Reception.MOVES in actor.receptions
    return is_here(pack, actor.counter, procedure)


def tick(case_id: str, actor: Actor, code: str, state: ProcedureState, reason: str) -> Progress:
    """A counter's word on a procedure of its own, whoever has the case; his screen does not grow stale by it.

    Sent back and not needed ask for a reason. Raises NotFound, Refused, Stopped, Invalid.
    """
    require(actor, Right.RECEIVE)
    case = cases.get_case(case_id)
    stop_if_protected(case, actor)
    pack = packs.of_case(case)
    procedure = pack.procedure_by_code.get(code)
    if state not in TICKS:
        raise Invalid("操作を選び直してください。")
    reason = _reason(reason, code, state)
    if procedure is None or not is_own(pack, case, actor, procedure):
        raise Refused("この手続きは、現在の窓口の担当ではありません。担当の窓口で記録してください。")
    replaced = corrections.replaced_by(case_id)
    if replaced:
        raise Refused(f"この受付は訂正されています。訂正後の受付 {replaced} で記録してください。")
    with transaction():
        row = cases.hold_case(case_id)
        if row.state not in _WORKING:
            raise Refused("この受付では、いまは手続きを記録できません。")
        line = cases.get_procedure(case_id, code)
        if not line.needed:
            raise Refused("この手続きは、対象外になっています。")
        if line.state in SETTLED or line.state == ProcedureState.SENT_BACK:
            raise Refused(
                "この手続きは審査に進んでいます。変えるときは、審査する職員に差し戻してもらってください。"
            )
        reviews.mark(line, state, actor)
        _end_handover(case_id, code, actor)
        return note_tick(row, actor, pack, code, state, reason)


def note_tick(
    row: CaseRow, actor: Actor, pack: ContentPack, code: str, state: ProcedureState, reason: str
) -> Progress:
    """Keep who said it, and tell the desk of the reception what it has to know. Within the transaction of the change."""
    handovers.add_tick(row.id, Tick(code, state, reason, utc_now(), actor.staff_id, actor.counter))
    audit.record(
        "case.procedure_ticked", actor=actor, case_id=row.id, detail={"procedure": code, "state": state}
    )
    found = progress_of(cases.get_case(row.id), pack)
    told = {row.opened_by, row.held_by}
    if state is ProcedureState.RETURNED:
        title = pack.procedure_by_code[code].title
        for one in told:
            handovers.tell(
                row.id,
                one,
                Told.PROCEDURE_RETURNED,
                actor.staff_id,
                actor.counter,
                f"{title}：{reason}",
            )
    elif found.is_whole:
        for one in told:
            handovers.tell(row.id, one, Told.ALL_DONE, actor.staff_id, actor.counter, str(found))
    return found


def _end_handover(case_id: str, code: str, actor: Actor) -> None:
    """What the counter was handed is in its hands once it speaks about it."""
    for one in handovers.list_of_case(case_id):
        if one.state is HandoverState.WAITING and one.procedure == code and one.to_counter == actor.counter:
            handovers.answer(one.id, HandoverState.ACCEPTED, actor.staff_id)


def _reason(text: str, code: str, state: ProcedureState) -> str:
    text = text.strip()
    word = PROCEDURE_STATE_LABELS[state][1]
    if state is not ProcedureState.RECEIVED and not text:
        message = f"「{word}」の理由を入力してください。"
        raise Invalid(message, {f"reason-{code}": message})
    if len(text) > LONGEST_REASON:
        message = f"理由は{LONGEST_REASON}文字以内にしてください（入力: {len(text)}文字）。"
        raise Invalid(message, {f"reason-{code}": message})
    return text
