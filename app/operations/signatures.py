"""The signature (署名) of a case: asked for on the customer screen, seen by the clerk, printed where a form takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.data import audit, cases, signatures
from app.data.models.base import utc_now
from app.data.transactions import transaction
from app.documents.signature import SAID, STROKES
from app.domain.authority import Actor, Right
from app.domain.case import Case, Kind, State, Step
from app.domain.errors import Refused
from app.domain.signatures import Signature, Strokes, signed_content
from app.operations import packs
from app.operations.cases import has_reached, require, stop_if_protected


@dataclass(frozen=True)
class Signing:
    """How it stands with the signature, for the clerk: whether it can be asked for, what there is, whether it still counts."""

    possible: bool
    given: Signature | None
    stands: bool


def signing(case: Case) -> Signing:
    """Whether the visitor may sign on the screen now, and what he has signed."""
    given = signatures.find(case.id)
    return Signing(_can_sign(case), given, given is not None and given.stands_for(case))


def _can_sign(case: Case) -> bool:
    """Once it is said what he signs for, and where some form of the city takes it; for somebody who stands here."""
    first = Step.CONTENT if case.kind is Kind.CERTIFICATE else Step.PROCEDURES
    if case.kind is None or case.visitor is None or case.awaits_visitor or not has_reached(case.step, first):
        return False
    forms = packs.published(case.content_version).forms_on(case.received_on)
    return any(form.takes_signature for form in forms.values())


def content_to_sign(case: Case) -> str:
    """What a signature that is asked for now would stand for. Raises Refused while there is nothing to sign."""
    if not _can_sign(case):
        raise Refused("この受付では、まだ署名をいただけません。内容の入力を済ませてください。")
    return signed_content(case)


def keep(case: Case, strokes: Strokes, content: str, *, device: str, asked_by: str, actor: Actor) -> None:
    """Store what the visitor wrote for `content`; only inside the transaction of the screen. Old ones of other cases go."""
    visitor = case.visitor
    if visitor is None:
        raise Refused("この受付には来庁者が登録されていません。")
    signatures.keep(
        case.id, Signature(visitor.id, strokes, content, utc_now()), device_id=device, asked_by=asked_by
    )
    audit.record(
        "customer.signed", actor=actor, case_id=case.id, persons=[visitor.number] if visitor.number else [],
        detail={"strokes": len(strokes), "asked_by": asked_by, "content": content[:16]},
    )  # fmt: skip
    gone = signatures.remove_old()
    if gone:
        audit.record("customer.signatures_removed", actor=actor, detail={"count": gone})


def discard(case_id: str, actor: Actor) -> None:
    """The clerk takes the signature back: it is signed on paper, or written anew. Raises Refused, Stopped."""
    require(actor, Right.RECEIVE)
    stop_if_protected(cases.get_case(case_id), actor)
    with transaction():
        if cases.hold_case(case_id).state != State.OPEN:
            raise Refused("この受付は受付中ではありません。再開してから操作してください。")
        withdraw(case_id, actor)


def withdraw(case_id: str, actor: Actor) -> None:
    """There is no signature any more; only inside a transaction."""
    if signatures.remove(case_id):
        audit.record("customer.signature_discarded", actor=actor, case_id=case_id)


def printed_values(case: Case) -> dict[str, Any]:
    """What forms print of the signature; nothing unless it stands for what the case says now."""
    given = signatures.find(case.id)
    if given is None or not given.stands_for(case):
        return {}
    return {STROKES: [list(one) for one in given.strokes], SAID: given.words}
