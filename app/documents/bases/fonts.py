"""Whether a file brings its fonts along."""

import contextlib
from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject

from app.documents.bases.geometry import resolve

_ALWAYS_THERE = frozenset({
    "Helvetica", "Helvetica-Bold", "Helvetica-Oblique", "Helvetica-BoldOblique", "Courier", "Courier-Bold", "Courier-Oblique",
    "Courier-BoldOblique", "Times-Roman", "Times-Bold", "Times-Italic", "Times-BoldItalic", "Symbol", "ZapfDingbats",
})  # fmt: skip
_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_PREFIX = 7  # six letters and a plus before the name of a font of which only a part was embedded


def missing_font(font: Any) -> str:
    """The name of a font that the file does not bring along; empty for one that it does and for those every viewer has."""
    font = resolve(font)
    if not isinstance(font, DictionaryObject) or resolve(font.get("/Subtype")) == "/Type3":
        return ""
    inner = resolve(font.get("/DescendantFonts"))
    if isinstance(inner, ArrayObject) and inner:
        inner = resolve(list.__getitem__(inner, 0))
    described = resolve((inner if isinstance(inner, DictionaryObject) else font).get("/FontDescriptor"))
    if isinstance(described, DictionaryObject) and any(name in described for name in _FILES):
        return ""
    name = _readable(str(resolve(font.get("/BaseFont")) or "/名前のない書体"))
    return "" if name in _ALWAYS_THERE else name


def _readable(name: str) -> str:
    """Japanese names of fonts are often written as the bytes of Windows."""
    name = name.lstrip("/")
    name = name[_PREFIX:] if name[6:7] == "+" and name[:6].isupper() else name
    with contextlib.suppress(UnicodeEncodeError, UnicodeDecodeError):  # then it is written another way
        name = name.encode("latin-1").decode("cp932")
    return "".join(sign for sign in name if sign.isprintable())[:60]
