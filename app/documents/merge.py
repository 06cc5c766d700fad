"""The official blank (公式様式の PDF) under a filled page.

The blank becomes a Form XObject turned upright and cut to its crop box, the way a viewer shows it, so that fields placed in
visible millimetres meet it also on pages that are rotated or cropped. Annotations, scripts and form fields stay behind.
"""

import io
from collections.abc import Mapping
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

from app.documents.problems import PrintRefused


class BlankRefused(PrintRefused):
    """An official PDF that cannot be used; the message says why and what to do."""


def put_under(pdf: bytes, blanks: Mapping[int, tuple[bytes, int]]) -> bytes:
    """Put under each page number (from 0) of `pdf` the page of a blank: its bytes and page number.

    Raises `BlankRefused` when a blank cannot be read.
    """
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    readers: dict[bytes, PdfReader] = {}
    forms: dict[tuple[bytes, int], tuple[str, IndirectObject]] = {}
    for number in sorted(blanks):
        data, blank_page = key = blanks[number]
        if data not in readers:
            readers[data] = _open(data)
        if key not in forms:
            if blank_page >= len(readers[data].pages):
                raise BlankRefused(f"下敷きの PDF に{blank_page + 1}ページ目がありません。")
            form = writer._add_object(_as_form(readers[data].pages[blank_page], writer))
            forms[key] = (f"/Blank{len(forms) + 1}", form)
        _stamp(writer.pages[number], *forms[key], writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _open(data: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise BlankRefused(
                "下敷きの PDF にパスワードが掛かっています。掛かっていないものを登録してください。"
            )
        if not reader.pages:
            raise BlankRefused("下敷きの PDF にページがありません。")
    except (PyPdfError, ValueError, KeyError, RecursionError) as error:
        raise BlankRefused(
            f"下敷きの PDF を読めません（{error}）。別のソフトで保存し直してください。"
        ) from error
    return reader


def _as_form(page: PageObject, writer: PdfWriter) -> StreamObject:
    left, bottom, right, top = (float(value) for value in page.cropbox)
    contents = page.get_contents()
    form = DecodedStreamObject()
    form.set_data(contents.get_data() if contents is not None else b"")
    resources = page.get("/Resources", DictionaryObject()).get_object()
    form.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): _numbers(left, bottom, right, top),
            NameObject("/Matrix"): _numbers(*_upright(page.rotation % 360, left, bottom, right, top)),
            NameObject("/Resources"): resources.clone(writer),
        }
    )
    return form.flate_encode()


def _upright(rotation: int, left: float, bottom: float, right: float, top: float) -> tuple[float, ...]:
    """The matrix from the page's own space to its visible page with the origin at the bottom left."""
    return {
        0: (1.0, 0.0, 0.0, 1.0, -left, -bottom),
        90: (0.0, -1.0, 1.0, 0.0, -bottom, right),
        180: (-1.0, 0.0, 0.0, -1.0, right, top),
        270: (0.0, 1.0, -1.0, 0.0, top, -left),
    }[rotation]


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
