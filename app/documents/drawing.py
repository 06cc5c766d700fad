"""Drawing operations: what is on a page before a PDF exists, in points from the bottom left corner.

`Ink` collects them from millimetres; `Sheet` paints them. Keeping the two apart lets a page be composed, counted and
checked first, and lets the pre-printed part of a form be composed once for all documents.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reportlab import rl_config
from reportlab.pdfbase.pdfdoc import PDFFormXObject
from reportlab.pdfgen.canvas import Canvas

from app.documents.definitions import Box, Line, Rect, TextStyle
from app.documents.fit import LEADING, Fitted, Glyphs, width_of
from app.documents.fonts import GETA, FontStack, Glyph
from app.documents.page_text import PageText

MM = 72 / 25.4
_ASCENT = 0.88  # of a Japanese em; the rest hangs below the baseline
_BOLD_STROKE = 0.03
_TURNED = frozenset("ー―‐－-〜～…‥（）()「」『』〔〕［］【】〈〉《》＝=")
_AT_CORNER = frozenset("、。，．")
"""Characters that lie on their side in vertical writing, and those that move from the lower left to the upper right."""

rl_config.useA85 = 0  # streams are compressed only: ASCII armour costs a quarter of the size and time


@dataclass(frozen=True, slots=True)
class Run:
    """Glyphs on one baseline, 〓 for those that no font has. `spacing` is added after each glyph.

    A `turned` run goes downwards, its glyphs lying on their side.
    """

    x: float
    y: float
    glyphs: Glyphs
    size: float
    scale: float = 1.0
    spacing: float = 0.0
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """The runs of one field or label: one text block of the page, read back as one string."""

    runs: tuple[Run, ...]
    grey: float = 0.0
    bold: bool = False

    @property
    def text(self) -> str:
        """What a reader of the PDF gets back: the register's characters, 〓 for one that could not be printed."""
        return "".join(
            GETA if glyph.font is None else glyph.text for run in self.runs for glyph in run.glyphs
        )


@dataclass(frozen=True, eq=False)
class Printed:
    """The pre-printed part of a page of `width` by `height` mm: drawn once in a PDF and put under all pages that have it."""

    width: float
    height: float
    ops: "tuple[Op, ...]"

    @cached_property
    def said(self) -> PageText:
        """Its text."""
        return page_text(self.ops)


Op = str | Text | Printed


def page_text(ops: Iterable[Op]) -> PageText:
    """What a reader of the PDF gets back of these operations."""
    own: list[str] = []
    printed: list[PageText] = []
    for op in ops:
        if isinstance(op, Text):
            own.append(op.text)
        elif isinstance(op, Printed):
            printed.append(op.said)
    return PageText(tuple(own), tuple(printed))


def _parts(run: Run) -> list[Run]:
    """A run in parts, where glyphs of a shaped script have places of their own."""
    if not any(glyph.placed for glyph in run.glyphs):
        return [run]
    parts: list[Run] = []
    x, start = run.x, 0
    em = run.size * run.scale
    for position, glyph in enumerate(run.glyphs):
        if not glyph.placed:
            continue
        before = run.glyphs[start:position]
        if before:
            parts.append(Run(x, run.y, before, run.size, run.scale))
            x += width_of(before) * em
        parts.append(Run(x + glyph.dx * em, run.y + glyph.dy * run.size, (glyph,), run.size, run.scale))
        x += glyph.advance * em
        start = position + 1
    if start < len(run.glyphs):
        parts.append(Run(x, run.y, run.glyphs[start:], run.size, run.scale))
    return parts


def number(value: float) -> str:
    """A PDF number."""
    return f"{value:.3f}"


class Ink:
    """Collects the drawing of one page of `height` mm, given in millimetres from the top left."""

    def __init__(self, height: float) -> None:
        self.ops: list[Op] = []
        self._height = height

    def x(self, mm: float) -> float:
        """Points from the left."""
        return mm * MM

    def y(self, mm: float) -> float:
        """Points from the bottom for a distance from the top."""
        return (self._height - mm) * MM

    def rect(self, item: Rect) -> None:
        """A rectangle, tinted, framed or both."""
        box = item.box
        paint = ("B" if item.line else "f") if item.fill is not None else "S"
        if not item.line and item.fill is None:
            return
        head = f"{number(item.fill)} g " if item.fill is not None else ""
        self.ops.append(
            f"q {head}{self._pen(item.line, item.dash)}{self._outline(box, item.radius)} {paint} Q"
        )

    def line(self, item: Line) -> None:
        """A straight line."""
        start = f"{number(self.x(item.x1))} {number(self.y(item.y1))} m"
        self.ops.append(
            f"q {self._pen(item.line, item.dash)}{start} {number(self.x(item.x2))} {number(self.y(item.y2))} l S Q"
        )

    def ellipse(self, box: Box, line: float, dash: float = 0.0) -> None:
        """An ellipse that fills a box."""
        self.ops.append(f"q {self._pen(line, dash)}{self._curve(box)} S Q")

    def tick(self, box: Box) -> None:
        """A tick (レ点) in a box: fonts have none that every city's stack prints."""
        points = [(0.16, 0.48), (0.40, 0.80), (0.92, 0.06)]
        path = [f"{number(self.x(box.x + u * box.w))} {number(self.y(box.y + v * box.h))}" for u, v in points]
        self.ops.append(f"q {number(0.55 * MM)} w 1 J 1 j {path[0]} m {path[1]} l {path[2]} l S Q")

    def modules(self, box: Box, columns: int, rows: int, black: Iterable[tuple[int, int, int]]) -> None:
        """The black modules of a code that divides a box: (column, row, width) each, one row high."""
        grid = f"{number(box.w * MM / columns)} 0 0 {number(-box.h * MM / rows)} {number(self.x(box.x))} {number(self.y(box.y))} cm"
        path = " ".join(f"{column} {row} {width} 1 re" for column, row, width in black)
        self.ops.append(f"q 0 g {grid} {path} f Q")

    def text(self, fitted: Fitted, box: Box, style: TextStyle) -> None:
        """Fitted lines in a box, aligned as the style says."""
        leading = fitted.size * LEADING
        block = fitted.size + leading * (len(fitted.lines) - 1)
        room = box.h * MM - block
        top = self.y(box.y) - {"top": 0.0, "middle": room / 2, "bottom": room}[style.valign]
        runs: list[Run] = []
        for index, line in enumerate(fitted.lines):
            free = box.w * MM - width_of(line) * fitted.size * fitted.scale
            x = self.x(box.x) + {"left": 0.0, "center": free / 2, "right": free}[style.align]
            baseline = top - fitted.size * _ASCENT - index * leading
            runs += _parts(Run(x, baseline, line, fitted.size, fitted.scale))
        self.ops.append(Text(tuple(runs), style.grey, style.bold))

    def spread(self, glyphs: Glyphs, box: Box, style: TextStyle) -> None:
        """Characters set evenly over the width of a box (均等割付)."""
        size = style.size
        free = box.w * MM - width_of(glyphs) * size
        scale, spacing = 1.0, free / (len(glyphs) - 1) if len(glyphs) > 1 else 0.0
        if free < 0:
            scale, spacing = box.w * MM / (width_of(glyphs) * size), 0.0
        baseline = self.y(box.y + box.h / 2) - size * (_ASCENT - 0.5)
        self.ops.append(
            Text((Run(self.x(box.x), baseline, glyphs, size, scale, spacing),), style.grey, style.bold)
        )

    def at_centres(self, placed: Sequence[tuple[Glyph, float, float]], size: float, style: TextStyle) -> None:
        """Glyphs centred on points (mm), read back as one string: characters in cells, or one below another."""
        runs: list[Run] = []
        for glyph, x, y in placed:
            left = self.x(x) - glyph.advance * size / 2
            runs.append(Run(left, self.y(y) - size * (_ASCENT - 0.5), (glyph,), size))
        self.ops.append(Text(tuple(runs), style.grey, style.bold))

    def column(self, glyphs: Glyphs, box: Box, style: TextStyle) -> None:
        """Characters one below another (縦書き), as large as the box allows; dashes and brackets are turned."""
        step = min(box.h * MM / max(len(glyphs), 1), style.size * 1.25)
        size = min(style.size, step, box.w * MM)
        room = box.h * MM - step * len(glyphs)
        top = self.y(box.y) - {"top": 0.0, "middle": room / 2, "bottom": room}[style.valign]
        centre = self.x(box.x + box.w / 2)
        runs: list[Run] = []
        for index, glyph in enumerate(glyphs):
            middle, half = top - step * (index + 0.5), glyph.advance * size / 2
            drop = size * (_ASCENT - 0.5)
            if glyph.text in _TURNED and glyph.font is not None:
                runs.append(Run(centre - drop, middle + half, (glyph,), size, turned=True))
                continue
            aside = size * 0.55 if glyph.text in _AT_CORNER else 0.0
            runs.append(Run(centre - half + aside, middle - drop + aside, (glyph,), size))
        self.ops.append(Text(tuple(runs), style.grey, style.bold))

    def _pen(self, line: float, dash: float) -> str:
        pattern = f"[{number(dash * MM)} {number(dash * MM)}] 0 d " if dash else ""
        return f"{number(line * MM)} w {pattern}" if line else ""

    def _outline(self, box: Box, radius: float) -> str:
        x, y, w, h = self.x(box.x), self.y(box.y + box.h), box.w * MM, box.h * MM
        n = number
        if not radius:
            return f"{n(x)} {n(y)} {n(w)} {n(h)} re"
        r = min(radius * MM, w / 2, h / 2)
        k = r * 0.4477  # distance of the control points that make a quarter circle
        return (
            f"{n(x + r)} {n(y)} m {n(x + w - r)} {n(y)} l {n(x + w - k)} {n(y)} {n(x + w)} {n(y + k)} {n(x + w)} {n(y + r)} c "
            f"{n(x + w)} {n(y + h - r)} l {n(x + w)} {n(y + h - k)} {n(x + w - k)} {n(y + h)} {n(x + w - r)} {n(y + h)} c "
            f"{n(x + r)} {n(y + h)} l {n(x + k)} {n(y + h)} {n(x)} {n(y + h - k)} {n(x)} {n(y + h - r)} c "
            f"{n(x)} {n(y + r)} l {n(x)} {n(y + k)} {n(x + k)} {n(y)} {n(x + r)} {n(y)} c h"
        )

    def _curve(self, box: Box) -> str:
        rx, ry = box.w * MM / 2, box.h * MM / 2
        cx, cy = self.x(box.x) + rx, self.y(box.y) - ry
        kx, ky = rx * 0.5523, ry * 0.5523
        n = number
        return (
            f"{n(cx + rx)} {n(cy)} m {n(cx + rx)} {n(cy + ky)} {n(cx + kx)} {n(cy + ry)} {n(cx)} {n(cy + ry)} c "
            f"{n(cx - kx)} {n(cy + ry)} {n(cx - rx)} {n(cy + ky)} {n(cx - rx)} {n(cy)} c "
            f"{n(cx - rx)} {n(cy - ky)} {n(cx - kx)} {n(cy - ry)} {n(cx)} {n(cy - ry)} c "
            f"{n(cx + kx)} {n(cy - ry)} {n(cx + rx)} {n(cy - ky)} {n(cx + rx)} {n(cy)} c h"
        )


class Sheet(Canvas):
    """A reportlab canvas that paints composed pages and nothing of its own."""

    def __init__(self, fonts: FontStack, title: str) -> None:
        self._buffer = io.BytesIO()
        super().__init__(self._buffer, invariant=1, pageCompression=1, lang="ja-JP")
        self._fonts = fonts
        self._printed: dict[Printed, str] = {}
        self.setTitle(title)
        self.setCreator("Kakanai")
        self.setProducer("Kakanai")
        self.setViewerPreference("PrintScaling", "None")

    def _make_preamble(self) -> None:
        # reportlab would select Helvetica on every page, a font that is not embedded.
        self._preamble = ""

    def page(self, width: float, height: float, ops: Iterable[Op]) -> None:
        """Paint one page of `width` by `height` mm."""
        self.setPageSize((width * MM, height * MM))
        for op in ops:
            self._code.append(self._paint(op))
        self.showPage()

    def finish(self) -> bytes:
        """The PDF. The canvas cannot be used afterwards."""
        return bytes(self.getpdfdata())

    def _paint(self, op: Op) -> str:
        if isinstance(op, Text):
            return self._text(op)
        return op if isinstance(op, str) else self._put_under(op)

    def _put_under(self, printed: Printed) -> str:
        """The code that draws a pre-printed part, which is written into the PDF when it first comes."""
        name = self._printed.get(printed)
        if name is None:
            name = self._printed[printed] = f"P{len(self._printed) + 1}"
            form = PDFFormXObject(0, 0, printed.width * MM, printed.height * MM)
            form.compression = self._pageCompression
            form.setStreamList([self._paint(op) for op in printed.ops])
            self._doc.addForm(name, form)
        self._formsinuse.append(name)
        return f"/{self._doc.getXObjectName(name)} Do"

    def _text(self, text: Text) -> str:
        colour = f"{number(text.grey)} g " if text.grey else ""
        code = [f"q {colour}BT"]
        if text.bold:
            size = text.runs[0].size if text.runs else 0
            code.append(f"2 Tr {number(size * _BOLD_STROKE)} w {number(text.grey)} G")
        for run in text.runs:
            turn = "0 -1 1 0" if run.turned else "1 0 0 1"
            code.append(
                f"{turn} {number(run.x)} {number(run.y)} Tm {number(run.scale * 100)} Tz {number(run.spacing)} Tc"
            )
            code.append(self._show(run))
        code.append("ET Q")
        return " ".join(code)

    def _show(self, run: Run) -> str:
        shown: list[str] = []
        for font, string in self._by_font(run):
            for subset, data in font.splitString(string, self._doc):
                name = font.getSubsetInternalName(subset, self._doc)
                shown.append(f"{name} {number(run.size)} Tf <{data.hex()}> Tj")
        return " ".join(shown)

    def _by_font(self, run: Run) -> list[tuple[Any, str]]:
        """Neighbouring glyphs of the same font as one string of its codes; 〓 for one that no font has."""
        found: list[tuple[Any, str]] = []
        for glyph in run.glyphs:
            if glyph.font is None:
                glyph = self._fonts.resolve(GETA)
            if found and found[-1][0] is glyph.font:
                found[-1] = (glyph.font, found[-1][1] + chr(glyph.code))
            else:
                found.append((glyph.font, chr(glyph.code)))
        return found
