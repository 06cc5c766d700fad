"""Pages as pictures, by PDFium.

A font that a file does not bring along is drawn with IPAex from memory: the same picture on every machine, and PDFium never
looks for files.
"""

import ctypes
import io
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from app.documents.bases.model import PictureRefused

LEAST_DPI, MOST_DPI = 10.0, 300.0
LARGEST_PICTURE = 12_000_000
"""Dots of one picture: A4 at 300 dots per inch has 8.7 million."""
LARGEST_ORDER = 120_000_000
"""Dots of all pictures of one order."""

_FONTS = Path(__file__).resolve().parents[1] / "fonts"
_MINCHO, _GOTHIC = 1, 2
_SERIF = 0x10
_EAST_ASIAN = frozenset({128, 129, 130, 134, 136})
_held: list[Any] = []


def pictures(pdf: bytes, dpi: float, pages: Sequence[int] | None = None) -> list[bytes]:
    """PNG of the pages (numbers from 1; all). Raises `PictureRefused`."""
    if not LEAST_DPI <= dpi <= MOST_DPI:
        raise PictureRefused(f"画像の細かさ{dpi:g} dpi は使えません（{LEAST_DPI:g}〜{MOST_DPI:g} dpi）。")
    with open_document(pdf) as document:
        wanted = list(range(1, len(document) + 1) if pages is None else pages)
        if any(not 1 <= number <= len(document) for number in wanted):
            raise PictureRefused(f"画像にするページ{wanted}が PDF にありません（全{len(document)}ページ）。")
        if sum(_dots(document, number - 1, dpi / 72) for number in wanted) > LARGEST_ORDER:
            raise PictureRefused("一度に画像にするページが多すぎます。ページを分けてください。")
        found = []
        for number in wanted:
            buffer = io.BytesIO()
            draw(document, number - 1, dpi).save(buffer, "PNG", compress_level=3)
            found.append(buffer.getvalue())
        return found


@contextmanager
def open_document(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """A PDF opened by PDFium. Raises `PictureRefused`."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise PictureRefused("PDF を画像にできません。ファイルを確認してください。", str(error)) from error
    try:
        yield document
    finally:
        document.close()


def draw(document: pypdfium2.PdfDocument, index: int, dpi: float, width: int | None = None) -> Image.Image:
    """One page without its annotations, filling the picture exactly; with `width` as wide as that many dots."""
    with _open_page(document, index) as page:
        across, down = page.get_size()
        scale = dpi / 72 if width is None else width / across
        scale = min(scale, (LARGEST_PICTURE / (across * down)) ** 0.5)
        bitmap = page.render(
            scale=scale, draw_annots=False, may_draw_forms=False, limit_image_cache=True, rev_byteorder=True
        )
        image = bitmap.to_pil().copy()
        bitmap.close()
        return image


def _dots(document: pypdfium2.PdfDocument, index: int, scale: float) -> float:
    with _open_page(document, index) as page:
        across, down = page.get_size()
        return float(min(across * down * scale * scale, LARGEST_PICTURE))


@contextmanager
def _open_page(document: pypdfium2.PdfDocument, index: int) -> Iterator[pypdfium2.PdfPage]:
    try:
        page = document[index]
    except pypdfium2.PdfiumError as error:
        raise PictureRefused(f"{index + 1}ページ目を画像にできません。", str(error)) from error
    try:
        if not all(0 < side < 1e5 for side in page.get_size()):
            raise PictureRefused(f"{index + 1}ページ目の大きさが読み取れません。")
        yield page
    finally:
        page.close()


def load_fonts() -> None:
    """Give PDFium the fonts it takes for those that a file lacks. Call once, before any document is opened."""
    files = {_MINCHO: (_FONTS / "ipaexm.ttf").read_bytes(), _GOTHIC: (_FONTS / "ipaexg.ttf").read_bytes()}

    def map_font(
        _info: Any, weight: int, _italic: int, charset: int, pitch: int, face: Any, _exact: Any
    ) -> int | None:
        if charset not in _EAST_ASIAN:
            return None  # PDFium brings substitutes for Latin fonts and symbols itself
        name = (ctypes.string_at(face) if face else b"").lower()
        gothic = any(sign in name for sign in (b"gothic", b"sans", b"kaku", b"meiryo")) or weight >= 600
        return _MINCHO if b"min" in name or (bool(pitch & _SERIF) and not gothic) else _GOTHIC

    def font_data(_info: Any, font: int | None, table: int, buffer: Any, size: int) -> int:
        found = _table(files[font or _GOTHIC], table)
        if buffer and size >= len(found):
            ctypes.memmove(buffer, found, len(found))
        return len(found)

    info = pdfium.FPDF_SYSFONTINFO()
    info.version = 2
    callbacks = {
        "Release": lambda _info: None, "MapFont": map_font, "GetFont": lambda _info, _face: None,
        "GetFontData": font_data, "GetFaceName": lambda _info, _font, _buffer, _size: 0,
        "GetFontCharset": lambda _info, _font: 128, "DeleteFont": lambda _info, _font: None,
    }  # fmt: skip
    for name, work in callbacks.items():
        setattr(info, name, type(getattr(info, name))(work))
    _held.append(info)
    pdfium.FPDF_SetSystemFontInfo(info)


def _table(font: bytes, tag: int) -> bytes:
    """A table of a font by its tag, or the whole font for tag 0."""
    if tag == 0:
        return font
    (count,) = struct.unpack_from(">H", font, 4)
    for entry in range(count):
        name, _, offset, length = struct.unpack_from(">4I", font, 12 + 16 * entry)
        if name == tag:
            return font[offset : offset + length]
    return b""
