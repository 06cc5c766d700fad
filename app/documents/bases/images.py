"""Images of a base: how large they are, said by their dictionary and by their own first bytes."""

import struct
import zlib
from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject, EncodedStreamObject, NameObject, StreamObject

from app.documents.bases.geometry import number, resolve
from app.documents.bases.model import BaseRefused

MOST_DOTS_ACROSS = 20_000
LARGEST_IMAGE = 120_000_000
"""Bytes of one image when it is unpacked: A4 in colour at 600 dots per inch has 104 million."""

CODECS = frozenset({"/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode"})
_CHANNELS = {
    "/DeviceGray": 1,
    "/CalGray": 1,
    "/Indexed": 1,
    "/Separation": 1,
    "/DeviceRGB": 3,
    "/CalRGB": 3,
    "/Lab": 3,
}
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


def filters_of(stream: StreamObject) -> list[str]:
    """The names of the filters, the outermost first."""
    found = resolve(stream.get("/Filter"))
    return [
        str(resolve(item)) for item in (found if isinstance(found, ArrayObject) else [found] if found else [])
    ]


def check_image(image: StreamObject) -> int:
    """How many bytes it has unpacked. Raises `BaseRefused` when that is too much or cannot be said."""
    width, height = number(image.get("/Width")), number(image.get("/Height"))
    if not width or not height or width < 1 or height < 1:
        raise BaseRefused.unreadable("an image without a size")
    bits = 1 if resolve(image.get("/ImageMask")) is True else number(image.get("/BitsPerComponent")) or 8
    size = _size(width, height, bits * _channels(resolve(image.get("/ColorSpace"))))
    codec = (filters_of(image) or [""])[-1]
    if codec == "/CCITTFaxDecode":
        size = max(size, _fax(image))
    return size


def check_coded(codec: str, data: bytes) -> int:
    """The same by the first bytes of a picture file inside the PDF: they may say something else than the dictionary."""
    if codec == "/DCTDecode":
        height, width, channels = _jpeg(data)
        return _size(width, height, 8 * channels)
    if codec == "/JPXDecode":
        width, height, channels = _jpeg2000(data)
        return _size(width, height, 8 * channels)
    return 0


def unpacked(data: bytes, limit: int) -> int:
    """How many bytes a deflated stream becomes, found without keeping them. Raises `BaseRefused` above `limit`."""
    inflating, found, waiting = zlib.decompressobj(), 0, data
    try:
        while waiting and not inflating.eof:
            found += len(inflating.decompress(waiting, 1 << 20))
            waiting = inflating.unconsumed_tail
            if found > limit:
                raise BaseRefused.too_complex("deflated")
    except zlib.error as error:
        raise BaseRefused.unreadable("deflated") from error
    return found


def as_stream(data: bytes, filters: list[str], parameters: Any) -> EncodedStreamObject:
    """Raw bytes with their filters, to be decoded."""
    stream = EncodedStreamObject()
    stream._data = data
    stream[NameObject("/Filter")] = ArrayObject(NameObject(name) for name in filters)
    stream[NameObject("/DecodeParms")] = ArrayObject(parameters)
    return stream


def _size(width: float, height: float, bits: float) -> int:
    if (
        width > MOST_DOTS_ACROSS
        or height > MOST_DOTS_ACROSS
        or height * (width * bits + 7) / 8 > LARGEST_IMAGE
    ):
        raise BaseRefused(
            f"PDF の中の画像が大きすぎます（{width:,.0f}×{height:,.0f} ドット）。"
            "画像を A4 なら 600 dpi 以下にした PDF を取り込んでください。"
        )
    return int(height * (width * bits + 7) / 8)


def _channels(space: Any) -> int:
    if isinstance(space, ArrayObject) and space:
        name = str(resolve(list.__getitem__(space, 0)))
        if name == "/ICCBased" and len(space) > 1:
            profile = resolve(list.__getitem__(space, 1))
            return int(number(profile.get("/N")) or 4) if isinstance(profile, DictionaryObject) else 4
        return _CHANNELS.get(name, 4)
    return _CHANNELS.get(str(space), 4) if space is not None else 1


def _fax(image: StreamObject) -> int:
    parameters = resolve(image.get("/DecodeParms"))
    if isinstance(parameters, ArrayObject):
        parameters = resolve(list.__getitem__(parameters, -1)) if parameters else None
    if not isinstance(parameters, DictionaryObject):
        return 0
    columns, rows = number(parameters.get("/Columns")) or 1728, number(parameters.get("/Rows")) or 1
    return _size(columns, rows, 1)


def _jpeg(data: bytes) -> tuple[int, int, int]:
    position = 2
    while position + 10 <= len(data) and data[:2] == b"\xff\xd8":
        if data[position] != 0xFF:
            position += 1
            continue
        kind = data[position + 1]
        if kind in _FRAMES:
            height, width, channels = struct.unpack_from(">HHB", data, position + 5)
            return height, width, channels
        if kind == 0xFF or kind == 0x01 or 0xD0 <= kind <= 0xD9:
            position += 1 if kind == 0xFF else 2
        else:
            position += 2 + int.from_bytes(data[position + 2 : position + 4])
    raise BaseRefused.unreadable("a JPEG without a size")


def _jpeg2000(data: bytes) -> tuple[int, int, int]:
    begun = data.find(b"\xff\x4f\xff\x51")
    if begun < 0 or len(data) < begun + 42:
        raise BaseRefused.unreadable("a JPEG 2000 without a size")
    across, down, left, top = struct.unpack_from(">4I", data, begun + 8)
    (channels,) = struct.unpack_from(">H", data, begun + 40)
    return across - left, down - top, max(1, min(channels, 64))
