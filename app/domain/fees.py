"""Fees (手数料) of certificates in whole yen, and exemptions that make them 0 yen with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.domain.content import Certificate, ContentPack, Exemption, FeeRule
from app.domain.validity import is_valid, valid_rows


@dataclass(frozen=True)
class RequestLine:
    """A line of a certificate request: the kind, the number of copies, and what a fee can depend on.

    `measures` counts pages, persons, parcels, tax items, fiscal years … by name; one that is not given counts once.
    """

    certificate: str
    copies: int
    measures: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class LineFee:
    """What a line costs: the fee of one copy, the fee of the line, and why it is 0 yen when it is."""

    certificate: str
    copies: int
    unit: int
    amount: int
    exemption: str = ""
    reason: str = ""


@dataclass(frozen=True)
class TotalFee:
    """The fees of all lines with their sum."""

    lines: tuple[LineFee, ...]
    copies: int
    total: int


class FeeProblem(ValueError):
    """A fee that cannot be computed; `message` says what is missing and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def find_fee_rule(pack: ContentPack, certificate: Certificate, on: date, channel: str = "") -> FeeRule:
    """The fee rule of a certificate on a day, one for the channel before one for all. Raises `FeeProblem`."""
    rules = [rule for rule in valid_rows(pack.fees, on) if rule.code == certificate.fee]
    for wanted in (channel, ""):
        for rule in rules:
            if rule.channel == wanted:
                return rule
    raise FeeProblem(
        f"「{certificate.title}」の手数料が{on.year}年{on.month}月{on.day}日の時点で登録されていません。業務定義の担当へ連絡してください。"
    )


def unit_fee(rule: FeeRule, measures: Mapping[str, int]) -> int:
    """The fee of one copy in yen."""
    fee = rule.unit
    for name in rule.multiply_by:
        fee *= max(1, measures.get(name, 1))
    for step in rule.steps:
        beyond = max(0, measures.get(step.measure, 1) - step.included)
        fee += -(-beyond // step.every) * step.add
    return fee


def list_exemptions(pack: ContentPack, certificate: str, on: date) -> list[Exemption]:
    """The exemptions that apply to a kind of certificate on a day."""
    return [one for one in valid_rows(pack.exemptions, on) if certificate in one.certificates]


def compute_fees(
    pack: ContentPack, lines: Sequence[RequestLine], on: date, exemption: str = "", channel: str = ""
) -> TotalFee:
    """The fee of each line and the total. An exemption makes the kinds it names 0 yen and leaves the others.

    Raises `FeeProblem` for a kind, an exemption or a fee that is not in the catalogue on that day, for an exemption
    that applies to none of the lines, and for fewer than one copy.
    """
    exempt = _exemption(pack, exemption, on) if exemption else None
    if exempt and not any(line.certificate in exempt.certificates for line in lines):
        raise FeeProblem(
            f"「{exempt.title}」は、請求された証明書には使えません。減免の理由を選び直してください。"
        )
    fees = tuple(_line_fee(pack, line, on, exempt, channel) for line in lines)
    return TotalFee(fees, sum(fee.copies for fee in fees), sum(fee.amount for fee in fees))


def _line_fee(
    pack: ContentPack, line: RequestLine, on: date, exempt: Exemption | None, channel: str
) -> LineFee:
    certificate = pack.certificate_by_code.get(line.certificate)
    if certificate is None or not is_valid(certificate, on):
        raise FeeProblem(f"証明書「{line.certificate}」は取り扱っていません。証明書を選び直してください。")
    if line.copies < 1:
        raise FeeProblem(
            f"「{certificate.title}」の通数が{line.copies}です。1以上にするか、行を取り消してください。"
        )
    unit = unit_fee(find_fee_rule(pack, certificate, on, channel), line.measures)
    if exempt and line.certificate in exempt.certificates:
        return LineFee(line.certificate, line.copies, unit, 0, exempt.code, exempt.title)
    return LineFee(line.certificate, line.copies, unit, unit * line.copies)


def _exemption(pack: ContentPack, code: str, on: date) -> Exemption:
    found: Iterable[Exemption] = (one for one in valid_rows(pack.exemptions, on) if one.code == code)
    for one in found:
        return one
    raise FeeProblem(f"減免の理由「{code}」は登録されていません。一覧から選び直してください。")
