"""A simple leaflet of one A4 page, drawn by the engine of the forms: a title, and boxes one below another."""

from __future__ import annotations

from typing import Any

from app.documents.compose import compose
from app.documents.drawing import Sheet
from app.documents.fonts import FontStack
from app.documents.form_reader import read_definition

WIDTH, HEIGHT = 210.0, 297.0


def draw_leaflet(
    fonts: FontStack, language: str, title: str, lead: str, rows: tuple[tuple[str, str, str], ...], foot: str
) -> bytes:
    """The PDF of a page; `rows` are up to five of (name, when, what)."""
    font = "gothic" if language == "ja" else "latin"
    elements: list[dict[str, Any]] = [
        {"type": "rect", "x": 0, "y": 0, "w": WIDTH, "h": 58, "line": 0, "fill": 0.2},
        _label(20, 18, 170, 16, title, 30, font, bold=True, grey=1.0),
        _label(20, 38, 170, 12, lead, 13, font, grey=1.0, lines=2),
    ]
    for index, (name, when, text) in enumerate(rows):
        y = 68 + index * 40
        elements += [
            {"type": "rect", "x": 20, "y": y, "w": 170, "h": 35, "line": 0.4, "radius": 3},
            {"type": "rect", "x": 20, "y": y, "w": 52, "h": 35, "line": 0, "fill": 0.92, "radius": 3},
            _label(24, y + 5, 44, 13, name, 15, font, bold=True, lines=2),
            _label(24, y + 20, 44, 9, when, 12, font),
            _label(78, y + 5, 108, 25, text, 14, font, lines=3),
        ]
    elements.append(_label(20, 270, 170, 7, foot, 10, font, grey=0.35))
    definition = read_definition(
        {"form": "leaflet", "title": title, "version": 1, "valid_from": "2026-01-01", "base": {"elements": elements}}
    )  # fmt: skip
    sheet = Sheet(fonts, title)
    (page,) = compose(definition, {}, fonts).pages
    sheet.page(WIDTH, HEIGHT, page.ops)
    return sheet.finish()


def _label(
    x: float, y: float, w: float, h: float, text: str, size: float, font: str, **more: Any
) -> dict[str, Any]:
    box = {"x": x, "y": y, "w": w, "h": h}
    return {"type": "label", **box, "text": text, "size": size, "font": font, "min": 8, **more}
