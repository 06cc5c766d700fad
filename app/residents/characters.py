"""Choosing a character that cannot be typed (文字を選ぶ): a dialog over every page with names, and a page of its own."""

from __future__ import annotations

from flask import Response, request

from app.operations import characters as operations
from app.operations.characters import Choices
from app.residents.frame import bp
from app.web.pages import HOME, Page, show

FIELDS = ("reading", "strokes", "part", "code")
PAGE = Page("文字を選ぶ")


@bp.get("/characters")
def characters() -> Response:
    """For browsers without scripts: to find a character and copy it."""
    return _page(dict.fromkeys(FIELDS, ""), Choices())


@bp.post("/characters")
def find_characters() -> Response:
    """Posted as every search; 422 when the strokes cannot be read."""
    values = {name: request.form.get(f"picker-{name}", "")[:50] for name in FIELDS}
    return _page(values, operations.find(**values))


def _page(values: dict[str, str], choices: Choices) -> Response:
    return show(
        "residents/characters.html", PAGE, block="glyphs", status=422 if choices.problem else 200, values=values,
        choices=choices, most=operations.MOST, actions=[HOME],
    )  # fmt: skip
