"""Certificate requests (証明書交付請求) as the counter sees them: lines, offers, fees, and who may have what (R31–R33)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.authority import Actor, Reception
from app.domain.case import Case, CasePerson, CertificateLine
from app.domain.certificate_content import CertificateArea
from app.domain.certificate_lines import (
    AskedEntry,
    entries_asked,
    fiscal_years,
    missing_entries,
    request_line,
)
from app.domain.content import (
    Certificate,
    CertificateItem,
    ContentPack,
    Exemption,
    Payment,
    ProofPaper,
)
from app.domain.errors import Invalid
from app.domain.fees import NONE, FeeProblem, LineFee, TotalFee, compute_fees, describe, find_fee
from app.domain.quick_entry import ticks
from app.domain.requesters import RequestResult, may_request
from app.domain.validity import valid_rows
from app.operations import packs
from app.operations.exemptions import (
    EACH,
    EXEMPTION,
    evidence_seen,
    exemption_of,
    exemption_of_line,
    exemptions,
    in_use,
    line_exemptions,
)

TAX_SECTION = "tax"
EXAMINED = "certificate.examined"
PAPERS = "certificate.papers"
PURPOSE = "certificate.purpose"
RECIPIENT = "certificate.recipient"


@dataclass(frozen=True)
class Tick:
    """A content of a line: whether it is ticked, and why it may not be."""

    item: CertificateItem
    chosen: bool
    refused: str = ""


@dataclass(frozen=True)
class LineView:
    """A line of the request: what is asked about it, what it costs, what is said about it, and what keeps it from issue."""

    line: CertificateLine
    certificate: Certificate
    person: CasePerson
    ticks: tuple[Tick, ...]
    entries: tuple[tuple[AskedEntry, str], ...]
    years: tuple[int, ...]
    fee: LineFee
    refusals: tuple[str, ...]
    mailed: str
    exemptions: tuple[Exemption, ...] = ()

    @property
    def explains(self) -> bool:
        """Whether the fee is more than one unit, so that it has to be said how it comes about."""
        return "＝" in self.fee.words or not self.fee.amount


@dataclass(frozen=True)
class Offer:
    """A certificate that can be added: what a copy costs at least, and why it cannot be asked for here."""

    certificate: Certificate
    unit: int
    locked: str


@dataclass(frozen=True)
class PaperAsk:
    """Papers to see before issue: one of them is enough. ``why`` names the certificates they are for."""

    papers: tuple[ProofPaper, ...]
    why: str


@dataclass(frozen=True)
class Request:
    """The whole request: for whom lines are added, what is offered, all lines, the fee, and what is still to be seen."""

    person: CasePerson
    people: tuple[CasePerson, ...]
    offers: Mapping[CertificateArea, tuple[Offer, ...]]
    lines: tuple[LineView, ...]
    fee: TotalFee
    papers: tuple[PaperAsk, ...]
    shown: frozenset[str]
    exemptions: tuple[Exemption, ...]
    exemption: Exemption | None
    each: bool
    exempted: tuple[Exemption, ...]
    evidence: frozenset[str]
    examination: str
    examined: bool
    payment: Payment | None
    needs_purpose: bool
    needs_recipient: bool


def view(case: Case, actor: Actor, person_id: str | None = None) -> Request:
    """The request; ``person_id`` is for whom certificates are added. Raises Invalid when nobody is a subject yet."""
    pack = packs.of_case(case)
    if not case.subjects:
        raise Invalid("対象者を選んでください。")
    person = case.person(person_id or "")
    person = person if person and person.is_subject else case.subjects[0]
    fee = total_fee(case, pack)
    lines = tuple(_line_view(case, pack, *pair) for pair in zip(case.certificates, fee.lines, strict=True))
    return Request(
        person=person, people=case.subjects, offers=_offers(case, pack, actor, person), lines=lines, fee=fee,
        papers=papers_asked(case, pack), shown=papers_seen(case), exemptions=tuple(exemptions(case, pack).values()),
        exemption=exemption_of(case, pack), each=case.fact(EXEMPTION) == EACH,
        exempted=tuple(in_use(case, pack).values()), evidence=evidence_seen(case),
        examination=examination(case, pack), examined=bool(case.fact(EXAMINED)),
        payment=next((one for one in pack.payments if one.channel == case.channel.counts_as), None),
        needs_purpose=needs_purpose(case, pack), needs_recipient=needs_recipient(case, pack),
    )  # fmt: skip


def total_fee(case: Case, pack: ContentPack) -> TotalFee:
    """The fees of all lines. Raises Invalid with what is missing."""
    lines = []
    for line in case.certificates:
        own = exemption_of_line(case, pack, line)
        asked = request_line(pack, line, case.received_on, case.channel.counts_as)
        lines.append(replace(asked, exemption=own.code if own else NONE))
    try:
        return compute_fees(pack, lines, case.received_on, channel=case.channel.counts_as)
    except FeeProblem as problem:
        raise Invalid(problem.message, {"exemption": problem.message}) from problem


def _line_view(case: Case, pack: ContentPack, line: CertificateLine, fee: LineFee) -> LineView:
    certificate = pack.certificate_by_code[line.kind]
    answer = answer_for(case, pack, line)
    asked = entries_asked(pack, certificate, line.options, case.received_on, case.channel.counts_as)
    labels = {one.code: one.label for one in ticks(pack, line.kind)}
    return LineView(
        line, certificate, case.person(line.subject) or case.subjects[0],
        tuple(_tick(case, pack, line, one) for one in ticks(pack, line.kind)),
        tuple((one, line.entered.get(one.name, "")) for one in asked),
        fiscal_years(certificate, case.received_on), fee, tuple(refusals(case, pack, line)),
        "・".join(labels[code] for code in answer.mailed), line_exemptions(case, pack, line),
    )  # fmt: skip


def _tick(case: Case, pack: ContentPack, line: CertificateLine, item: CertificateItem) -> Tick:
    refused = ""
    if item.code in may_request(pack, line.kind, standing(case, line), (), [item.code]).withheld:
        refused = "この関係の方には載せられません"
    return Tick(item, item.code in line.options, refused)


def _offers(
    case: Case, pack: ContentPack, actor: Actor, person: CasePerson
) -> dict[CertificateArea, tuple[Offer, ...]]:
    found: dict[CertificateArea, list[Offer]] = {}
    for certificate in sorted(valid_rows(pack.certificates, case.received_on), key=lambda one: one.order):
        try:
            unit = find_fee(pack, certificate, case.received_on, (), case.channel.counts_as).rule.unit
            locked = lock(person, certificate, actor, case.channel.counts_as)
        except FeeProblem:
            unit, locked = 0, "手数料が登録されていません"
        found.setdefault(certificate.area, []).append(Offer(certificate, unit, locked))
    return {area: tuple(found[area]) for area in CertificateArea if area in found}


def lock(person: CasePerson, certificate: Certificate, actor: Actor, channel: str) -> str:
    """Why the certificate cannot be ordered here for this person; empty when it can."""
    tax = certificate.section == TAX_SECTION
    if (Reception.TAX_CERTIFICATES if tax else Reception.CERTIFICATES) not in actor.receptions:
        return "この窓口では受け付けません"
    if certificate.channels and channel not in certificate.channels:
        return "この受付方法では請求できません"
    holds = [
        text
        for level, code, text in person.seen.get("warnings", [])
        if level == "hold" and _holds(code, certificate)
    ]
    return holds[0] if holds else ""


def _holds(code: str, certificate: Certificate) -> bool:
    # A stopped seal registration locks the seal certificate only; any other hold locks every certificate.
    return certificate.area is CertificateArea.SEAL if code.startswith("seal") else True


def standing(case: Case, line: CertificateLine) -> str:
    """How the visitor stands to the person of a line: himself, a member of his household, or as was said (関係)."""
    relation: str = case.fact("identity.relation", default="self")
    person = case.person(line.subject)
    if person and person.is_visitor:
        return "self"
    return "household" if relation == "self" else relation


def request_form(case: Case, pack: ContentPack, line: CertificateLine) -> str:
    """The form (交付請求書) a line is asked for on: the requester's own, that of the channel, of the kind, or of the event."""
    certificate, relation = pack.certificate_by_code[line.kind], standing(case, line)
    asked = certificate.target, relation
    forms = [one.form for one in pack.requester_rules if (one.target, one.relation) == asked]
    forms += [one.form for one in pack.payments if one.channel == case.channel.counts_as]
    forms += [certificate.form, *(one.form for one in pack.events if one.code == case.kind)]
    return next(filter(None, forms), "")


def papers_seen(case: Case) -> frozenset[str]:
    """Every proof paper (権限確認書類) seen so far, at the identity step or for the certificates."""
    return frozenset(case.fact(PAPERS, default=[])) | frozenset(case.fact("identity.papers", default=[]))


def answer_for(case: Case, pack: ContentPack, line: CertificateLine) -> RequestResult:
    """Whether the visitor may have this line, with the papers seen so far."""
    return may_request(pack, line.kind, standing(case, line), papers_seen(case), line.options)


def refusals(case: Case, pack: ContentPack, line: CertificateLine) -> Iterator[str]:
    """Why a line cannot be handed over to this visitor, in words that can be said to him; papers are asked elsewhere."""
    certificate = pack.certificate_by_code[line.kind]
    answer = answer_for(case, pack, line)
    if not answer.allowed and not answer.missing:
        yield answer.words
    if answer.withheld:
        labels = {one.code: one.label for one in pack.items_of(line.kind)}
        refused = "・".join(labels[code] for code in answer.withheld)
        yield f"この関係の方には「{refused}」を載せて交付できません。外して受け付けてください。"
    if certificate.photo_id and not case.fact("identity.photo"):
        yield "顔写真付きの書類（マイナンバーカード、運転免許証など）で本人確認をした方に限って交付します。"
    if certificate.channels and case.channel.counts_as not in certificate.channels:
        yield "窓口に来た方に限られ、この受付方法では請求できません。"


def papers_asked(case: Case, pack: ContentPack) -> tuple[PaperAsk, ...]:
    """The papers to see for the lines: each that the certificate itself requires, and one of those that prove authority.

    What was seen at the identity step is not asked again.
    """
    catalogue = {paper.code: paper for paper in pack.proof_papers}
    seen_before = set(case.fact("identity.papers", default=[]))
    asked: dict[tuple[str, ...], dict[str, None]] = {}
    for line in case.certificates:
        certificate = pack.certificate_by_code[line.kind]
        groups: list[tuple[str, ...]] = [(code,) for code in certificate.requires]
        bare = may_request(pack, line.kind, standing(case, line), certificate.requires)
        if bare.missing:
            groups.append(tuple(paper.code for paper in bare.missing))
        for group in groups:
            if not seen_before & set(group):
                asked.setdefault(group, {})[certificate.title] = None
    return tuple(
        PaperAsk(tuple(catalogue[code] for code in group if code in catalogue), "・".join(titles))
        for group, titles in asked.items()
    )


def examination(case: Case, pack: ContentPack) -> str:
    """What has to be examined before issue (正当な理由の審査): a sentence to tick, empty when nothing has to be."""
    answers = [(line, answer_for(case, pack, line)) for line in case.certificates]
    if not any(answer.needs_examination for _line, answer in answers):
        return ""
    labels = {
        item.label: None
        for line, answer in answers
        for item in pack.items_of(line.kind)
        if item.code in answer.examined
    }
    return "請求の理由を審査した" + (f"（{'・'.join(labels)}を載せる必要を含む）" if labels else "")


def needs_purpose(case: Case, pack: ContentPack) -> bool:
    """Whether the purpose of use (使用目的) has to be said: for these kinds, a number, or a reason to be examined."""
    return any(
        pack.certificate_by_code[line.kind].purpose_needed
        or _has_number(pack, line)
        or answer_for(case, pack, line).needs_examination
        for line in case.certificates
    )


def needs_recipient(case: Case, pack: ContentPack) -> bool:
    """Whether it has to be said to whom the certificate goes (提出先)."""
    return any(
        pack.certificate_by_code[line.kind].recipient_needed or _has_number(pack, line)
        for line in case.certificates
    )


def _has_number(pack: ContentPack, line: CertificateLine) -> bool:
    return any(one.sensitive and one.code in line.options for one in pack.items_of(line.kind))


def check_ready(case: Case) -> None:
    """Raise Invalid with everything that keeps the request from being issued, by the field it belongs to."""
    if not case.certificates:
        raise Invalid(
            "証明書を選んでください。",
            {"quick": "証明書の記号と通数を入力するか、下の一覧から選んでください（例: j2 i1）。"},
        )
    pack = packs.of_case(case)
    wrong: dict[str, str] = {}
    for line in case.certificates:
        title = pack.certificate_by_code[line.kind].title
        for words in refusals(case, pack, line):
            wrong.setdefault(f"copies-{line.id}", f"「{title}」: {words}")
        for name, message in missing_entries(
            pack, pack.certificate_by_code[line.kind], line, case.received_on, case.channel.counts_as
        ):
            wrong[entry_field(line.id, name)] = message
    wrong |= _unseen(case, pack)
    if needs_purpose(case, pack) and not case.fact(PURPOSE):
        wrong["purpose"] = "使用目的を入力してください。"
    if needs_recipient(case, pack) and not case.fact(RECIPIENT):
        wrong["recipient"] = "提出先を入力してください。"
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)


def _unseen(case: Case, pack: ContentPack) -> dict[str, str]:
    """What has not been ticked as seen yet: papers, the examination of the reason, the evidence of the exemption."""
    wrong = {}
    seen = papers_seen(case)
    for ask in papers_asked(case, pack):
        if not seen & {paper.code for paper in ask.papers}:
            titles = "・".join(paper.title for paper in ask.papers)
            one_of = "のどれかを" if len(ask.papers) > 1 else "を"
            wrong[f"paper-{ask.papers[0].code}"] = (
                f"「{ask.why}」: {titles}{one_of}確認してチェックを付けてください。"
            )
    if examination(case, pack) and not case.fact(EXAMINED):
        wrong["examined"] = "請求の理由を審査して、チェックを付けてください。"
    for code, exempt in in_use(case, pack).items():
        if code not in evidence_seen(case):
            wrong[f"evidence-{code}"] = f"減免の根拠（{exempt.evidence}）を確認してチェックを付けてください。"
    return wrong


def entry_field(line_id: str, name: str) -> str:
    """The id on the screen of what is asked on a line."""
    return (
        f"{name}-{line_id}" if name in {"options", "years"} else f"entry-{line_id}-{name.replace('.', '-')}"
    )


def fee_table(case: Case, lines: Sequence[CertificateLine]) -> tuple[tuple[Certificate, str, str, str], ...]:
    """The grounds of the fees (手数料の根拠): certificate, its fee in words, since when, the legal basis; asked kinds first."""
    pack = packs.of_case(case)
    asked = {line.kind for line in lines}
    rows = []
    for certificate in sorted(valid_rows(pack.certificates, case.received_on), key=lambda one: one.order):
        try:
            table = find_fee(pack, certificate, case.received_on, (), case.channel.counts_as)
        except FeeProblem:
            continue
        period = f"{table.rule.valid_from or ''}～{table.rule.valid_to or ''}".strip("～")
        rows.append((certificate, describe(pack, table), period, table.rule.legal_basis))
    return tuple(sorted(rows, key=lambda row: row[0].code not in asked))
