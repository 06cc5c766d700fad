"""The text of finished pages, read back from the PDF file itself.

Only what `Sheet` writes is understood: text blocks of hexadecimal strings in fonts with a ToUnicode table. That makes the
check of a ten-form print a matter of milliseconds; anything else on a page is refused rather than skipped.
"""

import hashlib
import io
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

_PIECE = re.compile(
    rb"BT\b|ET\b|(/\S+) [\d.]+ Tf|<([0-9a-fA-F]*)> Tj|(/\S+) Do\b|(/Signature BMC [-\d. a-zA-Z]*? EMC\b)"
    rb"|(\bTJ\b|\) *Tj|['\"]\s|\bBI\b|\bB[MD]C\b)"
)
_ENTRY = re.compile(r"<([0-9A-F]{2})> <((?:[0-9A-F]{4})*)>")


PRINTED, BLANK = "/FormXob.P", "/Blank"
"""How the names of pre-printed parts and of official blanks begin; only the text of the former is ours."""


@dataclass(frozen=True)
class PageText:
    """The text blocks of a page, or of a pre-printed part that many pages share, in drawing order."""

    own: tuple[str, ...]
    printed: "tuple[PageText, ...]" = ()
    under: tuple[str, ...] = ()
    """The digests of the official blanks that are drawn on the page (`content_digest`)."""
    signed: tuple[str, ...] = ()
    """The digests of the signatures that are drawn on it."""

    @property
    def blocks(self) -> tuple[str, ...]:
        """All text blocks, those of the pre-printed parts first: they lie under the rest."""
        return (*(block for part in self.printed for block in part.blocks), *self.own)

    @cached_property
    def digest(self) -> str:
        """A hash of all text blocks in their order."""
        said = hashlib.sha256()
        for part in self.printed:
            said.update(b"printed:" + part.digest.encode())
        for block in self.own:
            data = block.encode()
            said.update(len(data).to_bytes(4, "big") + data)
        return said.hexdigest()[:32]


def content_digest(content: bytes) -> str:
    """A hash of what a page of an official blank draws."""
    return hashlib.sha256(content).hexdigest()[:32]


class UnreadablePdf(Exception):
    """A PDF, or a page of it, that is not what this system writes; `page` counts from 1, 0 stands for the whole file."""

    def __init__(self, page: int, what: str) -> None:
        super().__init__(f"{page}: {what}" if page else what)
        self.page, self.what = page, what


def read_pages(pdf: bytes) -> list[PageText]:
    """The text of each page. Raises `UnreadablePdf`."""
    try:
        reader = PdfReader(io.BytesIO(pdf))
        pages = list(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadablePdf(0, f"the file cannot be read ({error})") from error
    reading = _Reading({}, {})
    texts = []
    for number, page in enumerate(pages, 1):
        try:
            if "/Annots" in page:
                raise ValueError("something lies over the page")
            contents = page.get_contents()
            texts.append(reading.text(contents.get_data() if contents is not None else b"", page))
        except (PyPdfError, ValueError, KeyError, AttributeError, IndexError) as error:
            raise UnreadablePdf(number, f"the page cannot be read ({error})") from error
    return texts


@dataclass
class _Reading:
    """One file being read: the ToUnicode tables of its fonts and its pre-printed parts, each read once."""

    tables: dict[Any, dict[int, str]]
    parts: dict[Any, PageText]

    def text(self, content: bytes, owner: Any, nested: bool = False) -> PageText:
        """The text of a content stream whose resources `owner` names."""
        blocks: list[str] = []
        printed: list[PageText] = []
        under: list[str] = []
        signed: list[str] = []
        block: list[str] = []
        table: dict[int, str] = {}
        for match in _PIECE.finditer(content):
            name, shown, drawn, written, foreign = match.groups()
            if shown is not None:
                block.append(bytes.fromhex(shown.decode()).decode("latin-1").translate(table))
            elif name is not None:
                table = self._table(owner["/Resources"]["/Font"], name.decode())
            elif drawn is not None:
                if drawn.startswith(BLANK.encode()):
                    under.append(content_digest(owner["/Resources"]["/XObject"][drawn.decode()].get_data()))
                else:
                    printed.append(self._printed(owner, drawn.decode(), nested or bool(blocks)))
            elif written is not None:
                signed.append(content_digest(written))
            elif foreign is not None:
                raise ValueError("text in a form this system does not write")
            elif match[0] == b"BT":
                block = []
            else:
                blocks.append("".join(block))
        return PageText(tuple(blocks), tuple(printed), tuple(under), tuple(signed))

    def _printed(self, owner: Any, name: str, late: bool) -> PageText:
        """The text of a pre-printed part."""
        if late or not name.startswith(PRINTED):
            raise ValueError("a drawing this system does not write")
        objects = owner["/Resources"]["/XObject"]
        key = _identity(objects, name)
        if key not in self.parts:
            part = objects[name]
            self.parts[key] = self.text(part.get_data(), part, nested=True)
        return self.parts[key]

    def _table(self, fonts: Any, name: str) -> dict[int, str]:
        """Code → text of a font, from its ToUnicode stream."""
        key = _identity(fonts, name)
        if key not in self.tables:
            stream = fonts[name]["/ToUnicode"].get_data().decode("latin-1")
            table = dict.fromkeys(range(256), "\ufffd")
            table.update(
                (int(code, 16), bytes.fromhex(text).decode("utf-16-be"))
                for code, text in _ENTRY.findall(stream)
            )
            self.tables[key] = table
        return self.tables[key]


def _identity(resources: Any, name: str) -> Any:
    raw = resources.raw_get(name)
    return getattr(raw, "idnum", None) or id(raw)
