"""Form definitions from JSON files."""

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from app.documents.blocks import expand_blocks, read_json
from app.documents.definitions import Element, FormDefinition, FormField, Label, Line, Rect
from app.documents.field_reader import read_field
from app.documents.grid import expand_grid, label_style
from app.documents.reading import DefinitionProblem, DefinitionsRefused, Part
from app.domain.case import Kind

LARGEST_BASE = 20_000_000
EVENTS = tuple(kind.value for kind in Kind)


def load_definitions(folder: Path, on: date | None = None) -> dict[str, FormDefinition]:
    """The forms of a folder's `*.json` by code; of several versions the newest that is valid on `on` (without it, the newest).

    Raises `DefinitionsRefused` with every problem of every file.
    """
    problems: list[DefinitionProblem] = []
    found: dict[str, list[tuple[str, FormDefinition]]] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            definition = read_definition(expand_blocks(read_json(path), path.name, folder), path.name, folder)
        except DefinitionsRefused as refused:
            problems.extend(refused.problems)
            continue
        versions = found.setdefault(definition.code, [])
        for name, other in versions:
            if other.version == definition.version:
                message = f"様式「{definition.code}」の第{definition.version}版が {name} にもあります。"
                problems.append(DefinitionProblem(path.name, "version", message))
        versions.append((path.name, definition))
    if problems:
        raise DefinitionsRefused(problems)
    chosen = {}
    for code, versions in found.items():
        usable = [item for _, item in versions if on is None or item.is_valid_on(on)]
        if usable:
            chosen[code] = max(usable, key=lambda item: item.version)
    return chosen


def read_definition(
    data: object, file: str = "", folder: Path | None = None, base_pdf: bytes | None = None
) -> FormDefinition:
    """The form of one JSON object. The official blank comes as `base_pdf`, or is read from `folder`.

    Raises `DefinitionsRefused` with everything that is wrong.
    """
    problems: list[DefinitionProblem] = []
    part = Part(data, "", file, problems)
    page = part.part("page")
    width, height = page.number("width", 210.0, 50), page.number("height", 297.0, 50)
    pages = page.whole("count", 1, 1, 20)
    page.finish()
    elements, fields, base = _content(part, pages, folder, base_pdf)
    definition = FormDefinition(
        code=part.text("form"), title=part.text("title"), version=part.whole("version", None, 1),
        valid_from=part.day("valid_from", required=True) or date.min, valid_to=part.day("valid_to"),
        section=part.text("section", ""), copies=part.whole("copies", 1, 1, 10),
        width=width, height=height, pages=pages, elements=tuple(elements), fields=tuple(fields),
        source=_source(data), base_pdf=base, authority=part.text("authority", ""), basis=part.text("basis", ""),
        order=part.whole("order", 100, 0, 999), events=part.texts("events", EVENTS),
    )  # fmt: skip
    if not definition.code.replace("_", "").replace("-", "").isalnum() or not definition.code.isascii():
        part.problem("form", "様式コードは英数字・ハイフン・下線で書いてください。")
    if definition.valid_to is not None and definition.valid_to < definition.valid_from:
        part.problem("valid_to", "終わりの日が始まりの日より前です。")
    part.finish()
    _check_boxes(part, definition)
    if problems:
        raise DefinitionsRefused(problems)
    return definition


def _source(data: object) -> Mapping[str, Any]:
    return data if isinstance(data, Mapping) else {}


def _content(
    part: Part, pages: int, folder: Path | None, given: bytes | None
) -> tuple[list[Element], list[FormField], bytes | None]:
    base = part.part("base")
    elements: list[Element] = []
    fields: list[FormField] = []
    for item in base.parts("elements"):
        _element(item, pages, elements, fields)
        item.finish()
    blank = _blank(base, folder, given) if base.has("pdf") else None
    base.finish()
    for item in part.parts("fields"):
        fields.append(read_field(item, item.whole("page", 1, 1, pages)))
        item.finish()
    return elements, fields, blank


def _element(part: Part, pages: int, elements: list[Element], fields: list[FormField]) -> None:
    kind = part.text("type", None, ("rect", "line", "label", "grid"))
    page = part.whole("page", 1, 1, pages)
    if kind == "grid":
        drawn, filled = expand_grid(part, page)
        elements.extend(drawn)
        fields.extend(filled)
    elif kind == "rect":
        fill = part.number("fill", -1.0, -1, 1)
        elements.append(
            Rect(page, part.box(), part.number("line", 0.2), fill if fill >= 0 else None, part.number("radius", 0.0),
                 part.number("dash", 0.0))
        )  # fmt: skip
    elif kind == "line":
        x1, y1, x2, y2 = (part.number(key) for key in ("x1", "y1", "x2", "y2"))
        elements.append(Line(page, x1, y1, x2, y2, part.number("line", 0.2), part.number("dash", 0.0)))
    else:
        style = label_style(part)
        spread, vertical = part.flag("spread"), part.flag("vertical")
        elements.append(Label(page, part.box(), part.computed("text"), style, spread, vertical))


def _blank(base: Part, folder: Path | None, given: bytes | None) -> bytes | None:
    name, expected = base.text("pdf"), base.text("sha256", "")
    data = given
    if data is None and folder is not None and Path(name).name == name and (folder / name).is_file():
        data = (folder / name).read_bytes()
    if data is None:
        base.problem("pdf", f"下敷きの PDF「{name}」がありません。定義と同じフォルダーに置いてください。")
        return None
    if len(data) > LARGEST_BASE:
        base.problem("pdf", f"下敷きの PDF が大きすぎます（上限 {LARGEST_BASE:,} バイト）。")
    if expected and hashlib.sha256(data).hexdigest() != expected:
        base.problem("sha256", f"下敷きの PDF「{name}」の内容が登録されたものと違います。")
    return data


def _check_boxes(part: Part, definition: FormDefinition) -> None:
    """Everything must lie on the page."""
    for group, items in (("base", definition.elements), ("fields", definition.fields)):
        for item in items:
            if isinstance(item, Line):
                right, bottom = max(item.x1, item.x2), max(item.y1, item.y2)
            else:
                right, bottom = item.box.x + item.box.w, item.box.y + item.box.h
            if right > definition.width + 0.01 or bottom > definition.height + 0.01:
                name = getattr(item, "name", type(item).__name__.lower())
                part.problem(
                    group,
                    f"「{name}」が用紙（{definition.width:g}×{definition.height:g} mm）の外に出ています。",
                )
