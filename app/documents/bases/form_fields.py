"""The input fields that an official PDF offers (AcroForm): where they are and what they are called, before they are taken away."""

from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject

from app.documents.bases.geometry import Frame, number, rectangle, resolve
from app.documents.bases.model import BaseField, BaseRefused

MOST_FIELDS = 1000
MOST_ANNOTATIONS = 5000
LONGEST = 200
_DEEPEST = 30
_MULTILINE, _RADIO, _PUSH, _COMB = 1 << 12, 1 << 15, 1 << 16, 1 << 24


def read_fields(page: DictionaryObject, frame: Frame, number_of_page: int) -> tuple[list[BaseField], int]:
    """The fields of a page from the top down, and how many other annotations it has. Raises `BaseRefused`."""
    found: list[BaseField] = []
    others = 0
    annotations = resolve(page.get("/Annots"))
    if not isinstance(annotations, ArrayObject):
        return found, others
    if len(annotations) > MOST_ANNOTATIONS:
        raise BaseRefused.too_complex("annotations")
    for item in list(annotations):
        widget = resolve(item)
        if not isinstance(widget, DictionaryObject):
            continue
        if resolve(widget.get("/Subtype")) != "/Widget":
            others += 1
        elif (field := _field(widget, frame, number_of_page)) is not None:
            found.append(field)
    if len(found) > MOST_FIELDS:
        raise BaseRefused.too_complex("fields")
    return sorted(found, key=lambda one: (round(one.y), one.x)), others


def _field(widget: DictionaryObject, frame: Frame, page: int) -> BaseField | None:
    box = rectangle(widget.get("/Rect"))
    line = _line(widget)
    kind = _kind(line)
    if box is None or not kind:
        return None
    x, y, w, h = (round(one, 3) for one in frame.seen(box))
    width, height = (side * 25.4 / 72 for side in frame.size)
    if w < 0.5 or h < 0.5 or x < -0.1 or y < -0.1 or x + w > width + 0.1 or y + h > height + 0.1:
        return None
    name = ".".join(part for part in (_text(one.get("/T")) for one in reversed(line)) if part)
    length = number(_inherited(line, "/MaxLen")) or 0
    return BaseField(
        page, x, y, w, h, name[:LONGEST], _text(_inherited(line, "/TU"))[:LONGEST], kind,
        int(min(max(length, 0), 10_000)), _option(widget) if kind in {"check", "choice"} else "",
        _options(line) if kind == "list" else (), bool(_flags(line) & _MULTILINE),
    )  # fmt: skip


def _line(widget: DictionaryObject) -> list[DictionaryObject]:
    """The widget and the fields above it."""
    line = [widget]
    while len(line) < _DEEPEST and isinstance(above := resolve(line[-1].get("/Parent")), DictionaryObject):
        if any(above is one for one in line):
            break
        line.append(above)
    return line


def _inherited(line: list[DictionaryObject], key: str) -> Any:
    return next((resolve(one.get(key)) for one in line if key in one), None)


def _flags(line: list[DictionaryObject]) -> int:
    return int(number(_inherited(line, "/Ff")) or 0)


def _kind(line: list[DictionaryObject]) -> str:
    kind, flags = _inherited(line, "/FT"), _flags(line)
    if kind == "/Tx":
        return "comb" if flags & _COMB and number(_inherited(line, "/MaxLen")) else "text"
    if kind == "/Btn":
        return "" if flags & _PUSH else "choice" if flags & _RADIO else "check"
    return {"/Ch": "list", "/Sig": "signature"}.get(str(kind), "")


def _option(widget: DictionaryObject) -> str:
    """The value that a box stands for: the name of its other appearance than off."""
    appearance = resolve(widget.get("/AP"))
    normal = resolve(appearance.get("/N")) if isinstance(appearance, DictionaryObject) else None
    if not isinstance(normal, DictionaryObject):
        return ""
    return next((_text(name) for name in normal if name != "/Off"), "")[:LONGEST]


def _options(line: list[DictionaryObject]) -> tuple[str, ...]:
    listed = _inherited(line, "/Opt")
    found = []
    for item in list(listed)[:200] if isinstance(listed, ArrayObject) else []:
        item = resolve(item)
        if isinstance(item, ArrayObject) and item:
            item = resolve(list.__getitem__(item, -1))
        found.append(_text(item)[:LONGEST])
    return tuple(found)


def _text(value: Any) -> str:
    """A text without what is not seen."""
    value = resolve(value)
    if not isinstance(value, str | bytes):
        return ""
    text = value.decode("latin-1") if isinstance(value, bytes) else value.lstrip("/")
    return "".join(sign for sign in text if sign.isprintable()).strip()
