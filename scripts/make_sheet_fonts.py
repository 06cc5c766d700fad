"""Make the fonts of the guide sheet's languages out of Noto fonts (SIL Open Font License 1.1).

    python scripts/make_sheet_fonts.py --cjk NotoSansCJK-Regular.ttc --latin NotoSans-Regular.ttf \
        --devanagari NotoSansDevanagari-Regular.ttf

Paper is drawn with TrueType outlines, which the CJK fonts do not have, and needs few of their 65,535 glyphs: the characters of
the national standards (GB 2312, level 1 of Big5, the syllables of Korean) are taken and their curves turned into quadratic
ones, to half a thousandth of the size. Run it again only to change the fonts; what it makes is kept in the repository.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

FOLDER = Path(__file__).resolve().parents[1] / "app" / "documents" / "fonts" / "sheet"
TOLERANCE = 0.5
PUNCTUATION = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *range(0x2010, 0x2028),
    0x2030,
    0x203B,
    0x2103,
    0x2460,
    0x2461,
]
PUNCTUATION += [*range(0x3000, 0x3018), *range(0xFF01, 0xFF5F), 0x2190, 0x2192, 0x25CB, 0x25CF, 0x2713]
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180), 0x1A0, 0x1A1, 0x1AF, 0x1B0, *range(0x300, 0x30A), 0x323]
LATIN += [*range(0x1E00, 0x1F00), *range(0x2010, 0x2028), 0x2030, 0x20AB, 0x20B1, 0x2192]
DEVANAGARI = [*range(0x20, 0x7F), *range(0x900, 0x980), 0xA0, 0x200C, 0x200D, *range(0x2010, 0x2028), 0x25CC]


def from_codec(codec: str, first: range, second: Iterable[int]) -> set[int]:
    """The characters of a double-byte standard."""
    found: set[int] = set()
    for high in first:
        for low in second:
            try:
                text = bytes((high, low)).decode(codec)
            except UnicodeDecodeError:
                continue
            found.update(map(ord, text))
    return found


def subset(font: TTFont, characters: Iterable[int], *, layout: bool) -> TTFont:
    """The font with these characters only; with `layout` its shaping rules stay."""
    options = Options()
    options.layout_features = ["*"] if layout else []
    options.drop_tables += [] if layout else ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"]
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=sorted(set(characters)))
    subsetter.subset(font)
    return font


def to_truetype(source: TTFont, family: str) -> TTFont:
    """A TrueType font with the glyphs of a CFF font."""
    order, glyphs, widths = source.getGlyphOrder(), source.getGlyphSet(), source["hmtx"]
    outlines = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, TOLERANCE, reverse_direction=True))
        outlines[name] = pen.glyph()
    builder = FontBuilder(source["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(source.getBestCmap())
    builder.setupGlyf(outlines)
    table = builder.font["glyf"]
    builder.setupHorizontalMetrics(
        {name: (widths[name][0], getattr(table[name], "xMin", 0)) for name in order}
    )
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable(
        {
            "copyright": source["name"].getDebugName(0) or "", "familyName": family, "styleName": "Regular",
            "uniqueFontIdentifier": family, "fullName": family, "psName": family.replace(" ", ""), "version": "Version 1.0",
            "licenseDescription": "SIL Open Font License 1.1", "licenseInfoURL": "https://openfontlicense.org",
        }
    )  # fmt: skip
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=1000, usWinDescent=200)
    builder.setupPost(keepGlyphNames=False)
    return builder.font


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("cjk", "latin", "devanagari"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    collection = TTCollection(given.cjk)
    faces = {str(font["name"].getDebugName(4)): font for font in collection.fonts}
    trail = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    wanted = {
        "SC": ("hans", from_codec("gb2312", range(0xB0, 0xF8), range(0xA1, 0xFF))),
        "TC": ("hant", from_codec("big5", range(0xA4, 0xC7), trail)),
        "KR": ("hangul", set(range(0xAC00, 0xD7A4))),
    }
    for region, (name, characters) in wanted.items():
        face = subset(faces[f"Noto Sans CJK {region}"], characters | set(PUNCTUATION), layout=False)
        to_truetype(face, f"Kakanai Sheet {name.title()}").save(FOLDER / f"{name}.ttf")
    subset(TTFont(given.latin), LATIN, layout=False).save(FOLDER / "latin.ttf")
    subset(TTFont(given.devanagari), DEVANAGARI, layout=True).save(FOLDER / "devanagari.ttf")


if __name__ == "__main__":
    main()
