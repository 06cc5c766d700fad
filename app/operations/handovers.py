"""Handing a case, or one procedure of it, to another counter with a note (申し送り), and what waits there (受信箱)."""

from __future__ import annotations

from dataclasses import dataclass

from app.data import audit, cases, corrections, handovers, restrictions, staff
from app.data.corrections import Correction
from app.data.handovers import Waiting
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.case import KIND_LABELS, Case, State
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.handovers import TOLD, CaseMessage, Handover, HandoverState, Told
from app.operations import holders, packs
from app.operations.cases import changing, require, stop_if_protected
from app.operations.holding import read_note
from app.operations.resuming import resume


def hand_over(case_id: str, actor: Actor, to_counter: str, procedure: str, note: str) -> None:
    """Hand the case to a counter: it is put aside until somebody there takes it. With ``procedure``, that one alone.

    Raises Invalid naming the field, and what a change of the case raises.
    """
    require(actor, Right.RECEIVE)
    wrong: dict[str, str] = {}
    if to_counter not in dict(staff.list_counters()) or to_counter == actor.counter:
        wrong["to"] = "引き継ぐ先の窓口を選んでください。"
    try:
        note = read_note(note)
    except Invalid as problem:
        wrong |= problem.fields
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
    if procedure:
        _hand_procedure(case_id, actor, to_counter, procedure, note)
        return
    with changing(case_id, actor, None, content=False) as row:
        row.state = State.SUSPENDED
        _keep(case_id, actor, to_counter, "", note)


def _hand_procedure(case_id: str, actor: Actor, to_counter: str, procedure: str, note: str) -> None:
    case = cases.get_case(case_id)
    stop_if_protected(case, actor)
    if not any(line.needed and line.code == procedure for line in case.procedures):
        message = "引き継ぐ手続きを一覧から選んでください。"
        raise Invalid(message, {"procedure": message})
    with transaction():
        row = cases.hold_case(case_id)
        if row.state not in {State.OPEN, State.SUSPENDED, State.CLOSED}:
            raise Refused("この受付の手続きは、いまは引き継げません。")
        _keep(case_id, actor, to_counter, procedure, note)


def _keep(case_id: str, actor: Actor, to_counter: str, procedure: str, note: str) -> None:
    handovers.add(
        case_id,
        procedure,
        sender=actor.staff_id,
        from_counter=actor.counter,
        to_counter=to_counter,
        note=note,
    )
    audit.record(
        "case.handed_over", actor=actor, case_id=case_id, detail={"to": to_counter, "procedure": procedure}
    )


def accept(handover_id: str, actor: Actor) -> str:
    """Take what waits for this counter; the case's id. A whole case is held from now on. Raises NotFound, Refused, Stopped."""
    one = _for_here(handover_id, actor)
    if not one.procedure:
        # The case is taken by going on with it; what waits of it here is accepted on the way.
        resume(one.case_id, actor)
        return one.case_id
    stop_if_protected(cases.get_case(one.case_id), actor)
    with transaction():
        handovers.answer(handover_id, HandoverState.ACCEPTED, actor.staff_id)
        handovers.tell(one.case_id, one.from_staff, Told.ACCEPTED, actor.staff_id, actor.counter)
        audit.record(
            "case.handover_accepted", actor=actor, case_id=one.case_id, detail={"procedure": one.procedure}
        )
    return one.case_id


def send_back(handover_id: str, actor: Actor, reason: str) -> None:
    """Send back what waits for this counter, with the reason; the sender is told. Raises NotFound, Refused, Invalid."""
    one = _for_here(handover_id, actor)
    field = f"reason-{handover_id}"
    if not reason.strip():
        message = "差し戻す理由を入力してください。"
        raise Invalid(message, {field: message})
    reason = read_note(reason, field)
    with transaction():
        handovers.answer(handover_id, HandoverState.RETURNED, actor.staff_id, reason)
        handovers.tell(one.case_id, one.from_staff, Told.SENT_BACK, actor.staff_id, actor.counter, reason)
        audit.record(
            "case.handover_returned", actor=actor, case_id=one.case_id, detail={"procedure": one.procedure}
        )


def _for_here(handover_id: str, actor: Actor) -> Handover:
    require(actor, Right.RECEIVE)
    one = handovers.get(handover_id)
    if one.to_counter != actor.counter:
        raise Refused("この引き継ぎは、ほかの窓口あてです。")
    if one.state is not HandoverState.WAITING:
        raise NotFound(handovers.GONE)
    return one


def put_away(actor: Actor, message_ids: list[str]) -> None:
    """The messages were read. Nothing happens with those that are not one's own."""
    with transaction():
        handovers.mark_read(actor.staff_id, message_ids)
        audit.record("case.messages_read", actor=actor, detail={"messages": len(message_ids)})


@dataclass(frozen=True)
class Incoming:
    """A handover as the inbox shows it. ``withheld``: somebody in the case is protected; its number alone is shown."""

    handover: Handover
    number: str
    business: str
    name: str
    procedure: str
    sender: str
    withheld: bool


@dataclass(frozen=True)
class ShownMessage:
    """A message in words."""

    message: CaseMessage
    text: str


@dataclass(frozen=True)
class Inbox:
    """What waits for a member of staff at his counter."""

    waiting: Waiting
    incoming: tuple[Incoming, ...] = ()
    consents: tuple[tuple[Correction, str, str], ...] = ()
    """Corrections that wait for his consent: with the number of the correction and who asks."""


def waiting_for(actor: Actor) -> Waiting:
    """Counts for the frame of every screen."""
    counter = actor.counter if actor.may(Right.RECEIVE) else ""
    return handovers.waiting_for(counter, actor.staff_id, actor.may(Right.REVIEW) and not actor.preview)


def inbox(actor: Actor) -> Inbox:
    """The inbox of the counter, for those who receive there, and what waits for a second person."""
    waiting = waiting_for(actor)
    incoming: tuple[Incoming, ...] = ()
    if waiting.handovers:
        incoming = tuple(_incoming(one) for one in handovers.list_waiting(actor.counter))
    consents: tuple[tuple[Correction, str, str], ...] = ()
    if waiting.consents:
        found = corrections.list_waiting(actor.staff_id)
        names = staff.list_staff_names({one.asked_by for one, _number in found})
        consents = tuple((one, number, names.get(one.asked_by, one.asked_by)) for one, number in found)
    return Inbox(waiting, incoming, consents)


def _incoming(one: Handover) -> Incoming:
    case = cases.get_case(one.case_id)
    withheld = case.state is State.STOPPED or is_protected(case)
    title = ""
    if one.procedure:
        known = packs.of_case(case).procedure_by_code
        title = known[one.procedure].title if one.procedure in known else one.procedure
    named = case.subjects or ((case.visitor,) if case.visitor else ())
    return Incoming(
        one, case.number, KIND_LABELS[case.kind] if case.kind else "（未選択）",
        named[0].name if named and not withheld else "", title,
        holders.staff_text(one.from_staff, one.from_counter), withheld,
    )  # fmt: skip


def is_protected(case: Case) -> bool:
    """Whether somebody in the case is protected now."""
    return bool(restrictions.list_protected(person.number for person in case.persons if person.number))


def messages(actor: Actor) -> tuple[ShownMessage, ...]:
    """What the member of staff has not read yet, in words; no note of a case with a protected person in it."""
    found = handovers.list_messages(actor.staff_id)
    shown = []
    for one in found:
        text = TOLD[one.kind].format(who=holders.staff_text(one.sent_by, one.counter))
        note = one.note if one.note and not is_protected(cases.get_case(one.case_id)) else ""
        when = holders.moment_text(one.sent_at)
        shown.append(ShownMessage(one, f"{when} {text}" + (f"。「{note}」" if note else "")))
    return tuple(shown)
