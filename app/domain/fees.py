"""Fees (手数料) of certificates in whole yen, explained in words, and exemptions that make them 0 yen with a reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.domain.content import Certificate, ContentPack, Exemption, FeeAddition, FeeMeasure, FeeRule
from app.domain.validity import is_valid, valid_rows

FISCAL_YEARS = "fiscal_years"
"""The measure that the years chosen on a line give."""
NONE = "none"
"""Of a line: no exemption, whatever the request as a whole has."""


@dataclass(frozen=True)
class RequestLine:
    """A line of a certificate request: the kind, the number of copies, and what a fee can depend on.

    `measures` counts pages, persons, parcels, tax items, fiscal years … by name; one that is not given counts once.
    `options` are the codes of what was ticked: one of them may carry a fee of its own. `exemption` is that of this line
    alone: empty follows the whole request, `NONE` is none.
    """

    certificate: str
    copies: int
    measures: Mapping[str, int] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    exemption: str = ""


@dataclass(frozen=True)
class LineFee:
    """What a line costs: the fee of one copy, the fee of the line, how it comes about, and why it is 0 yen when it is."""

    certificate: str
    copies: int
    unit: int
    amount: int
    words: str = ""
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


@dataclass(frozen=True)
class FeeTable:
    """What decides the fee of one kind of certificate on a day: its rule and the additions to it."""

    rule: FeeRule
    additions: tuple[FeeAddition, ...] = ()

    @property
    def measures(self) -> tuple[str, ...]:
        """The codes of the measures it depends on, in the order they are reckoned."""
        return tuple(dict.fromkeys([*(one.measure for one in self.additions), *self.rule.multiply_by]))

    def unit(self, measures: Mapping[str, int]) -> int:
        """The fee of one copy in yen: the unit with its additions, times the measures that multiply."""
        fee = self.rule.unit + sum(_added(one, measures) for one in self.additions)
        for name in self.rule.multiply_by:
            fee *= _count(measures, name)
        return fee


def find_fee(
    pack: ContentPack, certificate: Certificate, on: date, options: Collection[str] = (), channel: str = ""
) -> FeeTable:
    """The fee of a certificate on a day, one for the channel before one for all. Raises `FeeProblem`."""
    code = fee_code(pack, certificate, options)
    rules = [rule for rule in valid_rows(pack.fees, on) if rule.code == code]
    for wanted in (channel, ""):
        for rule in rules:
            if rule.channel == wanted:
                added = [one for one in valid_rows(pack.fee_additions, on) if one.fee == code]
                return FeeTable(rule, tuple(added))
    raise FeeProblem(
        f"「{certificate.title}」の手数料が{on.year}年{on.month}月{on.day}日の時点で登録されていません。業務定義の担当へ連絡してください。"
    )


def fee_code(pack: ContentPack, certificate: Certificate, options: Collection[str] = ()) -> str:
    """The code of the fee: that of a ticked item that has one of its own, otherwise the certificate's."""
    own = (one.fee for one in pack.items_of(certificate.code) if one.fee and one.code in options)
    return next(own, certificate.fee)


def list_exemptions(pack: ContentPack, certificate: str, on: date, relation: str = "") -> list[Exemption]:
    """The exemptions that apply to a kind of certificate on a day, for this relation when one is given."""
    return [
        one
        for one in valid_rows(pack.exemptions, on)
        if certificate in one.certificates
        and (not one.relations or not relation or relation in one.relations)
    ]


def compute_fees(
    pack: ContentPack, lines: Sequence[RequestLine], on: date, exemption: str = "", channel: str = ""
) -> TotalFee:
    """The fee of each line and the total. An exemption makes the kinds it names 0 yen and leaves the others.

    `exemption` is that of the whole request; a line with one of its own has that instead.

    Raises `FeeProblem` for a kind, an exemption or a fee that is not in the catalogue on that day, for an exemption
    that applies to none of the lines, and for fewer than one copy.
    """
    exempt = _exemption(pack, exemption, on) if exemption else None
    if exempt and not any(line.certificate in exempt.certificates for line in lines):
        raise FeeProblem(
            f"「{exempt.title}」は、請求された証明書には使えません。減免の理由を選び直してください。"
        )
    fees = tuple(_line_fee(pack, line, on, _exemption_of(pack, line, exempt, on), channel) for line in lines)
    return TotalFee(fees, sum(fee.copies for fee in fees), sum(fee.amount for fee in fees))


def _exemption_of(
    pack: ContentPack, line: RequestLine, whole: Exemption | None, on: date
) -> Exemption | None:
    """The exemption of a line: its own, that of the whole request where it fits, or none."""
    if line.exemption == NONE:
        return None
    if not line.exemption:
        return whole if whole and line.certificate in whole.certificates else None
    own = _exemption(pack, line.exemption, on)
    if line.certificate not in own.certificates:
        raise FeeProblem(f"「{own.title}」は、この証明書には使えません。減免の理由を選び直してください。")
    return own


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
    table = find_fee(pack, certificate, on, line.options, channel)
    unit = table.unit(line.measures)
    words = explain(pack, table, line.measures, line.copies)
    if exempt:
        return LineFee(line.certificate, line.copies, unit, 0, words, exempt.code, exempt.title)
    return LineFee(line.certificate, line.copies, unit, unit * line.copies, words)


def explain(pack: ContentPack, table: FeeTable, measures: Mapping[str, int], copies: int) -> str:
    """How the fee of a line comes about, in words: 「300円 ＋ 5筆・棟を超える3筆・棟で300円」×2年度…"""
    if table.unit(measures) == 0:
        return "無料"
    parts = [f"{table.rule.unit:,}円"]
    for one in table.additions:
        if _added(one, measures):
            unit = _measure(pack, one.measure).unit
            beyond = _count(measures, one.measure) - one.included
            parts.append(f"{one.included}{unit}を超える{beyond}{unit}で{_added(one, measures):,}円")
    text = " ＋ ".join(parts)
    factors = [
        f"{_count(measures, name)}{_measure(pack, name).unit}"
        for name in table.rule.multiply_by
        if _count(measures, name) > 1
    ]
    factors += [f"{copies}通"] if copies > 1 else []
    if not factors and len(parts) == 1:
        return text
    text = f"（{text}）" if factors and len(parts) > 1 else text
    return " × ".join([text, *factors]) + f" ＝ {table.unit(measures) * copies:,}円"


def describe(pack: ContentPack, table: FeeTable) -> str:
    """A fee as its table has it, in words: what one copy costs and what is added or multiplied."""
    parts = [f"1通 {table.rule.unit:,}円" if table.rule.unit else "無料"]
    for name in table.rule.multiply_by:
        parts.append(f"{_measure(pack, name).title}ごと")
    for one in table.additions:
        unit = _measure(pack, one.measure).unit
        parts.append(f"{one.included}{unit}を超えると{one.every}{unit}ごとに{one.add:,}円加算")
    return "、".join(parts)


def _added(one: FeeAddition, measures: Mapping[str, int]) -> int:
    beyond = max(0, _count(measures, one.measure) - one.included)
    return -(-beyond // one.every) * one.add


def _count(measures: Mapping[str, int], name: str) -> int:
    """How often a measure counts; what is not known counts once."""
    return max(1, measures.get(name, 1))


def _measure(pack: ContentPack, code: str) -> FeeMeasure:
    return pack.fee_measure_by_code.get(code) or FeeMeasure(code, code, "件")


def _exemption(pack: ContentPack, code: str, on: date) -> Exemption:
    found: Iterable[Exemption] = (one for one in valid_rows(pack.exemptions, on) if one.code == code)
    for one in found:
        return one
    raise FeeProblem(f"減免の理由「{code}」は登録されていません。一覧から選び直してください。")
