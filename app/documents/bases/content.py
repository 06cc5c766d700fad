"""Content streams, read just enough to make them safe to wrap: what is saved and restored, and what is drawn how often."""

import re
from collections import Counter
from dataclasses import dataclass

_END = rb"(?=[\s\[\]()<>{}/%]|$)"
_TOKEN = re.compile(
    rb"%[^\r\n]*|\(|<(?!<)[^>]*>|/([^\s\[\]()<>{}/%]+)\s+Do" + _END + rb"|(?<![^\s\[\]()<>{}])(q|Q|BI)" + _END
)
_PAREN = re.compile(rb"\\.|[()]", re.DOTALL)
_IMAGE_DATA = re.compile(rb"\bID[\s]")
_IMAGE_END = re.compile(rb"[\s]EI(?=\s|$)")
_PLAIN_BYTES = frozenset(b"\t\n\f\r" + bytes(range(32, 127)))


@dataclass(frozen=True)
class Content:
    """A content stream that ends with as many states saved as it began with, and how often it draws each XObject."""

    data: bytes
    drawn: Counter[str]


def read_content(data: bytes) -> Content:
    """Balance the saving (q) and restoring (Q) of states.

    A restoring that has nothing to restore is blanked out, as viewers ignore it; what was never restored is restored at the end.
    """
    mended = bytearray(data)
    depth, position = 0, 0
    drawn: Counter[str] = Counter()
    while (token := _TOKEN.search(data, position)) is not None:
        position = token.end()
        if token.group(1) is not None:
            drawn["/" + token.group(1).decode("latin-1")] += 1
        elif token.group() == b"(":
            position = _end_of_string(data, position)
        elif token.group(2) == b"BI":
            position = _end_of_image(data, position)
        elif token.group(2) == b"q":
            depth += 1
        elif token.group(2) == b"Q":
            if depth:
                depth -= 1
            else:
                mended[token.start(2)] = 0x20
    return Content(bytes(mended) + b"\nQ" * depth, drawn)


def _end_of_string(data: bytes, position: int) -> int:
    depth = 1
    while (sign := _PAREN.search(data, position)) is not None:
        position = sign.end()
        if sign.group() == b"(":
            depth += 1
        elif sign.group() == b")":
            depth -= 1
            if not depth:
                return position
    return len(data)


def _end_of_image(data: bytes, position: int) -> int:
    """Behind an inline image, whose bytes may look like its end: text must follow."""
    begun = _IMAGE_DATA.search(data, position)
    if begun is None:
        return position
    position = begun.end()
    while (end := _IMAGE_END.search(data, position)) is not None:
        if _PLAIN_BYTES.issuperset(data[end.end() : end.end() + 12]):
            return end.end()
        position = end.end() - 1
    return len(data)
