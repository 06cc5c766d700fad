"""Certificate requests (証明書交付請求): lines, contents, fees, and who may have them (R31–R33)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.data import audit, cases
from app.domain.authority import Actor, Reception
from app.domain.case import Case, CasePerson, CertificateLine, Step
from app.domain.content import Certificate, ContentPack, ProofPaper
from app.domain.errors import Invalid
from app.domain.fees import (
    FeeProblem,
    RequestLine,
    TotalFee,
    compute_fees,
    find_fee_rule,
    list_exemptions,
    unit_fee,
)
from app.domain.quick_entry import contents, parse_quick_entry
from app.domain.requesters import may_request
from app.domain.validity import valid_rows
from app.operations import packs
from app.operations.cases import changing

TAX_SECTION = "tax"
MOST_COPIES = 99
TAX_YEAR_MONTH = 6
EXEMPTION = "certificate.exemption"


@dataclass(frozen=True)
class CertificateRow:
    """A certificate of the catalogue for one person: what is asked of it, what it costs, and why it cannot be asked."""

    certificate: Certificate
    copies: int
    options: tuple[str, ...]
    unit: int
    amount: int
    locked: str
    years: tuple[int, ...]
    year: int | None


@dataclass(frozen=True)
class Request:
    """The whole request: rows for the person shown, all lines, the fee, papers to see, and what keeps it from issue."""

    person: CasePerson
    people: tuple[CasePerson, ...]
    rows: tuple[CertificateRow, ...]
    lines: tuple[CertificateLine, ...]
    fee: TotalFee
    papers: tuple[ProofPaper, ...]
    shown: frozenset[str]
    exemptions: tuple[tuple[str, str], ...]
    exemption: str
    problems: tuple[str, ...]


def view(case: Case, actor: Actor, person_id: str | None = None) -> Request:
    """The request with the rows of one person. Raises Invalid when nobody is a subject yet."""
    pack = packs.of_case(case)
    if not case.subjects:
        raise Invalid("対象者を選んでください。")
    person = case.person(person_id or "") or case.subjects[0]
    fee = total_fee(case, pack)
    amounts = {line.id: item for line, item in zip(case.certificates, fee.lines, strict=True)}
    rows = tuple(
        _row(case, pack, actor, person, certificate, amounts)
        for certificate in sorted(valid_rows(pack.certificates, case.received_on), key=lambda one: one.order)
    )
    papers, problems = _checks(case, pack)
    return Request(
        person, case.subjects, rows, case.certificates, fee, papers, _shown(case),
        tuple(_exemptions(case, pack).items()), exemption_of(case, pack), problems,
    )  # fmt: skip


def _exemptions(case: Case, pack: ContentPack) -> dict[str, str]:
    """Code → title of the exemptions (減免) that apply to a line of the request."""
    kinds = sorted({line.kind for line in case.certificates})
    return {one.code: one.title for kind in kinds for one in list_exemptions(pack, kind, case.received_on)}


def exemption_of(case: Case, pack: ContentPack) -> str:
    """The exemption asked for, as long as a line is left that it applies to; otherwise empty."""
    chosen: str = case.fact(EXEMPTION, default="")
    return chosen if chosen in _exemptions(case, pack) else ""


def _row(
    case: Case,
    pack: ContentPack,
    actor: Actor,
    person: CasePerson,
    certificate: Certificate,
    amounts: Mapping[str, object],
) -> CertificateRow:
    line = next(
        (one for one in case.certificates if one.kind == certificate.code and one.subject == person.id), None
    )
    copies = line.copies if line else 0
    options = line.options if line else contents(certificate, ())
    unit = unit_fee(find_fee_rule(pack, certificate, case.received_on), {})
    amount = getattr(amounts[line.id], "amount") if line else 0  # noqa: B009
    years = fiscal_years(certificate, case.received_on)
    locked = _lock(person, certificate, actor)
    year = chosen_year(case, certificate, person.id)
    return CertificateRow(certificate, copies, options, unit, amount, locked, years, year)


def fiscal_years(certificate: Certificate, day: date) -> tuple[int, ...]:
    """The fiscal years (年度) that can be asked for, newest first; a new year's assessment is certified from June."""
    newest = day.year if day.month >= TAX_YEAR_MONTH else day.year - 1
    return tuple(newest - back for back in range(certificate.fiscal_years))


def chosen_year(case: Case, certificate: Certificate, person_id: str) -> int | None:
    """The fiscal year asked for: the newest unless another was chosen; None for a certificate without years."""
    years = fiscal_years(certificate, case.received_on)
    stored = case.fact(f"certificate.year.{certificate.code}", person_id)
    return stored if stored in years else (years[0] if years else None)


def _years(case: Case, pack: ContentPack, chosen: Mapping[str, str], wrong: dict[str, str]) -> dict[str, int]:
    """The fiscal year of each kind; one that cannot be asked for goes into ``wrong``."""
    read = {}
    for kind, typed in chosen.items():
        certificate = pack.certificate_by_code.get(kind)
        offered = fiscal_years(certificate, case.received_on) if certificate else ()
        found = next((year for year in offered if str(year) == typed), None)
        if found is None:
            wrong[f"year-{kind}"] = f"「{typed[:20]}」年度は選べません。年度を選び直してください。"
        else:
            read[kind] = found
    return read


def _lock(person: CasePerson, certificate: Certificate, actor: Actor) -> str:
    """Why the certificate cannot be ordered here for this person; empty when it can."""
    tax = certificate.section == TAX_SECTION
    if (Reception.TAX_CERTIFICATES if tax else Reception.CERTIFICATES) not in actor.receptions:
        return "この窓口では受け付けません"
    holds = [
        text
        for level, code, text in person.seen.get("warnings", [])
        if level == "hold" and _holds(code, certificate)
    ]
    return holds[0] if holds else ""


def _holds(code: str, certificate: Certificate) -> bool:
    # A stopped seal registration locks the seal certificate only; any other hold locks every certificate.
    return certificate.code.startswith("seal") if code.startswith("seal") else True


def total_fee(case: Case, pack: ContentPack) -> TotalFee:
    """The fees of all lines. Raises Invalid with what is missing."""
    # What may be ticked on a certificate charged by tax item (税目) are its tax items; no other fee counts them.
    lines = [
        RequestLine(line.kind, line.copies, {"tax_items": max(1, len(line.options))})
        for line in case.certificates
    ]
    try:
        return compute_fees(pack, lines, case.received_on, exemption_of(case, pack))
    except FeeProblem as problem:
        raise Invalid(problem.message, {"exemption": problem.message}) from problem


def add_quick(case_id: str, actor: Actor, version: int | None, text: str, person_id: str) -> None:
    """Put the lines of a quick entry (はやうち入力) into the request; the same kind is replaced. Raises Invalid."""
    with changing(case_id, actor, version, Step.CONTENT):
        case = cases.get_case(case_id)
        pack = packs.of_case(case)
        lines, problems = parse_quick_entry(pack, text, case.received_on)
        if problems:
            raise Invalid(
                "入力内容を確認してください。", {"quick": " ".join(one.message for one in problems)}
            )
        _check_locks(case, pack, actor, person_id, [line.certificate for line in lines])
        kept = {(line.kind, line.subject): line for line in case.certificates}
        wanted = [(one.kind, one.subject, one.copies, one.options) for one in kept.values()]
        for line in lines:
            wanted = [item for item in wanted if (item[0], item[1]) != (line.certificate, person_id)]
            wanted.append((line.certificate, person_id, line.copies, line.options))
        _store(case, pack, actor, wanted)


def set_lines(
    case_id: str,
    actor: Actor,
    version: int | None,
    person_id: str,
    entered: Mapping[str, tuple[str, Sequence[str]]],
    years: Mapping[str, str],
) -> None:
    """Replace one person's lines by (copies as typed, options) per kind, with the fiscal year where one is chosen.

    Raises Invalid naming each wrong field.
    """
    with changing(case_id, actor, version, Step.CONTENT):
        case = cases.get_case(case_id)
        pack = packs.of_case(case)
        wanted = [
            (one.kind, one.subject, one.copies, one.options)
            for one in case.certificates
            if one.subject != person_id
        ]
        wrong: dict[str, str] = {}
        for kind, (typed, options) in entered.items():
            certificate = pack.certificate_by_code.get(kind)
            copies = _copies(typed, certificate, wrong)
            if certificate is not None and copies:
                wanted.append((kind, person_id, copies, contents(certificate, options)))
        chosen = _years(case, pack, years, wrong)
        if wrong:
            raise Invalid("入力内容を確認してください。", wrong)
        own = [kind for kind, subject, _copies_, _options in wanted if subject == person_id]
        _check_locks(case, pack, actor, person_id, own)
        for kind, year in chosen.items():
            cases.set_fact(case_id, person_id, f"certificate.year.{kind}", year, "asked", actor.staff_id)
        _store(case, pack, actor, wanted)


def _copies(typed: str, certificate: Certificate | None, wrong: dict[str, str]) -> int:
    text = typed.strip().translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    if not text:
        return 0
    limit = min(MOST_COPIES, certificate.max_copies) if certificate else MOST_COPIES
    if certificate is None or not text.isdecimal() or len(text) > 4 or int(text) > limit:
        wrong[f"copies-{certificate.code if certificate else ''}"] = (
            f"「{typed}」は通数として使えません。0から{limit}までの数字で入力してください。"
        )
        return 0
    return int(text)


def _check_locks(case: Case, pack: ContentPack, actor: Actor, person_id: str, kinds: Sequence[str]) -> None:
    person = case.person(person_id)
    if person is None or not person.is_subject:
        raise Invalid("対象者を選び直してください。", {"person": "対象者を選び直してください。"})
    for kind in kinds:
        locked = _lock(person, pack.certificate_by_code[kind], actor)
        if locked:
            title = pack.certificate_by_code[kind].title
            raise Invalid(f"「{title}」は請求できません。", {f"copies-{kind}": f"「{title}」: {locked}"})


def _store(
    case: Case, pack: ContentPack, actor: Actor, lines: Sequence[tuple[str, str, int, Sequence[str]]]
) -> None:
    cases.set_certificates(case.id, lines)
    if not exemption_of(cases.get_case(case.id), pack):
        cases.set_fact(case.id, "", EXEMPTION, None, "asked", actor.staff_id)
    audit.record(
        "case.certificates_saved", actor=actor, case_id=case.id,
        detail={"lines": [[kind, copies, list(options)] for kind, _subject, copies, options in lines]},
    )  # fmt: skip


def set_details(
    case_id: str,
    actor: Actor,
    version: int | None,
    *,
    papers: Sequence[str],
    exemption: str,
    purpose: str,
    recipient: str,
) -> None:
    """The papers that were seen, the exemption, the purpose of use and to whom the certificate goes."""
    with changing(case_id, actor, version, Step.CONTENT):
        case = cases.get_case(case_id)
        if exemption and exemption not in _exemptions(case, packs.of_case(case)):
            message = "この減免の理由は、請求された証明書には使えません。選び直してください。"
            raise Invalid(message, {"exemption": message})
        facts = {
            "certificate.papers": sorted(papers), EXEMPTION: exemption,
            "certificate.purpose": purpose.strip()[:100], "certificate.recipient": recipient.strip()[:100],
        }  # fmt: skip
        for name, value in facts.items():
            cases.set_fact(case_id, "", name, value, "asked", actor.staff_id)


def check_ready(case: Case) -> None:
    """Raise Invalid with everything that keeps the request from being issued."""
    if not case.certificates:
        raise Invalid(
            "証明書の通数を入力してください。",
            {"quick": "証明書の記号と通数を入力してください（例: j2 i1）。"},
        )
    papers, problems = _checks(case, packs.of_case(case))
    unseen = [paper for paper in papers if paper.code not in _shown(case)]
    wrong = {f"paper-{paper.code}": f"{paper.title}を確認してチェックを付けてください。" for paper in unseen}
    if problems:
        wrong["quick"] = " ".join(problems)
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)


def _checks(case: Case, pack: ContentPack) -> tuple[tuple[ProofPaper, ...], tuple[str, ...]]:
    """Papers to see for the lines of the request, and refusals with their reason."""
    relation = case.fact("identity.relation", default="self")
    proofs = set(case.fact("identity.papers", default=[]))
    papers: dict[str, ProofPaper] = {}
    problems: dict[str, None] = {}
    catalogue = {paper.code: paper for paper in pack.proof_papers}
    for line in case.certificates:
        certificate = pack.certificate_by_code[line.kind]
        person = case.person(line.subject)
        stands = "self" if person and person.is_visitor else ("household" if relation == "self" else relation)
        papers |= {code: catalogue[code] for code in certificate.requires if code in catalogue}
        result = may_request(pack, line.kind, stands, proofs | set(certificate.requires), line.options)
        if not result.allowed:
            problems[f"「{certificate.title}」: {result.reason}"] = None
        elif result.withheld:
            refused = "・".join(one.label for one in certificate.options if one.code in result.withheld)
            problems[f"「{certificate.title}」: この関係の方には「{refused}」を載せて交付できません。"] = None
    return tuple(papers.values()), tuple(problems)


def _shown(case: Case) -> frozenset[str]:
    return frozenset(case.fact("certificate.papers", default=[]))
