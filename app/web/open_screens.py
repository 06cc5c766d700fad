"""What a page says about whom it shows, so that it can ask whether it still may (`app.operations.open_screens`)."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, g

from app.operations import open_screens

MARK_HEADER = "X-Kakanai-Screen"
"""Carries the mark of the page that asks."""


def watch(numbers: Iterable[str | None]) -> None:
    """This response shows where these live: addressees who are not protected (their numbers)."""
    g.setdefault("watched", set()).update(number for number in numbers if number)


def screen_mark() -> str:
    """The mark of whoever was watched and is in no mark of this response yet; empty when there is nobody."""
    watched = g.pop("watched", None)
    return open_screens.mark_of(watched) if watched else ""


def offer_marks(app: Flask) -> None:
    """Templates ask for the mark where the part they make ends."""
    app.add_template_global(screen_mark)
