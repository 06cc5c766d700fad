"""Pictures of text on a card (TIFF, MMR) → PNG for a window or a page."""

from __future__ import annotations

import io

from PIL import Image

from cardreader_agent.cards.apdu import broken

LARGEST = 4_000_000
"""Pixels; the front of a card has about 290,000."""


def as_png(tiff: bytes) -> bytes:
    """The same picture as PNG, black on white. Raises CardProblem for anything but a small black-and-white TIFF."""
    try:
        with Image.open(io.BytesIO(tiff), formats=("TIFF",)) as picture:
            if picture.mode != "1" or picture.width * picture.height > LARGEST:
                raise broken()
            written = io.BytesIO()
            picture.save(written, "PNG")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, EOFError):
        raise broken() from None
    return written.getvalue()
