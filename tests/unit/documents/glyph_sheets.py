"""Sheets of many characters, one in each cell of a table, and how every cell must look: drawn by another program from the font.

A cell is compared where it stands, so that a glyph of another size or in another place is as wrong as another glyph.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from io import BytesIO
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

from app.documents import FontStack, RenderedSet, render_set
from app.documents.fonts.search import BUNDLED
from app.domain import mojikiban
from tests.glyphs import IPAMJ, named_font
from tests.unit.documents.paper import job, one_field

ACROSS, DOWN = 20, 27
CELL = 9.0
_LEFT, _TOP = 15.0, 20.0
_HALF_A_PIXEL = 0.05
_DPI = 254
_PER_MM = 10
_EM = 72
_SIZE = 20.409
"""Points: so many that an em has 72 pixels."""
_MARGIN = 3
_SIDE = round(CELL * _PER_MM) - 2 * _MARGIN
"""Pixels of what is compared of a cell: its rules stay outside."""
_FINER = 4
"""The drawing to compare with is made so much larger and then reduced: no hinting, and right to a quarter of a pixel."""
_ASCENT = 0.88
ALIKE = 0.85
"""Share of the ink that two drawings of one glyph have in common at least."""
TOO_ALIKE = 0.98
"""Two glyphs that have so much ink in common cannot be told apart by the pixels of two programs."""

_FIELD = {
    "type": "table", "name": "文字", "bind": "members", "x": _LEFT + _HALF_A_PIXEL, "y": _TOP, "row_height": CELL,
    "rows": DOWN, "heading": 0,
    "columns": [{"title": "", "width": ACROSS * CELL, "type": "cells", "bind": "name", "count": ACROSS, "size": _SIZE}],
}  # fmt: skip


def rows_of(texts: Sequence[str]) -> list[list[list[str]]]:
    """The characters by sheet and row."""
    rows = [list(texts[at : at + ACROSS]) for at in range(0, len(texts), ACROSS)]
    return [rows[at : at + DOWN] for at in range(0, len(rows), DOWN)]


def print_sheets(texts: Sequence[str], fonts: FontStack) -> RenderedSet:
    """One document a sheet."""
    form = one_field(_FIELD)
    jobs = [
        job(form, {"members": [{"name": "".join(row)} for row in rows]}, f"SHEET{at}")
        for at, rows in enumerate(rows_of(texts))
    ]
    return render_set(jobs, fonts)


def cells(pdf: bytes, texts: Sequence[str], folder: Path) -> Iterator[tuple[str, Image.Image]]:
    """Every character with the picture of its cell, white on black."""
    subprocess.run(["pdftoppm", "-gray", "-r", str(_DPI), "-", str(folder / "sheet")], input=pdf, check=True)
    for rows, path in zip(rows_of(texts), sorted(folder.glob("sheet*.pgm")), strict=True):
        sheet = ImageChops.invert(Image.open(BytesIO(path.read_bytes())))
        for down, row in enumerate(rows):
            for across, text in enumerate(row):
                left = round((_LEFT + across * CELL) * _PER_MM) + _MARGIN
                top = round((_TOP + down * CELL) * _PER_MM) + _MARGIN
                yield text, sheet.crop((left, top, left + _SIDE, top + _SIDE))


class Drawings:
    """How cells must look: each glyph out of its font file, by its name in the national table or its private code."""

    def __init__(self, texts: Sequence[str], city: bytes) -> None:
        with TTFont(IPAMJ, lazy=True) as font:
            usual = font.getBestCmap()
        national = dict.fromkeys(cluster for text in texts for cluster in (text, text[0]))
        shapes = {text: mojikiban.shape_of(text) for text in national}
        names = {
            text: shape.name.lower() if shape else usual.get(ord(text[0]), "")
            for text, shape in shapes.items()
        }
        self._codes = {text: name for text, name in names.items() if name}
        order = sorted(set(self._codes.values()))
        self._at = {name: chr(0x4E00 + at) for at, name in enumerate(order)}
        self._core = _opened(named_font(order, 0x4E00))
        self._city = _opened(BytesIO(city))

    def draw(self, text: str) -> Image.Image:
        """The cell of a character, white on black."""
        known = text in self._codes
        font, code = (self._core, self._at[self._codes[text]]) if known else (self._city, text)
        side = _SIDE * _FINER
        picture = Image.new("L", (side, side), 0)
        baseline = int(_SIDE / 2 + (_ASCENT - 0.5) * _EM) * _FINER  # poppler sets glyphs on whole pixels
        place = (round(side / 2 - font.getlength(code) / 2), baseline)
        ImageDraw.Draw(picture).text(place, code, font=font, fill=255, anchor="ls")
        return picture.reduce(_FINER)


def _opened(data: BytesIO) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(data, _EM * _FINER, layout_engine=ImageFont.Layout.BASIC)


def wrong_cells(pdf: bytes, texts: Sequence[str], drawings: Drawings, folder: Path) -> dict[str, float]:
    """Characters whose cell is not that of their glyph, or is more like the usual form than like the one asked for."""
    wrong = {}
    for text, cell in cells(pdf, texts, folder):
        wanted = drawings.draw(text)
        score = likeness(wanted, cell)
        if score < ALIKE:
            wrong[text] = score
        elif len(text) > 1:
            usual = drawings.draw(text[0])
            if likeness(usual, wanted) < TOO_ALIKE and likeness(usual, cell) >= score:
                wrong[text] = score
    return wrong


def likeness(one: Image.Image, other: Image.Image) -> float:
    """Share of the ink of two pictures that both have, 0 to 1."""
    both, either = (
        ImageStat.Stat(join(one, other)).sum[0] for join in (ImageChops.darker, ImageChops.lighter)
    )
    return float(both / either) if either else 0.0


class CityFont:
    """A font of 500 private characters in the basic plane and in planes 15 and 16, each made of two kanji side by side."""

    @cached_property
    def codes(self) -> list[str]:
        """Its characters."""
        places = [(0xE000, 300), (0xF0000, 100), (0x100000, 100)]
        return [chr(first + 7 * at) for first, count in places for at in range(count)]

    @cached_property
    def data(self) -> bytes:
        """The font file."""
        target = BytesIO()
        with TTFont(BUNDLED / "ipaexm.ttf", lazy=True) as source:
            self._build(source).save(target)
        return target.getvalue()

    def _build(self, source: TTFont) -> FontBuilder:
        em, cmap, outlines = source["head"].unitsPerEm, source.getBestCmap(), source.getGlyphSet()
        kanji = [cmap[code] for code in range(0x4E00, 0x9FA0) if code in cmap]
        names = {ord(char): f"own{at}" for at, char in enumerate(self.codes)}
        glyphs = {".notdef": TTGlyphPen(None).glyph()}
        for at, name in enumerate(names.values()):
            pen = TTGlyphPen(None)
            outlines[kanji[at * 9]].draw(TransformPen(pen, (0.45, 0, 0, 0.95, 0.02 * em, 0)))
            outlines[kanji[at * 5 + 900]].draw(TransformPen(pen, (0.45, 0, 0, 0.95, 0.52 * em, 0)))
            glyphs[name] = pen.glyph()
        builder = FontBuilder(em, isTTF=True)
        builder.setupGlyphOrder([".notdef", *names.values()])
        builder.setupCharacterMap(names)
        builder.setupGlyf(glyphs)
        builder.setupHorizontalMetrics({name: (em, _left(glyph)) for name, glyph in glyphs.items()})
        builder.setupHorizontalHeader(ascent=source["hhea"].ascent, descent=source["hhea"].descent)
        builder.setupNameTable({"familyName": "Test Gaiji", "styleName": "Regular", "psName": "TestGaiji"})
        builder.setupOS2()
        builder.setupPost()
        return builder


def _left(glyph: object) -> int:
    return getattr(glyph, "xMin", 0) if getattr(glyph, "numberOfContours", 0) else 0


def sequences(stack: FontStack, count: int) -> list[str]:
    """Variation sequences of the national table that the core font has, spread over all of them."""
    known: Mapping[tuple[int, int], int] = stack.mincho[0].font.sequences
    texts = [chr(base) + chr(selector) for base, selector in sorted(known)]
    national = [text for text in texts if mojikiban.is_known(text)]
    return national[:: len(national) // count][:count]
