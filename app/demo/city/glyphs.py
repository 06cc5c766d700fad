"""The font of the invented city's own characters (外字フォント): each drawn of two characters side by side.

It is made of the outlines of the IPAex font that comes with the product and therefore carries another name and that font's
licence (派生プログラム); it is written beside the feeds of an invented city and is no part of the product.
"""

from __future__ import annotations

import hashlib
from functools import cache
from io import BytesIO

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from app.config import PROJECT_ROOT
from app.demo.city import wordlists

FILE = "KAKUGAI.TTE"
FAMILY = "Kakuu Gaiji Mincho"
_FONTS = PROJECT_ROOT / "app" / "documents" / "fonts"
_LEFT, _RIGHT = (0.42, 0.0), (0.56, 0.43)  # width and place of the halves


@cache
def font_bytes() -> bytes:
    """The font file; the same bytes every time."""
    drawn = {int(row[0], 16): row[7] for row in wordlists.read("gaiji") if row[7]}
    target = BytesIO()
    with TTFont(_FONTS / "ipaexm.ttf", lazy=True) as source:
        _build(source, drawn).save(target)
    return target.getvalue()


def font_digest() -> str:
    """The SHA-256 of the file, as data set 15b announces it."""
    return hashlib.sha256(font_bytes()).hexdigest()


def _build(source: TTFont, drawn: dict[int, str]) -> FontBuilder:
    em = source["head"].unitsPerEm
    names = {code: f"gaiji{code:04X}" for code in drawn}
    glyphs = {".notdef": TTGlyphPen(None).glyph()}
    glyphs |= {names[code]: _side_by_side(source, parts, em) for code, parts in drawn.items()}
    builder = FontBuilder(em, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap(names)
    builder.setupGlyf(glyphs)
    metrics = {name: (em, glyph.xMin if glyph.numberOfContours else 0) for name, glyph in glyphs.items()}
    builder.setupHorizontalMetrics(metrics)
    builder.setupHorizontalHeader(ascent=source["hhea"].ascent, descent=source["hhea"].descent)
    licence = (_FONTS / "IPA_Font_License_Agreement_v1.0.txt").read_text(encoding="utf-8")
    builder.setupNameTable(
        {
            "familyName": FAMILY,
            "styleName": "Regular",
            "psName": FAMILY.replace(" ", ""),
            "licenseDescription": licence,
        }
    )
    builder.setupOS2(usWinAscent=source["hhea"].ascent, usWinDescent=-source["hhea"].descent)
    builder.setupPost()
    head = builder.font["head"]
    head.created = head.modified = 3_786_912_000  # 2024-01-01: the same bytes every time
    builder.font.recalcTimestamp = False
    return builder


def _side_by_side(source: TTFont, parts: str, em: int) -> object:
    outlines, plain = source.getGlyphSet(), source.getBestCmap()
    pen = TTGlyphPen(None)
    for char, (width, place) in zip(parts, (_LEFT, _RIGHT), strict=True):
        outlines[plain[ord(char)]].draw(TransformPen(pen, (width, 0, 0, 1, place * em, 0)))
    return pen.glyph()
