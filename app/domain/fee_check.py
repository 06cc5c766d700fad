"""Checks of fees: amounts, additions, measures, payments and exemptions."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from app.domain.case import Channel
from app.domain.content import ContentPack, ContentProblem
from app.domain.fees import FISCAL_YEARS

_FILE = "fees.toml"
_CHANNELS = ("", *Channel, "kiosk")
"""Where a fee may differ: the ways a request comes in, and the machines of convenience stores (コンビニ交付)."""


def check_fees(pack: ContentPack) -> Iterator[ContentProblem]:
    """Everything in fees.toml that cannot be reckoned with."""
    for fee in pack.fees:
        place = f"fee {fee.code}"
        if fee.unit < 0:
            yield ContentProblem(_FILE, place, str(fee.unit), "金額が負です。", "0円以上にしてください。")
        if fee.channel not in _CHANNELS:
            yield _unknown(place, fee.channel, "受付方法", "、".join(one for one in _CHANNELS if one))
        yield from _measures(pack, place, fee.multiply_by)
    fees = {fee.code for fee in pack.fees}
    for one in pack.fee_additions:
        place = f"addition {one.fee} {one.measure}"
        if one.fee not in fees:
            yield _unknown(place, one.fee, "手数料", "fee にある code")
        if one.every < 1 or one.add < 0 or one.included < 0:
            read = f"{one.included} {one.every} {one.add}"
            yield ContentProblem(
                _FILE, place, read, "負の数や0ごとの加算があります。", "0以上、1以上ごとにしてください。"
            )
        yield from _measures(pack, place, (one.measure,))
    for measure in pack.fee_measures:
        if measure.most < 1:
            yield ContentProblem(
                _FILE, f"measure {measure.code}", str(measure.most), "入力できる数がありません。",
                "1以上にしてください。",
            )  # fmt: skip
    for payment in pack.payments:
        if payment.channel not in _CHANNELS:
            yield _unknown(f"payment {payment.channel}", payment.channel, "受付方法", "、".join(Channel))
    yield from _exemptions(pack)
    yield from _unasked(pack)


def _exemptions(pack: ContentPack) -> Iterator[ContentProblem]:
    kinds, relations = set(pack.certificate_by_code), {one.code for one in pack.relations}
    for exemption in pack.exemptions:
        place = f"exemption {exemption.code}"
        for code in sorted(set(exemption.certificates) - kinds):
            yield _unknown(place, code, "証明書", "certificates.toml にある code")
        for code in sorted(set(exemption.relations) - relations):
            yield _unknown(place, code, "関係", "requesters.toml の relation にある code")


def _measures(pack: ContentPack, place: str, codes: Collection[str]) -> Iterator[ContentProblem]:
    for code in codes:
        if code not in pack.fee_measure_by_code:
            yield _unknown(place, code, "数え方", "measure にある code")


def _unasked(pack: ContentPack) -> Iterator[ContentProblem]:
    """A fee by a measure that a certificate neither tells nor asks would always be reckoned as one."""
    named = {fee.code: set(fee.multiply_by) for fee in pack.fees}
    for addition in pack.fee_additions:
        named.setdefault(addition.fee, set()).add(addition.measure)
    for certificate in pack.certificates:
        items = pack.items_of(certificate.code)
        told = {one.measure for one in items if one.measure}
        told |= {FISCAL_YEARS} if certificate.fiscal_years else set()
        told |= {one.code for one in pack.fee_measures if one.ask}
        for fee in {certificate.fee, *(one.fee for one in items if one.fee)}:
            for code in sorted((named.get(fee, set()) & set(pack.fee_measure_by_code)) - told):
                yield ContentProblem(
                    _FILE, f"fee {fee}", code, f"「{certificate.title}」では、この数を聞いていません。",
                    "measure に ask を書くか、その証明書の item に measure を書いてください。",
                )  # fmt: skip


def _unknown(place: str, read: str, what: str, known: str) -> ContentProblem:
    return ContentProblem(_FILE, place, read, f"この{what}はありません。", f"{known}にしてください。")
