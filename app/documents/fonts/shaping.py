"""Scripts whose letters join, stack and change places (Devanagari), shaped by HarfBuzz.

Each glyph of a shaped syllable gets a private code of the font, like a variation sequence. The first one is read back as the
whole syllable and the others as nothing, so that the text in the PDF stays in the order in which it is spoken.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.documents.fonts.core_font import CoreFont
from app.documents.fonts.stack import Glyph

_SAME = 0.0005
"""Advances that differ by less are the same."""


class Shaper:
    """Shapes texts in one font."""

    def __init__(self, font: CoreFont, path: Path) -> None:
        import uharfbuzz  # only the sheets of one language need it

        self._harfbuzz: Any = uharfbuzz
        self._face = uharfbuzz.Face(uharfbuzz.Blob(path.read_bytes()))
        self._shape = uharfbuzz.Font(self._face)
        self._font = font
        self._codes: dict[tuple[int, str], int] = {}
        self._known: dict[str, tuple[Glyph, ...]] = {}

    def glyphs(self, text: str) -> tuple[Glyph, ...]:
        """The glyphs of a text in the order in which they are drawn; a character without one has `font` None."""
        if text not in self._known:
            self._known[text] = tuple(self._glyphs(text))
        return self._known[text]

    def _glyphs(self, text: str) -> list[Glyph]:
        buffer = self._harfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        self._harfbuzz.shape(self._shape, buffer)
        infos, positions = buffer.glyph_infos, buffer.glyph_positions
        starts = sorted({info.cluster for info in infos})
        ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
        em = self._face.upem
        made: list[Glyph] = []
        told: set[int] = set()
        for info, place in zip(infos, positions, strict=True):
            said = "" if info.cluster in told else text[info.cluster : ends[info.cluster]]
            told.add(info.cluster)
            if info.codepoint == 0:
                made.append(Glyph(said or "\u25cc", None, 0, 1.0))
                continue
            code = self._code(info.codepoint, said)
            advance, dx, dy = place.x_advance / em, place.x_offset / em, place.y_offset / em
            placed = bool(dx or dy) or abs(advance - self._font.width(code) / 1000) > _SAME
            made.append(Glyph(said, self._font, code, advance, dx, dy, placed))
        return made

    def _code(self, glyph: int, text: str) -> int:
        key = (glyph, text)
        if key not in self._codes:
            self._codes[key] = self._font.add_code(glyph, tuple(map(ord, text)))
        return self._codes[key]
