"""Texts of the guide sheet set in a width: lines with room for readings over their words (ruby), in any language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.documents import problems
from app.documents.definitions import Box, TextStyle
from app.documents.drawing import MM, Ink
from app.documents.filling import Filler
from app.documents.fit import Fitted, Glyphs, break_lines, width_of
from app.documents.fonts import Glyph
from app.domain.translations import RUBY

RUBY_SIZE = 0.5
_STEP = 0.25
_LEADING = {"ne": 1.5, "latin": 1.32, "mincho": 1.3, "gothic": 1.3}
_OTHER_LEADING = 1.36
_RUBY_LEADING = 1.82
_RUBY_ABOVE = 0.5
"""Room over the first line for its readings, in ems."""


@dataclass(frozen=True, slots=True)
class RubyWord(Glyph):
    """A word with its reading, kept on one line as if it were one glyph."""

    base: Glyphs = ()
    reading: Glyphs = ()


@dataclass(frozen=True)
class Laid:
    """A text broken into lines; `height` in mm."""

    lines: tuple[Glyphs, ...]
    style: TextStyle
    leading: float
    has_ruby: bool

    @property
    def height(self) -> float:
        """From the top of the first line to the foot of the last; nothing where there are no lines."""
        if not self.lines:
            return 0.0
        size = self.style.size
        above = _RUBY_ABOVE * size if self.has_ruby else 0.0
        return (above + size + size * self.leading * (len(self.lines) - 1)) / MM

    @property
    def width(self) -> float:
        """The width of its longest line in mm."""
        return max(width_of(line) for line in self.lines) * self.style.size / MM

    def cut(self, room: float) -> "tuple[Laid, Laid]":
        """What fits into a height of `room` mm, and the rest; either may be without lines."""
        count = len(self.lines)
        while count and replace(self, lines=self.lines[:count]).height > room + 0.01:
            count -= 1
        return replace(self, lines=self.lines[:count]), replace(self, lines=self.lines[count:])


NOTHING = Laid((), TextStyle(), 1.0, False)


def lay_out(filler: Filler, name: str, text: str, style: TextStyle, width: float) -> Laid:
    """Break a text into lines of `width` mm; characters that no font has are reported under `name`."""
    lines: list[Glyphs] = []
    has_ruby = False
    for paragraph in text.replace("\r\n", "\n").split("\n"):
        glyphs = tuple(_glyphs(filler, paragraph, style.font))
        _report(filler, name, glyphs)
        has_ruby = has_ruby or any(isinstance(glyph, RubyWord) for glyph in glyphs)
        lines += break_lines(glyphs, width * MM / style.size)
    font = filler.fonts.named(style.font)
    leading = _RUBY_LEADING if has_ruby else _LEADING.get(font, _OTHER_LEADING)
    return Laid(tuple(lines), style, leading, has_ruby)


def _glyphs(filler: Filler, text: str, style: str) -> Iterator[Glyph]:
    start = 0
    for match in RUBY.finditer(text):
        yield from filler.fonts.glyphs(text[start : match.start()], style)
        base = filler.fonts.glyphs(match[1] or match[3], style)
        reading = filler.fonts.glyphs(match[2] or match[4], style)
        advance = max(width_of(base), width_of(reading) * RUBY_SIZE)
        yield RubyWord(match[1] or match[3], base[0].font, 0, advance, base=base, reading=reading)
        start = match.end()
    yield from filler.fonts.glyphs(text[start:], style)


def _report(filler: Filler, name: str, glyphs: Sequence[Glyph]) -> None:
    form = filler.definition
    for glyph in glyphs:
        for one in (*glyph.base, *glyph.reading) if isinstance(glyph, RubyWord) else (glyph,):
            if one.font is None:
                filler.problems.append(problems.missing_glyph(form.code, form.title, name, one.text))


def draw(ink: Ink, laid: Laid, x: float, y: float, width: float) -> None:
    """Draw lines into a box of `width` mm whose corner is (x, y), aligned as their style says."""
    size = laid.style.size
    style = replace(laid.style, align="left", valign="top")
    top = y + (_RUBY_ABOVE * size / MM if laid.has_ruby else 0.0)
    for index, line in enumerate(laid.lines):
        free = width - width_of(line) * size / MM
        left = x + {"left": 0.0, "center": free / 2, "right": free}[laid.style.align]
        _draw_line(ink, line, left, top + index * size * laid.leading / MM, style)


def _draw_line(ink: Ink, line: Glyphs, x: float, y: float, style: TextStyle) -> None:
    em = style.size / MM
    plain: list[Glyph] = []

    def flush(at: float) -> None:
        if plain:
            _put(ink, tuple(plain), at - width_of(plain) * em, y, style)
            plain.clear()

    for glyph in line:
        if not isinstance(glyph, RubyWord):
            plain.append(glyph)
            x += glyph.advance * em
            continue
        flush(x)
        _put(ink, glyph.base, x + (glyph.advance - width_of(glyph.base)) * em / 2, y, style)
        small = replace(style, size=style.size * RUBY_SIZE)
        left = x + (glyph.advance - width_of(glyph.reading) * RUBY_SIZE) * em / 2
        _put(ink, glyph.reading, left, y - em * (RUBY_SIZE + 0.02), small)
        x += glyph.advance * em
    flush(x)


def _put(ink: Ink, glyphs: Glyphs, x: float, y: float, style: TextStyle) -> None:
    ink.text(Fitted((glyphs,), style.size, 1.0), Box(x, y, 0, style.size / MM), style)


def draw_fitted(ink: Ink, filler: Filler, name: str, text: str, box: Box, style: TextStyle) -> None:
    """Draw a text into a box in the largest size in which it fits; what does not fit in the smallest is reported."""
    size = style.size
    while True:
        found = len(filler.problems)
        laid = lay_out(filler, name, text, replace(style, size=size), box.w)
        fits = laid.height <= box.h + 0.3 and laid.width <= box.w + 0.1
        if fits or size <= style.least:
            break
        del filler.problems[found:]
        size = max(style.least, size - _STEP)
    if not fits:
        form = filler.definition
        filler.problems.append(problems.label_too_long(form.code, form.title, text))
    y = box.y + {"top": 0.0, "middle": (box.h - laid.height) / 2, "bottom": box.h - laid.height}[style.valign]
    draw(ink, laid, box.x, y, box.w)
