"""Who a page belongs to: the reception, the document, n/N and a token that no other page has, as text and as a code.

The token is an HMAC over the print job, the document, its copy, n/N, the persons and the form version with all it says. A page of another
job, person or place in the order cannot carry it.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, replace

from app.documents.code_drawing import draw_qr
from app.documents.definitions import Box, FormDefinition, Rect, TextStyle
from app.documents.drawing import MM, Ink
from app.documents.fit import fit
from app.documents.fonts import FontStack
from app.documents.problems import PrintRefused

REPRINT = "再出力"
CORRECTED = "住民情報と相違"
COPY = "控え"
TOKEN_LENGTH = 16
CODE_SIZE = 11.0
MARGIN = 12.0
BOTTOM = 5.0
"""Forms keep their own drawing above the last 18 mm of the page."""

_QUIET = 2  # beside it the margin of the page is white

_FOOTER = TextStyle(size=6.5, least=4.0, font="gothic", condense=50)
_MORE = TextStyle(size=7.5, least=6, font="gothic", align="right")
_MARK = TextStyle(size=11, least=8, font="gothic", align="center", bold=True)


@dataclass(frozen=True)
class PageIdentity:
    """The print job and the document a page belongs to.

    `persons` are the ids of the persons the document is about (they enter the token, they are not printed), `number` the
    reception number (受付番号), `key` a secret of this job (`job_key`), `marks` are printed at the top (`REPRINT`, `COPY`).
    """

    job: str
    document: str
    number: str
    persons: tuple[str, ...]
    key: bytes
    marks: tuple[str, ...] = ()
    copy: int = 1

    def for_copy(self, copy: int) -> "PageIdentity":
        """The identity of the n-th copy; every one after the first is marked as a copy (控え)."""
        if copy == 1 or COPY in self.marks:
            return replace(self, copy=copy)
        return replace(self, copy=copy, marks=(*self.marks, COPY))

    def token(self, definition: FormDefinition, page: int, pages: int) -> str:
        """The token of one page."""
        form = f"{definition.code}/{definition.version}/{definition.fingerprint}"
        said = (
            self.job,
            self.document,
            str(self.copy),
            f"{page}/{pages}",
            form,
            *self.marks,
            "",
            *sorted(self.persons),
        )
        message = "".join(f"{len(text)}:{text}" for text in said)
        digest = hmac.new(self.key, message.encode(), hashlib.sha256).digest()
        return base64.b32encode(digest).decode()[:TOKEN_LENGTH]

    def footer(self, token: str, page: int, pages: int) -> str:
        """The identity of a page as it is printed and as the code holds it."""
        return f"{self.number} {self.document} {page}/{pages} {token}"


def job_key(secret: bytes, job: str) -> bytes:
    """The key of one print job, made from the installation's secret: the renderer never sees the secret itself."""
    return hmac.new(secret, b"page-identity:" + job.encode(), hashlib.sha256).digest()


def seal(key: bytes, *said: str) -> str:
    """What binds a stored file to its job: a MAC with the job's key over everything it belongs to, and over its hash."""
    message = "".join(f"{len(text)}:{text}" for text in said)
    return hmac.new(key, b"stored:" + message.encode(), hashlib.sha256).hexdigest()


def draw_identity(
    ink: Ink, fonts: FontStack, identity: PageIdentity, line: str, width: float, height: float, more: bool
) -> None:
    """Draw the identity at the foot of a page of `width` by `height` mm, and its marks at the top.

    `more` says that further pages of the document follow.
    """
    code = Box(width - MARGIN - CODE_SIZE, height - BOTTOM - CODE_SIZE, CODE_SIZE, CODE_SIZE)
    draw_qr(ink, code, line, _QUIET)
    if more:
        _line(ink, fonts, "次のページに続きます", Box(code.x - 42, height - BOTTOM - 8.5, 40, 4), _MORE)
    place = Box(MARGIN, height - BOTTOM - 4, code.x - MARGIN - 2, 4)
    _line(ink, fonts, line, place, _FOOTER)
    for index, mark in enumerate(identity.marks):
        draw_mark(ink, fonts, mark, index)


def draw_mark(ink: Ink, fonts: FontStack, mark: str, place: int) -> None:
    """A mark at the top of a page, so many places from the left (from 0)."""
    box = Box(MARGIN + place * 24, 5, 22, 6.5)
    ink.rect(Rect(1, box, 0.5))
    _line(ink, fonts, mark, box, _MARK)


def _line(ink: Ink, fonts: FontStack, text: str, box: Box, style: TextStyle) -> None:
    fitted = fit(fonts.glyphs(text, style.font), box.w * MM, box.h * MM, style)
    if fitted is None:
        raise PrintRefused(f"受付番号・文書番号・印が長すぎて印字できません（{text}）。")
    ink.text(fitted, box, style)
