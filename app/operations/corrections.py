"""Correcting a closed case (訂正): a new version of it, valid only when a second person has consented."""

from __future__ import annotations

from datetime import date

from app.data import audit, cases, corrections, handovers, staff
from app.data.corrections import Correction
from app.data.models.base import opaque_id, utc_now
from app.data.models.case import CaseRow
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.case import Case, State
from app.domain.errors import Conflict, Invalid, NotFound, Refused
from app.domain.handovers import Told
from app.operations.cases import changing, new_number, require, stop_if_protected
from app.operations.holding import read_note
from app.operations.resuming import may_hold

__all__ = ["Correction", "begin", "decide", "drop", "get", "read", "submit"]


def get(case_id: str) -> Correction | None:
    """The correction a case is, if it is one."""
    return corrections.get(case_id)


def begin(case_id: str, actor: Actor, reason: str, changes: str, token: str, today: date) -> str:
    """Open the new version of a closed case with everything the old one holds; its id. The old one stays as it is.

    Raises Refused, Conflict (another correction is on its way or valid), Invalid, Stopped.
    """
    require(actor, Right.RECEIVE)
    old = cases.get_case(case_id)
    stop_if_protected(old, actor)
    if not may_hold(old, actor):
        raise Refused("この受付の用件は、現在の窓口では訂正できません。")
    reason = _said(reason, "reason", "訂正する理由を入力してください（例: 転入日の聞き違い）。")
    changes = _said(changes, "changes", "何をどう直すかを入力してください（例: 転入日を4月1日に）。")
    with transaction() as session:
        made = opaque_id()
        accepted = cases.accept(token, actor.staff_id, made)
        if accepted != made:
            return accepted
        row = cases.hold_case(case_id)
        _require_correctable(row)
        now = utc_now()
        session.add(
            CaseRow(
                id=made, number=new_number(today), kind=row.kind, channel=row.channel, state=State.OPEN, step=row.step,
                counter=actor.counter, opened_by=actor.staff_id, held_by=actor.staff_id, opened_at=now, changed_at=now,
                received_on=row.received_on, version=1, content_version_id=row.content_version_id,
                register_import_id=row.register_import_id, continues=row.continues,
            )
        )  # fmt: skip
        session.flush()
        corrections.copy_case(case_id, made)
        corrections.add(made, case_id, reason, changes, actor.staff_id)
        audit.record("case.opened", actor=actor, case_id=made, detail={"corrects": row.number})
        audit.record("case.correction_begun", actor=actor, case_id=case_id, detail={"correction": made})
        return made


def _said(text: str, field: str, missing: str) -> str:
    if not text.strip():
        raise Invalid(missing, {field: missing})
    return read_note(text, field)


def _require_correctable(row: CaseRow) -> None:
    if row.state != State.CLOSED:
        raise Refused("訂正できるのは、終了した受付だけです。受付中のものは、そのまま直せます。")
    replaced = corrections.replaced_by(row.id)
    if replaced:
        raise Conflict(f"この受付は、すでに {replaced} で訂正されています。そちらを訂正してください。")
    for one in corrections.list_of(row.id):
        under_way = cases.get_case(one.case_id)
        if under_way.state in {State.OPEN, State.SUSPENDED, State.AWAITING}:
            raise Conflict(f"この受付は、{under_way.number} で訂正の途中です。")


def submit(case_id: str, actor: Actor, version: int | None) -> None:
    """Ask for the second person's consent; nothing of the case is changed until then. Raises Refused, Conflict."""
    with changing(case_id, actor, version) as row:
        stored = corrections.lock(case_id)
        stored.submitted_at, stored.decided_at, stored.consented = utc_now(), None, None
        row.state = State.AWAITING
        audit.record("case.correction_submitted", actor=actor, case_id=case_id)


def read(case_id: str, actor: Actor) -> tuple[Correction, Case, Case]:
    """A correction with the case it corrects and the case it is, for the one who asks and for who may consent.

    Raises NotFound, Refused, Stopped.
    """
    if not actor.may(Right.REVIEW):
        require(actor, Right.RECEIVE)
    found = corrections.get(case_id)
    if found is None:
        raise NotFound("この受付は訂正ではありません。")
    new = cases.get_case(case_id)
    stop_if_protected(new, actor)
    old = cases.get_case(found.corrects)
    stop_if_protected(old, actor)
    with transaction():
        audit.record(
            "case.viewed", actor=actor, case_id=case_id, persons=[one.number for one in new.persons if one.number],
            detail={"as": "correction"},
        )  # fmt: skip
    return found, cases.get_case(found.corrects), cases.get_case(case_id)


def decide(case_id: str, actor: Actor, consents: bool, answer: str) -> None:
    """The second person's word: with consent it is the valid version from now on, without it goes back with the reason.

    Nobody consents to what he asked for or typed himself. Raises Refused, Conflict, Invalid, Stopped.
    """
    require(actor, Right.REVIEW)
    stop_if_protected(cases.get_case(case_id), actor)
    answer = read_note(answer, "answer", required=False)
    if not consents and not answer:
        message = "承認しない理由を入力してください。"
        raise Invalid(message, {"answer": message})
    with transaction():
        row, stored = cases.lock_case(case_id), corrections.lock(case_id)
        if row.state != State.AWAITING:
            raise Conflict("この訂正は、承認を待っていません。")
        if actor.staff_id in audit.list_actors(case_id) | {stored.asked_by}:
            raise Refused("自分が入力した訂正は承認できません。ほかの方に依頼してください。")
        stored.decided_at, stored.decided_by = utc_now(), actor.staff_id
        stored.consented, stored.answer = consents, answer
        row.state = State.OPEN
        kind = Told.CONSENTED if consents else Told.NOT_CONSENTED
        handovers.tell(case_id, row.held_by, kind, actor.staff_id, actor.counter, answer)
        event = "case.correction_consented" if consents else "case.correction_refused"
        audit.record(event, actor=actor, case_id=case_id)
        audit.record(event, actor=actor, case_id=stored.corrects, detail={"correction": row.number})


def drop(case_id: str, actor: Actor, version: int | None) -> None:
    """Give a correction up; the closed case stays valid. Raises Refused when it was consented to."""
    with changing(case_id, actor, version) as row:
        stored = corrections.lock(case_id)
        row.state, row.closed_at = State.DROPPED, utc_now()
        audit.record("case.correction_dropped", actor=actor, case_id=case_id)
        audit.record("case.correction_dropped", actor=actor, case_id=stored.corrects)


def names(found: Correction) -> dict[str, str]:
    """The names of those who had to do with a correction."""
    return staff.list_staff_names({found.asked_by, found.decided_by or ""})
