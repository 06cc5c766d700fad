"""Resources of a page written anew: values are copied one by one, streams are unpacked within limits and packed again."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pypdf import PdfWriter
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.filters import decode_stream_data
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    EncodedStreamObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from app.documents.bases.content import Content, read_content
from app.documents.bases.fonts import missing_font
from app.documents.bases.geometry import resolve
from app.documents.bases.images import CODECS, as_stream, check_coded, check_image, filters_of, unpacked
from app.documents.bases.model import BaseRefused

LARGEST_STREAM = 32_000_000
LARGEST_FILE = 64_000_000
"""Bytes of all streams but images, unpacked."""
LARGEST_IMAGES = 400_000_000
MOST_DRAWN = 20_000
"""How many XObjects one page may draw, those inside of others counted."""
DEEPEST = 60

_KEPT = ("/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading")
_NAMED = frozenset({"/CharProcs", "/Colorants"})
_DROPPED = frozenset({
    "/Metadata", "/PieceInfo", "/StructParent", "/StructParents", "/Parent", "/AF", "/OPI", "/Alternates", "/Ref", "/OC",
    "/LastModified", "/Thumb", "/ID", "/Measure", "/PtData", "/A", "/AA", "/Annots", "/Dest",
})  # fmt: skip
_FOREIGN = frozenset(
    {"/Page", "/Pages", "/Catalog", "/Annot", "/Action", "/Filespec", "/Sig", "/OCG", "/OCMD"}
)
_OF_STREAM = frozenset({"/Length", "/Filter", "/DecodeParms", "/DL", "/FFilter", "/FDecodeParms", "/F"})


_SELECTED = re.compile(rb"(/[^\s\[\]()<>{}/%]+)\s+[-+.\d]+\s+Tf")


@dataclass
class Drawn:
    """What a content stream draws: names and the XObjects they stand for."""

    counts: Counter[str]
    targets: dict[str, int] = field(default_factory=dict)


class Copier:
    """Copies what pages need into a new file; an object that several pages share is copied once."""

    def __init__(self, writer: PdfWriter) -> None:
        self._writer = writer
        self._known: dict[tuple[int, int], IndirectObject] = {}
        self._drawn: dict[int, Drawn] = {}
        self._bare: list[tuple[int, StreamObject]] = []
        self._fonts: list[tuple[str, str]] = []
        self._selected: set[bytes] = set()
        self._unpacked = self._pictured = 0

    def resources(self, given: Any, depth: int = 0) -> DictionaryObject:
        """The resources of a page, form, pattern or font of drawn characters."""
        source, made = resolve(given), DictionaryObject()
        if not isinstance(source, DictionaryObject):
            return made
        for kind in _KEPT:
            named = resolve(source.get(kind))
            if isinstance(named, DictionaryObject):
                made[NameObject(kind)] = self._named(named, depth + 1)
                if kind == "/Font":
                    self._fonts.extend((name, missing_font(font)) for name, font in dict.items(named))
        return made

    @property
    def missing_fonts(self) -> tuple[str, ...]:
        """The fonts that the page last copied uses and the file does not bring along."""
        return tuple(
            dict.fromkeys(
                font
                for name, font in self._fonts
                if font and name.encode("latin-1", "replace") in self._selected
            )
        )

    def page_resources(self, given: Any) -> DictionaryObject:
        """The resources of the next page; forms that name none of their own use them too, as in old files."""
        self._fonts.clear()
        self._selected.clear()
        made = self.resources(given)
        for place, form in self._bare:
            form[NameObject("/Resources")] = made
            self._drawn[place].targets.update(_targets(made))
        self._bare.clear()
        return made

    def content(self, data: bytes, resources: DictionaryObject) -> bytes:
        """A page's content, balanced. Raises `BaseRefused` when it draws too much or draws itself."""
        content = self._read(data)
        drawn = Drawn(content.drawn, _targets(resources))
        if self._cost(drawn, {}, ()) > MOST_DRAWN:
            raise BaseRefused.too_complex("drawn")
        return content.data

    def _read(self, data: bytes) -> Content:
        self._selected.update(_SELECTED.findall(data))
        return read_content(data)

    def unpack(self, stream: StreamObject) -> bytes:
        """The bytes of a stream that is no image. Raises `BaseRefused`."""
        try:
            data = bytes(decode_stream_data(stream) if filters_of(stream) else stream._data)
        except LimitReachedError as error:
            raise BaseRefused.too_complex(type(error).__name__) from error
        except (PyPdfError, RuntimeError, ValueError) as error:
            raise BaseRefused.unreadable(type(error).__name__) from error
        self._unpacked += len(data)
        if len(data) > LARGEST_STREAM or self._unpacked > LARGEST_FILE:
            raise BaseRefused.too_complex("streams")
        return data

    def _cost(self, drawn: Drawn, known: dict[int, int], path: tuple[int, ...]) -> int:
        total = 0
        for name, count in drawn.counts.items():
            target = drawn.targets.get(name)
            if target is None:
                continue
            if target in path or len(path) > DEEPEST:
                raise BaseRefused.too_complex("a form that draws itself")
            if target not in known:
                inner = self._drawn.get(target)
                known[target] = 1 if inner is None else 1 + self._cost(inner, known, (*path, target))
            total += count * known[target]
        return total

    def _named(self, source: DictionaryObject, depth: int) -> DictionaryObject:
        return DictionaryObject(
            (NameObject(name), self._value(value, depth)) for name, value in dict.items(source)
        )

    def value(self, value: Any) -> Any:
        """Any value of a page, written anew."""
        return self._value(value, 0)

    def _value(self, value: Any, depth: int) -> Any:
        if depth > DEEPEST:
            raise BaseRefused.too_complex("depth")
        if isinstance(value, IndirectObject):
            return self._reference(value, depth)
        if isinstance(value, StreamObject):
            return self._writer._add_object(self._stream(value, depth))
        if isinstance(value, DictionaryObject):
            return self._dictionary(value, depth)
        if isinstance(value, ArrayObject):
            return ArrayObject(self._value(item, depth + 1) for item in list(value))
        if isinstance(value, TextStringObject | ByteStringObject):
            return ByteStringObject(value.original_bytes)
        if isinstance(value, NameObject | NumberObject | FloatObject | BooleanObject):
            return value
        return NullObject()

    def _reference(self, reference: IndirectObject, depth: int) -> Any:
        key = (reference.idnum, reference.generation)
        if key in self._known:
            return self._known[key]
        value = reference.get_object()
        if not isinstance(value, DictionaryObject | ArrayObject):
            return self._value(value, depth + 1)
        # The place is kept before the value is known, so that what refers to itself ends.
        place = self._writer._add_object(NullObject())
        self._known[key] = place
        if isinstance(value, StreamObject):
            made = self._stream(value, depth + 1, place.idnum)
        else:
            made = self._value(value, depth + 1)
        self._writer._objects[place.idnum - 1] = made
        made.indirect_reference = place
        return place

    def _dictionary(self, source: DictionaryObject, depth: int) -> DictionaryObject:
        if resolve(source.get("/Type")) in _FOREIGN:
            return DictionaryObject()
        made = DictionaryObject()
        for name, value in dict.items(source):
            if name == "/Resources":
                made[NameObject(name)] = self.resources(value, depth + 1)
            elif name in _NAMED and isinstance(named := resolve(value), DictionaryObject):
                made[NameObject(name)] = self._named(named, depth + 1)
            elif name not in _DROPPED:
                made[NameObject(name)] = self._value(value, depth + 1)
        return made

    def _stream(self, source: StreamObject, depth: int, place: int = 0) -> StreamObject:
        head = self._dictionary(DictionaryObject(
            (name, value) for name, value in dict.items(source) if name not in _OF_STREAM
        ), depth)  # fmt: skip
        if head.get("/Subtype") == "/Image":
            made = self._image(source)
        else:
            data = self.unpack(source)
            if head.get("/Subtype") == "/Form":
                content = self._read(data)
                data = content.data
                self._drawn[place] = Drawn(content.drawn, _targets(head.get("/Resources")))
            made = packed(data)
        made.update(head)
        if place in self._drawn and "/Resources" not in head:
            self._bare.append((place, made))
        return made

    def _image(self, source: StreamObject) -> StreamObject:
        filters = filters_of(source)
        size = check_image(source)
        given = resolve(source.get("/DecodeParms"))
        parameters = list(given) if isinstance(given, ArrayObject) else [given]
        parameters = (parameters + [NullObject()] * len(filters))[: len(filters)]
        codec = filters[-1] if filters and filters[-1] in CODECS else ""
        data = bytes(source._data)
        made: StreamObject = EncodedStreamObject()
        if codec:
            if filters[:-1]:
                data = self.unpack(as_stream(data, filters[:-1], parameters[:-1]))
            size = max(size, check_coded(codec, data))
            self._keep(made, codec, parameters[-1])
        elif filters == ["/FlateDecode"]:
            size = unpacked(data, size + size // 2 + 65536)
            self._keep(made, filters[0], parameters[0])
        else:
            data = bytes(decode_stream_data(source) if filters else data)
            if len(data) > size + size // 2 + 65536:
                raise BaseRefused.too_complex("image")
            made, data = packed(data), b""
        self._pictured += size
        if self._pictured > LARGEST_IMAGES:
            raise BaseRefused.too_complex("images")
        if data:
            made._data = data
        return made

    def _keep(self, made: StreamObject, name: str, parameters: Any) -> None:
        made[NameObject("/Filter")] = NameObject(name)
        if isinstance(resolve(parameters), DictionaryObject):
            made[NameObject("/DecodeParms")] = self._value(parameters, 1)


def packed(data: bytes) -> StreamObject:
    """A deflated stream of these bytes."""
    plain = DecodedStreamObject()
    plain.set_data(data)
    return plain.flate_encode()


def _targets(resources: Any) -> dict[str, int]:
    named = resources.get("/XObject") if isinstance(resources, DictionaryObject) else None
    if not isinstance(named, DictionaryObject):
        return {}
    return {name: value.idnum for name, value in dict.items(named) if isinstance(value, IndirectObject)}
