"""Checks of questions, procedures and rule rows: unknown codes, operators and values that do not fit, needless conditions."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from datetime import date
from typing import Any

from app.domain.conditions import OPERATORS, takes_list
from app.domain.content import Condition, ContentPack, ContentProblem, FactDefinition, FactType, Rule, Subject

PLACEHOLDERS = {"name", "age", "people"}
"""What a reason or why template may use."""

_EXPECTED_TYPES: dict[FactType, type] = {
    FactType.YES_NO: bool,
    FactType.CHOICE: str,
    FactType.NUMBER: int,
    FactType.DATE: date,
    FactType.TEXT: str,
}


def check_questions(pack: ContentPack) -> Iterator[ContentProblem]:
    """Facts and topics of questions, and their why templates."""
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


def check_procedures(pack: ContentPack) -> Iterator[ContentProblem]:
    """Sections, deadlines, concerned persons and rows of procedures."""
    deadlines = {rule.code for rule in pack.deadlines}
    for procedure in pack.procedures:
        place = f"procedure {procedure.code}"
        if procedure.section not in pack.section_by_code:
            yield ContentProblem(
                procedure.file,
                place,
                procedure.section,
                "この課はありません。",
                "offices.toml にある code にしてください。",
            )
        if procedure.deadline and procedure.deadline not in deadlines:
            yield ContentProblem(
                procedure.file,
                place,
                procedure.deadline,
                "この期限はありません。",
                "deadlines.toml にある code にしてください。",
            )
        yield from _concerns(pack, procedure.concerns, procedure.file, place)
        has_rows = procedure.code in pack.rules_by_procedure
        if has_rows == procedure.by_hand:
            problem = "手で追加する手続きに判定の行があります。" if has_rows else "判定の行がありません。"
            yield ContentProblem(
                procedure.file,
                place,
                procedure.code,
                problem,
                "rules に行を書くか、by_hand を直してください。",
            )


def _concerns(pack: ContentPack, fact: str, file: str, place: str) -> Iterator[ContentProblem]:
    """Whom a case procedure or one of its rows is about must be a yes/no fact of persons."""
    concerned = pack.fact_by_id.get(fact)
    if fact and (
        concerned is None or concerned.type is not FactType.YES_NO or concerned.subject is not Subject.PERSON
    ):
        yield ContentProblem(
            file,
            place,
            fact,
            "対象の人を選べる事実ではありません。",
            "人ごとの「はい・いいえ」の事実にしてください。",
        )


def check_rules(pack: ContentPack) -> Iterator[ContentProblem]:
    """Procedures, events, conditions and reasons of rule rows."""
    for rule in pack.rules:
        place, file = f"rule {rule.id}", pack.rule_file(rule)
        procedure = pack.procedure_by_code.get(rule.procedure)
        if procedure is None:
            yield ContentProblem(
                file,
                place,
                rule.procedure,
                "この手続きはありません。",
                "procedures にある code にしてください。",
            )
        subject = procedure.per if procedure else Subject.PERSON
        yield from _concerns(pack, rule.concerns, file, place)
        for form in rule.forms:
            if procedure and form not in procedure.forms:
                yield ContentProblem(
                    file,
                    place,
                    form,
                    "この手続きの様式ではありません。",
                    "手続きにある様式から選んでください。",
                )
        for event in rule.events:
            if event not in pack.event_by_code:
                yield ContentProblem(
                    file,
                    place,
                    event,
                    "この用件はありません。",
                    "events.toml にある code にしてください。",
                )
        if not rule.events:
            yield ContentProblem(file, place, "", "用件がありません。", "events に1つ以上書いてください。")
        for number, condition in enumerate(rule.conditions, start=1):
            yield from _condition(pack, condition, subject, file, f"{place} conditions[{number}]")
        yield from _template(file, place, rule.reason, subject)
    yield from _needless_facts(pack)


def _condition(
    pack: ContentPack, condition: Condition, subject: Subject, file: str, place: str
) -> Iterator[ContentProblem]:
    fact = pack.fact_by_id.get(condition.fact)
    if fact is None:
        yield ContentProblem(
            file,
            place,
            condition.fact,
            "この事実はありません。",
            "facts.toml にある id にしてください。",
        )
        return
    if fact.subject is Subject.PERSON and subject is Subject.CASE:
        yield ContentProblem(
            file,
            place,
            fact.id,
            "受付全体で決まる手続きに、人ごとの事実は使えません。",
            "世帯で集計した事実を使ってください。",
        )
    if condition.operator not in OPERATORS[fact.type]:
        yield ContentProblem(
            file,
            place,
            condition.operator,
            "この比べ方は事実の種類と合いません。",
            f"使える比べ方: {'、'.join(OPERATORS[fact.type])}",
        )
        return
    yield from _condition_value(condition, fact, file, place)


def _condition_value(
    condition: Condition, fact: FactDefinition, file: str, place: str
) -> Iterator[ContentProblem]:
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
            file,
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
                file,
                place,
                str(value),
                "値の種類が事実と合いません。",
                f"「{fact.label}」の種類は {fact.type} です。",
            )
        elif codes and value not in codes:
            yield ContentProblem(
                file,
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
                    file,
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
                    pack.rule_file(rule),
                    f"rule {rule.id}",
                    condition.fact,
                    problem,
                    "条件を外して1行にまとめてください。",
                )
            seen[(*shape, condition.value)] = rule
