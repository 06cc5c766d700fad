"""A small PDF with something of everything, read once when the process starts so that everything it needs is loaded."""

import io

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from app.documents.bases.copying import packed


def sample() -> bytes:
    """One page with a font that is not embedded, an image and a field, locked by an owner's password."""
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    page[NameObject("/Contents")] = writer._add_object(
        packed(b"BT /F 20 Tf 20 20 Td (Base) Tj ET q 9 0 0 9 0 0 cm /I Do Q")
    )
    font = _named({"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"})
    page[NameObject("/Resources")] = DictionaryObject({
        NameObject("/Font"): DictionaryObject({NameObject("/F"): font}),
        NameObject("/XObject"): DictionaryObject({NameObject("/I"): writer._add_object(_image())}),
    })  # fmt: skip
    field = _named({"/Type": "/Annot", "/Subtype": "/Widget", "/FT": "/Tx"})
    field[NameObject("/Rect")] = ArrayObject(FloatObject(edge) for edge in (10, 10, 90, 30))
    field[NameObject("/T")] = TextStringObject("氏名")
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(field)])
    writer.encrypt("", "owner", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _image() -> StreamObject:
    image = packed(b"\x00")
    image.update(_named({"/Type": "/XObject", "/Subtype": "/Image", "/ColorSpace": "/DeviceGray"}))
    image.update(
        {
            NameObject(key): NumberObject(value)
            for key, value in (("/Width", 1), ("/Height", 1), ("/BitsPerComponent", 8))
        }
    )
    return image


def _named(entries: dict[str, str]) -> DictionaryObject:
    return DictionaryObject({NameObject(key): NameObject(value) for key, value in entries.items()})
