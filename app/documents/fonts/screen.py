"""Fonts for the screens: slices of the paper's fonts, so that a PC without them shows the same shapes (NB5).

They are made on the city's own server and never part of the product: a slice is a derived program of its font (派生プログラム,
IPA Font License 1.0, article 1), so that it gets another name and the licence beside it. Each file carries a digest in its name
and may be kept by browsers for ever. Families, in the order the style sheet names them:

- Kakanai Gaiji: the city's own characters, in the private ranges only. It has to come first: browsers take a box for a
  private code from any font that stands before.
- Kakanai Mincho: the core font as installed on the PC (`local`), else its slices; then what only a fallback has.
- Kakanai Missing: a mark (〓) for what no font of the stack has, as on paper.
"""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from app.documents.fonts.city import read_map
from app.documents.fonts.search import BUNDLED, CORE_FILES, FontSource, find_sources
from app.domain import mojikiban
from app.domain.gaiji import is_private

FOLDER = "screen"
INDEX = "index.json"
LICENSE = "IPA_Font_License_Agreement_v1.0.txt"
GAIJI, MINCHO, MISSING = "Kakanai Gaiji", "Kakanai Mincho", "Kakanai Missing"
SLICE = 2000
"""Characters of a slice of rare ones: about half a megabyte, so that one rare name does not fetch the whole font."""

_RULES = "1"  # part of every digest: another way of slicing makes other files
EPOCH = 3_786_912_000  # 2024-01-01 in the era of fonts: the same bytes every time
_SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
_DROPPED = ["ltag", "BASE", "GDEF", "GPOS", "GSUB", "VORG", "gasp", "vhea", "vmtx"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ScreenFonts:
    """What was made: the style sheet's file name, and every file that it needs."""

    sheet: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class _Face:
    """A block of the style sheet. `codes` is its unicode-range; `local` names of the font on a PC."""

    family: str
    file: str
    codes: tuple[int, ...]
    local: tuple[str, ...] = ()


def read_index(instance: Path) -> ScreenFonts | None:
    """The fonts that are served now; None before the first build."""
    place = _folder(instance) / INDEX
    if not place.exists():
        return None
    found = json.loads(place.read_text(encoding="ascii"))
    return ScreenFonts(found["sheet"], tuple(found["files"]))


def build_screen_fonts(
    instance: Path, missing: Iterable[str] = (), progress: Progress = lambda _done, _total: None
) -> ScreenFonts:
    """Make what is not there yet, and switch to it. `missing` are the clusters that get a mark.

    Slices of a font that was sliced before are kept: only a new font takes its time (about a minute for IPAmj).
    """
    folder = _folder(instance)
    folder.mkdir(parents=True, exist_ok=True)
    sources = [source for source in find_sources(instance) if source.role != "label"]
    faces = [*_gaiji(instance, sources, folder), *_mincho(sources, folder, progress)]
    faces += _missing(sorted(set(missing)), folder)
    sheet = "\n".join(map(_rule, faces))
    name = f"screen-{hashlib.sha256(sheet.encode()).hexdigest()[:16]}.css"
    _put(folder / name, sheet.encode("ascii"))
    shutil.copyfile(BUNDLED / LICENSE, folder / LICENSE)
    made = ScreenFonts(name, (name, LICENSE, *(face.file for face in faces)))
    before = read_index(instance)
    _put(folder / INDEX, json.dumps({"sheet": made.sheet, "files": made.files}).encode("ascii"))
    # Pages that are open still ask for the files of the build before.
    kept = {INDEX, *made.files, *(before.files if before else ())}
    for path in folder.iterdir():
        if path.name not in kept:
            path.unlink()
    return made


def _gaiji(instance: Path, sources: Sequence[FontSource], folder: Path) -> Iterator[_Face]:
    """The city's characters: from its own fonts, else drawn as the character they are mapped to."""
    drawn: set[int] = set()
    for source in sources:
        if source.role not in ("city", "supplement"):
            continue
        with TTFont(source.path, lazy=True) as font:
            codes = [code for code in font.getBestCmap() if is_private(chr(code)) and code not in drawn]
        if codes:
            drawn.update(codes)
            yield _slice(source.path, "gaiji", GAIJI, codes, folder)
    mapped = {ord(private): text for private, text in read_map(instance).items() if ord(private) not in drawn}
    if mapped:
        found = _mapped(sources[0].path, mapped, folder)
        if found:
            yield found


def _mapped(path: Path, mapped: dict[int, str], folder: Path) -> _Face | None:
    """A font that draws private codes with the glyphs of the characters they stand for."""
    key = _digest(path, "mapped", repr(sorted(mapped.items())))
    with TTFont(path, lazy=True) as font:
        plain = font.getBestCmap()
        sequences = _sequences(font)
        glyphs = {}
        for code, text in mapped.items():
            glyph = plain.get(ord(text)) if len(text) == 1 else sequences.get((ord(text[0]), ord(text[1])))
            if glyph:
                glyphs[code] = glyph
        if not glyphs:
            return None
        name = f"gaiji-mapped-{key}.woff"
        if not (folder / name).exists():
            table = next(table for table in font["cmap"].tables if table.format == 12)
            table.cmap = glyphs
            font["cmap"].tables = [table]
            _put(folder / name, _subset(font, GAIJI, list(glyphs)))
    return _Face(GAIJI, name, tuple(sorted(glyphs)))


def _sequences(font: TTFont) -> dict[tuple[int, int], str]:
    plain = font.getBestCmap()
    return {
        (base, selector): glyph or plain.get(base)
        for table in font["cmap"].tables
        if table.format == 14
        for selector, pairs in table.uvsDict.items()
        for base, glyph in pairs
    }


def _mincho(sources: Sequence[FontSource], folder: Path, progress: Progress) -> Iterator[_Face]:
    """Slices of the core font and the supplements, then of what only the fallback has."""
    known: set[int] = set()
    for source in sources:
        if source.role == "city":
            continue
        with TTFont(source.path, lazy=True) as font:
            own = sorted(
                code for code in font.getBestCmap() if code not in known and not is_private(chr(code))
            )
        known.update(own)
        slices = list(_slices(own))
        for place, codes in enumerate(slices):
            progress(place, len(slices))
            face = _slice(source.path, f"{source.role}-{place:02d}", MINCHO, codes, folder)
            if source.role == "core" and source.path.name.lower() in CORE_FILES:
                face = _Face(face.family, face.file, face.codes, ("IPAmjMincho", "IPAmj明朝"))
            yield face
        progress(len(slices), len(slices))


def _slices(codes: Sequence[int]) -> Iterator[list[int]]:
    """Kana and the like, the two levels of common kanji, and blocks of rare ones."""
    ideographs = [code for code in codes if _is_ideograph(code)]
    yield from filter(None, ([code for code in codes if not _is_ideograph(code)],))
    levels: dict[int, list[int]] = {1: [], 2: [], 3: []}
    for code in ideographs:
        levels[mojikiban.level(chr(code))].append(code)
    yield from filter(None, (levels[1], levels[2]))
    yield from (levels[3][at : at + SLICE] for at in range(0, len(levels[3]), SLICE))


def _is_ideograph(code: int) -> bool:
    return 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or code >= 0x20000


def _slice(path: Path, label: str, family: str, codes: Sequence[int], folder: Path) -> _Face:
    name = f"{label}-{_digest(path, label, repr(codes))}.woff"
    if not (folder / name).exists():
        # Without measuring the outlines again it takes half the time.
        with TTFont(path, lazy=True, recalcBBoxes=False, recalcTimestamp=False) as font:
            _put(folder / name, _subset(font, family, codes))
    return _Face(family, name, tuple(codes))


def _subset(font: TTFont, family: str, codes: Sequence[int]) -> bytes:
    """The glyphs of some characters with their variation sequences, under another name, as WOFF."""
    options = Options()
    options.layout_features = []
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = [0, 13, 14]
    options.name_languages = ["*"]
    options.drop_tables += _DROPPED
    subsetter = Subsetter(options)
    # Without the selectors the table of sequences (cmap format 14) would be dropped.
    subsetter.populate(unicodes=[*codes, *_SELECTORS])
    subsetter.subset(font)
    for number, text in ((1, family), (2, "Regular"), (3, family), (4, family), (6, family.replace(" ", ""))):
        font["name"].setName(text, number, 3, 1, 0x409)
    font.flavor = "woff"
    target = BytesIO()
    font.save(target)
    return target.getvalue()


def _missing(clusters: Sequence[str], folder: Path) -> Iterator[_Face]:
    """A font whose only glyph is the mark, for exactly these characters and sequences."""
    if not clusters:
        return
    name = f"missing-{hashlib.sha256(repr((_RULES, clusters)).encode()).hexdigest()[:16]}.woff"
    if not (folder / name).exists():
        builder = FontBuilder(1000, isTTF=True)
        builder.setupGlyphOrder([".notdef", "mark"])
        plain = {ord(cluster): "mark" for cluster in clusters if len(cluster) == 1}
        sequences = [(ord(cluster[0]), ord(cluster[1]), "mark") for cluster in clusters if len(cluster) == 2]
        builder.setupCharacterMap(plain, uvs=sequences)
        builder.setupGlyf({".notdef": _mark(), "mark": _mark()})
        builder.setupHorizontalMetrics({".notdef": (1000, 100), "mark": (1000, 100)})
        builder.setupHorizontalHeader(ascent=880, descent=-120)
        builder.setupNameTable(
            {"familyName": MISSING, "styleName": "Regular", "psName": MISSING.replace(" ", "")}
        )
        builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
        builder.setupPost()
        builder.font["head"].created = builder.font["head"].modified = EPOCH
        builder.font.flavor = "woff"
        target = BytesIO()
        builder.save(target)
        _put(folder / name, target.getvalue())
    yield _Face(MISSING, name, tuple(sorted({ord(cluster[0]) for cluster in clusters})))


def _mark() -> object:
    """下駄記号: two thick bars, as the paper draws them."""
    pen = TTGlyphPen(None)
    for low in (80, 500):
        pen.moveTo((100, low))
        for point in ((100, low + 180), (900, low + 180), (900, low)):
            pen.lineTo(point)
        pen.closePath()
    return pen.glyph()


def _rule(face: _Face) -> str:
    sources = [f'local("{_css(name)}")' for name in face.local] + [f'url("{face.file}") format("woff")']
    return (
        f'@font-face {{ font-family: "{face.family}"; src: {", ".join(sources)}; font-display: block; '
        f"unicode-range: {unicode_range(face.codes)}; }}"
    )


def _css(text: str) -> str:
    return "".join(char if char.isascii() else f"\\{ord(char):x} " for char in text)


def unicode_range(codes: Iterable[int]) -> str:
    """Code points as a style sheet writes them: U+20-7E, U+3042."""
    runs: list[list[int]] = []
    for code in sorted(set(codes)):
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ",".join(f"U+{low:X}" if low == high else f"U+{low:X}-{high:X}" for low, high in runs)


_digests: dict[tuple[str, int, int], str] = {}


def _digest(path: Path, *parts: str) -> str:
    state = path.stat()
    key = (str(path), state.st_size, state.st_mtime_ns)
    if key not in _digests:
        _digests[key] = hashlib.sha256(path.read_bytes()).hexdigest()
    return hashlib.sha256("\0".join((_RULES, _digests[key], *parts)).encode()).hexdigest()[:16]


def _folder(instance: Path) -> Path:
    return instance / "fonts" / FOLDER


def _put(place: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    draft = place.with_name(f".{secrets.token_hex(8)}.part")
    draft.write_bytes(data)
    os.replace(draft, place)
