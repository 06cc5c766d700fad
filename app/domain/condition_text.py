"""Conditions of rule rows as text and back: fact｜operator｜value, each chosen from a list or typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from app.domain.code_lists import CodeList, CodeLists, plain
from app.domain.conditions import OPERATORS, takes_list
from app.domain.content import FactDefinition, FactType
from app.domain.content_labels import OPERATOR_WORDS
from app.domain.content_problem import CellProblem
from app.domain.dates import DateProblem, format_wareki, parse_day, today_in_japan

BETWEEN = "｜"
SETTING = "$"
_YES_NO = {"true": "はい", "false": "いいえ"}
_BY_TYPE: dict[FactType, dict[str, str]] = {
    FactType.NUMBER: {">=": "以上", "<=": "以下", ">": "超", "<": "未満", "=": "ちょうど", "between": "の間"},
    FactType.DATE: {
        ">=": "以後",
        "<=": "以前",
        ">": "より後",
        "<": "より前",
        "=": "ちょうど",
        "between": "の間",
    },
}
_OTHER_WORDS = {
    "である": "is", "は": "is", "でない": "is_not", "ではない": "is_not", "いずれか": "in", "または": "in",
    "≧": ">=", "≦": "<=", "＞": ">", "＜": "<", "＝": "=", "から": "between",
}  # fmt: skip


def operator_words(fact: FactDefinition) -> list[tuple[str, str]]:
    """The operators that fit a fact, each with what staff call it."""
    return [(one, operator_word(one, fact.type)) for one in OPERATORS[fact.type]]


def operator_word(operator: str, kind: FactType) -> str:
    """What staff call an operator beside a fact of a type."""
    return _BY_TYPE.get(kind, {}).get(operator) or OPERATOR_WORDS.get(operator, operator)


def condition_text(raw: Any, lists: CodeLists) -> str:
    """A plain condition as text."""
    if isinstance(raw, Mapping):
        return str(raw.get("$wrong", ""))
    return BETWEEN.join(condition_parts(raw, lists))


def condition_parts(raw: Any, lists: CodeLists) -> tuple[str, str, str]:
    """The fact, the operator and the value of a plain condition, as words."""
    fact_id, operator, value = raw
    fact = lists.facts.get(fact_id)
    if fact is None:
        return str(fact_id), str(operator), str(value)
    values = value if isinstance(value, list | tuple) else [value]
    shown = "、".join(_value_word(fact, one, lists) for one in values)
    return lists.of("facts").shown(fact_id), operator_word(operator, fact.type), shown


def _value_word(fact: FactDefinition, value: Any, lists: CodeLists) -> str:
    if isinstance(value, str) and value.startswith(SETTING):
        return SETTING + lists.of("settings").shown(value.removeprefix(SETTING))
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, date):
        return format_wareki(value)
    return value_list(fact).shown(str(value)) if fact.choices else str(value)


def value_list(fact: FactDefinition) -> CodeList:
    """What the value of a condition on a fact may be, where that is a list."""
    if fact.type is FactType.YES_NO:
        return CodeList(fact.label, _YES_NO)
    return CodeList(fact.label, {choice.code: choice.label for choice in fact.choices})


def read_condition(text: str, lists: CodeLists) -> list[Any]:
    """A condition from fact｜operator｜value. Raises `CellProblem`."""
    parts = [part.strip() for part in text.replace("|", BETWEEN).split(BETWEEN)]
    if len(parts) != 3 or not all(parts):
        raise CellProblem(
            text,
            "条件として読めません。",
            "「事実｜比べ方｜値」の3つを選んでください（例: 年齢｜以上｜75）。",
        )
    name, operator_text, value_text = parts
    fact_id = lists.of("facts").find(name)
    fact = lists.facts.get(fact_id or "")
    if fact is None:
        near = lists.of("facts").near(name)
        hint = (
            f"「{'」「'.join(near)}」などから選んでください。"
            if near
            else "事実の表にある名前を選んでください。"
        )
        raise CellProblem(name, "この事実はありません。", hint)
    operator = _read_operator(fact, operator_text)
    return [fact.id, operator, _read_values(fact, operator, value_text, lists)]


def _read_operator(fact: FactDefinition, text: str) -> str:
    offered = dict(operator_words(fact))
    word = text.strip()
    by_word = {plain(name): code for code, name in offered.items()} | {plain(code): code for code in offered}
    by_word |= {plain(name): code for code, name in OPERATOR_WORDS.items() if code in offered}
    by_word |= {plain(name): code for name, code in _OTHER_WORDS.items() if code in offered}
    operator = by_word.get(plain(word))
    if operator is None:
        raise CellProblem(
            text,
            f"「{fact.label}」では使えない比べ方です。",
            f"「{'」「'.join(offered.values())}」から選んでください。",
        )
    return operator


def _read_values(fact: FactDefinition, operator: str, text: str, lists: CodeLists) -> Any:
    if not takes_list(operator):
        return _read_value(fact, text, lists, pattern=operator == "matches")
    marks = ("～", "~", "から", ",", "，", "\n") if operator == "between" else (",", "，", "\n")
    for mark in marks:
        text = text.replace(mark, "、")
    values = [_read_value(fact, word.strip(), lists) for word in text.split("、") if word.strip()]
    if operator == "between" and len(values) != 2:
        raise CellProblem(
            text,
            f"値が{len(values)}個です。",
            "「から」と「まで」の2つを「、」で区切ってください（例: 6、15）。",
        )
    return values


def _read_value(fact: FactDefinition, text: str, lists: CodeLists, pattern: bool = False) -> Any:
    if text.startswith((SETTING, "＄")):
        code = lists.of("settings").find(text[1:])
        if code is None:
            raise CellProblem(
                text, "この設定値はありません。", "「市の設定値」の表にある名前を $ の後に書いてください。"
            )
        return SETTING + code
    if pattern:
        return text
    match fact.type:
        case FactType.NUMBER:
            return _read_number(fact, text)
        case FactType.DATE:
            return _read_date(text)
        case FactType.TEXT:
            return text
    known = value_list(fact)
    code = known.find(text)
    if code is None:
        words = "」「".join(known.shown(one) for one in known.names)
        raise CellProblem(text, f"「{fact.label}」の値にありません。", f"「{words}」から選んでください。")
    return code == "true" if fact.type is FactType.YES_NO else code


def _read_number(fact: FactDefinition, text: str) -> int:
    digits = (
        unicodedata.normalize("NFKC", text).removesuffix(fact.unit)
        if fact.unit
        else unicodedata.normalize("NFKC", text)
    )
    if not digits.strip().removeprefix("-").isdecimal() or len(digits) > 9:
        raise CellProblem(text, "数として読めません。", f"「{fact.label}」は整数で書いてください（例: 75）。")
    return int(digits)


def _read_date(text: str) -> date:
    try:
        return parse_day(text, today=today_in_japan(), future=True)
    except DateProblem as problem:
        raise CellProblem(text, problem.message, "例: R9.4.1") from problem
