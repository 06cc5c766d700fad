"""The name as a residence card shows it: a small picture for the clerk to type from, checked to be nothing else."""

from __future__ import annotations

import base64
import binascii
import struct
import zlib

from app.domain.errors import Invalid

LONGEST = 49_152
"""Bytes of a picture at most."""
WIDEST, HIGHEST = 2000, 800
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNKS = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
"""Nothing that carries text, times or places."""


def check_picture(sent: object) -> str:
    """The picture as base64, empty when none was sent. Raises Invalid for what is not a plain small PNG."""
    if sent in (None, ""):
        return ""
    if not isinstance(sent, str) or len(sent) > LONGEST * 4 // 3 + 4:
        raise Invalid("bad_request")
    try:
        _check_chunks(base64.b64decode(sent, validate=True))
    except (ValueError, binascii.Error, struct.error):
        raise Invalid("bad_request") from None
    return sent


def _check_chunks(png: bytes) -> None:
    if not png.startswith(_SIGNATURE):
        raise ValueError("signature")
    at, seen = len(_SIGNATURE), []
    while at < len(png):
        length, name = struct.unpack_from(">I4s", png, at)
        data = png[at + 8 : at + 8 + length]
        (sum_,) = struct.unpack_from(">I", png, at + 8 + length)
        if name not in _CHUNKS or len(data) != length or zlib.crc32(name + data) != sum_:
            raise ValueError("chunk")
        if name == b"IHDR":
            wide, high = struct.unpack_from(">II", data)
            if not (0 < wide <= WIDEST and 0 < high <= HIGHEST):
                raise ValueError("size")
        seen.append(name)
        at += 12 + length
    if seen[:1] != [b"IHDR"] or seen[-1:] != [b"IEND"] or b"IDAT" not in seen:
        raise ValueError("order")
