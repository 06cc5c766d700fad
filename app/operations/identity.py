"""Identity verification (本人確認): who stands at the counter, shown by what, and how he stands to the subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from typing import Any

from app.data import audit, cases
from app.data.models.case import CaseRow
from app.domain.authority import Actor
from app.domain.case import Case, Channel, Kind, Step
from app.domain.content import ContentPack, ProofPaper
from app.domain.dates import DateProblem, format_wareki_day, parse_day
from app.domain.errors import Invalid
from app.domain.requester_details import read_details
from app.domain.requesters import NOTIFICATION, ShownDocument, check_identity, may_request
from app.operations import card_reading, packs
from app.operations.case_households import gather
from app.operations.cases import changing, move_on
from app.operations.channel_entry import read_channel
from app.operations.corporations import DETAILS
from app.operations.stops import list_held, note_stop
from app.operations.visitors import read_person, store_person

SELF = "self"
PAPERS = "identity.papers"
TAKEN = "card.taken"
"""Which fields of the visitor stand as his card has them."""


@dataclass(frozen=True)
class IdentityInput:
    """What the clerk entered. Empty texts leave the register's values; ``documents`` and ``papers`` are codes.

    ``expiry`` are the last days of validity of the documents as typed, in their order; empty where none was looked up.
    ``details`` are those the relation asks for, ``channel`` and ``enclosures`` what tells how the case came, ``reason`` why
    something differs from the register.
    """

    documents: Sequence[str]
    relation: str
    papers: Sequence[str]
    name: str
    kana: str
    birth: str
    sex: str
    address: str
    phone: str
    acknowledged: bool
    expiry: Sequence[str] = ()
    by_card: Sequence[str] = ()
    """Fields that are entered as they were read of the visitor's card."""
    details: Mapping[str, str] = field(default_factory=dict)
    channel: Mapping[str, str] = field(default_factory=dict)
    enclosures: Sequence[str] = ()
    reason: str = ""

    @property
    def person(self) -> dict[str, str]:
        """What was typed of the visitor himself."""
        return {name: getattr(self, name) for name in ("name", "kana", "birth", "sex", "address", "phone")}


def save(case_id: str, actor: Actor, version: int | None, entered: IdentityInput, today: date) -> None:
    """Record the identity and go on. Raises Invalid naming each field that is wrong; then nothing is stored."""
    with changing(case_id, actor, version) as row:
        case = cases.get_case(case_id)
        wrong: dict[str, str] = {}
        facts = read_channel(case, entered.channel, entered.enclosures, today, wrong)
        facts |= (
            _of_the_city() if case.channel is Channel.EX_OFFICIO else _identity(case, entered, today, wrong)
        )
        if case.channel is Channel.EX_OFFICIO:
            if wrong:
                raise Invalid("入力内容を確認してください。", wrong)
        else:
            _store_visitor(case, actor, entered, today, wrong)
        for name, value in facts.items():
            cases.set_fact(case_id, "", name, value, "asked", actor.staff_id)
        _leave_subject(case, entered.relation)
        if case.kind not in {None, Kind.CERTIFICATE, Kind.MOVE_IN}:
            gather(row, actor)
        card_reading.forget_picture(case, actor)
        _note(case, actor, entered)
        _go_on(case, row, entered)
        # Who was typed, or corrected, may be the counterpart (相手方) of somebody: nobody else is shown to him.
        if guarded := list_held(cases.get_case(case_id), actor):
            note_stop(row, actor, guarded)


def _go_on(case: Case, row: CaseRow, entered: IdentityInput) -> None:
    """To the next step; who booked and has come now finds his case as far as it was prepared."""
    reached = Step(row.step)
    same = entered.relation == case.fact("identity.relation")
    move_on(row, Step.IDENTITY)
    if case.channel.books and case.kind is not None and same:
        row.step = reached


def _leave_subject(case: Case, relation: str) -> None:
    """Who acts for somebody else is not the one it is about."""
    visitor = case.visitor
    for_other = relation != SELF and case.kind in {Kind.CERTIFICATE, Kind.SINGLE}
    if visitor is not None and visitor.is_subject and for_other:
        cases.mark_subject(case.id, visitor.id, False)


def _note(case: Case, actor: Actor, entered: IdentityInput) -> None:
    audit.record(
        "case.identity_saved", actor=actor, case_id=case.id,
        detail={"documents": list(entered.documents), "relation": entered.relation},
    )  # fmt: skip
    if entered.acknowledged:
        numbers = [case.visitor.number] if case.visitor and case.visitor.number else []
        audit.record(
            "case.warning_confirmed", actor=actor, case_id=case.id, persons=numbers, detail={"level": "confirm"}
        )  # fmt: skip


def _of_the_city() -> dict[str, Any]:
    """Nobody came and nobody wrote: the city acts of its own accord (職権)."""
    return {
        "identity.documents": [], "identity.relation": "", PAPERS: [], "identity.summary": "職権", "identity.photo": False,
    }  # fmt: skip


def _identity(case: Case, entered: IdentityInput, today: date, wrong: dict[str, str]) -> dict[str, Any]:
    """The facts about who came and how he stands to the subject."""
    pack = packs.of_case(case)
    shown = _shown(pack, entered, today, wrong)
    summary, photo = _documents(pack, entered, case, shown, today, wrong)
    relation = next((one for one in pack.relations if one.code == entered.relation), None)
    if relation is None:
        wrong["relation"] = "来庁者と対象者の関係を選んでください。"
    if not entered.acknowledged and needs_acknowledgement(case):
        wrong["acknowledged"] = "要確認の内容を確かめて「確認した」にチェックを付けてください。"
    details = read_details(relation.asks, entered.details, today, wrong) if relation else {}
    return {
        "identity.documents": list(entered.documents), "identity.relation": entered.relation,
        PAPERS: known_papers(pack, entered.papers), "identity.summary": summary, "identity.photo": photo,
        "identity.expiry": [format_wareki_day(one.expires_on) if one.expires_on else "" for one in shown],
        # Ticked once a reception: when the step is gone through again, the screen does not ask again.
        "identity.acknowledged": entered.acknowledged or case.fact("identity.acknowledged", default=False),
        DETAILS: details or None,
        TAKEN: list(entered.by_card) or None,
    }  # fmt: skip


def require_authority(case: Case, actor: Actor, papers: Sequence[str]) -> None:
    """Who gives notice for somebody else has shown the paper that proves it; only inside a transaction.

    What has to be shown depends on what is asked for, so it is demanded when that is known: here for everything but
    certificates, whose papers are ticked beside them. ``papers`` are those seen now, besides those of the identity step.
    Raises Invalid.
    """
    if case.channel is Channel.EX_OFFICIO:
        return
    pack = packs.of_case(case)
    seen = {*case.fact(PAPERS, default=[]), *papers}
    result = may_request(pack, NOTIFICATION, case.fact("identity.relation", default=SELF), seen)
    if result.missing:
        titles = "・".join(paper.title for paper in result.missing)
        one_of = "のどれかを" if len(result.missing) > 1 else "を"
        message = f"{result.reason}{titles}{one_of}確認してチェックを付けてください。"
        raise Invalid(message, {"papers": message})
    if papers:
        cases.set_fact(case.id, "", PAPERS, known_papers(pack, seen), "asked", actor.staff_id)


def missing_authority(case: Case) -> tuple[ProofPaper, ...]:
    """The papers of which one proves that the visitor may give notice, when none of them was seen."""
    if case.channel is Channel.EX_OFFICIO:
        return ()
    relation = case.fact("identity.relation", default=SELF)
    return may_request(packs.of_case(case), NOTIFICATION, relation, case.fact(PAPERS, default=[])).missing


def known_papers(pack: ContentPack, codes: Iterable[str]) -> list[str]:
    """Those of the codes that are proof papers (権限確認書類), in the order of the catalogue."""
    given = set(codes)
    return [paper.code for paper in pack.proof_papers if paper.code in given]


def needs_acknowledgement(case: Case) -> bool:
    """Whether a warning of the visitor has to be ticked as seen, once a reception."""
    warnings = case.visitor.seen.get("warnings", []) if case.visitor else []
    return any(level == "confirm" for level, _code, _text in warnings) and not case.fact(
        "identity.acknowledged"
    )


def _shown(
    pack: ContentPack, entered: IdentityInput, today: date, wrong: dict[str, str]
) -> list[ShownDocument]:
    """The documents with their last days; a day typed for one that never expires is not looked at."""
    known = {document.code: document for document in pack.identity_documents}
    if not set(entered.documents) <= known.keys():
        wrong["documents"] = "一覧にない書類です。選び直してください。"
        return []
    return [
        ShownDocument(code, _last_day(text, f"expiry{place}", today, wrong) if known[code].expires else None)
        for place, (code, text) in enumerate(
            zip_longest(entered.documents, entered.expiry[: len(entered.documents)], fillvalue=""), start=1
        )
    ]


def _documents(
    pack: ContentPack, entered: IdentityInput, case: Case, shown: Sequence[ShownDocument], today: date,
    wrong: dict[str, str],
) -> tuple[str, bool]:  # fmt: skip
    """What is said of the identification, and whether it was by a photograph."""
    if not entered.documents and (case.channel.books or case.channel is Channel.POST):
        return "" if case.channel.books else "書類確認", False
    if "documents" in wrong:
        return "", False
    result = check_identity(pack, shown, today)
    if not result.established:
        wrong["documents"] = result.reason
    return result.reason.removesuffix("で確認しました。"), result.photo


def _last_day(text: str, field: str, today: date, wrong: dict[str, str]) -> date | None:
    if not text.strip():
        return None
    try:
        return parse_day(text, today=today, future=True)
    except DateProblem as problem:
        wrong[field] = problem.message
        return None


def _store_visitor(
    case: Case, actor: Actor, entered: IdentityInput, today: date, wrong: dict[str, str]
) -> None:
    """Correct the visitor of the register, or take in who was typed. Raises Invalid with everything that is wrong."""
    registered = case.visitor is not None and case.visitor.number
    coming = case.channel.books and not entered.documents
    needed = () if registered else ("name",) if coming else ("name", "birth")
    values = read_person(entered.person, today, wrong, needed=needed)
    if wrong and case.visitor is None:
        raise Invalid("入力内容を確認してください。", wrong)
    visitor = case.visitor
    if visitor is None:
        added = cases.add_person(case.id, number=None, source="typed", seen={}, visitor=True, subject=False)
        case = cases.get_case(case.id)
        visitor = case.person(added)
    if visitor is not None:
        store_person(case, actor, visitor, values, entered.reason, wrong)
