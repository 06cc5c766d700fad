"""Checks of certificates, fees, requesters, deadlines, counters and form codes."""

from __future__ import annotations

import re
from collections import Counter as Tally
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from app.domain.content import ContentPack, ContentProblem
from app.domain.opening import CITY_HALL

_UNITS = ("day", "month", "year")


def check_certificates(pack: ContentPack) -> Iterator[ContentProblem]:
    """Fees, papers, contents and exemptions of certificates."""
    fees = {rule.code for rule in pack.fees}
    papers = {paper.code for paper in pack.proof_papers}
    for certificate in pack.certificates:
        place = f"certificate {certificate.code}"
        if certificate.fee not in fees:
            yield ContentProblem(
                "certificates.toml",
                place,
                certificate.fee,
                "この手数料はありません。",
                "fees.toml にある code にしてください。",
            )
        if certificate.section not in pack.section_by_code:
            yield ContentProblem(
                "certificates.toml",
                place,
                certificate.section,
                "この課はありません。",
                "offices.toml にある code にしてください。",
            )
        for paper in certificate.requires:
            if paper not in papers:
                yield ContentProblem(
                    "certificates.toml",
                    place,
                    paper,
                    "この書類はありません。",
                    "identity.toml にある code にしてください。",
                )
        yield from _options(certificate.options, place)
    known = set(pack.certificate_by_code)
    for exemption in pack.exemptions:
        for code in sorted(set(exemption.certificates) - known):
            yield ContentProblem(
                "fees.toml",
                f"exemption {exemption.code}",
                code,
                "この証明書はありません。",
                "certificates.toml にある code にしてください。",
            )
    for fee in pack.fees:
        if fee.unit < 0 or any(step.every < 1 or step.add < 0 or step.included < 0 for step in fee.steps):
            yield ContentProblem(
                "fees.toml",
                f"fee {fee.code}",
                str(fee.unit),
                "負の金額や0ごとの加算があります。",
                "0円以上、1以上ごとにしてください。",
            )


def _options(options: Sequence[Any], place: str) -> Iterator[ContentProblem]:
    for letter, times in Tally(option.quick for option in options if option.quick).items():
        if times > 1 or not re.fullmatch("[a-z]", letter):
            yield ContentProblem(
                "certificates.toml",
                place,
                letter,
                "記載事項の文字が重なるか、英小文字1字ではありません。",
                "別の1字にしてください。",
            )
    for code, times in Tally(option.code for option in options).items():
        if times > 1:
            yield ContentProblem(
                "certificates.toml",
                place,
                code,
                f"記載事項が{times}回出てきます。",
                "どれか1つだけにしてください。",
            )
    for group in dict.fromkeys(option.group for option in options if option.group):
        defaults = [option.code for option in options if option.group == group and option.default]
        if len(defaults) != 1:
            yield ContentProblem(
                "certificates.toml",
                place,
                group,
                f"最初の選択が{len(defaults)}個あります。",
                "1つだけ default = true にしてください。",
            )


def check_requesters(pack: ContentPack) -> Iterator[ContentProblem]:
    """Who may ask for what, and identification documents."""
    relations = {relation.code for relation in pack.relations}
    papers = {paper.code for paper in pack.proof_papers}
    for row in pack.requester_rules:
        place = f"rule {row.target} {row.relation}"
        certificate = pack.certificate_by_code.get(row.target)
        if certificate is None and row.target != "notification":
            yield ContentProblem(
                "requesters.toml",
                place,
                row.target,
                "この証明書はありません。",
                "証明書の code か notification にしてください。",
            )
        if row.relation not in relations:
            yield ContentProblem(
                "requesters.toml",
                place,
                row.relation,
                "この関係はありません。",
                "relation にある code にしてください。",
            )
        for paper in sorted(set(row.papers) - papers):
            yield ContentProblem(
                "requesters.toml",
                place,
                paper,
                "この書類はありません。",
                "identity.toml にある code にしてください。",
            )
        options = {option.code for option in certificate.options} if certificate else set()
        for code in sorted({*row.withheld, *row.mailed} - options):
            yield ContentProblem(
                "requesters.toml",
                place,
                code,
                "この記載事項はありません。",
                "その証明書の options にある code にしてください。",
            )
    for document in pack.identity_documents:
        if document.needed not in {0, 1, 2}:
            yield ContentProblem(
                "identity.toml",
                f"document {document.code}",
                str(document.needed),
                "必要な点数が違います。",
                "0、1、2 のどれかにしてください。",
            )


def check_offices(pack: ContentPack) -> Iterator[ContentProblem]:
    """Deadlines and counters."""
    for rule in pack.deadlines:
        place = f"deadline {rule.code}"
        if not rule.limits:
            yield ContentProblem(
                "deadlines.toml", place, "", "数え方がありません。", "limits に1つ以上書いてください。"
            )
        for limit in rule.limits:
            if limit.unit not in _UNITS or limit.amount < 1:
                read = f"{limit.amount} {limit.unit}"
                yield ContentProblem(
                    "deadlines.toml",
                    place,
                    read,
                    "数え方が読めません。",
                    f"1以上の数と {'、'.join(_UNITS)} のどれかにしてください。",
                )
    offices = {CITY_HALL} | {office.code for office in pack.offices}
    for counter in pack.counters:
        if counter.office not in offices:
            yield ContentProblem(
                "offices.toml", f"counter {counter.code}", counter.office, "この庁舎はありません。",
                "office にある code にしてください。",
            )  # fmt: skip
        for section in (counter.section, *counter.receives_for):
            if section not in pack.section_by_code:
                yield ContentProblem(
                    "offices.toml",
                    f"counter {counter.code}",
                    section,
                    "この課はありません。",
                    "section にある code にしてください。",
                )


def check_pamphlets(pack: ContentPack) -> Iterator[ContentProblem]:
    """Slots of pamphlets: the sections that keep them, and the procedures that name them."""
    for pamphlet in pack.pamphlets:
        if pamphlet.section not in pack.section_by_code:
            yield ContentProblem(
                "pamphlets.toml",
                f"pamphlet {pamphlet.code}",
                pamphlet.section,
                "この課はありません。",
                "offices.toml にある code にしてください。",
            )
    known = {pamphlet.code for pamphlet in pack.pamphlets}
    for procedure in pack.procedures:
        for code in sorted(set(procedure.pamphlets) - known):
            yield ContentProblem(
                procedure.file,
                f"procedure {procedure.code}",
                code,
                "この案内はありません。",
                "pamphlets.toml に加えるか、pamphlets を直してください。",
            )


def check_forms(pack: ContentPack, forms: Collection[str]) -> Iterator[ContentProblem]:
    """Form codes of procedures and events against the forms that exist."""
    used = [(row.file, f"procedure {row.code}", form) for row in pack.procedures for form in row.forms]
    used += [("events.toml", f"event {row.code}", row.form) for row in pack.events if row.form]
    for file, place, form in used:
        if form not in forms:
            yield ContentProblem(
                file, place, form, "この様式はありません。", "様式を加えるか、forms を直してください。"
            )
