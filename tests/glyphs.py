"""What a rare character has to look like: its glyph, by name, straight out of the font file; and how like a picture is to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

from app.demo.city import wordlists
from app.demo.city.glyphs import font_bytes
from app.documents.fonts import clusters
from app.domain import mojikiban

IPAMJ = Path("/usr/share/fonts/truetype/ipamj/ipamjm.ttf")
ALIKE = 0.75
"""Share of the ink that two pictures of one glyph have in common at least, drawn by two programs; of others far less."""
_FIRST = 0x4E00
EM = 96
"""Pixels of the em of all pictures."""


def rare_names() -> list[str]:
    """The names of the invented city that are made of rare characters only."""
    return [wordlists.glyphs("　".join(row)) for row in wordlists.read("rare_names")]


def rare_characters() -> list[str]:
    """Their two hundred characters, each with its selector."""
    return [cluster for name in rare_names() for cluster in clusters(name) if cluster != "　"]


def unlike(drawn: Mapping[str, Image.Image]) -> dict[str, float]:
    """Characters whose picture is not that of their glyph, or is more like the usual form than like the one asked for."""
    reference = Reference([*drawn, *(text[0] for text in drawn)])
    wrong = {}
    for text, picture in drawn.items():
        score = likeness(reference.draw(text), picture)
        usual = likeness(reference.draw(text[0]), picture) if len(text) > 1 else 0.0
        if score < ALIKE or score <= usual:
            wrong[text] = score
    return wrong


class Reference:
    """Pictures of glyphs as the fonts have them, without anything of the product in between."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._mapped = {chr(int(row[0], 16)): row[1] for row in wordlists.read("gaiji") if row[1]}
        self._city = ImageFont.truetype(BytesIO(font_bytes()), EM, layout_engine=ImageFont.Layout.BASIC)
        self._names = {text: name for text in texts if (name := self._name(text))}
        order = sorted(set(self._names.values()))
        self._codes = {name: chr(_FIRST + at) for at, name in enumerate(order)}
        self._core = ImageFont.truetype(named_font(order, _FIRST), EM, layout_engine=ImageFont.Layout.BASIC)

    def draw(self, text: str) -> Image.Image:
        """The glyph of a character, black on white, cropped to its ink."""
        font, code = (
            (self._core, self._codes[self._names[text]]) if text in self._names else (self._city, text)
        )
        picture = Image.new("L", (2 * EM, 2 * EM), 255)
        ImageDraw.Draw(picture).text((EM // 2, EM // 4), code, font=font, fill=0)
        return cropped(picture)

    def _name(self, text: str) -> str:
        """The glyph's name in the font, which is that of the shape in the national table; empty for the city's font."""
        if text in self._mapped:
            return self._mapped[text].lower()
        shape = mojikiban.shape_of(text)
        return shape.name.lower() if shape else ""


def named_font(names: list[str], first: int) -> BytesIO:
    """IPAmj with these glyphs only, under codes of our own from `first` on."""
    with TTFont(IPAMJ, lazy=True) as font:
        table = CmapSubtable.newSubtable(4)
        table.platformID, table.platEncID, table.language = 3, 1, 0
        table.cmap = {first + at: name for at, name in enumerate(names)}
        font["cmap"].tables = [table]
        options = Options()
        options.hinting = False  # the instructions of some glyphs spoil them at the size of a screen
        options.layout_features, options.drop_tables = (
            [],
            [*options.drop_tables, "GSUB", "GPOS", "vmtx", "vhea"],
        )
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=list(table.cmap))
        subsetter.subset(font)
        target = BytesIO()
        font.save(target)
    target.seek(0)
    return target


def cropped(picture: Image.Image) -> Image.Image:
    """The part of a grey picture that has ink."""
    box = picture.point(lambda value: 255 if value < 160 else 0).getbbox()
    return picture.crop(box) if box else Image.new("L", (1, 1), 255)


def likeness(one: Image.Image, other: Image.Image) -> float:
    """Share of the ink of two cropped pictures of one scale that both have, 0 to 1, at the best of nine places."""
    if abs(one.width - other.width) > 3 or abs(one.height - other.height) > 3:
        return 0.0
    size = (max(one.width, other.width) + 2, max(one.height, other.height) + 2)
    first = _ink(one, size, 1, 1)
    places = [(across, down) for across in range(3) for down in range(3)]
    return max(_common(first, _ink(other, size, across, down)) for across, down in places)


def _ink(picture: Image.Image, size: tuple[int, int], across: int, down: int) -> Image.Image:
    sheet = Image.new("L", size, 0)
    sheet.paste(ImageChops.invert(picture), (across, down))
    return sheet


def _common(one: Image.Image, other: Image.Image) -> float:
    both, either = (
        ImageStat.Stat(join(one, other)).sum[0] for join in (ImageChops.darker, ImageChops.lighter)
    )
    return both / either if either else 0.0
