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
_LETTERS = (
    ("\u00c0", "\u024f"),
    ("\u0300", "\u036f"),
    ("\u0900", "\u097f"),
    ("\u1e00", "\u1eff"),
    ("\uac00", "\ud7a3"),
)
"""Letters beyond ASCII whose words stay whole: Latin with marks, Devanagari, Hangul."""
NOT_LAST = frozenset("（(［[｛{「『【〈《〔‘“〒￥¥＄$#＃")


_OF = "の"
_COUNTERS = frozenset("丁番号階室年月日円歳" + _OF)
"""What stays with the number before it: 12番地, 3の5."""
_WIDE_SPACE = "　"
_MOST_SET = 4
"""Lines of a text whose breaks are chosen."""


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
        room = width / (size * scale)
        broken = [break_lines(paragraph, room) for paragraph in paragraphs]
        lines = [line for part in broken for line in part]
        if len(lines) <= most and all(_shown_width(line) * size * scale <= width + 0.01 for line in lines):
            read = [_set(*both, room) for both in zip(paragraphs, broken, strict=True)]
            return Fitted(tuple(line for part in read for line in part), size, scale)
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


def _set(glyphs: Sequence[Glyph], full: list[Glyphs], width: float) -> list[Glyphs]:
    """As many lines as the `full` ones, broken where it reads best: 番地　建物名, before マンション. Long prose stays full."""
    if len(full) == 1 or len(full) > _MOST_SET:
        return full
    return _where_it_reads(_units(glyphs), width, len(full)) or full


def _where_it_reads(units: list[list[Glyph]], width: float, count: int) -> list[Glyphs] | None:
    """The units in `count` lines with the breaks that cost least; None when a unit is wider than a line."""
    # best[start]: (cost, where the line ends) of the units from start on, for the lines left.
    last = len(units)
    lines_left: list[dict[int, tuple[int, int]]] = [{last: (0, last)}]
    for _ in range(count):
        best: dict[int, tuple[int, int]] = {}
        for start in range(last):
            used = 0.0
            for end in range(start + 1, last + 1):
                used += width_of(units[end - 1])
                if used - _space_at_end(units[end - 1]) > width + 1e-6:
                    break
                if end in lines_left[-1]:
                    cost = lines_left[-1][end][0]
                    if end < last:
                        cost += _cost_of_break(units[end - 1][-1].text, units[end][0].text)
                    if start not in best or cost <= best[start][0]:
                        best[start] = (cost, end)  # of equal ones the longest line
        lines_left.append(best)
    if 0 not in lines_left[-1]:
        return None
    lines, start = [], 0
    for best in reversed(lines_left[1:]):
        end = best[start][1]
        lines.append(_stripped([glyph for unit in units[start:end] for glyph in unit]))
        start = end
    return lines


def _cost_of_break(before: str, after: str) -> int:
    """How badly it reads when a line ends between two characters: not at all after a space, badly inside a katakana word."""
    if before in (_WIDE_SPACE, " "):
        return 0
    return 3 if _is_katakana(before) and _is_katakana(after) else 1


def _is_katakana(text: str) -> bool:
    return "ァ" <= text[0] <= "ヺ" or text[0] == "ー"


def _space_at_end(glyphs: Sequence[Glyph]) -> float:
    """The width of the spaces at the end of a line, which may stand outside the box: nobody sees them."""
    width = 0.0
    for glyph in reversed(glyphs):
        if glyph.text not in (_WIDE_SPACE, " "):
            break
        width += glyph.advance
    return width


def _shown_width(line: Sequence[Glyph]) -> float:
    return width_of(line) - _space_at_end(line)


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
    if not before or not after:
        return True
    if after[0] in NOT_FIRST or before[0] in NOT_LAST or after == " ":
        return True
    if (after[0] in _COUNTERS and _is_digit(before)) or (before[0] == _OF and _is_digit(after)):
        return True
    return _is_word(before) and _is_word(after)


def _is_digit(text: str) -> bool:
    return "0" <= text[0] <= "9" or "０" <= text[0] <= "９"


def _is_word(text: str) -> bool:
    """Whether a character is part of a word or a number, full-width ones included: 1203号室, １２３４番地, Việt, नेपाली, 한국어."""
    first = text[0]
    if any(low <= first <= high for low, high in _LETTERS):
        return True
    if first.isascii():
        return first.isalnum() or first in "-'./@_&+#"
    return "\uff10" <= first <= "\uff19" or "\uff21" <= first <= "\uff3a" or "\uff41" <= first <= "\uff5a"
