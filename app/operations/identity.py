"""Identity verification (本人確認): who stands at the counter, shown by what, and how he stands to the subject."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from app.data import audit, cases
from app.domain.authority import Actor
from app.domain.case import Case, Kind, Step
from app.domain.content import ContentPack, ProofPaper
from app.domain.dates import DateProblem, PartialDate, format_wareki_day, parse_date, parse_day
from app.domain.errors import Invalid
from app.domain.requesters import NOTIFICATION, ShownDocument, check_identity, may_request
from app.operations import packs, places
from app.operations.case_households import gather
from app.operations.cases import changing, move_on

LONGEST_TEXT = 200
SELF = "self"
PAPERS = "identity.papers"


@dataclass(frozen=True)
class IdentityInput:
    """What the clerk entered. Empty texts leave the register's values; ``documents`` and ``papers`` are codes.

    ``expiry`` are the last days of validity of the documents as typed, in their order; empty where none was looked up.
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


def save(case_id: str, actor: Actor, version: int | None, entered: IdentityInput, today: date) -> None:
    """Record the identity and go on. Raises Invalid naming each field that is wrong; then nothing is stored."""
    with changing(case_id, actor, version) as row:
        case = cases.get_case(case_id)
        pack = packs.of_case(case)
        wrong: dict[str, str] = {}
        birth = _birth(entered.birth, today, wrong)
        shown = _shown(pack, entered, today, wrong)
        summary, photo = _documents(pack, entered, case, shown, today, wrong)
        _required(case, entered, wrong)
        if entered.relation not in {relation.code for relation in pack.relations}:
            wrong["relation"] = "来庁者と対象者の関係を選んでください。"
        if not entered.acknowledged and needs_acknowledgement(case):
            wrong["acknowledged"] = "要確認の内容を確かめて「確認した」にチェックを付けてください。"
        if wrong:
            raise Invalid("入力内容を確認してください。", wrong)
        _store_visitor(case, entered, birth)
        facts = {
            "identity.documents": list(entered.documents), "identity.relation": entered.relation,
            PAPERS: known_papers(pack, entered.papers), "identity.summary": summary, "identity.photo": photo,
            "identity.expiry": [format_wareki_day(one.expires_on) if one.expires_on else "" for one in shown],
            # Ticked once a reception: when the step is gone through again, the screen does not ask again.
            "identity.acknowledged": entered.acknowledged or case.fact("identity.acknowledged", default=False),
        }  # fmt: skip
        for name, value in facts.items():
            cases.set_fact(case_id, "", name, value, "asked", actor.staff_id)
        if (
            entered.relation != SELF
            and case.visitor
            and case.visitor.is_subject
            and case.kind in {Kind.CERTIFICATE, Kind.SINGLE}
        ):
            cases.mark_subject(case_id, case.visitor.id, False)
        if case.kind not in {None, Kind.CERTIFICATE, Kind.MOVE_IN}:
            gather(row, actor)
        audit.record(
            "case.identity_saved", actor=actor, case_id=case_id,
            detail={"documents": list(entered.documents), "relation": entered.relation},
        )  # fmt: skip
        if entered.acknowledged:
            numbers = [case.visitor.number] if case.visitor and case.visitor.number else []
            audit.record(
                "case.warning_confirmed",
                actor=actor,
                case_id=case_id,
                persons=numbers,
                detail={"level": "confirm"},
            )
        move_on(row, Step.IDENTITY)


def require_authority(case: Case, actor: Actor, papers: Sequence[str]) -> None:
    """Who gives notice for somebody else has shown the paper that proves it; only inside a transaction.

    What has to be shown depends on what is asked for, so it is demanded when that is known: here for everything but
    certificates, whose papers are ticked beside them. ``papers`` are those seen now, besides those of the identity step.
    Raises Invalid.
    """
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


def _birth(text: str, today: date, wrong: dict[str, str]) -> PartialDate | None:
    if not text.strip():
        return None
    try:
        return parse_date(text, today=today, field="birth")
    except DateProblem as problem:
        wrong["birth"] = problem.message
        return None


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
    if case.channel != "counter" and not entered.documents:
        return "書類確認", False
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


def _required(case: Case, entered: IdentityInput, wrong: dict[str, str]) -> None:
    registered = case.visitor is not None and case.visitor.number
    if not registered and not entered.name.strip():
        wrong["name"] = "来庁者の氏名を入力してください（例: 架空　花子）。"
    if not registered and not entered.birth.strip():
        wrong.setdefault("birth", "来庁者の生年月日を入力してください（例: S40.1.2）。")
    for name in ("name", "kana", "address", "phone"):
        if len(getattr(entered, name)) > LONGEST_TEXT:
            wrong[name] = f"{LONGEST_TEXT}文字以内で入力してください。"


def _store_visitor(case: Case, entered: IdentityInput, birth: PartialDate | None) -> None:
    typed = {
        "name": entered.name.strip(), "kana": entered.kana.strip(), "sex": entered.sex,
        "address": entered.address.strip(), "phone": entered.phone.strip(),
    }  # fmt: skip
    values = {name: value for name, value in typed.items() if value}
    if "address" in values and (case.visitor is None or values["address"] != case.visitor.address):
        # Another address has another postal code; the old one would go onto papers.
        found = places.resolve(values["address"])
        values |= {"address_code": found.code or found.country, "postal_code": found.postal_code}
    if birth is not None:
        values |= {"birth": birth.iso, "birth_text": birth.text}
    if case.visitor is not None:
        cases.correct_person(case.id, case.visitor.id, values)
        return
    visitor = cases.add_person(case.id, number=None, source="typed", seen={}, visitor=True, subject=False)
    cases.correct_person(case.id, visitor, values)
