"""Form fields from their JSON."""

from dataclasses import replace

from app.documents.code_drawing import SYMBOLOGIES
from app.documents.definitions import (
    Box,
    CardCell,
    CardsField,
    CellsField,
    ChoiceField,
    CodeField,
    Column,
    DateField,
    FormField,
    GuideField,
    Option,
    SealField,
    SignatureField,
    TableField,
    TextField,
    TextStyle,
)
from app.documents.key_catalogue import ROW_KEYS
from app.documents.print_keys import is_allowed
from app.documents.reading import Part

FILLED = TextStyle()
CENTRED = replace(FILLED, align="center")
OPTION = TextStyle(size=8.5, least=6.0, font="gothic", align="center")
TICKED = replace(OPTION, align="left")
HEADING = TextStyle(size=7.5, least=5.0, font="gothic", align="center")
CARD_TITLE = TextStyle(size=13, least=9, font="gothic", bold=True, lines=2)
CARD_TEXT = TextStyle(size=12, least=12, font="mincho", lines=200)
FIRST_YEARS = ("元", "1")
CALENDARS = ("wareki", "western")
TYPES = ("text", "cells", "date", "choice", "check", "seal", "signature", "code", "table", "cards", "guide")
DATE_PARTS = ("era", "year", "month", "day")


def read_field(
    part: Part, page: int, box: Box | None = None, name: str = "", rows: str | None = None
) -> FormField:
    """The field of one JSON object; its box is given by a grid cell or read from the object itself."""
    kind = part.text("type", "text", TYPES)
    name = part.text("name", name or str(part.data.get("bind", kind)))
    if kind == "table":
        return _table(part, page, name)
    if kind == "cards":
        return _cards(part, page, name)
    if kind == "guide":
        return _guide(part, page, name)
    place = box if box is not None else part.box()
    if kind == "cells":
        style = part.style(CENTRED)
        count = part.whole("count", None, 1, 100)
        return CellsField(name, page, place, part.bound(rows), style, count, part.flag("from_right"))
    if kind == "date":
        return _date(part, page, place, name)
    if kind in ("choice", "check"):
        return _choice(part, page, place, name, kind == "check", rows)
    if kind == "seal":
        return SealField(name, page, place, part.text("text", "印"))
    if kind == "signature":
        return SignatureField(name, page, place)
    if kind == "code":
        return CodeField(name, page, place, part.bound(rows), part.text("symbology", "qr", SYMBOLOGIES))
    return TextField(name, page, place, part.bound(rows), part.style(FILLED), part.flag("vertical"))


def _list_key(part: Part) -> str:
    return part.text("bind", None, tuple(ROW_KEYS))


def _key(part: Part, rows: str | None) -> str:
    key = part.text("bind")
    if key and not is_allowed(key, rows):
        part.problem("bind", f"差し込み項目「{key}」はありません。")
    return key


def _table(part: Part, page: int, name: str) -> TableField:
    key = _list_key(part)
    heading_style = HEADING
    columns = []
    for column in part.parts("columns"):
        columns.append(_column(column, part.number("row_height"), key))
        column.finish()
    rows, height, heading = (
        part.whole("rows", None, 1, 60),
        part.number("row_height"),
        part.number("heading", 6.0),
    )
    box = Box(
        part.number("x"), part.number("y"), sum(column.width for column in columns), heading + rows * height
    )
    if not columns:
        part.problem("columns", "列が一つもありません。")
    return TableField(
        name, page, box, key, tuple(columns), height, rows, heading, heading_style,
        part.number("outer", 0.4), part.number("inner", 0.15),
    )  # fmt: skip


def _column(part: Part, height: float, key: str) -> Column:
    """A column with one field that fills its cells, or several `fields` placed with `at`."""
    width, title, numbered = part.number("width"), part.text("title", ""), part.flag("numbered")
    given = part.parts("fields")
    if not numbered and not given:
        given = [part]
    fields = []
    for item in given:
        box = Box(0, 0, width, height)
        if item.has("at"):
            box = Box(*item.numbers("at", 4))
        field = read_field(item, 1, box, title, key)
        if isinstance(field, TextField | ChoiceField | CellsField):
            fields.append(field)
        else:
            item.problem("type", "表の列には text・cells・choice・check だけを使えます。")
        if item is not part:
            item.finish()
    return Column(title, width, tuple(fields), numbered)


def _cards(part: Part, page: int, name: str) -> CardsField:
    box, key = part.box(), _list_key(part)
    title = part.part("title")
    check = part.text("check", "")
    if check and not is_allowed(check, key):
        part.problem("check", f"差し込み項目「{check}」はありません。")
    rows = []
    for row in part.parts("rows"):
        rows.append(tuple(_card_cell(cell, key) for cell in row.parts("cells")))
        row.finish()
    field = CardsField(
        name, page, box, key, title.bound(key), title.style(CARD_TITLE), tuple(rows), check,
        part.text("check_text", ""), part.number("next_y", box.y), part.number("gap", 3.0),
        part.number("label_width", 18.0, 0, 60),
    )  # fmt: skip
    title.finish()
    return field


def _guide(part: Part, page: int, name: str) -> GuideField:
    box, size = part.box(), part.number("size", 10.0, 6, 40)
    return GuideField(
        name, page, box, part.text("bind", None, ("procedures",)), size,
        other_size=part.number("other_size", size, 6, 40), title_size=part.number("title_size", size * 1.3, 6, 60),
        label_size=part.number("label_size", size * 0.8, 5, 40), sign_size=part.number("sign_size", size * 2.4, 6, 80),
        sign=part.number("sign", 25.0, 0, 80), label_width=part.number("label_width", 18.0, 0, 60),
        route=part.number("route", 0.0, 0, 40), next_y=part.number("next_y", box.y), gap=part.number("gap", 3.0),
        below=part.flag("below"),
    )  # fmt: skip


def _card_cell(part: Part, key: str) -> CardCell:
    label, text, width = part.text("label", ""), part.bound(key), part.number("width", 1.0, 0.05, 1.0)
    cell = CardCell(label, text, part.style(CARD_TEXT), width)
    part.finish()
    return cell


def _date(part: Part, page: int, place: Box, name: str) -> DateField:
    key = _key(part, None)
    boxes: dict[str, Box] = {}
    given = part.part("parts")
    for item in DATE_PARTS:
        if given.has(item):
            dx, dy, w, h = given.numbers(item, 4)
            boxes[item] = Box(place.x + dx, place.y + dy, w, h)
    given.finish()
    if not boxes:
        part.problem("parts", "年・月・日を書く位置（era, year, month, day）が必要です。")
    eras = _options(part, place, "eras", False)
    first_year = part.text("first_year", FIRST_YEARS[0])
    if first_year not in FIRST_YEARS:
        part.problem("first_year", f"最初の年の書き方は {'か '.join(FIRST_YEARS)} です。")
    style = part.style(CENTRED)
    western = part.text("calendar", CALENDARS[0], CALENDARS) == CALENDARS[1]
    return DateField(name, page, place, key, boxes, style, eras, first_year, western)


def _choice(part: Part, page: int, place: Box, name: str, tick: bool, rows: str | None) -> ChoiceField:
    key = _key(part, rows) if part.has("bind") else ""  # without one it is left for the pen
    style = part.style(TICKED if tick else OPTION)
    if part.has("value"):
        options: tuple[Option, ...] = (Option(_values(part, "value"), place, part.text("text", "")),)
    else:
        options = _options(part, place, "options", tick)
    if not options:
        part.problem("options", "選択肢が一つもありません。")
    return ChoiceField(name, page, place, key, options, style, tick)


def _values(part: Part, key: str) -> tuple[str, ...]:
    given = part.raw(key)
    items = given if isinstance(given, list) else [given]
    if not items or not all(isinstance(item, str) and item for item in items):
        part.problem(key, f"値（文字列かその並び）が必要です（読み取った値: {given!r:.40}）。")
        return ()
    return tuple(items)


def _options(part: Part, place: Box, key: str, tick: bool) -> tuple[Option, ...]:
    """Options with their own boxes, or set side by side in the field's box (`columns` of them in a row)."""
    given = part.parts(key)
    if not given:
        return ()
    texts = [option.text("text", "") for option in given]
    slots = _slots(place, texts, part.whole("columns", 0, 0, 50), tick)
    options = []
    for option, text, slot in zip(given, texts, slots, strict=True):
        if option.has("at"):
            dx, dy, w, h = option.numbers("at", 4)
            slot = Box(place.x + dx, place.y + dy, w, h)
        options.append(Option(_values(option, "value"), slot, text))
        option.finish()
    return tuple(options)


def _slots(place: Box, texts: list[str], columns: int, tick: bool) -> list[Box]:
    if columns:
        width, rows = place.w / columns, -(-len(texts) // columns)
        height = place.h / rows
        return [
            Box(place.x + (index % columns) * width, place.y + (index // columns) * height, width, height)
            for index in range(len(texts))
        ]
    weights = [_weight(text) + (2.2 if tick else 1.6) for text in texts]
    total, x, slots = sum(weights), place.x, []
    for weight in weights:
        width = place.w * weight / total
        slots.append(Box(x, place.y, width, place.h))
        x += width
    return slots


def _weight(text: str) -> float:
    return sum(0.55 if char.isascii() else 1.0 for char in text)
