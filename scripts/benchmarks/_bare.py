"""The bare engine: reportlab drawing texts that are fitted and placed already, checking nothing.

``python -m benchmarks._bare FILE`` draws the pages of a file in a process of its own and tells what that took.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

POINTS = 72 / 25.4


class Word(TypedDict):
    """Text on a baseline, in points from the bottom left."""

    font: str
    size: float
    x: float
    y: float
    text: str


class Sheet(TypedDict):
    """A page, sizes in mm: its drawing as PDF code, and its texts."""

    width: float
    height: float
    code: list[str]
    words: list[Word]


def register(fonts: Mapping[str, str]) -> None:
    """Load font files under names, as an ordinary program does."""
    for name, path in fonts.items():
        pdfmetrics.registerFont(TTFont(name, path))


def draw(sheets: Sequence[Sheet]) -> bytes:
    """The PDF of the sheets."""
    canvas = Canvas(io.BytesIO(), pageCompression=1)
    for sheet in sheets:
        canvas.setPageSize((sheet["width"] * POINTS, sheet["height"] * POINTS))
        for code in sheet["code"]:
            canvas.addLiteral(code)
        for word in sheet["words"]:
            canvas.setFont(word["font"], word["size"])
            canvas.drawString(word["x"], word["y"], word["text"])
        canvas.showPage()
    return bytes(canvas.getpdfdata())


def peak_megabytes(process: str = "self") -> float | None:
    """The most memory a process ever had; None where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Draw the file of the first argument; seconds, bytes and memory as JSON."""
    start = time.perf_counter()
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    register(job["fonts"])
    size = len(draw(job["sheets"]))
    print(json.dumps({"seconds": time.perf_counter() - start, "size": size, "megabytes": peak_megabytes()}))


if __name__ == "__main__":
    main()
