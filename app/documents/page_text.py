"""The text of finished pages, read back from the PDF file itself.

Only what `Sheet` writes is understood: text blocks of hexadecimal strings in fonts with a ToUnicode table. That makes the
check of a ten-form print a matter of milliseconds; anything else on a page is refused rather than skipped.
"""

import hashlib
import io
import re
from collections.abc import Iterable
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

_PIECE = re.compile(rb"BT\b|ET\b|(/\S+) [\d.]+ Tf|<([0-9a-fA-F]*)> Tj|(\bTJ\b|\) *Tj|['\"]\s|\bBI\b)")
_ENTRY = re.compile(r"<([0-9A-F]{2})> <([0-9A-F]{4,})>")


class UnreadablePdf(Exception):
    """A PDF, or a page of it, that is not what this system writes; `page` counts from 1, 0 stands for the whole file."""

    def __init__(self, page: int, what: str) -> None:
        super().__init__(f"{page}: {what}" if page else what)
        self.page, self.what = page, what


def read_pages(pdf: bytes) -> list[list[str]]:
    """The text blocks of each page, in drawing order. Raises `UnreadablePdf`."""
    try:
        reader = PdfReader(io.BytesIO(pdf))
        pages = list(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadablePdf(0, f"the file cannot be read ({error})") from error
    tables: dict[Any, dict[int, str]] = {}
    texts = []
    for number, page in enumerate(pages, 1):
        try:
            texts.append(_blocks(page, tables))
        except (PyPdfError, ValueError, KeyError, AttributeError, IndexError) as error:
            raise UnreadablePdf(number, f"the page cannot be read ({error})") from error
    return texts


def digest(blocks: Iterable[str]) -> str:
    """A hash of all text blocks of a page in their order."""
    said = hashlib.sha256()
    for block in blocks:
        data = block.encode()
        said.update(len(data).to_bytes(4, "big") + data)
    return said.hexdigest()[:32]


def _blocks(page: Any, tables: dict[Any, dict[int, str]]) -> list[str]:
    contents = page.get_contents()
    if contents is None:
        return []
    fonts = page["/Resources"]["/Font"]
    blocks: list[str] = []
    block: list[str] = []
    table: dict[int, str] = {}
    for match in _PIECE.finditer(contents.get_data()):
        name, shown, foreign = match.groups()
        if foreign is not None:
            raise ValueError("text in a form this system does not write")
        if name is not None:
            table = _table(fonts, name.decode(), tables)
        elif shown is not None:
            block.append(bytes.fromhex(shown.decode()).decode("latin-1").translate(table))
        elif match[0] == b"BT":
            block = []
        else:
            blocks.append("".join(block))
    return blocks


def _table(fonts: Any, name: str, tables: dict[Any, dict[int, str]]) -> dict[int, str]:
    """Code → text of a font, from its ToUnicode stream; read once per font of the file."""
    raw = fonts.raw_get(name)
    key = getattr(raw, "idnum", None) or id(raw)
    if key not in tables:
        stream = fonts[name]["/ToUnicode"].get_data().decode("latin-1")
        table = dict.fromkeys(range(256), "\ufffd")
        table.update(
            (int(code, 16), bytes.fromhex(text).decode("utf-16-be")) for code, text in _ENTRY.findall(stream)
        )
        tables[key] = table
    return tables[key]
