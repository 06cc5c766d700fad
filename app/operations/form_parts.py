"""The parts of a field being placed: the options of a choice, the boxes of a date, the columns of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.documents.definitions import Box
from app.documents.form_boxes import options_of
from app.domain.errors import Invalid
from app.operations.form_facts import PrintFact, row_facts
from app.operations.form_fields import MOST_COLUMNS, MOST_OPTIONS, column_for, date_parts

Json = dict[str, Any]


def set_parts(field: Json, given: Mapping[str, str]) -> None:
    """What the side panel says of options and columns: value and words, heading, width and what is printed."""
    for at, option in enumerate(field.get("options", ())):
        value = given.get(f"value-{at}", "").strip()
        if value:
            option["value"] = [one.strip() for one in value.split("、") if one.strip()] or option["value"]
        if f"words-{at}" in given:
            option["text"] = given[f"words-{at}"].strip()[:40]
            if not option["text"]:
                del option["text"]
    if "value" in field and given.get("value", "").strip():
        field["value"] = [one.strip() for one in given["value"].split("、") if one.strip()]
    facts = {one.key: one for one in row_facts(str(field.get("bind", "")))}
    for at, column in enumerate(field.get("columns", ())):
        _set_column(field, column, at, given, facts)


def _set_column(
    field: Json, column: Json, at: int, given: Mapping[str, str], facts: Mapping[str, PrintFact]
) -> None:
    if f"title-{at}" in given:
        column["title"] = given[f"title-{at}"].strip()[:40]
    width = given.get(f"width-{at}", "").strip()
    if width:
        try:
            wanted = float(width)
        except ValueError:
            wanted = 0.0
        if not 3.0 <= wanted <= 400.0:
            message = f"「{width}」は列の幅に使えません。3から400までのミリメートルで入力してください。"
            raise Invalid("入力内容を確認してください。", {f"width-{at}": message})
        across = wanted / column["width"]
        for one in column.get("fields", ()):
            one["at"] = [
                round(one["at"][0] * across, 2),
                one["at"][1],
                round(one["at"][2] * across, 2),
                one["at"][3],
            ]
        column["width"] = wanted
    fact = facts.get(given.get(f"fact-{at}", ""))
    if fact is not None and [one.get("bind") for one in column.get("fields", ())] != [fact.key]:
        column |= {**column_for(fact, column["width"], field["row_height"]), "title": column["title"]}


def add_part(field: Json, given: Mapping[str, str]) -> None:
    """One more option beside the last, one more column, or the missing boxes of a date. Raises Invalid."""
    if field["type"] == "date":
        box = Box(field["x"], field["y"], field["w"], field["h"])
        field["parts"] = {**date_parts(box), **field["parts"]}
    elif field["type"] == "table":
        if len(field["columns"]) >= MOST_COLUMNS:
            raise Invalid(f"列は{MOST_COLUMNS}個までです。")
        used = {one.get("bind") for column in field["columns"] for one in column.get("fields", ())}
        facts = row_facts(field["bind"])
        fact = next((one for one in facts if one.key not in used), facts[0])
        last = field["columns"][-1]
        width = round(last["width"] / 2, 2)
        _set_column(field, last, 0, {"width-0": str(width)}, {})
        field["columns"].append(column_for(fact, width, field["row_height"]))
    elif field["type"] in {"choice", "check"}:
        _add_option(field)
    else:
        raise Invalid("この欄には部分を足せません。")


def _add_option(field: Json) -> None:
    if "value" in field:
        value, text = field.pop("value"), field.pop("text", "")
        first = {"value": value, "at": [0.0, 0.0, field["w"], field["h"]]} | ({"text": text} if text else {})
        field["options"] = [first]
    if len(field["options"]) >= MOST_OPTIONS:
        raise Invalid(f"選択肢は{MOST_OPTIONS}個までです。")
    x, y, w, h = field["options"][-1]["at"]
    field["options"].append({"value": ["値"], "at": [round(x + w + 1, 2), y, w, h]})


def remove_part(field: Json, part: str) -> None:
    """Take an option, a date's box or a column (`c2`) away; the last one stays. Raises Invalid."""
    if part in field.get("parts", {}):
        if len(field["parts"]) == 1:
            raise Invalid("最後の1つは削除できません。欄ごと削除してください。")
        del field["parts"][part]
        return
    parts: list[Json] = options_of(field) if part.startswith("o") else field.get("columns") or []
    if part[1:].isdecimal() and int(part[1:]) < len(parts):
        if len(parts) == 1:
            raise Invalid("最後の1つは削除できません。欄ごと削除してください。")
        del parts[int(part[1:])]
