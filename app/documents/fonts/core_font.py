"""A TrueType font for reportlab that can print variation sequences (IVS) and be read back from the PDF as they were.

reportlab knows one glyph per code point. Each sequence of the font's cmap format 14 therefore gets a private code that
exists only inside this class: it chooses the glyph while drawing, and the ToUnicode table written into the PDF turns it
back into base character and selector. No derived font file comes into being.
"""

from struct import unpack_from
from typing import Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont, TTFontFace

FIRST_PRIVATE_CODE = 0xF0000
_CMAP_BLOCK = 100  # entries allowed between beginbfchar and endbfchar (Adobe Technical Note 5411)


class _GlyphTable:
    """The glyph table of a font, of which only the slices asked for are copied."""

    def __init__(self, view: memoryview) -> None:
        self._view = view

    def __getitem__(self, part: slice) -> bytes:
        return bytes(self._view[part])


class _Face(TTFontFace):
    """A face that does not hand out its glyph table whole: reportlab would copy 40 MB for every subset of IPAmj."""

    def get_table(self, tag: str) -> Any:
        """The bytes of a table; for `glyf` an object that gives slices of them."""
        if tag != "glyf":
            return super().get_table(tag)
        position, length = self.get_table_pos(tag)
        return _GlyphTable(memoryview(self._ttf_data)[position : position + length])


class CoreFont(TTFont):
    """One font file, ready to draw in one document at a time.

    `characters` are the code points the file itself knows; `sequences` maps (base, selector) to the code to draw it with,
    `aliases` a code point that the file does not know to such a code.
    """

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, path, asciiReadable=False, shapable=False)
        self.face.__class__ = _Face
        self.characters: frozenset[int] = frozenset(self.face.charToGlyph)
        self.sequences: dict[tuple[int, int], int] = {}
        self.aliases: dict[int, int] = {}
        self._original: dict[int, tuple[int, ...]] = {}
        self._next_code = FIRST_PRIVATE_CODE
        self._mend_metrics()
        self._add_sequences()

    def width(self, code: int) -> float:
        """The advance of a code of this font in thousandths of the size."""
        return float(self.face.charWidths.get(code, self.face.defaultWidth))

    def _mend_metrics(self) -> None:
        """Read the advances again: reportlab leaves those past the last full entry scaled twice, which overlaps kanji."""
        face = self.face
        full = unpack_from(">H", face.get_table("hhea"), 34)[0]
        glyphs = unpack_from(">H", face.get_table("maxp"), 4)[0]
        table = face.get_table("hmtx")
        metrics: list[tuple[int, int]] = [unpack_from(">HH", table, 4 * index) for index in range(full)]
        last = metrics[-1][0]
        bearings = unpack_from(f">{glyphs - full}H", table, 4 * full) if glyphs > full else ()
        face.hmetrics = metrics + [(last, bearing) for bearing in bearings]

    def _add_sequences(self) -> None:
        for (base, selector), glyph in sorted(_read_sequences(self.face).items()):
            self.sequences[base, selector] = self.add_code(glyph, (base, selector))

    def draw_as(self, code: int, base: int, selector: int | None) -> bool:
        """Let a code the file does not know be drawn with the glyph of a character or sequence; False when it has none."""
        plain = base if base in self.characters else None
        drawn = plain if selector is None else self.sequences.get((base, selector))
        if drawn is None or code in self.characters:
            return False
        self.aliases[code] = self.add_code(self.face.charToGlyph[drawn], (code,))
        return True

    def add_code(self, glyph: int, text: tuple[int, ...]) -> int:
        """A private code that draws the glyph and is read back as the text, which may be empty."""
        face, code = self.face, self._next_code
        while code in face.charToGlyph:
            code += 1
        self._next_code = code + 1
        face.charToGlyph[code] = glyph
        face.charWidths[code] = face._pdfScale(face.hmetrics[glyph][0])
        self._original[code] = text
        return code

    def addObjects(self, doc: Any) -> None:
        """Write the subsets used in `doc`, as the base class does, with a ToUnicode table that holds sequences."""
        state = self.state[doc]
        state.frozen = 1
        for number, subset in enumerate(state.subsets):
            internal = self.getSubsetInternalName(number, doc)[1:]
            base_name = (SUBSETN(number) + b"+" + self.face.name + self.face.subfontNameX).decode("pdfdoc")
            font = pdfdoc.PDFTrueTypeFont()
            font.Name = internal
            font.BaseFont = base_name
            font.FirstChar = 0
            font.LastChar = len(subset) - 1
            font.Widths = pdfdoc.PDFArray([self.face.getCharWidth(code) for code in subset])
            stream = pdfdoc.PDFStream()
            stream.content = self._to_unicode(base_name, subset)
            if doc.compression:
                stream.filters = [pdfdoc.PDFZCompress]
            font.ToUnicode = doc.Reference(stream, "toUnicodeCMap:" + base_name)
            font.FontDescriptor = self.face.addSubsetObjects(doc, base_name, subset)
            doc.Reference(font, internal)
            doc.idToObject["BasicFonts"].dict[internal] = font
        del self.state[doc]

    def _to_unicode(self, name: str, subset: list[int]) -> str:
        entries = []
        for position, code in enumerate(subset):
            if code:
                text = "".join(map(chr, self._original.get(code, (code,))))
                entries.append(f"<{position:02X}> <{text.encode('utf-16-be').hex().upper()}>")
        blocks = [entries[start : start + _CMAP_BLOCK] for start in range(0, len(entries), _CMAP_BLOCK)]
        return "\n".join(
            [
                "/CIDInit /ProcSet findresource begin",
                "12 dict begin",
                "begincmap",
                f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
                f"/CMapName /{name} def",
                "/CMapType 2 def",
                "1 begincodespacerange",
                "<00> <FF>",
                "endcodespacerange",
                *[f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks],
                "endcmap",
                "CMapName currentdict /CMap defineresource pop",
                "end",
                "end",
            ]
        )


def _read_sequences(face: TTFontFace) -> dict[tuple[int, int], int]:
    """(base, selector) → glyph of the font's cmap format 14, sequences that keep the usual glyph included."""
    data = face._ttf_data
    cmap = face.get_table_pos("cmap")[0]
    count = unpack_from(">H", data, cmap + 2)[0]
    found: dict[tuple[int, int], int] = {}
    for index in range(count):
        table = cmap + unpack_from(">L", data, cmap + 8 + 8 * index)[0]
        if unpack_from(">H", data, table)[0] != 14:
            continue
        for record in range(unpack_from(">L", data, table + 6)[0]):
            high, low, usual, special = unpack_from(">BHLL", data, table + 10 + 11 * record)
            selector = high << 16 | low
            if usual:
                found.update(_usual_sequences(face, data, table + usual, selector))
            if special:
                found.update(_special_sequences(data, table + special, selector))
    return found


def _usual_sequences(face: TTFontFace, data: bytes, at: int, selector: int) -> dict[tuple[int, int], int]:
    found = {}
    for index in range(unpack_from(">L", data, at)[0]):
        high, low, more = unpack_from(">BHB", data, at + 4 + 4 * index)
        first = high << 16 | low
        for base in range(first, first + more + 1):
            if base in face.charToGlyph:
                found[base, selector] = face.charToGlyph[base]
    return found


def _special_sequences(data: bytes, at: int, selector: int) -> dict[tuple[int, int], int]:
    found = {}
    for index in range(unpack_from(">L", data, at)[0]):
        high, low, glyph = unpack_from(">BHH", data, at + 4 + 5 * index)
        found[high << 16 | low, selector] = glyph
    return found
