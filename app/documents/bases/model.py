"""What a normalised base is, and the words in which a file is refused."""

import hashlib
from dataclasses import dataclass
from typing import Self

from app.documents.problems import PrintRefused

LARGEST_UPLOAD = 10 * 1024 * 1024
MOST_PAGES = 20
SMALLEST_SIDE, LARGEST_SIDE = 50.0, 1000.0
"""Sides of a page in mm, the same as a form definition takes."""

PRINT_ANEW = (
    "元のファイルを開き、印刷先に「Microsoft Print to PDF」を選んで保存し直したものを取り込んでください。"
)


@dataclass(frozen=True, slots=True)
class BasePage:
    """A page as it is seen: its size in mm, and the fonts that the file does not bring along."""

    width: float
    height: float
    missing_fonts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BaseField:
    """An input field that the file offered (AcroForm), in mm from the top left of its page (numbers from 1).

    `kind` is text, comb (one character per cell), check, choice (one of several, `option` being the value of this box), list
    (of `options`) or signature. `length` is the most characters, 0 where nothing is said. `label` is what the file calls it.
    """

    page: int
    x: float
    y: float
    w: float
    h: float
    name: str
    label: str
    kind: str
    length: int = 0
    option: str = ""
    options: tuple[str, ...] = ()
    lines: bool = False


@dataclass(frozen=True)
class NormalisedBase:
    """An official PDF as a base: pages upright with their origin at the corner, no annotations, scripts, fields or metadata.

    `notes` tell in Japanese what was left out and what has to be looked at. The same upload gives the same bytes.
    """

    pdf: bytes
    pages: tuple[BasePage, ...]
    fields: tuple[BaseField, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """The hash of the clean PDF."""
        return hashlib.sha256(self.pdf).hexdigest()

    @property
    def missing_fonts(self) -> tuple[str, ...]:
        """The fonts that some page needs and the file does not bring along."""
        return tuple(dict.fromkeys(name for page in self.pages for name in page.missing_fonts))


class BaseRefused(PrintRefused):
    """A file that cannot become a base; the message says what was read, what is wrong and what to do."""

    @classmethod
    def too_complex(cls, log: str = "") -> Self:
        """More than can be read in a bounded time or memory."""
        return cls(f"PDF のつくりが複雑すぎるため、取り込めません。{PRINT_ANEW}", log)

    @classmethod
    def unreadable(cls, log: str = "") -> Self:
        """Broken in a way that has no better name."""
        return cls(
            f"PDF が壊れているため、読み取れません。もう一度入手するか、{PRINT_ANEW}", log or "unreadable"
        )


class PictureRefused(PrintRefused):
    """A PDF of which no picture can be made, or of which too much is wanted at once."""


def too_large(data: bytes) -> None:
    """Raises `BaseRefused` for an empty file and for one that is larger than ten megabytes."""
    if not data:
        raise BaseRefused("ファイルが空です。PDF ファイルを選び直してください。")
    if len(data) > LARGEST_UPLOAD:
        size = len(data) / 1024 / 1024
        raise BaseRefused(
            f"ファイルの大きさが{size:.1f} MB あり、上限の10 MB を超えています。"
            "画像の解像度を下げるか、必要なページだけにしてください。"
        )
