"""Form definitions as flat JSON that a reviewer can read: what is drawn as single elements, every field with its own box.

Grids and blocks are written as the lines, labels and fields they stand for, so that reading what was written gives the
same form, and a field can be moved without moving the ruling around it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.documents.definitions import (
    Box,
    CardsField,
    CellsField,
    ChoiceField,
    CodeField,
    Column,
    DateField,
    Element,
    FormDefinition,
    FormField,
    GuideField,
    Label,
    Line,
    Option,
    Rect,
    SealField,
    SignatureField,
    TableField,
    TextField,
    TextStyle,
)
from app.documents.field_reader import CARD_TEXT, CARD_TITLE, CENTRED, FILLED, OPTION, TICKED
from app.documents.grid import LABEL
from app.documents.print_keys import Computed

Json = dict[str, Any]
DIGITS = 3


def write_definition(definition: FormDefinition) -> Json:
    """The definition as JSON without grids and blocks; `read_definition` makes the same form of it."""
    source = definition.source
    written: Json = {
        "form": definition.code, "title": definition.title, "version": definition.version,
        "valid_from": definition.valid_from.isoformat(),
    }  # fmt: skip
    if definition.valid_to is not None:
        written["valid_to"] = definition.valid_to.isoformat()
    written |= {"section": definition.section, "copies": definition.copies}
    known = {
        "form", "title", "version", "valid_from", "valid_to", "section", "copies", "page", "base", "fields",
    }  # fmt: skip
    written |= {key: value for key, value in source.items() if key not in known}
    written["page"] = {
        "width": _mm(definition.width), "height": _mm(definition.height), "count": definition.pages,
    }  # fmt: skip
    base = source.get("base")
    written["base"] = {
        key: value for key, value in (base if isinstance(base, Mapping) else {}).items() if key != "elements"
    }
    written["base"]["elements"] = [write_element(item) for item in definition.elements]
    written["fields"] = [write_field(item) for item in definition.fields]
    return written


def write_element(item: Element) -> Json:
    """A drawn rectangle, line or label."""
    match item:
        case Rect():
            found = {"type": "rect", "page": item.page, **_box(item.box), "line": item.line}
            if item.fill is not None:
                found["fill"] = item.fill
            return found | _given(radius=item.radius, dash=item.dash)
        case Line():
            ends = {name: _mm(getattr(item, name)) for name in ("x1", "y1", "x2", "y2")}
            return {"type": "line", "page": item.page, **ends, "line": item.line} | _given(dash=item.dash)
        case Label():
            found = {"type": "label", "page": item.page, **_box(item.box), "text": template(item.text)}
            return found | _style(item.style, LABEL) | _given(spread=item.spread, vertical=item.vertical)


def write_field(item: FormField) -> Json:
    """A field with its own box."""
    return {"page": item.page, **_written(item, None)}


def _written(item: FormField, rows: str | None) -> Json:
    head: Json = {"type": kind_of(item), "name": item.name}
    match item:
        case TextField():
            found = head | _box(item.box) | _bound(item.text) | _style(item.style, FILLED)
            return found | _given(vertical=item.vertical)
        case CellsField():
            found = head | _box(item.box) | _bound(item.text) | {"count": item.count}
            return found | _given(from_right=item.from_right) | _style(item.style, CENTRED)
        case DateField():
            return head | _box(item.box) | _date(item)
        case ChoiceField():
            return head | _box(item.box) | _choice(item)
        case SealField():
            return head | _box(item.box) | {"text": item.text}
        case SignatureField():
            return head | _box(item.box)
        case CodeField():
            return head | _box(item.box) | _bound(item.text) | {"symbology": item.symbology}
        case TableField():
            return head | _table(item)
        case CardsField():
            return head | _box(item.box) | _cards(item)
        case GuideField():
            sizes = (
                "size",
                "other_size",
                "title_size",
                "label_size",
                "sign_size",
                "sign",
                "label_width",
                "route",
                "next_y",
                "gap",
            )
            found = head | _box(item.box) | {"bind": item.key} | {name: getattr(item, name) for name in sizes}
            return found | _given(below=item.below)


def kind_of(item: FormField) -> str:
    """The type of a field as the definition names it."""
    if isinstance(item, ChoiceField):
        return "check" if item.tick else "choice"
    return {
        TextField: "text", CellsField: "cells", DateField: "date", SealField: "seal", CodeField: "code",
        SignatureField: "signature",
        TableField: "table", CardsField: "cards", GuideField: "guide",
    }[type(item)]  # fmt: skip


def template(text: Computed) -> str:
    """A computed text as it is written: fixed parts and `{key:format}`."""
    return "".join(
        part if isinstance(part, str) else "{" + part[0] + (f":{part[1]}" if part[1] else "") + "}"
        for part in text.parts
    )


def _bound(text: Computed) -> Json:
    """One key as `bind`, anything else as `text`."""
    if len(text.parts) == 1 and isinstance(text.parts[0], tuple):
        key, form = text.parts[0]
        return {"bind": key, **({"format": form} if form else {})}
    return {"text": template(text)}


def _date(item: DateField) -> Json:
    found: Json = {"bind": item.key, "parts": {name: _at(box, item.box) for name, box in item.parts.items()}}
    if item.era_options:
        found["eras"] = [_option(option, item.box) for option in item.era_options]
    if item.first_year != "元":
        found["first_year"] = item.first_year
    if item.western:
        found["calendar"] = "western"
    return found | _style(item.style, CENTRED)


def _choice(item: ChoiceField) -> Json:
    found: Json = {"bind": item.key} if item.key else {}
    if len(item.options) == 1 and _box(item.options[0].box) == _box(item.box):
        option = item.options[0]
        found["value"] = list(option.values)
        found |= _given(text=option.text)
    else:
        found["options"] = [_option(option, item.box) for option in item.options]
    return found | _style(item.style, TICKED if item.tick else OPTION)


def _option(option: Option, place: Box) -> Json:
    return {"value": list(option.values), **_given(text=option.text), "at": _at(option.box, place)}


def _table(item: TableField) -> Json:
    return {
        "x": _mm(item.box.x), "y": _mm(item.box.y), "bind": item.key, "row_height": item.row_height, "rows": item.rows,
        "heading": item.heading, "outer": item.outer, "inner": item.inner,
        "columns": [_column(column, item) for column in item.columns],
    }  # fmt: skip


def _column(column: Column, table: TableField) -> Json:
    found: Json = {"title": column.title, "width": column.width, **_given(numbered=column.numbered)}
    if not column.fields:
        return found
    fields = [
        {**_without_box(_written(field, table.key)), "at": _at(field.box, Box(0, 0, 0, 0))}
        for field in column.fields
    ]
    return found | {"fields": fields}


def _cards(item: CardsField) -> Json:
    found: Json = {
        "bind": item.key, "title": _bound(item.title) | _style(item.title_style, CARD_TITLE),
        "rows": [{"cells": [_cell(cell.label, cell.text, cell.style, cell.width) for cell in row]} for row in item.rows],
        "next_y": item.next_y, "gap": item.gap, "label_width": item.label_width,
    }  # fmt: skip
    return found | _given(check=item.check, check_text=item.check_text)


def _cell(label: str, text: Computed, style: TextStyle, width: float) -> Json:
    return {"label": label, **_bound(text), "width": width, **_style(style, CARD_TEXT)}


def _style(style: TextStyle, default: TextStyle) -> Json:
    """What differs from the default of the kind, `min` also where it is not what follows from the size."""
    names = ("size", "condense", "lines", "align", "valign", "font", "bold", "grey")
    found = {name: getattr(style, name) for name in names if getattr(style, name) != getattr(default, name)}
    if style.least != min(default.least, style.size):
        found["min"] = style.least
    return found


def _given(**values: Any) -> Json:
    return {name: value for name, value in values.items() if value}


def _box(box: Box) -> Json:
    return {"x": _mm(box.x), "y": _mm(box.y), "w": _mm(box.w), "h": _mm(box.h)}


def _without_box(field: Json) -> Json:
    return {name: value for name, value in field.items() if name not in {"x", "y", "w", "h"}}


def _at(box: Box, place: Box) -> Sequence[float]:
    return [_mm(box.x - place.x), _mm(box.y - place.y), _mm(box.w), _mm(box.h)]


def _mm(value: float) -> float:
    """Millimetres to a thousandth: finer than any printer, and without the tails of binary fractions."""
    return round(value, DIGITS) + 0.0
