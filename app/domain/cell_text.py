"""Cells of the content pack as text and back: what staff read, type and paste from a spreadsheet.

A cell that cannot be read keeps what was typed as `{"$wrong": text}` until it is mended. What a text means never
depends on where it was typed: page, grid and clipboard use the same words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from app.domain.code_lists import CodeList, CodeLists, plain
from app.domain.condition_text import condition_text, read_condition
from app.domain.content_columns import CellKind, Column
from app.domain.content_problem import CellProblem
from app.domain.dates import DateProblem, format_wareki, parse_day, today_in_japan

WRONG = "$wrong"
BETWEEN = "｜"
"""Stands between the fields of a small row inside a cell."""
LONGEST_CELL = 4000
LARGEST_NUMBER = 10_000_000

_YES = frozenset({"はい", "yes", "true", "1", "○", "〇", "有", "y"})
_NO = frozenset({"いいえ", "no", "false", "0", "×", "無", "n", ""})


def wrong_text(raw: Any) -> str | None:
    """What was typed into a cell that could not be read; None for a sound one."""
    return str(raw[WRONG]) if isinstance(raw, Mapping) and raw.keys() == {WRONG} else None


def cell_text(column: Column, row: Mapping[str, Any], lists: CodeLists) -> str:
    """A cell as text. A field the row does not have shows its default."""
    raw = row.get(column.name, column.default)
    if column.kind is CellKind.CONDITIONS:
        return "\n".join(condition_text(one, lists) for one in raw or ())
    return _text(column, raw, lists)


def _text(column: Column, raw: Any, lists: CodeLists) -> str:
    typed = wrong_text(raw)
    if typed is not None:
        return typed
    if raw is None:
        return ""
    match column.kind:
        case CellKind.FLAG:
            return "はい" if raw else "いいえ"
        case CellKind.DATE:
            return format_wareki(raw)
        case CellKind.CODE:
            return _list_of(column, lists).shown(_plain_code(raw)) if raw else ""
        case CellKind.CODES:
            return "、".join(_list_of(column, lists).shown(_plain_code(one)) for one in raw)
        case CellKind.LINES:
            return "\n".join(raw)
        case CellKind.VALUES:
            return "、".join(_value_text(one, lists) for one in raw)
        case CellKind.ITEMS:
            return "\n".join(_item_text(column, one, lists) for one in raw)
    return str(raw)


def _plain_code(raw: Any) -> str:
    return raw.value if isinstance(raw, StrEnum) else str(raw)


def _value_text(raw: Any, lists: CodeLists) -> str:
    return lists.of("facts").shown(raw) if isinstance(raw, str) and raw in lists.facts else str(raw)


def _item_text(column: Column, raw: Any, lists: CodeLists) -> str:
    values = (
        raw if isinstance(raw, list | tuple) else [raw.get(one.name, one.default) for one in column.items]
    )
    texts = [_text(one, value, lists) for one, value in zip(column.items, values, strict=False)]
    while len(texts) > 1 and texts[-1] in {"", "いいえ"}:
        texts.pop()
    return BETWEEN.join(texts)


def read_cell(column: Column, text: str, lists: CodeLists) -> Any:
    """What a text means in a column; None for an empty cell. Raises `CellProblem`."""
    if len(text) > LONGEST_CELL:
        raise CellProblem(
            text[:20] + "…", f"{len(text):,}文字あります。", f"{LONGEST_CELL:,}文字以内にしてください。"
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        return None
    if column.kind is CellKind.CONDITIONS:
        return [read_condition(line, lists) for line in text.split("\n") if line.strip()]
    return _READERS[column.kind](column, text, lists)


def _read_text(_column: Column, text: str, _lists: CodeLists) -> str:
    if "\n" in text:
        raise CellProblem(text, "改行が入っています。", "1行で書いてください。")
    return text


def _read_number(_column: Column, text: str, _lists: CodeLists) -> int:
    digits = unicodedata.normalize("NFKC", text).replace(",", "").removesuffix("円")
    if not digits.removeprefix("-").isdecimal():
        raise CellProblem(text, "数として読めません。", "整数で書いてください（例: 300）。")
    number = int(digits) if len(digits) < 9 else LARGEST_NUMBER + 1
    if abs(number) > LARGEST_NUMBER:
        raise CellProblem(text, "大きすぎます。", f"{LARGEST_NUMBER:,}以下の数にしてください。")
    return number


def _read_flag(_column: Column, text: str, _lists: CodeLists) -> bool:
    word = plain(text).lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellProblem(text, "「はい」か「いいえ」ではありません。", "どちらかを選んでください。")


def _read_date(_column: Column, text: str, _lists: CodeLists) -> date:
    try:
        return parse_day(text, today=today_in_japan(), future=True)
    except DateProblem as problem:
        raise CellProblem(text, problem.message, "例: R9.4.1") from problem


def _list_of(column: Column, lists: CodeLists) -> CodeList:
    return CodeList(column.label, dict(column.choices)) if column.choices else lists.of(column.of)


def _read_code(column: Column, text: str, lists: CodeLists) -> str:
    return find_code(_list_of(column, lists), column.label, text)


def find_code(known: CodeList, label: str, text: str) -> str:
    """The code a word stands for. Raises `CellProblem` with words that are near it."""
    code = known.find(text)
    if code is None:
        near = known.near(text) or [known.shown(one) for one in list(known.names)[:4]]
        hint = (
            f"「{'」「'.join(near)}」などから選んでください。"
            if near
            else f"先に「{known.title or label}」の表に加えてください。"
        )
        raise CellProblem(text, f"{known.title or label}の一覧にありません。", hint)
    return code


def _read_codes(column: Column, text: str, lists: CodeLists) -> list[str]:
    known = _list_of(column, lists)
    return list(dict.fromkeys(find_code(known, column.label, word) for word in split_words(text)))


def split_words(text: str) -> list[str]:
    """The words of a cell that holds several: between 、 or , or line ends."""
    for mark in (",", "，", "\n", ";"):
        text = text.replace(mark, "、")
    return [word.strip() for word in text.split("、") if word.strip()]


def _read_lines(_column: Column, text: str, _lists: CodeLists) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _read_values(_column: Column, text: str, lists: CodeLists) -> list[Any]:
    return [_read_value(_column, word, lists) for word in split_words(text)]


def _read_value(_column: Column, text: str, lists: CodeLists) -> Any:
    digits = unicodedata.normalize("NFKC", text)
    if digits.removeprefix("-").isdecimal() and len(digits) < 9:
        return int(digits)
    return lists.of("facts").find(text) or text


def _read_items(column: Column, text: str, lists: CodeLists) -> list[Any]:
    return [_read_item(column, line, lists) for line in text.split("\n") if line.strip()]


def _read_item(column: Column, line: str, lists: CodeLists) -> Any:
    parts = [part.strip() for part in line.replace("|", BETWEEN).split(BETWEEN)]
    names = BETWEEN.join(one.label for one in column.items)
    needed = sum(one.required for one in column.items)
    if not needed <= len(parts) <= len(column.items):
        raise CellProblem(
            line, f"{len(parts)}個に分かれています。", f"1行に1つ、「{names}」の順に｜で区切ってください。"
        )
    made = {}
    for one, part in zip(column.items, parts, strict=False):
        value = read_cell(one, part, lists)
        if value is None and one.required:
            if one.kind is not CellKind.TEXT:
                raise CellProblem(
                    line, f"「{one.label}」がありません。", f"「{names}」の順に｜で区切ってください。"
                )
            value = ""
        if value is not None:
            made[one.name] = value
    return made


_READERS = {
    CellKind.TEXT: _read_text,
    CellKind.LONG: _read_text,
    CellKind.NUMBER: _read_number,
    CellKind.FLAG: _read_flag,
    CellKind.DATE: _read_date,
    CellKind.CODE: _read_code,
    CellKind.CODES: _read_codes,
    CellKind.LINES: _read_lines,
    CellKind.VALUES: _read_values,
    CellKind.VALUE: _read_value,
    CellKind.ITEMS: _read_items,
}
