"""Checks of certificates and requesters, counters and form codes."""

from __future__ import annotations

import re
from collections import Counter as Tally
from collections.abc import Collection, Iterator, Sequence

from app.domain.case import Channel
from app.domain.certificate_content import ItemType
from app.domain.content import Certificate, CertificateItem, ContentPack, ContentProblem
from app.domain.fee_check import check_fees
from app.domain.opening import CITY_HALL
from app.domain.quick_entry import ticks, words_of
from app.domain.requesters import NOTIFICATION

__all__ = ["check_certificates", "check_fees", "check_forms", "check_offices", "check_requesters"]

_FILE = "certificates.toml"
_UNITS = ("day", "month", "year")


def check_certificates(pack: ContentPack) -> Iterator[ContentProblem]:
    """Fees, papers and contents of certificates, and the words of quick entry."""
    fees = {rule.code for rule in pack.fees}
    papers = {paper.code for paper in pack.proof_papers}
    targets = {rule.target for rule in pack.requester_rules}
    for row in pack.certificates:
        place = f"certificate {row.code}"
        known: list[tuple[str, Collection[str], str, str]] = [
            (row.fee, fees, "この手数料はありません。", "fees.toml にある code にしてください。"),
            (row.section, pack.section_by_code, "この課はありません。", "offices.toml にある code にしてください。"),
            *((one, papers, "この書類はありません。", "identity.toml にある code にしてください。") for one in row.requires),
            *((one, set(Channel), "この受付方法はありません。", f"{'、'.join(Channel)} のどれかにしてください。") for one in row.channels),
            (row.target, targets, "請求できる方の行がありません。", "requesters.toml に、関係ごとの行を加えてください。"),
        ]  # fmt: skip
        for code, codes, problem, action in known:
            if code not in codes:
                yield ContentProblem(_FILE, place, code, problem, action)
        yield from _items(pack, row, place)
    known_kinds = set(pack.certificate_by_code)
    for item in pack.certificate_items:
        if item.certificate not in known_kinds:
            yield ContentProblem(
                _FILE, f"item {item.code}", item.certificate, "この証明書はありません。",
                "certificate にある code にしてください。",
            )  # fmt: skip
    exemptions = {one.code for one in pack.exemptions}
    for purpose in pack.purposes:
        if purpose.exemption and purpose.exemption not in exemptions:
            yield ContentProblem(
                _FILE, f"purpose {purpose.code}", purpose.exemption, "この減免はありません。",
                "fees.toml にある code にしてください。",
            )  # fmt: skip
    yield from _quick_words(pack)


def _items(pack: ContentPack, certificate: Certificate, place: str) -> Iterator[ContentProblem]:
    items = pack.items_of(certificate.code)
    ticked = ticks(pack, certificate.code)
    for letter, times in Tally(one.quick for one in ticked if one.quick).items():
        if times > 1 or not re.fullmatch("[a-z]", letter):
            yield ContentProblem(
                _FILE, place, letter, "記載事項の文字が重なるか、英小文字1字ではありません。",
                "別の1字にしてください。",
            )  # fmt: skip
    for code, times in Tally(one.code for one in items).items():
        if times > 1:
            yield ContentProblem(
                _FILE, place, code, f"聞くことが{times}回出てきます。", "どれか1つだけにしてください。"
            )
    for group in dict.fromkeys(one.group for one in ticked if one.group):
        defaults = [one.code for one in ticked if one.group == group and one.default]
        if len(defaults) != 1:
            yield ContentProblem(
                _FILE, place, group, f"最初の選択が{len(defaults)}個あります。",
                "1つだけ default = true にしてください。",
            )  # fmt: skip
    for item in items:
        yield from _item(pack, item, ticked, f"{place} {item.code}")


def _item(
    pack: ContentPack, item: CertificateItem, ticked: Sequence[CertificateItem], place: str
) -> Iterator[ContentProblem]:
    """Whether each cell of an item fits its type and names what exists."""
    tick = item.type is ItemType.TICK
    wrong: list[tuple[bool, str, str, str]] = [
        (
            bool(item.shown_with) and item.shown_with not in {one.code for one in ticked},
            item.shown_with, "この記載事項はありません。", "同じ証明書の記載事項の code にしてください。",
        ),
        (
            item.type is ItemType.CHOICE and not item.choices,
            item.code, "選択肢がありません。", "choices に1つ以上書いてください。",
        ),
        (
            not tick and bool(item.group or item.default or item.sensitive or item.fee or item.quick),
            item.code, "入力する項目には使えない列が埋まっています。",
            "quick・group・default・sensitive・fee は、選ぶ記載事項（tick）だけに書いてください。",
        ),
        (
            bool(item.measure) and item.measure not in pack.fee_measure_by_code,
            item.measure, "この数え方はありません。", "fees.toml の measure にある code にしてください。",
        ),
        (
            bool(item.measure) and item.type not in {ItemType.TICK, ItemType.NUMBER},
            item.measure, "数えられない項目です。", "measure は、選ぶ記載事項か数の項目だけに書いてください。",
        ),
        (
            bool(item.fee) and item.fee not in {rule.code for rule in pack.fees},
            item.fee, "この手数料はありません。", "fees.toml にある code にしてください。",
        ),
    ]  # fmt: skip
    for is_wrong, read, problem, action in wrong:
        if is_wrong:
            yield ContentProblem(_FILE, place, read, problem, action)


def _quick_words(pack: ContentPack) -> Iterator[ContentProblem]:
    """Words of quick entry that mean two things: two certificates, or one certificate and another one's contents."""
    owners: dict[str, list[Certificate]] = {}
    for certificate in pack.certificates:
        for word in words_of(certificate):
            owners.setdefault(word, []).append(certificate)
        if certificate.quick and not re.fullmatch("[a-z]{1,3}", certificate.quick):
            yield ContentProblem(
                _FILE, f"certificate {certificate.code}", certificate.quick,
                "はやうちの記号が英小文字1〜3字ではありません。", "英小文字1〜3字にしてください。",
            )  # fmt: skip
    for word, found in owners.items():
        codes = {one.code for one in found}
        if len(codes) > 1:
            titles = "、".join(dict.fromkeys(f"「{one.title}」" for one in found))
            yield ContentProblem(
                _FILE, f"certificate {found[-1].code}", word, f"はやうちの言葉が{titles}で重なっています。",
                "どれか1つだけの言葉にしてください。",
            )  # fmt: skip
        for length in range(1, len(word)):
            for shorter in owners.get(word[:length], []):
                letters = {one.quick for one in ticks(pack, shorter.code)}
                if shorter.code not in codes and set(word[length:]) <= letters:
                    yield ContentProblem(
                        _FILE, f"certificate {found[0].code}", word,
                        f"「{shorter.title}」の記号と記載事項の文字（{word[:length]}＋{word[length:]}）とも読めます。",
                        "別の記号にしてください。",
                    )  # fmt: skip


def check_requesters(pack: ContentPack) -> Iterator[ContentProblem]:
    """Who may ask for what, and identification documents."""
    relations = {relation.code for relation in pack.relations}
    papers = {paper.code for paper in pack.proof_papers}
    kinds: dict[str, set[str]] = {NOTIFICATION: set()}
    for certificate in pack.certificates:
        own = kinds.setdefault(certificate.target, set())
        own.update(one.code for one in ticks(pack, certificate.code))
    for row in pack.requester_rules:
        place = f"rule {row.target} {row.relation}"
        contents = sorted({*row.withheld, *row.examined, *row.mailed})
        known: list[tuple[str, Collection[str], str, str]] = [
            (row.target, kinds, "この証明書はありません。", "証明書の requesters か notification にしてください。"),
            (row.relation, relations, "この関係はありません。", "relation にある code にしてください。"),
            *((one, papers, "この書類はありません。", "identity.toml にある code にしてください。") for one in sorted(row.papers)),
            *(
                (one, kinds.get(row.target, set()), "この記載事項はありません。", "その証明書の item にある code にしてください。")
                for one in contents
            ),
        ]  # fmt: skip
        for code, codes, problem, action in known:
            if code not in codes:
                yield ContentProblem("requesters.toml", place, code, problem, action)
    for document in pack.identity_documents:
        if document.needed not in {0, 1, 2}:
            yield ContentProblem(
                "identity.toml", f"document {document.code}", str(document.needed), "必要な点数が違います。",
                "0、1、2 のどれかにしてください。",
            )  # fmt: skip
    yield from _missing_rows(pack, kinds, relations)


def _missing_rows(
    pack: ContentPack, targets: Collection[str], relations: Collection[str]
) -> Iterator[ContentProblem]:
    """Every kind of request has an answer for every relation: nobody is refused only because a row is missing."""
    rows = {(rule.target, rule.relation) for rule in pack.requester_rules}
    asked = {rule.target for rule in pack.requester_rules} & set(targets)
    for target in sorted(asked):
        for relation in sorted(set(relations)):
            if (target, relation) not in rows:
                yield ContentProblem(
                    "requesters.toml", f"rule {target} {relation}", relation,
                    "この関係の方が請求できるかどうかの行がありません。",
                    "allowed と reason を書いた行を加えてください。",
                )  # fmt: skip


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
    """Form codes of procedures, events and certificate requests against the forms that exist."""
    used = [(row.file, f"procedure {row.code}", form) for row in pack.procedures for form in row.forms]
    used += [("events.toml", f"event {row.code}", row.form) for row in pack.events if row.form]
    used += [
        ("certificates.toml", f"certificate {row.code}", row.form) for row in pack.certificates if row.form
    ]
    used += [("fees.toml", f"payment {row.channel}", row.form) for row in pack.payments if row.form]
    used += [
        ("requesters.toml", f"rule {row.target} {row.relation}", row.form)
        for row in pack.requester_rules
        if row.form
    ]
    for file, place, form in used:
        if form not in forms:
            yield ContentProblem(
                file, place, form, "この様式はありません。", "様式を加えるか、forms を直してください。"
            )
