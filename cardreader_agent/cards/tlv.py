"""Tag, length, value: what every file of these cards is made of. Nothing is taken from an object that is not whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cardreader_agent.cards.apdu import broken

FILLER = frozenset({0x00, 0xFF})


class Unfinished(Exception):
    """The data ends within an object; ``needed`` is the least length of data with which to go on."""

    def __init__(self, needed: int) -> None:
        super().__init__(needed)
        self.needed = needed


def header(data: bytes, start: int, *, wide: bool) -> tuple[int, int, int] | None:
    """Tag, first byte and end of the value of the object at ``start``; None where filler begins.

    ``wide`` tags follow BER (DF21 is one tag), others are one byte each. Raises Unfinished, CardProblem.
    """
    place = start

    def byte() -> int:
        nonlocal place
        if place >= len(data):
            raise Unfinished(place + 1)
        place += 1
        return data[place - 1]

    tag = byte()
    if tag in FILLER and not (wide and tag == 0xFF and place < len(data) and data[place] not in FILLER):
        return None
    if wide and tag & 0x1F == 0x1F:
        tag = tag << 8 | byte()
    length = byte()
    if length in {0x81, 0x82}:
        count = length - 0x80
        length = 0
        for _ in range(count):
            length = length << 8 | byte()
    elif length >= 0x80:
        raise broken()
    return tag, place, place + length


def objects(data: bytes, *, wide: bool) -> Iterator[tuple[int, bytes]]:
    """The objects of ``data`` up to filler or its end. Raises CardProblem when one is not whole."""
    start = 0
    while start < len(data):
        try:
            found = header(data, start, wide=wide)
        except Unfinished:
            raise broken() from None
        if found is None:
            return
        tag, begin, end = found
        if end > len(data):
            raise broken()
        yield tag, data[begin:end]
        start = end


def by_tag(data: bytes, wanted: Collection[int], *, wide: bool) -> dict[int, bytes]:
    """The objects of ``data`` with ``wanted`` tags; one that stands twice is a damaged record. Raises CardProblem."""
    found: dict[int, bytes] = {}
    for tag, value in objects(data, wide=wide):
        if tag in found:
            raise broken()
        if tag in wanted:
            found[tag] = value
    return found
