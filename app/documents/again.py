"""Pages of a stored PDF once more: chosen ones, unchanged but for a mark at their top (再出力)."""

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from app.documents.drawing import MM, Ink, Sheet
from app.documents.fonts import FontStack
from app.documents.identity import COPY, CORRECTED, REPRINT, draw_mark
from app.documents.page_text import UnreadablePdf, read_pages
from app.documents.problems import PrintFailed
from app.documents.verify import VerificationFailed

_FONT = "/Again"
_MARKS = (REPRINT, COPY, CORRECTED)


def print_again(pdf: bytes, pages: Sequence[int], mark: str, fonts: FontStack) -> bytes:
    """The pages with these numbers (from 1), in this order, each with the mark drawn over it unless it has it.

    Raises `PrintFailed` when the file has not got them.
    """
    try:
        reader, texts = PdfReader(io.BytesIO(pdf)), read_pages(pdf)
        writer = PdfWriter()
        for number in pages:
            page = writer.add_page(reader.pages[number - 1])
            there = [one for one in _MARKS if one in texts[number - 1].own]
            if mark not in there:
                _draw(page, mark, len(there), fonts, writer)
    except (PyPdfError, UnreadablePdf, IndexError, KeyError, ValueError) as error:
        raise PrintFailed("保存された帳票を読めません。", f"again: {type(error).__name__}") from error
    if reader.metadata is not None and reader.metadata.title:
        writer.add_metadata({"/Title": reader.metadata.title, "/Producer": "Kakanai"})
    catalogue = cast(DictionaryObject, reader.trailer["/Root"])
    if "/ViewerPreferences" in catalogue:
        writer.root_object[NameObject("/ViewerPreferences")] = catalogue["/ViewerPreferences"].clone(writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _draw(page: PageObject, mark: str, place: int, fonts: FontStack, writer: PdfWriter) -> None:
    """Put the mark at a place of the page's top, in a font that is added to the page's own."""
    code, font = _mark(page, mark, place, fonts)
    resources = cast(DictionaryObject, page["/Resources"])
    own = cast(DictionaryObject, resources["/Font"])
    own[NameObject(_FONT)] = writer._add_object(font.clone(writer))
    contents = page.get_contents()
    stream = DecodedStreamObject()
    stream.set_data((contents.get_data() if contents is not None else b"") + b"\n" + code)
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())


def _mark(page: PageObject, mark: str, place: int, fonts: FontStack) -> tuple[bytes, DictionaryObject]:
    """The drawing of the mark on a page of this size, and its font."""
    width, height = float(page.mediabox.width), float(page.mediabox.height)
    ink = Ink(height / MM)
    draw_mark(ink, fonts, mark, place)
    sheet = Sheet(fonts, mark)
    sheet.page(width / MM, height / MM, ink.ops)
    drawn = PdfReader(io.BytesIO(sheet.finish())).pages[0]
    contents = drawn.get_contents()
    code = contents.get_data() if contents is not None else b""
    ((name, font),) = cast(DictionaryObject, cast(DictionaryObject, drawn["/Resources"])["/Font"]).items()
    return code.replace(f"{name} ".encode(), f"{_FONT} ".encode()), cast(DictionaryObject, font.get_object())


def verify_again(pdf: bytes, stored: bytes, pages: Sequence[int], mark: str) -> None:
    """Read both again: every page must be the stored one with the mark behind. Raises `VerificationFailed`."""
    try:
        found, before = read_pages(pdf), read_pages(stored)
    except UnreadablePdf as error:
        raise VerificationFailed(error.page, error.what) from error
    if len(found) != len(pages):
        raise VerificationFailed(0, f"{len(found)} pages instead of {len(pages)}")
    for at, (page, number) in enumerate(zip(found, pages, strict=True), 1):
        known = before[number - 1]
        own = known.own if mark in known.own else (*known.own, mark)
        if page != replace(known, own=own):
            raise VerificationFailed(at, "the page is not the one that was first printed")
