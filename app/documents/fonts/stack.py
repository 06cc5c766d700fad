"""The ordered fonts of one style, and the question asked of them before anything is drawn: which glyph prints this?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from app.documents.fonts.core_font import CoreFont
from app.domain.gaiji import is_private

if TYPE_CHECKING:
    from app.documents.fonts.languages import LanguageFonts

GETA = "〓"
"""What stands in the text of a PDF where a character could not be printed (下駄記号)."""

SERIF, LABEL = "mincho", "gothic"
JAPANESE = frozenset({SERIF, LABEL})
_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
LANGUAGE = "language"
"""The style that stands for the fonts of a document's language."""
NAME_BEGINS, NAME_ENDS = "\u2068", "\u2069"
"""Around a name as it is registered within a text of another language; they are not printed."""


def in_name_signs(name: str) -> str:
    """A name as it is registered, to be set into a text of another language."""
    return f"{NAME_BEGINS}{name}{NAME_ENDS}"


_NAME = re.compile(f"{NAME_BEGINS}([^{NAME_ENDS}]*){NAME_ENDS}")


@dataclass(frozen=True, slots=True)
class Glyph:
    """One printable cluster: the register's text, the font and code that draw it, its advance in ems.

    `font` is None when no font of the stack has it; a mark is drawn in its place. In shaped scripts a glyph that is
    `placed` is set on its own, moved by `dx` and `dy` ems, and has no text where the one before it stands for the whole syllable.
    """

    text: str
    font: CoreFont | None
    code: int
    advance: float
    dx: float = 0.0
    dy: float = 0.0
    placed: bool = False


def is_selector(char: str) -> bool:
    """Whether a character only chooses a form of the one before it (異体字セレクタ)."""
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def clusters(text: str) -> Iterator[str]:
    """The characters of a text, each with the variation selector that follows it."""
    start = 0
    for position in range(1, len(text) + 1):
        if position == len(text) or not is_selector(text[position]):
            yield text[start:position]
            start = position


@dataclass(frozen=True)
class Face:
    """A font of the stack; `sequences` says whether its variation sequences may be used."""

    font: CoreFont
    role: str
    sequences: bool


@dataclass(frozen=True)
class FontStack:
    """The fonts of the forms: `mincho` for what is filled in, `gothic` for what is pre-printed, `languages` for other styles.

    `spoken` is the style that `LANGUAGE` stands for: that of the language a document is in beside Japanese.

    `notice` says in Japanese which core font is used; `fingerprint` changes with any font file.
    """

    mincho: tuple[Face, ...]
    gothic: tuple[Face, ...]
    notice: str
    fingerprint: str
    languages: "LanguageFonts"
    spoken: str = LABEL
    _known: dict[str, "_Known"] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._known.setdefault(SERIF, _Known(self.mincho))
        self._known.setdefault(LABEL, _Known(self.gothic))

    def resolve(self, cluster: str, style: str = SERIF) -> Glyph:
        """The glyph of one cluster in the first font that has exactly it.

        A sequence is never replaced by the usual form of its base, and never taken from a fallback font: the form would
        differ from what the screen shows. Such a cluster comes back with `font` None.
        """
        style = self.named(style)
        if style not in self._known:
            self._known[style] = _Known(self.languages.faces(style) + self.gothic)
        return self._known[style][cluster]

    def named(self, style: str) -> str:
        """The style itself, or the one of the document's language."""
        return self.spoken if style == LANGUAGE else style

    def speaking(self, style: str) -> "FontStack":
        """The same fonts for a document in a language of that style."""
        return self if style == self.spoken else replace(self, spoken=style)

    def glyphs(self, text: str, style: str = SERIF) -> tuple[Glyph, ...]:
        """The glyphs of a text in order. In another language a name in `NAME_BEGINS` … `NAME_ENDS` keeps its Japanese glyphs."""
        if style in JAPANESE:
            return tuple(
                map(self._known[style].__getitem__, clusters(text) if _SELECTOR.search(text) else text)
            )
        style = self.named(style)
        made: list[Glyph] = []
        for index, part in enumerate(_NAME.split(text)):
            if index % 2:
                made += self.glyphs(part, LABEL)
            elif style == self.languages.shaped:
                made += self._shaped(part, style)
            else:
                made += (self.resolve(cluster, style) for cluster in clusters(part))
        return tuple(made)

    def _shaped(self, text: str, style: str) -> Iterator[Glyph]:
        for part, joins in self.languages.parts(text):
            if joins:
                yield from self.languages.shaper.glyphs(part)
            else:
                yield from (self.resolve(cluster, style) for cluster in clusters(part))

    def missing(self, text: str) -> tuple[str, ...]:
        """The clusters of a text that no font can print, each once, in order: what a screen should warn about."""
        return tuple(dict.fromkeys(glyph.text for glyph in self.glyphs(text) if glyph.font is None))


class _Known(dict[str, Glyph]):
    """The glyphs of the clusters that were asked for, found when they first are."""

    def __init__(self, faces: tuple[Face, ...]) -> None:
        super().__init__()
        self._faces = faces

    def __missing__(self, cluster: str) -> Glyph:
        glyph = self[cluster] = self._find(cluster, self._faces)
        return glyph

    @staticmethod
    def _find(cluster: str, faces: tuple[Face, ...]) -> Glyph:
        if cluster == "\xa0":
            cluster = " "  # reportlab draws it as the space it looks like
        base = ord(cluster[0])
        if is_private(cluster[0]):
            # A font that is not the city's draws a box of its own there.
            faces = tuple(sorted(faces, key=lambda face: face.role not in ("supplement", "city")))
        for face in faces:
            if len(cluster) == 1 and base in face.font.characters:
                return Glyph(cluster, face.font, base, face.font.width(base) / 1000)
            if len(cluster) == 1 and base in face.font.aliases:
                code = face.font.aliases[base]
                return Glyph(cluster, face.font, code, face.font.width(code) / 1000)
            if len(cluster) == 2 and face.sequences:
                sequence = face.font.sequences.get((base, ord(cluster[1])))
                if sequence is not None:
                    return Glyph(cluster, face.font, sequence, face.font.width(sequence) / 1000)
        return Glyph(cluster, None, 0, 1.0)
