"""Paper: forms resolved, fitted, drawn and verified, beside the bare engine and beside engines a user would pick instead.

All others are flattered: they get every text already fitted and placed, check nothing, and have no idea of a variation
selector. Everything that is compared runs in turn, so that a busy machine is busy for all of them.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

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
from app.documents.drawing import Op, Printed, Run, Text
from benchmarks import Row
from benchmarks._bare import Sheet, draw, peak_megabytes, register
from benchmarks._html_engines import Xhtml2pdf, family_names, html_of, open_chromium, open_weasyprint

FORMS = Path(__file__).resolve().parents[2] / "app" / "content" / "forms"
TEN = (
    "jumin_ido", "kokuho_shutoku", "jidoteate_nintei", "kodomo_iryo", "tennyugaku", "inkan_toroku", "shomei_kofu",
    "kaigo_shikaku", "kokuho_henko", "tetsuzuki_annai",
)  # fmt: skip
MINCHO, GOTHIC = "BareMincho", "BareGothic"
BARE = "reportlab drawing the same texts"
SIZES = (("one form", 1, 25, 3.0), ("ten forms", 10, 9, 2.5), ("150 forms", 150, 3, 2.0))
"""What, how many forms, rounds, and the most it may be as a multiple of the bare engine."""


class _Engine(Protocol):
    def convert(self, html: str) -> int: ...


def run() -> list[Row]:
    """One form, ten and 150: time, size and memory; the first form of a process; two processes; other engines."""
    instance = Path(os.environ.get("KAKANAI_INSTANCE", "instance"))
    fonts = find_fonts(instance)
    forms = load_definitions(FORMS)
    values = json.loads((FORMS / "samples" / "family.json").read_text(encoding="utf-8"))["values"]
    files = {MINCHO: fonts.mincho[0].font.face.filename, GOTHIC: fonts.gothic[0].font.face.filename}
    register(files)
    ten = _jobs([forms[code] for code in TEN], values)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for what, count, rounds, most in SIZES:
            jobs = ten[:count] if count <= 10 else _many(ten, count)
            sheets = _sheets(jobs, fonts)
            rows += _against_bare(what, jobs, sheets, fonts, rounds, most)
            rows += _alone(what, instance, jobs, sheets, files, folder)
        rows += _processes(instance, ten)
        rows += _against_others(ten, fonts, files, folder)
    return rows


def _jobs(forms: Sequence[FormDefinition], values: Mapping[str, Any]) -> list[FormJob]:
    return [FormJob(form, values, _identity(number), 1) for number, form in enumerate(forms)]


def _identity(number: int) -> PageIdentity:
    return PageIdentity("BENCH", f"DOCUMENT{number:018}", "R8-04-000123-7", ("1",), bytes(32))


def _many(ten: Sequence[FormJob], count: int) -> list[FormJob]:
    return [
        replace(ten[number % len(ten)], identity=replace(ten[0].identity, document=f"DOCUMENT{number:018}"))
        for number in range(count)
    ]


def _print(jobs: Sequence[FormJob], fonts: FontStack) -> bytes:
    rendered = render_set(jobs, fonts)
    verify(rendered.pdf, expected_documents(jobs, rendered))
    return rendered.pdf


def _interleaved(rounds: int, *work: Callable[[], object], warm: bool = True) -> list[float]:
    """The median seconds of each, measured in turn; a first turn that is not counted fills caches."""
    times: list[list[float]] = [[] for _ in work]
    for turn in range(rounds + warm):
        for index, function in enumerate(work):
            gc.collect()
            start = time.perf_counter()
            function()
            if turn >= warm:
                times[index].append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def _against_bare(
    what: str, jobs: Sequence[FormJob], sheets: Sequence[Sheet], fonts: FontStack, rounds: int, most: float
) -> list[Row]:
    ours, bare = _interleaved(rounds, lambda: _print(jobs, fonts), lambda: draw(sheets))
    size, bare_size = len(_print(jobs, fonts)) / 1000, len(draw(sheets)) / 1000
    return [
        Row(what, ours * 1000, "ms", bare * 1000, BARE, bare * 1000 * most),
        Row(f"{what}, size of the PDF", size, "kB", bare_size, BARE),
    ]


def _alone(
    what: str, instance: Path, jobs: Sequence[FormJob], sheets: Sequence[Sheet], files: Mapping[str, str], folder: Path
) -> list[Row]:  # fmt: skip
    """The first print of a process that begins with it, and the most memory the process ever took."""
    start = time.perf_counter()
    renderer = Renderer(instance)
    try:
        renderer.issue(jobs)
        first = time.perf_counter() - start
        memory = peak_megabytes(str(renderer.processes()[0]))
    finally:
        renderer.close()
    job = folder / "bare.json"
    job.write_text(json.dumps({"fonts": files, "sheets": sheets}), encoding="utf-8")
    start = time.perf_counter()
    answer = subprocess.run([sys.executable, "-m", "benchmarks._bare", job], check=True, capture_output=True)
    bare_first, bare = time.perf_counter() - start, json.loads(answer.stdout)
    rows = [Row(f"{what}, first print of a new process", first * 1000, "ms", bare_first * 1000, BARE)]
    if memory is not None:
        limit = 300.0 if len(jobs) == 150 else None
        rows.append(Row(f"{what}, most memory of the process", memory, "MB", bare["megabytes"], BARE, limit))
    return rows


def _processes(instance: Path, jobs: Sequence[FormJob]) -> list[Row]:
    """Ten forms through the isolated process that the server uses, and how many a second one and two of them make."""
    one, two = Renderer(instance), Renderer(instance, workers=2)
    try:
        with ThreadPoolExecutor(2) as threads:

            def pair() -> None:
                list(threads.map(two.issue, [jobs] * 4))

            alone, both = _interleaved(5, lambda: [one.issue(jobs) for _ in range(4)], pair)
        (seconds,) = _interleaved(5, lambda: one.issue(jobs))
    finally:
        one.close()
        two.close()
    forms = 4 * len(jobs)
    return [
        Row("ten forms from order to verified PDF, renderer in its own process", seconds, "s", limit=3.0),
        Row("throughput of two processes", forms / both, "forms/s", forms / alone, "one process"),
    ]


def _against_others(
    ten: Sequence[FormJob], fonts: FontStack, files: Mapping[str, str], folder: Path
) -> list[Row]:
    """xhtml2pdf and WeasyPrint at one, ten and 150 forms; Chromium, started for each print, at one."""
    families = family_names(files)
    weasyprint, chromium = open_weasyprint(folder, files), open_chromium(folder)
    others: list[tuple[str, _Engine, Mapping[str, str], float, int]] = [
        ("xhtml2pdf, fonts registered", Xhtml2pdf(files), {name: name for name in files}, 5, 150)
    ]
    if weasyprint is not None:
        others.append(("WeasyPrint", weasyprint, families, 5, 150))
    if chromium is not None:
        others.append(("Chromium, started for each print", chromium, families, 10, 1))
    rows = []
    for what, count, _, _ in SIZES:
        jobs = ten[:count] if count <= 10 else _many(ten, count)
        sheets = _sheets(jobs, fonts)
        taking = [other for other in others if count <= other[4]]
        pages = [html_of(sheets, known) for _, _, known, _, _ in taking]
        work = [
            partial(engine.convert, page) for (_, engine, _, _, _), page in zip(taking, pages, strict=True)
        ]
        rounds = {1: 5, 10: 3}.get(count, 1)
        ours, *theirs = _interleaved(rounds, partial(_print, jobs, fonts), *work, warm=count < 150)
        rows += [
            Row(f"{what}, beside {name}", ours * 1000, "ms", taken * 1000, name, taken * 1000 / times)
            for (name, _, _, times, _), taken in zip(taking, theirs, strict=True)
        ]
    if weasyprint is not None:
        weasyprint.close()
    return rows


def _sheets(jobs: Sequence[FormJob], fonts: FontStack) -> list[Sheet]:
    """Everything that is drawn on each page, its pre-printed part too."""
    composed = [page for job in jobs for page in compose(job.definition, job.values, fonts).pages]
    sheets: list[Sheet] = []
    for page in composed:
        ops = list(_drawn(page.ops))
        runs = [run for op in ops if isinstance(op, Text) for run in op.runs if run.glyphs]
        sheets.append(
            {
                "width": page.width, "height": page.height, "code": [op for op in ops if isinstance(op, str)],
                "words": [
                    {"font": _bare_font(run), "size": run.size, "x": run.x, "y": run.y,
                     "text": "".join(glyph.text for glyph in run.glyphs)}
                    for run in runs
                ],
            }
        )  # fmt: skip
    return sheets


def _drawn(ops: Iterable[Op]) -> Iterator[str | Text]:
    for op in ops:
        if isinstance(op, Printed):
            yield from _drawn(op.ops)
        else:
            yield op


def _bare_font(run: Run) -> str:
    font = run.glyphs[0].font
    return GOTHIC if font is not None and font.fontName.startswith("label") else MINCHO
