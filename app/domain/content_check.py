"""What can be wrong in a content pack although every field reads well: unknown codes, misfits, gaps in valid periods."""

from __future__ import annotations

import re
import string
from collections import Counter as Tally
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from app.domain.conditions import OPERATORS, takes_list
from app.domain.content import Condition, ContentPack, ContentProblem, FactDefinition, FactType, Rule, Subject
from app.domain.derivations import BIRTH, DERIVATIONS, MOVES, RELATIONSHIP
from app.domain.facts import CHANGED_ON

PLACEHOLDERS = {"name", "age", "people"}
"""What a reason or why template may use."""

REQUIRED_FACTS = (BIRTH, MOVES, RELATIONSHIP, CHANGED_ON, "age")
"""Facts the rules and templates themselves read, so every pack defines them."""

_UNITS = ("day", "month", "year")
_EXPECTED_TYPES: dict[FactType, type] = {
    FactType.YES_NO: bool,
    FactType.CHOICE: str,
    FactType.NUMBER: int,
    FactType.DATE: date,
    FactType.TEXT: str,
}


def check_content(pack: ContentPack, forms: Collection[str] | None = None) -> list[ContentProblem]:
    """Everything wrong in a pack, in the order of its files; empty when it can be published.

    `forms` are the codes of the forms that exist; None leaves form codes unchecked.
    """
    checks: list[Callable[[ContentPack], Iterator[ContentProblem]]] = [
        _unique_codes,
        _valid_periods,
        _facts,
        _questions,
        _procedures,
        _rules,
        _certificates,
        _requesters,
        _offices,
    ]
    problems = [problem for check in checks for problem in check(pack)]
    if forms is not None:
        problems.extend(_forms(pack, forms))
    return problems


def _unique_codes(pack: ContentPack) -> Iterator[ContentProblem]:
    rows: list[tuple[str, str, Iterable[str]]] = [
        ("facts.toml", "fact", (row.id for row in pack.facts)),
        ("questions.toml", "group", (row.code for row in pack.question_groups)),
        ("questions.toml", "question", (row.id for row in pack.questions)),
        ("questions.toml", "question fact", (row.fact for row in pack.questions)),
        ("procedures.toml", "procedure", (row.code for row in pack.procedures)),
        ("rules.toml", "rule", (row.id for row in pack.rules)),
        ("certificates.toml", "certificate", (row.code for row in pack.certificates)),
        ("certificates.toml", "certificate quick", (row.quick for row in pack.certificates if row.quick)),
        ("identity.toml", "document", (row.code for row in pack.identity_documents)),
        ("identity.toml", "paper", (row.code for row in pack.proof_papers)),
        ("requesters.toml", "relation", (row.code for row in pack.relations)),
        ("requesters.toml", "rule", (f"{row.target} {row.relation}" for row in pack.requester_rules)),
        ("events.toml", "event", (row.code for row in pack.events)),
        ("offices.toml", "section", (row.code for row in pack.sections)),
        ("offices.toml", "counter", (row.code for row in pack.counters)),
        ("phrases.toml", "phrase", (f"{row.kind} {row.code}" for row in pack.phrases)),
    ]
    for file, table, codes in rows:
        for code, times in Tally(codes).items():
            if times > 1:
                yield ContentProblem(
                    file, table, code, f"{times}回出てきます。", "どれか1つだけにしてください。"
                )


def _valid_periods(pack: ContentPack) -> Iterator[ContentProblem]:
    dated: list[tuple[str, str, Iterable[tuple[str, Any]]]] = [
        ("questions.toml", "question", ((row.id, row) for row in pack.questions)),
        ("procedures.toml", "procedure", ((row.code, row) for row in pack.procedures)),
        ("rules.toml", "rule", ((row.id, row) for row in pack.rules)),
        ("certificates.toml", "certificate", ((row.code, row) for row in pack.certificates)),
        ("fees.toml", "fee", ((f"{row.code} {row.channel}".strip(), row) for row in pack.fees)),
        ("fees.toml", "exemption", ((row.code, row) for row in pack.exemptions)),
        ("deadlines.toml", "deadline", ((row.code, row) for row in pack.deadlines)),
    ]
    for file, table, rows in dated:
        versions: dict[str, list[Any]] = {}
        for code, row in rows:
            versions.setdefault(code, []).append(row)
            if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
                read = f"{row.valid_from}～{row.valid_to}"
                yield ContentProblem(
                    file, f"{table} {code}", read, "終わりが始まりより前です。", "有効期間を直してください。"
                )
        for code, found in versions.items():
            yield from _gaps(file, f"{table} {code}", found)


def _gaps(file: str, place: str, versions: Sequence[Any]) -> Iterator[ContentProblem]:
    """Versions of one code must follow each other without a gap and without an overlap."""
    ordered = sorted(versions, key=lambda row: row.valid_from or date.min)
    for earlier, later in pairwise(ordered):
        read = f"{earlier.valid_to or '（終わりなし）'} → {later.valid_from or '（始まりなし）'}"
        if earlier.valid_to is None or later.valid_from is None or later.valid_from <= earlier.valid_to:
            yield ContentProblem(
                file,
                place,
                read,
                "有効期間が重なっています。",
                "前の版の終わりを次の版の始まりの前日にしてください。",
            )
        elif later.valid_from > earlier.valid_to + timedelta(days=1):
            yield ContentProblem(
                file,
                place,
                read,
                "有効期間に空きがあります。",
                "前の版の終わりを次の版の始まりの前日にしてください。",
            )


def _facts(pack: ContentPack) -> Iterator[ContentProblem]:
    for needed in REQUIRED_FACTS:
        if needed not in pack.fact_by_id:
            yield ContentProblem(
                "facts.toml",
                "fact",
                needed,
                "この事実がありません。",
                f"id が {needed} の事実を加えてください。",
            )
    for fact in pack.facts:
        place = f"fact {fact.id}"
        kind, _, name = fact.source.partition(":")
        if kind not in {"register", "case", "question", "derived"}:
            yield ContentProblem(
                "facts.toml",
                place,
                fact.source,
                "出所が分かりません。",
                "register:番号、case、question、derived:関数 のどれかにしてください。",
            )
        if (fact.type is FactType.CHOICE) != bool(fact.choices) and kind != "derived":
            yield ContentProblem(
                "facts.toml",
                place,
                fact.type,
                "選択肢の有無が種類と合いません。",
                "選択式だけに choices を書いてください。",
            )
        if kind == "derived":
            yield from _derived(pack, fact, name, place)
        elif kind == "question" and fact.id not in pack.question_by_fact:
            yield ContentProblem(
                "facts.toml",
                place,
                fact.source,
                "質問がありません。",
                "questions.toml に質問を加えてください。",
            )
    yield from _circles(pack)


def _derived(pack: ContentPack, fact: FactDefinition, name: str, place: str) -> Iterator[ContentProblem]:
    derivation = DERIVATIONS.get(name)
    if derivation is None:
        yield ContentProblem(
            "facts.toml",
            place,
            name,
            "この計算はありません。",
            f"使える計算: {'、'.join(sorted(DERIVATIONS))}",
        )
        return
    if derivation.type is not fact.type or derivation.subject is not fact.subject:
        expected = f"type={derivation.type}、subject={derivation.subject}"
        yield ContentProblem(
            "facts.toml",
            place,
            f"{fact.type} {fact.subject}",
            "計算の結果と合いません。",
            f"{expected} にしてください。",
        )
    kinds = _argument_kinds(derivation.args, len(fact.args))
    if kinds is None:
        expected = "、".join(derivation.args) or "なし"
        yield ContentProblem(
            "facts.toml", place, str(list(fact.args)), "引数の数が違います。", f"引数: {expected}"
        )
        return
    for kind, arg in zip(kinds, fact.args, strict=True):
        if (kind == "number") != isinstance(arg, int):
            yield ContentProblem(
                "facts.toml", place, str(arg), "引数の種類が違います。", f"引数: {'、'.join(derivation.args)}"
            )
        elif kind == "fact" and arg not in pack.fact_by_id:
            yield ContentProblem(
                "facts.toml",
                place,
                str(arg),
                "この事実はありません。",
                "facts.toml にある id にしてください。",
            )


def _argument_kinds(args: tuple[str, ...], given: int) -> list[str] | None:
    """The kind of each given argument, or None when there are too few or too many."""
    if args and args[-1].endswith("+"):
        extra = given - len(args)
        return None if extra < 0 else [*args[:-1], *[args[-1].rstrip("+")] * (extra + 1)]
    return list(args) if given == len(args) else None


def _depends_on(fact: FactDefinition) -> set[str]:
    derivation = DERIVATIONS.get(fact.derivation or "")
    if derivation is None:
        return set()
    kinds = _argument_kinds(derivation.args, len(fact.args)) or []
    return {
        *derivation.reads,
        *(str(arg) for kind, arg in zip(kinds, fact.args, strict=False) if kind == "fact"),
    }


def _circles(pack: ContentPack) -> Iterator[ContentProblem]:
    depends = {fact.id: _depends_on(fact) for fact in pack.facts}
    for fact in depends:
        seen: set[str] = set()
        ahead = set(depends[fact])
        while ahead:
            one = ahead.pop()
            if one == fact:
                yield ContentProblem(
                    "facts.toml",
                    f"fact {fact}",
                    fact,
                    "自分自身から計算されています。",
                    "引数の事実を見直してください。",
                )
                break
            if one not in seen:
                seen.add(one)
                ahead |= depends.get(one, set())


def _questions(pack: ContentPack) -> Iterator[ContentProblem]:
    groups = {group.code for group in pack.question_groups}
    for question in pack.questions:
        place = f"question {question.id}"
        fact = pack.fact_by_id.get(question.fact)
        if fact is None:
            yield ContentProblem(
                "questions.toml",
                place,
                question.fact,
                "この事実はありません。",
                "facts.toml にある id にしてください。",
            )
        elif fact.derivation:
            yield ContentProblem(
                "questions.toml",
                place,
                question.fact,
                "計算される事実は聞けません。",
                "もとになる事実を聞いてください。",
            )
        if question.group not in groups:
            yield ContentProblem(
                "questions.toml",
                place,
                question.group,
                "この分類はありません。",
                "group にある code にしてください。",
            )
        subject = fact.subject if fact else Subject.CASE
        yield from _template("questions.toml", place, question.why, subject)


def _template(file: str, place: str, template: str, subject: Subject) -> Iterator[ContentProblem]:
    allowed = {"people"} if subject is Subject.CASE else PLACEHOLDERS
    expected = "、".join(f"{{{name}}}" for name in sorted(allowed))
    try:
        used = [
            (name, spec, conversion)
            for _, name, spec, conversion in string.Formatter().parse(template)
            if name is not None
        ]
    except ValueError:
        yield ContentProblem(
            file, place, template, "{ } の対応が正しくありません。", f"使える差込み: {expected}"
        )
        return
    for name, spec, conversion in used:
        if name not in allowed or spec or conversion:
            yield ContentProblem(
                file, place, f"{{{name}}}", "ここでは差込みできません。", f"使える差込み: {expected}"
            )


def _procedures(pack: ContentPack) -> Iterator[ContentProblem]:
    deadlines = {rule.code for rule in pack.deadlines}
    for procedure in pack.procedures:
        place = f"procedure {procedure.code}"
        if procedure.section not in pack.section_by_code:
            yield ContentProblem(
                "procedures.toml",
                place,
                procedure.section,
                "この課はありません。",
                "offices.toml にある code にしてください。",
            )
        if procedure.deadline and procedure.deadline not in deadlines:
            yield ContentProblem(
                "procedures.toml",
                place,
                procedure.deadline,
                "この期限はありません。",
                "deadlines.toml にある code にしてください。",
            )
        concerned = pack.fact_by_id.get(procedure.concerns)
        if procedure.concerns and (
            concerned is None
            or concerned.type is not FactType.YES_NO
            or concerned.subject is not Subject.PERSON
        ):
            yield ContentProblem(
                "procedures.toml",
                place,
                procedure.concerns,
                "対象の人を選べる事実ではありません。",
                "人ごとの「はい・いいえ」の事実にしてください。",
            )
        has_rows = procedure.code in pack.rules_by_procedure
        if has_rows == procedure.by_hand:
            problem = "手で追加する手続きに判定の行があります。" if has_rows else "判定の行がありません。"
            yield ContentProblem(
                "procedures.toml",
                place,
                procedure.code,
                problem,
                "rules.toml に行を書くか、by_hand を直してください。",
            )


def _rules(pack: ContentPack) -> Iterator[ContentProblem]:
    for rule in pack.rules:
        place = f"rule {rule.id}"
        procedure = pack.procedure_by_code.get(rule.procedure)
        if procedure is None:
            yield ContentProblem(
                "rules.toml",
                place,
                rule.procedure,
                "この手続きはありません。",
                "procedures.toml にある code にしてください。",
            )
        subject = procedure.per if procedure else Subject.PERSON
        for event in rule.events:
            if event not in pack.event_by_code:
                yield ContentProblem(
                    "rules.toml",
                    place,
                    event,
                    "この用件はありません。",
                    "events.toml にある code にしてください。",
                )
        if not rule.events:
            yield ContentProblem(
                "rules.toml", place, "", "用件がありません。", "events に1つ以上書いてください。"
            )
        for number, condition in enumerate(rule.conditions, start=1):
            yield from _condition(pack, condition, subject, f"{place} conditions[{number}]")
        yield from _template("rules.toml", place, rule.reason, subject)
    yield from _needless_facts(pack)


def _condition(
    pack: ContentPack, condition: Condition, subject: Subject, place: str
) -> Iterator[ContentProblem]:
    fact = pack.fact_by_id.get(condition.fact)
    if fact is None:
        yield ContentProblem(
            "rules.toml",
            place,
            condition.fact,
            "この事実はありません。",
            "facts.toml にある id にしてください。",
        )
        return
    if fact.subject is Subject.PERSON and subject is Subject.CASE:
        yield ContentProblem(
            "rules.toml",
            place,
            fact.id,
            "受付全体で決まる手続きに、人ごとの事実は使えません。",
            "世帯で集計した事実を使ってください。",
        )
    if condition.operator not in OPERATORS[fact.type]:
        yield ContentProblem(
            "rules.toml",
            place,
            condition.operator,
            "この比べ方は事実の種類と合いません。",
            f"使える比べ方: {'、'.join(OPERATORS[fact.type])}",
        )
        return
    yield from _condition_value(condition, fact, place)


def _condition_value(condition: Condition, fact: FactDefinition, place: str) -> Iterator[ContentProblem]:
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    is_list = isinstance(condition.value, tuple)
    if (
        takes_list(condition.operator) != is_list
        or (condition.operator == "between" and len(values) != 2)
        or not values
    ):
        expected = (
            "2つの値の並び"
            if condition.operator == "between"
            else "値の並び"
            if takes_list(condition.operator)
            else "1つの値"
        )
        yield ContentProblem(
            "rules.toml",
            place,
            str(condition.value),
            "値の数が比べ方と合いません。",
            f"{expected}を書いてください。",
        )
        return
    codes = {choice.code for choice in fact.choices}
    for value in values:
        expected_type = _EXPECTED_TYPES[fact.type]
        if not isinstance(value, expected_type) or (expected_type is int and isinstance(value, bool)):
            yield ContentProblem(
                "rules.toml",
                place,
                str(value),
                "値の種類が事実と合いません。",
                f"「{fact.label}」の種類は {fact.type} です。",
            )
        elif codes and value not in codes:
            yield ContentProblem(
                "rules.toml",
                place,
                str(value),
                "この選択肢はありません。",
                f"使える値: {'、'.join(sorted(codes))}",
            )
        elif condition.operator == "matches":
            try:
                re.compile(str(value))
            except re.error as problem:
                yield ContentProblem(
                    "rules.toml",
                    place,
                    str(value),
                    f"正規表現として読めません（{problem}）。",
                    "書き方を直してください。",
                )


def _needless_facts(pack: ContentPack) -> Iterator[ContentProblem]:
    """Two rows that differ only in a yes/no fact being true and false: that fact decides nothing and would never be asked."""
    seen: dict[tuple[Any, ...], Rule] = {}
    for rule in pack.rules:
        for condition in rule.conditions:
            if not isinstance(condition.value, bool):
                continue
            rest = frozenset(one for one in rule.conditions if one != condition)
            shape = (
                rule.procedure,
                rule.events,
                rule.who,
                rule.valid_from,
                rule.valid_to,
                rest,
                condition.fact,
            )
            other = seen.get((*shape, not condition.value))
            if other is not None:
                problem = f"行 {other.id} と合わせると、この事実はどちらでも同じ結果です。"
                yield ContentProblem(
                    "rules.toml",
                    f"rule {rule.id}",
                    condition.fact,
                    problem,
                    "条件を外して1行にまとめてください。",
                )
            seen[(*shape, condition.value)] = rule


def _certificates(pack: ContentPack) -> Iterator[ContentProblem]:
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


def _requesters(pack: ContentPack) -> Iterator[ContentProblem]:
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


def _offices(pack: ContentPack) -> Iterator[ContentProblem]:
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
    for counter in pack.counters:
        for section in (counter.section, *counter.receives_for):
            if section not in pack.section_by_code:
                yield ContentProblem(
                    "offices.toml",
                    f"counter {counter.code}",
                    section,
                    "この課はありません。",
                    "section にある code にしてください。",
                )


def _forms(pack: ContentPack, forms: Collection[str]) -> Iterator[ContentProblem]:
    used = [
        ("procedures.toml", f"procedure {row.code}", form) for row in pack.procedures for form in row.forms
    ]
    used += [("events.toml", f"event {row.code}", row.form) for row in pack.events if row.form]
    for file, place, form in used:
        if form not in forms:
            yield ContentProblem(
                file, place, form, "この様式はありません。", "様式を加えるか、forms を直してください。"
            )
