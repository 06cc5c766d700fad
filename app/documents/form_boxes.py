"""Where the parts of a form stand: boxes on its flat JSON found, moved and resized, whatever the kind of field.

A place is named by a short reference: `f3` is the fourth field, `f3.era` the era of its date, `f3.o1` its second choice, and
`e7` a drawn element. Lengths are millimetres; nothing leaves the page and nothing becomes smaller than can be taken hold of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.documents.definitions import Box

Json = dict[str, Any]
LEAST = 1.0
DATE_PARTS = ("era", "year", "month", "day")
PART_TITLES = {"era": "元号", "year": "年", "month": "月", "day": "日"}
_REFERENCE = re.compile(
    r"(?P<list>[fe])(?P<at>\d{1,4})(?:\.(?:(?P<part>era|year|month|day)|o(?P<option>\d{1,3})|c\d{1,2}))?"
)


@dataclass(frozen=True)
class Place:
    """A box of a form: its reference, its type, what it is called, and the reference of the field it is a part of."""

    ref: str
    kind: str
    name: str
    page: int
    box: Box
    parent: str = ""


class NoSuchPlace(KeyError):
    """The reference names nothing of this form."""


def field_of(form: Json, ref: str) -> Json:
    """The field or element that a reference names or is a part of. Raises NoSuchPlace."""
    found = _REFERENCE.fullmatch(ref)
    items = form["fields"] if found and found["list"] == "f" else form["base"].get("elements", [])
    if found is None or int(found["at"]) >= len(items):
        raise NoSuchPlace(ref)
    item: Json = items[int(found["at"])]
    return item


def places(form: Json, page: int) -> list[Place]:
    """The fields of a page, each followed by its parts."""
    found = []
    for at, item in enumerate(form["fields"]):
        if item.get("page", 1) == page:
            found.append(Place(f"f{at}", item["type"], item["name"], page, _box(item)))
            found += _parts(item, f"f{at}", page)
    return found


def drawn(form: Json, page: int) -> list[Place]:
    """The drawn elements of a page."""
    return [
        Place(f"e{at}", item["type"], str(item.get("text", "")), page, _box(item))
        for at, item in enumerate(form["base"].get("elements", []))
        if item.get("page", 1) == page
    ]


def _parts(item: Json, ref: str, page: int) -> list[Place]:
    corner, found = _box(item), []
    for name, at in item.get("parts", {}).items():
        found.append(Place(f"{ref}.{name}", "part", PART_TITLES[name], page, _within(corner, at), ref))
    for number, option in enumerate(options_of(item)):
        if "at" in option:
            title = option.get("text") or "・".join(option.get("value", []))
            found.append(Place(f"{ref}.o{number}", "option", title, page, _within(corner, option["at"]), ref))
    return found


def _within(corner: Box, at: Sequence[float]) -> Box:
    return Box(corner.x + at[0], corner.y + at[1], at[2], at[3])


def box_of(form: Json, ref: str) -> Box:
    """Where a reference is. Raises NoSuchPlace."""
    item = field_of(form, ref)
    at = _at(item, ref)
    return _box(item) if at is None else _within(_box(item), at)


def options_of(item: Json) -> list[Json]:
    """The options of a choice, or the eras of a date; empty for other fields."""
    found: list[Json] = item.get("options") or item.get("eras") or []
    return found


def _at(item: Json, ref: str) -> list[float] | None:
    """The box of a part within its field; None when the reference is the field itself."""
    found = _REFERENCE.fullmatch(ref)
    if found is None or (found["part"] is None and found["option"] is None):
        return None
    if found["part"]:
        part: list[float] | None = item.get("parts", {}).get(found["part"])
    else:
        options = options_of(item)
        at = int(found["option"])
        part = options[at].get("at") if at < len(options) else None
    if part is None:
        raise NoSuchPlace(ref)
    return part


def put_box(form: Json, ref: str, box: Box) -> None:
    """Move and resize; a field takes its parts along, a table its columns and rows. Raises NoSuchPlace."""
    item, page = field_of(form, ref), form["page"]
    box = kept_on(box, page["width"], page["height"])
    at = _at(item, ref)
    if at is not None:
        corner = _box(item)
        at[:] = [_mm(box.x - corner.x), _mm(box.y - corner.y), _mm(box.w), _mm(box.h)]
        return
    before = _box(item)
    across, down = box.w / (before.w or 1), box.h / (before.h or 1)
    if item["type"] == "line":
        _put_line(item, before, box)
        return
    if item["type"] == "table":
        _stretch_table(item, across, box.h)
    else:
        item["w"], item["h"] = _mm(box.w), _mm(box.h)
        for part in (*item.get("parts", {}).values(), *_option_boxes(item)):
            part[:] = [_mm(part[0] * across), _mm(part[1] * down), _mm(part[2] * across), _mm(part[3] * down)]
    item["x"], item["y"] = _mm(box.x), _mm(box.y)
    _keep_parts_on(item, page["width"], page["height"])
    if item["type"] == "cards":
        item["next_y"] = min(item["next_y"], _mm(box.y)) if item["next_y"] else _mm(box.y)


def _keep_parts_on(item: Json, width: float, height: float) -> None:
    """A part may stand outside the box of its field, never outside the page."""
    corner = _box(item)
    for part in (*item.get("parts", {}).values(), *_option_boxes(item)):
        kept = kept_on(_within(corner, part), width, height)
        part[:] = [_mm(kept.x - corner.x), _mm(kept.y - corner.y), _mm(kept.w), _mm(kept.h)]


def _option_boxes(item: Json) -> list[list[float]]:
    return [one["at"] for one in options_of(item) if "at" in one]


def _put_line(item: Json, before: Box, box: Box) -> None:
    """Both ends of a line; a level one stays level."""
    for low, start, size in (("x", box.x, box.w), ("y", box.y, box.h)):
        ends = sorted((f"{low}1", f"{low}2"), key=lambda name: item[name])
        flat = (before.w if low == "x" else before.h) == 0
        item[ends[0]], item[ends[1]] = _mm(start), _mm(start if flat else start + size)


def _stretch_table(item: Json, across: float, height: float) -> None:
    down = (height - item["heading"]) / item["rows"] / item["row_height"]
    down = max(down, 3.0 / item["row_height"])
    for column in item["columns"]:
        column["width"] = _mm(column["width"] * across)
        for field in column.get("fields", ()):
            x, y, w, h = field["at"]
            field["at"] = [_mm(x * across), _mm(y * down), _mm(w * across), _mm(h * down)]
            for part in _option_boxes(field):
                part[:] = [
                    _mm(part[0] * across),
                    _mm(part[1] * down),
                    _mm(part[2] * across),
                    _mm(part[3] * down),
                ]
    item["row_height"] = _mm(item["row_height"] * down)


def kept_on(box: Box, width: float, height: float) -> Box:
    """The box moved, and if need be made smaller, so that it lies on the page."""
    w, h = min(max(box.w, 0.0), width), min(max(box.h, 0.0), height)
    return Box(min(max(box.x, 0.0), width - w), min(max(box.y, 0.0), height - h), w, h)


def moved(form: Json, refs: Sequence[str], dx: float, dy: float, dw: float, dh: float) -> None:
    """Shift and stretch what is chosen, all by the same; a part whose field is chosen too moves with it."""
    for ref in _outermost(refs):
        box = box_of(form, ref)
        w, h = (box.w + dw if box.w else 0.0), (box.h + dh if box.h else 0.0)
        put_box(form, ref, Box(box.x + dx, box.y + dy, max(w, min(LEAST, box.w)), max(h, min(LEAST, box.h))))


def _outermost(refs: Sequence[str]) -> list[str]:
    return [ref for ref in dict.fromkeys(refs) if "." not in ref or ref.partition(".")[0] not in refs]


ALIGNMENTS = {
    "left": "左端", "right": "右端", "top": "上端", "bottom": "下端", "centre": "左右の中央", "middle": "上下の中央",
    "width": "同じ幅", "height": "同じ高さ", "across": "横の間隔を等しく", "down": "縦の間隔を等しく",
}  # fmt: skip


def aligned(form: Json, refs: Sequence[str], how: str) -> None:
    """Line up what is chosen with the first one, or spread it evenly between the outermost (`across`, `down`)."""
    chosen = _outermost(refs)
    boxes = {ref: box_of(form, ref) for ref in chosen}
    if how in {"across", "down"}:
        _spread(form, boxes, how == "across")
        return
    first = boxes[chosen[0]]
    for ref, box in boxes.items():
        x, y, w, h = box.x, box.y, box.w, box.h
        match how:
            case "left":
                x = first.x
            case "centre":
                x = first.x + (first.w - w) / 2
            case "right":
                x = first.x + first.w - w
            case "top":
                y = first.y
            case "middle":
                y = first.y + (first.h - h) / 2
            case "bottom":
                y = first.y + first.h - h
            case "width":
                w = first.w
            case "height":
                h = first.h
        put_box(form, ref, Box(x, y, w, h))


def _spread(form: Json, boxes: dict[str, Box], across: bool) -> None:
    """Equal gaps between neighbours; the outermost two stay."""

    def start(box: Box) -> float:
        return box.x if across else box.y

    def size(box: Box) -> float:
        return box.w if across else box.h

    order = sorted(boxes.items(), key=lambda one: start(one[1]))
    if len(order) < 3:
        return
    first, last = order[0][1], order[-1][1]
    room = start(last) + size(last) - start(first) - sum(size(box) for _, box in order)
    gap, here = room / (len(order) - 1), start(first)
    for ref, box in order:
        put_box(form, ref, Box(here, box.y, box.w, box.h) if across else Box(box.x, here, box.w, box.h))
        here += size(box) + gap


def _box(item: Json) -> Box:
    if item["type"] == "line":
        x, y = min(item["x1"], item["x2"]), min(item["y1"], item["y2"])
        return Box(x, y, abs(item["x1"] - item["x2"]), abs(item["y1"] - item["y2"]))
    if item["type"] == "table":
        width = sum(column["width"] for column in item["columns"])
        return Box(item["x"], item["y"], width, item["heading"] + item["rows"] * item["row_height"])
    return Box(item["x"], item["y"], item["w"], item["h"])


def _mm(value: float) -> float:
    return round(value, 3) + 0.0
