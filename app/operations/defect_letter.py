"""The letter (補正のお願い) that tells the sender of a request by post what it lacks; made from the record whenever it is asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.data import audit, cases, staff
from app.data.models.base import opaque_id
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.case import Case, State
from app.domain.content import ContentPack
from app.domain.errors import NotFound
from app.operations import packs
from app.operations.cases import require, stop_if_protected
from app.operations.defects import open_defect
from app.operations.documents import Paper, numbers_of, render
from app.operations.orders import OrderedForm
from app.operations.places import city_name
from app.operations.print_values import common_values

FORM = "hosei_tsuchi"
LETTER = "letter"
NONE = "この受付には、手紙で連絡した不備がありません。受付を開き直して「不備の連絡」で確かめてください。"


def has_letter(case: Case) -> bool:
    """Whether the sender is to be told by a letter, and the city has a form for it."""
    defect = open_defect(case)
    told = defect is not None and defect["told"] == LETTER and case.state in {State.OPEN, State.SUSPENDED}
    return told and FORM in packs.published(case.content_version).forms_on(case.received_on)


def make_letter(case_id: str, actor: Actor) -> bytes:
    """The letter as a verified PDF; that it was made is recorded. Raises NotFound, Stopped, Invalid."""
    require(actor, Right.PRINT)
    case = cases.get_case(case_id)
    stop_if_protected(case, actor)
    visitor = case.visitor
    if visitor is None or not has_letter(case):
        raise NotFound(NONE)
    content = packs.published(case.content_version)
    values = common_values(case, content.pack, actor, city_name()) | _values(case, content.pack, actor)
    form = content.forms_on(case.received_on)[FORM]
    papers = [Paper(OrderedForm(form, (visitor,), values), 1)]
    document_id = opaque_id()
    rendered = render(case, actor, document_id, papers)
    with transaction():
        audit.record(
            "document.letter_made", actor=actor, case_id=case_id, persons=numbers_of(papers),
            detail={"document": document_id, "form": FORM, "sha256": rendered.sha256},
        )  # fmt: skip
    return rendered.pdf


def _values(case: Case, pack: ContentPack, actor: Actor) -> dict[str, Any]:
    defect = open_defect(case) or {}
    counter = next((one for one in pack.counters if one.code == actor.counter), None)
    section = next(
        (one for one in pack.sections if counter is not None and one.code == counter.section), None
    )
    visitor = case.visitor
    return {
        "defect.on": date.fromisoformat(defect["on"]),
        "defect.to": case.fact("post.return_address", default="") or (visitor.address if visitor else ""),
        "defect.missing": "\n".join(f"・{one}" for one in defect["missing"]), "defect.text": defect["text"],
        "defect.section": section.title if section else staff.counter_title(actor.counter),
        "defect.phone": (counter.phone if counter else "") or (section.phone if section else ""),
    }  # fmt: skip
