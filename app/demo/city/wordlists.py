"""Reads the word lists of ``tables/``."""

from __future__ import annotations

import re
from importlib import resources

_SELECTOR = re.compile(r"\+([0-9A-F]{4,5})")
_PRIVATE = re.compile(r"~([0-9A-F]{4})")


def read(name: str) -> list[list[str]]:
    """The rows of one word list as cells, without comments. Every row has as many cells as the widest."""
    text = resources.files("app.demo.city.tables").joinpath(f"{name}.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    width = max(len(row) for row in rows)
    return [row + [""] * (width - len(row)) for row in rows]


def glyphs(text: str) -> str:
    """A name as it is stored: ``葛+E0102`` is 葛 with that variation selector, ``~E000`` a private-use character."""
    text = _SELECTOR.sub(lambda match: chr(int(match[1], 16)), text)
    return _PRIVATE.sub(lambda match: chr(int(match[1], 16)), text)


def shares(text: str) -> list[tuple[str, float]]:
    """``髙橋:9,髙𣘺:0.6`` as pairs of a written form and its share of the families (1 = all)."""
    pairs = (item.rsplit(":", 1) for item in text.split(",") if item)
    return [(glyphs(form), float(percent) / 100) for form, percent in pairs]
