"""The official blank (公式様式の PDF) under a filled page.

The blank becomes a Form XObject turned upright and cut to its crop box, the way a viewer shows it, so that fields placed in
visible millimetres meet it also on pages that are rotated or cropped. Annotations, scripts and form fields stay behind.
"""

import io
from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    StreamObject,
)

from app.documents.bases.content import read_content
from app.documents.bases.geometry import frame_of, resolve
from app.documents.bases.model import BaseRefused
from app.documents.bases.opening import list_pages, open_pdf
from app.documents.page_text import content_digest


def put_under(pdf: bytes, blanks: Mapping[int, tuple[bytes, int]]) -> bytes:
    """Put under each page number (from 0) of `pdf` the page of a blank: its bytes and page number.

    Raises `BaseRefused` when a blank cannot be read.
    """
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    opened: dict[bytes, list[DictionaryObject]] = {}
    forms: dict[tuple[bytes, int], tuple[str, IndirectObject]] = {}
    for number in sorted(blanks):
        data, blank_page = key = blanks[number]
        if data not in opened:
            opened[data] = _open(data)
        if key not in forms:
            if blank_page >= len(opened[data]):
                raise BaseRefused(f"下敷きの PDF に{blank_page + 1}ページ目がありません。")
            form = writer._add_object(_as_form(opened[data][blank_page], blank_page + 1, writer))
            forms[key] = (f"/Blank{len(forms) + 1}", form)
        _stamp(writer.pages[number], *forms[key], writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _open(data: bytes) -> list[DictionaryObject]:
    try:
        return list_pages(open_pdf(data).reader)
    except (PyPdfError, ValueError, KeyError, RecursionError) as error:
        raise BaseRefused.unreadable(type(error).__name__) from error


@lru_cache(maxsize=256)
def blank_digests(blank: bytes) -> tuple[str, ...]:
    """What the pages of a blank draw, as the gate must find it under filled pages. Raises `BaseRefused`."""
    return tuple(content_digest(read_content(_content_of(page)).data) for page in _open(blank))


def _content_of(page: DictionaryObject) -> bytes:
    given = resolve(page.get("/Contents"))
    parts = [resolve(part) for part in list(given)] if isinstance(given, ArrayObject) else [given]
    return b"\n".join(part.get_data() for part in parts if isinstance(part, StreamObject))


def _as_form(page: DictionaryObject, number: int, writer: PdfWriter) -> StreamObject:
    frame = frame_of(page, number)
    resources = resolve(page.get("/Resources")) or DictionaryObject()
    form = DecodedStreamObject()
    form.set_data(read_content(_content_of(page)).data)
    form.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): _numbers(*frame.box),
            NameObject("/Matrix"): _numbers(*frame.matrix),
            NameObject("/Resources"): resources.clone(writer),
        }
    )
    return form.flate_encode()


def _numbers(*values: float) -> ArrayObject:
    return ArrayObject(FloatObject(value) for value in values)


def _stamp(page: PageObject, name: str, form: IndirectObject, writer: PdfWriter) -> None:
    """Draw the form first, then what the page already has."""
    resources = cast(DictionaryObject, page["/Resources"])
    if "/XObject" not in resources:
        resources[NameObject("/XObject")] = DictionaryObject()
    cast(DictionaryObject, resources["/XObject"])[NameObject(name)] = form
    contents = page.get_contents()
    stream = DecodedStreamObject()
    stream.set_data(f"q {name} Do Q\n".encode() + (contents.get_data() if contents is not None else b""))
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
