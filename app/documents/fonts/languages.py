"""The fonts of the guide sheet's languages, kept in the project and loaded when a sheet first needs them.

They are made of Noto fonts (SIL Open Font License 1.1, `sheet/OFL.txt`) by `scripts/make_sheet_fonts.py`.
"""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from pathlib import Path

from app.documents.fonts.core_font import CoreFont
from app.documents.fonts.shaping import Shaper
from app.documents.fonts.stack import Face

FOLDER = Path(__file__).resolve().parent / "sheet"
SHAPED = "ne"
FILES: dict[str, tuple[str, ...]] = {
    "latin": ("latin",),
    "zh-hans": ("hans", "hant", "latin"),
    "zh-hant": ("hant", "hans", "latin"),
    "ko": ("hangul", "latin"),
    SHAPED: ("devanagari", "latin"),
}
"""Text style → its font files in the order in which they are asked for a character; the Japanese fonts follow."""

_DEVANAGARI = re.compile(r"([\u0900-\u097f\u200c\u200d]+)")


class LanguageFonts:
    """The faces of each style, each file loaded once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._loaded: dict[str, CoreFont] = {}

    def faces(self, style: str) -> tuple[Face, ...]:
        """The faces of a style of `FILES`."""
        return tuple(Face(self._font(name), "sheet", False) for name in FILES[style])

    @cached_property
    def shaper(self) -> Shaper:
        """What shapes Devanagari, whose letters join and change places."""
        return Shaper(self._font("devanagari"), self._folder / "devanagari.ttf")

    @cached_property
    def fingerprint(self) -> str:
        """Changes with any of the files."""
        digest = hashlib.sha256()
        for name in sorted({name for names in FILES.values() for name in names}):
            digest.update((self._folder / f"{name}.ttf").read_bytes())
        return digest.hexdigest()

    def _font(self, name: str) -> CoreFont:
        if name not in self._loaded:
            self._loaded[name] = CoreFont(f"sheet-{name}", str(self._folder / f"{name}.ttf"))
        return self._loaded[name]

    @property
    def shaped(self) -> str:
        """The style whose texts have to be shaped."""
        return SHAPED

    def parts(self, text: str) -> list[tuple[str, bool]]:
        """A text in runs, each with whether it has to be shaped."""
        return [(part, index % 2 == 1) for index, part in enumerate(_DEVANAGARI.split(text)) if part]
