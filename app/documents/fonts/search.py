"""Where the fonts of this installation are: the instance folder, the system's font folders, the ones kept in the project.

Nothing is ever downloaded. A `fonts.toml` in the instance's fonts folder fixes the files and their hashes instead:

    [[font]]
    role = "core"            # core, supplement, city, fallback or label
    file = "ipamjm.ttf"      # in the same folder, or an absolute path
    sha256 = "…"             # optional; another file is refused
"""

import hashlib
import os
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.documents.fonts.city import fonts_in_force, list_city_fonts, read_map
from app.documents.fonts.core_font import CoreFont
from app.documents.fonts.languages import LanguageFonts
from app.documents.fonts.stack import Face, FontStack
from app.domain.dates import today_in_japan

BUNDLED = Path(__file__).resolve().parent
ROLES = ("core", "supplement", "city", "fallback", "label")
CORE_FILES = ("ipamjm.ttf",)
FALLBACK_FILES = ("ipaexm.ttf",)
LABEL_FILES = ("ipaexg.ttf",)
CITY_SUFFIXES = (".tte", ".ttf", ".otf")
_NAMES = {"ipamjm.ttf": "IPAmj明朝", "ipaexm.ttf": "IPAex明朝", "ipaexg.ttf": "IPAexゴシック"}


class FontsRefused(Exception):
    """The fonts that settings name cannot be used; the message says which file and why."""


@dataclass(frozen=True)
class FontSource:
    """One font file and its place in the stack (`ROLES`)."""

    role: str
    path: Path

    @property
    def title(self) -> str:
        """The font's usual name, else its file name."""
        return _NAMES.get(self.path.name.lower(), self.path.name)


def find_fonts(instance: Path) -> FontStack:
    """Load the fonts for an instance folder, in the order of `find_sources`. Takes about half a second with IPAmj.

    Raises `FontsRefused` when `fonts.toml` names a file that is missing, unreadable or has another hash.
    """
    sources = find_sources(instance)
    loaded = [(source, _load(source, number)) for number, source in enumerate(sources)]
    mincho = tuple(
        Face(font, source.role, source.role != "fallback")
        for source, font in loaded
        if source.role != "label"
    )
    gothic = tuple(Face(font, source.role, False) for source, font in loaded if source.role == "label")
    _draw_private(instance, mincho)
    languages = LanguageFonts()
    fingerprint = _fingerprint(instance, sources, languages)
    return FontStack(mincho, gothic + mincho, _notice(sources), fingerprint, languages)


def _draw_private(instance: Path, faces: tuple[Face, ...]) -> None:
    """Private codes that no font of the city draws get the glyph of the character they are in the national table."""
    drawn = {code for face in faces if face.role in ("supplement", "city") for code in face.font.characters}
    for private, text in read_map(instance).items():
        if ord(private) not in drawn:
            selector = ord(text[1]) if len(text) > 1 else None
            faces[0].font.draw_as(ord(private), ord(text[0]), selector)


def find_sources(instance: Path) -> tuple[FontSource, ...]:
    """The font files in stack order: core Mincho, supplements and city characters (外字), fallback, label Gothic."""
    folder = instance / "fonts"
    if (folder / "fonts.toml").exists():
        return _configured(instance)
    places = [folder, *_system_folders(), BUNDLED]
    core = _first(places, CORE_FILES)
    fallback = _first(places, FALLBACK_FILES) or BUNDLED / FALLBACK_FILES[0]
    label = _first(places, LABEL_FILES) or BUNDLED / LABEL_FILES[0]
    sources = [FontSource("core", core)] if core else [FontSource("core", fallback)]
    sources += _received(instance)
    sources += [FontSource("city", path) for path in _city_fonts(folder)]
    if core:
        sources.append(FontSource("fallback", fallback))
    return (*sources, FontSource("label", label))


def _system_folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", str(home / "AppData" / "Local"))
        return [
            Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
            Path(local) / "Microsoft" / "Windows" / "Fonts",
        ]
    if sys.platform == "darwin":
        return [home / "Library" / "Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    return [
        Path("/usr/share/fonts/truetype/ipamj"),
        Path("/usr/share/fonts/opentype/ipaexfont-mincho"),
        Path("/usr/share/fonts/opentype/ipaexfont-gothic"),
        Path("/usr/share/fonts/ipa-mj-mincho-fonts"),
        home / ".local" / "share" / "fonts",
        home / ".fonts",
        Path("/usr/local/share/fonts"),
        Path("/usr/share/fonts"),
    ]


def _first(places: list[Path], names: tuple[str, ...]) -> Path | None:
    for place in places:
        for name in names:
            if (place / name).is_file():
                return place / name
    return None


def _city_fonts(folder: Path) -> list[Path]:
    """Other fonts of the instance folder: the city's own characters (EUDC.TTE and the like), by name."""
    known = CORE_FILES + FALLBACK_FILES + LABEL_FILES
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in CITY_SUFFIXES and path.name.lower() not in known
    )


def _received(instance: Path) -> list[FontSource]:
    """The fonts that came with the feeds and are in force today."""
    fonts = fonts_in_force(list_city_fonts(instance), today_in_japan())
    return [FontSource("city", instance / "fonts" / "city" / font.file) for font in fonts]


def _configured(instance: Path) -> tuple[FontSource, ...]:
    folder = instance / "fonts"
    place = folder / "fonts.toml"
    try:
        entries: list[dict[str, Any]] = tomllib.loads(place.read_text(encoding="utf-8")).get("font", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FontsRefused(f"fonts.toml が読めません（{error}）。") from error
    sources = []
    for entry in entries:
        role, path = entry.get("role"), folder / str(entry.get("file", ""))
        if role not in ROLES:
            raise FontsRefused(
                f"fonts.toml: role「{role}」は使えません。{'・'.join(ROLES)} から選んでください。"
            )
        if not path.is_file():
            raise FontsRefused(f"fonts.toml: フォント {path.name} がありません。ファイルを置いてください。")
        expected = entry.get("sha256")
        if expected and hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise FontsRefused(
                f"fonts.toml: フォント {path.name} の内容が登録されたもの（sha256）と違います。"
            )
        sources.append(FontSource(str(role), path))
    sources += _received(instance)
    sources.sort(key=lambda source: ROLES.index(source.role))
    if not sources or sources[0].role != "core":
        raise FontsRefused("fonts.toml: 基本の明朝体（role = core）がありません。")
    if sources[-1].role != "label":
        sources.append(FontSource("label", BUNDLED / LABEL_FILES[0]))
    return tuple(sources)


def _load(source: FontSource, number: int) -> CoreFont:
    try:
        return CoreFont(f"{source.role}{number}", str(source.path))
    except Exception as error:  # reportlab raises many kinds for a broken font file
        raise FontsRefused(f"フォント {source.path.name} を読めません（{error}）。") from error


def _notice(sources: tuple[FontSource, ...]) -> str:
    core = next(source for source in sources if source.role == "core")
    city = [source.title for source in sources if source.role in ("supplement", "city")]
    extra = f"、外字 {'・'.join(city)}" if city else ""
    if core.path.name.lower() in CORE_FILES:
        return f"帳票の書体は {core.title}{extra} です。"
    if core.path.name.lower() in FALLBACK_FILES:
        return (
            f"帳票の書体は {core.title}{extra} です。IPAmj明朝が見つからないため、"
            "異体字の一部は印字できません（印字できない文字は帳票に印を付け、画面で知らせます）。"
        )
    return f"帳票の書体は {core.title}{extra} です。"


def _fingerprint(instance: Path, sources: tuple[FontSource, ...], languages: LanguageFonts) -> str:
    digest = hashlib.sha256(repr(sorted(read_map(instance).items())).encode())
    digest.update(languages.fingerprint.encode())
    for source in sources:
        digest.update(f"{source.role}:{source.path.name}:".encode())
        digest.update(hashlib.sha256(source.path.read_bytes()).digest())
    return digest.hexdigest()[:16]
