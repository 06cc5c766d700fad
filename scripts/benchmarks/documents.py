"""Paper: forms resolved, fitted, drawn and verified, beside reportlab drawing the same texts and beside xhtml2pdf.

Both baselines are flattered: they get every text already fitted and placed, check nothing, and print a box after each
variation selector.
"""

from __future__ import annotations

import gc
import io
import json
import logging
import os
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from xhtml2pdf import default, pisa

from app.documents import (
    FontStack,
    FormDefinition,
    FormJob,
    PageIdentity,
    Renderer,
    expected_documents,
    find_fonts,
    load_definitions,
    render_set,
    verify,
)
from app.documents.compose import compose
from app.documents.drawing import MM, Op, Printed, Run, Text
from benchmarks import Row

FORMS = Path(__file__).resolve().parents[2] / "app" / "content" / "forms"
TEN = (
    "jumin_ido", "kokuho_shutoku", "jidoteate_nintei", "kodomo_iryo", "tennyugaku", "inkan_toroku", "shomei_kofu",
    "kaigo_shikaku", "kokuho_henko", "tetsuzuki_annai",
)  # fmt: skip
MINCHO, GOTHIC = "BareMincho", "BareGothic"
PAGE = (210 * MM, 297 * MM)


def run() -> list[Row]:
    """One form, ten and 150 in this process, and ten through the isolated process that the server uses."""
    instance = Path(os.environ.get("KAKANAI_INSTANCE", "instance"))
    fonts = find_fonts(instance)
    forms = load_definitions(FORMS)
    values = json.loads((FORMS / "samples" / "family.json").read_text(encoding="utf-8"))["values"]
    _register(fonts)
    ten = _jobs([forms[code] for code in TEN], values)
    one, many = ten[:1], _many(ten, 150)
    return [
        _against_reportlab("one form", one, fonts, 25, 3.0),
        _against_reportlab("ten forms", ten, fonts, 9, 2.5),
        _against_reportlab("150 forms", many, fonts, 3, 2.0),
        _against_xhtml2pdf("one form", one, fonts, 7),
        _isolated(instance, ten),
        *_memory(instance, many),
    ]


def _jobs(forms: Sequence[FormDefinition], values: Mapping[str, Any]) -> list[FormJob]:
    return [
        FormJob(
            form,
            values,
            PageIdentity("BENCH", f"DOCUMENT{number:018}", "R8-04-000123-7", ("1",), bytes(32)),
            1,
        )
        for number, form in enumerate(forms)
    ]


def _many(ten: Sequence[FormJob], count: int) -> list[FormJob]:
    return [
        replace(job, identity=replace(job.identity, document=f"DOCUMENT{number:018}"))
        for number, job in ((number, ten[number % len(ten)]) for number in range(count))
    ]


def _print(jobs: Sequence[FormJob], fonts: FontStack) -> None:
    rendered = render_set(jobs, fonts)
    verify(rendered.pdf, expected_documents(jobs, rendered))


def _interleaved(rounds: int, *work: Callable[[], object]) -> list[float]:
    """The median seconds of each, measured in turn so that a busy machine is busy for all of them."""
    times: list[list[float]] = [[] for _ in work]
    for turn in range(rounds + 1):
        for index, function in enumerate(work):
            gc.collect()
            start = time.perf_counter()
            function()
            if turn:  # the first turn fills caches
                times[index].append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def _against_reportlab(what: str, jobs: Sequence[FormJob], fonts: FontStack, rounds: int, most: float) -> Row:
    pages = _pages(jobs, fonts)
    ours, bare = _interleaved(rounds, lambda: _print(jobs, fonts), lambda: _draw_bare(pages))
    label = "reportlab drawing the same texts"
    return Row(what, ours * 1000, "ms", bare * 1000, label, bare * 1000 * most)


def _against_xhtml2pdf(what: str, jobs: Sequence[FormJob], fonts: FontStack, rounds: int) -> Row:
    page = _html(_pages(jobs, fonts)[0])
    ours, html = _interleaved(rounds, lambda: _print(jobs, fonts), lambda: _convert(page))
    return Row(
        f"{what}, beside HTML", ours * 1000, "ms", html * 1000, "xhtml2pdf, fonts registered", html * 1000 / 5
    )


def _isolated(instance: Path, jobs: Sequence[FormJob]) -> Row:
    renderer = Renderer(instance)
    try:
        renderer.issue(jobs)
        (seconds,) = _interleaved(5, lambda: renderer.issue(jobs))
    finally:
        renderer.close()
    return Row("ten forms from order to verified PDF, renderer in its own process", seconds, "s", limit=3.0)


def _memory(instance: Path, jobs: Sequence[FormJob]) -> list[Row]:
    """The most memory the renderer's process ever took, where the system tells."""
    renderer = Renderer(instance)
    try:
        renderer.issue(jobs)
        process = renderer.processes()[0]
        status = Path(f"/proc/{process}/status")
        if not status.exists():
            return []
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    finally:
        renderer.close()
    return [
        Row(
            "150 forms, most memory of the renderer's process", int(peak.split()[1]) / 1024, "MB", limit=300.0
        )
    ]


def _register(fonts: FontStack) -> None:
    """The same font files as an ordinary program would load them."""
    for name, faces in ((MINCHO, fonts.mincho), (GOTHIC, fonts.gothic)):
        pdfmetrics.registerFont(TTFont(name, faces[0].font.face.filename))
        for bold in (0, 1):
            for italic in (0, 1):
                addMapping(name, bold, italic, name)
        default.DEFAULT_FONT[name.lower()] = name
    logging.getLogger("xhtml2pdf").setLevel(logging.CRITICAL)


def _pages(jobs: Sequence[FormJob], fonts: FontStack) -> list[tuple[str | Text, ...]]:
    """Everything that is drawn on each page, its pre-printed part too."""
    composed = [page for job in jobs for page in compose(job.definition, job.values, fonts).pages]
    return [tuple(_drawn(page.ops)) for page in composed]


def _drawn(ops: Iterable[Op]) -> Iterator[str | Text]:
    for op in ops:
        if isinstance(op, Printed):
            yield from _drawn(op.ops)
        else:
            yield op


def _bare_font(run: Run) -> str:
    font = run.glyphs[0].font if run.glyphs else None
    return GOTHIC if font is not None and font.fontName.startswith("label") else MINCHO


def _draw_bare(pages: Sequence[Sequence[str | Text]]) -> None:
    canvas = Canvas(io.BytesIO(), pagesize=PAGE, pageCompression=1)
    for ops in pages:
        for op in ops:
            if not isinstance(op, Text):
                canvas.addLiteral(op)
                continue
            for run in op.runs:
                canvas.setFont(_bare_font(run), run.size)
                canvas.drawString(run.x, run.y, "".join(glyph.text for glyph in run.glyphs))
        canvas.showPage()
    canvas.getpdfdata()


def _html(ops: Sequence[str | Text]) -> str:
    parts = []
    for op in ops:
        for run in op.runs if isinstance(op, Text) else ():
            text = escape("".join(glyph.text for glyph in run.glyphs if glyph.text.strip()))
            left, top = run.x / MM, 297 - (run.y + run.size * 0.88) / MM
            place = f"left:{left:.2f}mm;top:{top:.2f}mm;width:{(210 - left):.2f}mm;height:{run.size / MM + 1:.2f}mm"
            parts.append(
                f'<div style="position:absolute;{place};font-size:{run.size}pt;font-family:{_bare_font(run)}">{text}</div>'
            )
    style = f"@page {{ size: a4; margin: 0 }} body {{ font-family: {MINCHO} }}"
    return f"<html><head><style>{style}</style></head><body><div style='position:relative'>{''.join(parts)}</div></body></html>"


def _convert(page: str) -> None:
    pisa.CreatePDF(page, dest=io.BytesIO(), encoding="utf-8")
