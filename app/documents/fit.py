"""How a text is made to fit its box: condensed (長体), then smaller, then on several lines. Lengths here are points.

Lines break by the Japanese rules (禁則処理): some characters may not begin or end a line and take a neighbour along
(追い出し); Latin words and numbers stay whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.documents.definitions import TextStyle
from app.documents.fonts import Glyph

Glyphs = tuple[Glyph, ...]

LEADING = 1.22
_SIZE_STEP = 0.5
_SCALE_STEP = 0.05
NOT_FIRST = frozenset(
    "　、。，．,.・：；:;？！?!）)］]｝}」』】〉》〕’”ーｰ々ゝゞヽヾ〜～…‥ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ％%℃円"
)
NOT_LAST = frozenset("（(［[｛{「『【〈《〔‘“〒￥¥＄$#＃")


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines of glyphs with the size in points and the horizontal scale (1 is uncondensed) they are set in."""

    lines: tuple[Glyphs, ...]
    size: float
    scale: float


def width_of(glyphs: Sequence[Glyph]) -> float:
    """The width of glyphs in ems."""
    return sum([glyph.advance for glyph in glyphs])


def fit(glyphs: Glyphs, width: float, height: float, style: TextStyle) -> Fitted | None:
    """Set glyphs into a box of `width` by `height` points; None when they do not fit at the style's smallest.

    On a single line the text is condensed first and then made smaller. Where several lines are allowed it is condensed,
    then broken into lines, and only then made smaller. A line break in the text begins a new line there.
    """
    paragraphs = _paragraphs(glyphs)
    if style.lines == 1:
        return _fit_line(_joined(paragraphs), width, height, style)
    return _fit_lines(paragraphs, width, height, style)


def _paragraphs(glyphs: Glyphs) -> list[list[Glyph]]:
    paragraphs: list[list[Glyph]] = [[]]
    for glyph in glyphs:
        if glyph.text == "\n":
            paragraphs.append([])
        else:
            paragraphs[-1].append(glyph)
    return paragraphs


def _joined(paragraphs: list[list[Glyph]]) -> Glyphs:
    return tuple(glyph for paragraph in paragraphs for glyph in paragraph)


def _fit_line(line: Glyphs, width: float, height: float, style: TextStyle) -> Fitted | None:
    size = min(style.size, height)
    natural = width_of(line) * size
    if size < style.least:
        return None
    if natural <= width:
        return Fitted((line,), size, 1.0)
    least_scale = style.condense / 100
    if natural * least_scale <= width:
        return Fitted((line,), size, width / natural)
    size = size * width / (natural * least_scale)
    return Fitted((line,), size, least_scale) if size >= style.least else None


def _fit_lines(paragraphs: list[list[Glyph]], width: float, height: float, style: TextStyle) -> Fitted | None:
    """The largest size at which the lines fit, and there as few and as little condensed as possible."""
    size, least_scale = style.size, style.condense / 100
    while True:
        room = min(style.lines, int((height / size - 1) / LEADING + 1 + 1e-6)) if height >= size else 0
        if len(paragraphs) <= room:
            widest = max(width_of(paragraph) for paragraph in paragraphs) * size
            if widest * least_scale <= width:
                scale = min(1.0, width / widest) if widest else 1.0
                return Fitted(tuple(tuple(paragraph) for paragraph in paragraphs), size, scale)
        broken = _broken(paragraphs, width, size, least_scale, room)
        if broken is not None or size <= style.least:
            return broken
        size = max(style.least, size - _SIZE_STEP)


def _broken(
    paragraphs: list[list[Glyph]], width: float, size: float, least_scale: float, most: int
) -> Fitted | None:
    """The paragraphs broken into at most `most` lines of one size."""
    scale = 1.0
    while most and scale >= least_scale - 1e-6:
        lines = [line for paragraph in paragraphs for line in break_lines(paragraph, width / (size * scale))]
        if len(lines) <= most and all(width_of(line) * size * scale <= width + 0.01 for line in lines):
            return Fitted(tuple(lines), size, scale)
        scale -= _SCALE_STEP
    return None


def break_lines(glyphs: Sequence[Glyph], width: float) -> list[Glyphs]:
    """Break glyphs into lines of at most `width` ems; only a single glyph wider than that makes a longer line."""
    lines: list[Glyphs] = []
    line: list[Glyph] = []
    used = 0.0
    for unit in _units(glyphs):
        size = width_of(unit)
        if line and used + width_of(_stripped(unit)) > width + 1e-6:
            lines.append(_stripped(line))
            line, used = [], 0.0
        for piece in [unit] if size <= width else [[glyph] for glyph in unit]:
            size = width_of(piece)
            if line and used + size > width + 1e-6:
                lines.append(_stripped(line))
                line, used = [], 0.0
            line += piece
            used += size
    lines.append(_stripped(line))
    return lines


def _stripped(glyphs: Sequence[Glyph]) -> Glyphs:
    """A line without the ASCII spaces at its end (a full-width space is part of a name and stays)."""
    end = len(glyphs)
    while end and glyphs[end - 1].text == " ":
        end -= 1
    return tuple(glyphs[:end])


def _units(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Glyphs that must stay on one line together."""
    units: list[list[Glyph]] = []
    for glyph in glyphs:
        if units and _sticks(units[-1][-1].text, glyph.text):
            units[-1].append(glyph)
        else:
            units.append([glyph])
    return units


def _sticks(before: str, after: str) -> bool:
    if after[0] in NOT_FIRST or before[0] in NOT_LAST or after == " ":
        return True
    return _is_word(before) and _is_word(after)


def _is_word(text: str) -> bool:
    """Whether a character is part of a Latin word or a number, full-width ones included: 1203号室, １２３４番地."""
    first = text[0]
    if first.isascii():
        return first.isalnum() or first in "-'./@_&+#"
    return "\uff10" <= first <= "\uff19" or "\uff21" <= first <= "\uff3a" or "\uff41" <= first <= "\uff5a"
