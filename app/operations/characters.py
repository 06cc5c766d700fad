"""Choosing a character that cannot be typed (文字を選ぶ): the national table and the city's own characters, by what a clerk knows of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import normalize

from app.data import gaiji
from app.domain.gaiji import CodeMapping
from app.domain.mojikiban import Shape, Wanted, find_shapes

MOST = 120
_STROKES = re.compile(r"(\d{1,2})画?(?:(-)(\d{1,2})?画?)?")
_MOST_STROKES = 84


@dataclass(frozen=True)
class Choice:
    """A character to put in: the text with its selector, and what is said of it."""

    text: str
    name: str
    strokes: int
    readings: tuple[str, ...]


@dataclass(frozen=True)
class Choices:
    """What was found. ``asked``: something was asked; ``problem``: what of it could not be read and how to write it."""

    found: tuple[Choice, ...] = ()
    total: int = 0
    asked: bool = False
    problem: str = ""


def find(reading: str, strokes: str, part: str, code: str) -> Choices:
    """Characters that fit everything given, at most 120; those of the city first. All texts as they were typed."""
    between = _strokes(strokes)
    if strokes.strip() and between is None:
        said = strokes.strip()[:20]
        return Choices(
            asked=True, problem=f"画数「{said}」を読み取れません。「12」か「10-12」のように入力してください。"
        )
    wanted = Wanted(_kana(reading), between, "".join(part.split())[:8], code.strip()[:20])
    if wanted == Wanted():
        return Choices()
    own = [_own(mapping) for mapping in gaiji.list_mappings() if mapping.char and _fits(mapping, wanted)]
    shapes = find_shapes(wanted)
    found = own[:MOST] + [_choice(shape) for shape in shapes[: max(0, MOST - len(own))]]
    return Choices(tuple(found), len(own) + len(shapes), asked=True)


def _kana(text: str) -> str:
    plain = normalize("NFKC", "".join(text.split()))[:20]
    return "".join(chr(ord(char) + 0x60) if "ぁ" <= char <= "ゖ" else char for char in plain)


def _strokes(text: str) -> tuple[int, int] | None:
    plain = re.sub("[~〜～‐−–—]", "-", normalize("NFKC", "".join(text.split())))
    read = _STROKES.fullmatch(plain)
    if read is None:
        return None
    low = int(read[1])
    high = int(read[3]) if read[3] else _MOST_STROKES if read[2] else low
    return (low, high) if low <= high else (high, low)


def _fits(mapping: CodeMapping, wanted: Wanted) -> bool:
    low, high = wanted.strokes or (0, 99)
    return (
        mapping.reading.startswith(wanted.reading)
        and low <= mapping.strokes <= high
        and not wanted.part
        and (not wanted.code or mapping.fits(wanted.code))
    )


def _own(mapping: CodeMapping) -> Choice:
    return Choice(mapping.char, f"外字 {mapping.code}", mapping.strokes, (mapping.reading,))


def _choice(shape: Shape) -> Choice:
    return Choice(shape.text, shape.name, shape.strokes, shape.readings[:4])
