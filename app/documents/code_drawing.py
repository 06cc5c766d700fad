"""Codes as they are drawn in their boxes."""

from app.documents.codes import CodeRefused, code128, nw7, qr_modules
from app.documents.definitions import Box
from app.documents.drawing import Ink

SYMBOLOGIES = ("qr", "code128", "nw7")
SMALLEST_MODULE = 0.19
"""Millimetres; a narrower bar is lost in printing and reading."""


def draw_code(ink: Ink, box: Box, text: str, symbology: str) -> None:
    """A code that fills a box (a QR code the square at its left top), quiet zones inside it.

    Raises `CodeRefused` when the symbology cannot hold the text, or the box is too small for it to be read.
    """
    if symbology == "qr":
        draw_qr(ink, box, text)
        return
    columns, bars = code128(text) if symbology == "code128" else nw7(text)
    _check(box.w / columns)
    ink.modules(box, columns, 1, [(column, 0, width) for column, width in bars])


def draw_qr(ink: Ink, box: Box, text: str, quiet: int = 4) -> None:
    """A QR code with a quiet zone of so many modules. Raises `CodeRefused`."""
    count, black = qr_modules(text, quiet)
    side = min(box.w, box.h)
    _check(side / count)
    ink.modules(Box(box.x, box.y, side, side), count, count, black)


def _check(module: float) -> None:
    if module < SMALLEST_MODULE:
        raise CodeRefused("枠が小さく、読み取れる大きさになりません。枠を広げてください。")
