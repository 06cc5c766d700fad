"""The fields of a form being placed: a new one made for a fact, the settings of one changed, options and columns among them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from unicodedata import normalize

from app.documents.definitions import Box
from app.documents.form_boxes import kept_on
from app.documents.formats import FORMATS
from app.documents.key_catalogue import ROW_KEYS
from app.domain.errors import Invalid
from app.operations.form_facts import PrintFact, row_facts

Json = dict[str, Any]
KINDS = {
    "text": "文字", "cells": "マス目（1文字ずつ）", "date": "年月日の欄", "choice": "丸囲み", "check": "チェック",
    "table": "一覧表", "seal": "印", "signature": "署名", "code": "コード", "cards": "繰り返しの枠",
}  # fmt: skip
AUTOMATIC = "auto"
_SIZES: dict[str, tuple[float, float]] = {
    "text": (60, 7), "cells": (60, 7), "date": (45, 7), "choice": (40, 6), "check": (4, 4), "table": (180, 46),
    "seal": (14, 14), "signature": (40, 11.5), "code": (20, 20),
}  # fmt: skip
_FREE = {
    "seal": ("印", "seal"), "signature": ("署名（お客様画面）", "signature"), "fixed": ("決まった文字", "text"),
    "qr": ("受付番号のQRコード", "code"),
}  # fmt: skip
FREE_THINGS = {code: title for code, (title, _) in _FREE.items()}
"""What can be placed that prints no fact."""
MOST_COLUMNS, MOST_OPTIONS, MOST_TEXT = 12, 40, 400


_TWO_LINES = 7.0
_WIDEST_OPTION, _HIGHEST_OPTION = 16.0, 6.0
_PEOPLE = frozenset({"applicant", "subject", "householder", "visitor", "bearer", "proxy"})


def _called(fact: PrintFact) -> str:
    """What a field for a fact is called: whose it is, where several people have one."""
    whose = f"{fact.group.partition('（')[0]}の" if fact.key.partition(".")[0] in _PEOPLE else ""
    return f"{whose}{fact.label}"[:36]


def kind_for(fact: PrintFact) -> str:
    """How a fact is usually printed."""
    if fact.kind == "list":
        return "table"
    return {"choice": "choice", "yes_no": "check"}.get(fact.kind, "text")


def new_field(
    fact: PrintFact | None, free: str, kind: str, box: Box, page: int, form: Mapping[str, Any]
) -> Json:
    """A field for a fact, or for something of `FREE_THINGS`; a box without size gets the usual one of its kind.

    Raises Invalid where the kind does not go with the fact.
    """
    if fact is None:
        title, kind = _FREE[free]
    else:
        title, kind = _called(fact), kind_for(fact) if kind == AUTOMATIC else kind
        if (kind == "table") != (fact.kind == "list"):
            raise Invalid("一覧は一覧表として、ほかの項目は一覧表でない種類で置いてください。")
    w, h = _SIZES.get(kind, _SIZES["text"])
    if box.w < 1.0 or box.h < 1.0:
        box = Box(box.x, box.y - h / 2, w, h)
    size = form["page"]
    box = kept_on(box, size["width"], size["height"])
    field: Json = {"page": page, "type": kind, "name": _free_name(form, title)}
    field |= {"x": round(box.x, 2), "y": round(box.y, 2), "w": round(box.w, 2), "h": round(box.h, 2)}
    field |= _made(kind, fact, free, box, drawn="pdf" not in form["base"])
    if kind == "table":  # as wide and high as its columns and rows
        del field["w"], field["h"]
    return field


def _made(kind: str, fact: PrintFact | None, free: str, box: Box, drawn: bool) -> Json:
    if fact is None:
        return {
            "seal": {"text": "印"}, "signature": {}, "fixed": {"text": "文字を入力"}, "qr": {"bind": "case.number", "symbology": "qr"},
        }[free]  # fmt: skip
    match kind:
        case "text":
            long = fact.key.endswith("address") and box.h >= _TWO_LINES
            return {"bind": fact.key, "size": fitting(box.h)} | ({"lines": 2} if long else {})
        case "cells":
            return {"bind": fact.key, "count": max(1, min(40, round(box.w / 5.5))), "size": fitting(box.h)}
        case "date":
            return {"bind": fact.key, "parts": date_parts(box), "size": fitting(box.h)}
        case "choice" | "check":
            return {"bind": fact.key} | _options(kind, fact, box, drawn)
        case "code":
            return {"bind": fact.key, "symbology": "qr" if box.w < box.h * 1.6 else "code128"}
        case "table":
            return _table(fact.key, box, drawn)
    raise Invalid("この種類の欄は置けません。")


def fitting(height: float) -> float:
    """A size of letters (points) that looks right in a box of this height (mm)."""
    return min(10.5, max(6.0, round(height * 1.6 * 2) / 2))


def date_parts(box: Box) -> dict[str, list[float]]:
    """Era, year, month and day side by side, with room for the printed words 年・月・日 between them."""
    shares = {"era": (0.0, 0.26), "year": (0.30, 0.14), "month": (0.54, 0.14), "day": (0.78, 0.14)}
    return {
        name: [round(box.w * start, 2), 0.0, round(box.w * share, 2), round(box.h, 2)]
        for name, (start, share) in shares.items()
    }


def _options(kind: str, fact: PrintFact, box: Box, drawn: bool) -> Json:
    """A single tick for yes; otherwise one option for each value, side by side; their words only on a drawn page."""
    if kind == "check" and fact.kind == "yes_no" and not drawn:
        return {"value": ["yes"]}
    options = fact.options[:MOST_OPTIONS] or (("", ""),)
    if not fact.options:
        return {"value": [str(fact.sample) or fact.label]}
    step = box.w / len(options)
    width, height = min(step, _WIDEST_OPTION), min(box.h, _HIGHEST_OPTION)
    top = round((box.h - height) / 2, 2)
    return {
        "options": [
            {"value": [value], "at": [round(at * step, 2), top, round(width, 2), round(height, 2)]}
            | ({"text": words} if drawn else {})
            for at, (value, words) in enumerate(options)
        ]
    }


def _table(key: str, box: Box, drawn: bool) -> Json:
    """The columns of a list with equal widths; on an official page, which has its own lines, none are drawn."""
    usual = {"members": ("name", "kana", "birth", "sex", "relationship")}.get(
        "members" if key in ("targets", "others") else key
    )
    facts = {one.key: one for one in row_facts(key)}
    names = list(usual or list(facts)[:5])
    width, heading = round(box.w / len(names), 2), 6.0 if drawn else 0.0
    rows = max(1, min(20, int((box.h - heading) // 8)))
    height = round((box.h - heading) / rows, 2)
    lines = (0.4, 0.15) if drawn else (0.0, 0.0)
    return {
        "bind": key, "row_height": height, "rows": rows, "heading": heading, "outer": lines[0], "inner": lines[1],
        "columns": [column_for(facts[name], width, height) for name in names],
    }  # fmt: skip


def column_for(fact: PrintFact, width: float, height: float) -> Json:
    """A column that prints one fact of the row as text."""
    field = {
        "type": "text",
        "name": fact.label,
        "bind": fact.key,
        "size": 9.0,
        "at": [0.0, 0.0, width, height],
    }
    return {"title": fact.label, "width": width, "fields": [field]}


def _free_name(form: Mapping[str, Any], title: str) -> str:
    names, number = {one["name"] for one in form["fields"]}, 2
    if title not in names:
        return title
    while f"{title}{number}" in names:
        number += 1
    return f"{title}{number}"


def set_up(field: Json, given: Mapping[str, str]) -> None:
    """Take over the settings of the side panel into a field. Raises Invalid with the messages for its fields."""
    wrong: dict[str, str] = {}
    name = given.get("name", field["name"]).strip()
    if not name or len(name) > 40:
        wrong["name"] = "欄の名前を40文字以内で入力してください（例: 申請者の氏名）。"
    else:
        field["name"] = name
    for key, (least, most) in _NUMBERS.items():
        if key in given:
            number = _number(given[key], least, most, wrong, key)
            if number is not None:
                field[key] = int(number) if key in {"lines", "count", "rows"} else number
    for key, choices in _CHOICES.items():
        if given.get(key) in choices:
            field[key] = given[key]
    for key in ("bold", "vertical", "from_right"):
        if f"has_{key}" in given:
            field[key] = key in given
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
    if "min" in field and "size" in field:
        field["min"] = min(field["min"], field["size"])
    _set_text(field, given)


_NUMBERS: dict[str, tuple[float, float]] = {
    "size": (3, 72), "min": (3, 72), "condense": (40, 100), "lines": (1, 20), "count": (1, 100), "rows": (1, 60),
    "row_height": (3, 100), "heading": (0, 40),
}  # fmt: skip
_CHOICES: dict[str, frozenset[str]] = {
    "align": frozenset({"left", "center", "right"}), "valign": frozenset({"top", "middle", "bottom"}),
    "font": frozenset({"mincho", "gothic"}), "first_year": frozenset({"元", "1"}),
    "calendar": frozenset({"wareki", "western"}),
    "symbology": frozenset({"qr", "code128", "nw7"}), "format": frozenset(FORMATS),
}  # fmt: skip


def _number(text: str, least: float, most: float, wrong: dict[str, str], key: str) -> float | None:
    plain = normalize("NFKC", text).strip()
    if not plain:
        return None
    if not re.fullmatch(r"\d{1,4}(\.\d{1,3})?", plain) or not least <= float(plain) <= most:
        wrong[key] = f"「{text}」は使えません。{least:g}から{most:g}までの数を入力してください。"
        return None
    return float(plain)


def _set_text(field: Json, given: Mapping[str, str]) -> None:
    """A fixed or computed text instead of one fact, or the fact itself."""
    if "text" not in given:
        return
    text = given["text"].replace("\r\n", "\n")[:MOST_TEXT]
    if field["type"] == "seal":
        field["text"] = text.strip()[:4] or "印"
    elif given.get("prints") == "text" or "bind" not in field:
        field.pop("bind", None)
        field.pop("format", None)
        field["text"] = text


def bind(field: Json, fact: PrintFact) -> None:
    """Let a field print another fact; the options of a choice keep their places and get its values in turn."""
    field.pop("text", None)
    if field["type"] == "table":
        if fact.kind != "list":
            raise Invalid("一覧表には一覧を選んでください。")
        if set(ROW_KEYS[fact.key]) != set(ROW_KEYS[field["bind"]]):
            width = sum(one["width"] for one in field["columns"])
            box = Box(field["x"], field["y"], width, field["heading"] + field["rows"] * field["row_height"])
            field |= _table(fact.key, box, drawn=bool(field["outer"]))
        field["bind"] = fact.key
        return
    if fact.kind == "list":
        raise Invalid("一覧は一覧表として置いてください。")
    field["bind"] = fact.key
    field.pop("format", None)
    if field["type"] in {"choice", "check"}:
        _rebind_options(field, fact)


def _rebind_options(field: Json, fact: PrintFact) -> None:
    values = [value for value, _ in fact.options]
    if "value" in field:
        field["value"] = values[:1] or [fact.label]
        return
    for option, (value, words) in zip(field["options"], fact.options, strict=False):
        option["value"] = [value]
        if option.get("text"):
            option["text"] = words
