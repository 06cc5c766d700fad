"""Reads the postal areas of Japan that come with the product (made by ``scripts/extract_postal.py``)."""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).parent / "gazetteer" / "postal.tsv.xz"


@dataclass(frozen=True)
class PostalRecord:
    """A postal area with its municipality (``five``: the first five digits of its code)."""

    five: str
    prefecture: str
    prefecture_kana: str
    city: str
    city_kana: str
    postal_code: str
    name: str
    kana: str
    note: str


def read_version(path: Path = SHIPPED) -> str:
    """The month of the data, 2026.10.0."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        return next(file).split("\t")[1]


def read_areas(path: Path = SHIPPED) -> Iterator[PostalRecord]:
    """Every area, those of a municipality together. Raises ValueError when the file is not one of ours."""
    municipality: list[str] = []
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            mark, *cells = line.rstrip("\n").split("\t")
            if mark == "M" and len(cells) == 5:
                municipality = cells
            elif mark == "A" and len(cells) == 4 and municipality:
                yield PostalRecord(*municipality, *cells)
            elif number > 1:
                raise ValueError(f"{path.name}: line {number} is no line of postal areas")
