"""The city's own characters (外字): font files as they were received, version by version, and what its codes stand for.

They lie in `fonts/city` of the instance folder: each file under its hash, `fonts.json` telling which is in force from when,
`map.json` telling which character of the national table a private code is. Paper and screen read the same two.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

from app.documents.fonts.core_font import CoreFont
from app.domain.gaiji import is_private

MAX_BYTES = 64 * 1024 * 1024
_RECORD, _MAP = "fonts.json", "map.json"


@dataclass(frozen=True)
class Listed:
    """A font file as data set 15b announces it; `valid_from` is a day (YYYY-MM-DD)."""

    name: str
    sha256: str
    valid_from: str


@dataclass(frozen=True)
class CityFont:
    """A font file as it was received. `problem` says in Japanese why it is not used; then `codes` is empty."""

    name: str
    sha256: str
    valid_from: str
    received_on: str
    codes: tuple[int, ...]
    problem: str = ""

    @property
    def file(self) -> str:
        """Its place in the city folder."""
        return f"{self.sha256[:16]}/{self.name}"


class FontUnusable(Exception):
    """A font file that cannot be used; the message says why and what to do."""


def list_city_fonts(instance: Path) -> tuple[CityFont, ...]:
    """Everything that was ever received, in the order of its coming."""
    entries: list[dict[str, Any]] = _read(_folder(instance) / _RECORD, [])
    return tuple(CityFont(**{**entry, "codes": tuple(entry["codes"])}) for entry in entries)


def fonts_in_force(fonts: Iterable[CityFont], today: date) -> tuple[CityFont, ...]:
    """The newest usable version of each file whose day has come, by name."""
    newest: dict[str, CityFont] = {}
    for font in fonts:
        begun = font.valid_from <= today.isoformat()
        if begun and not font.problem and font.valid_from >= newest.get(font.name, font).valid_from:
            newest[font.name] = font
    return tuple(newest[name] for name in sorted(newest))


def receive_fonts(
    instance: Path, listed: Iterable[Listed], folders: Iterable[Path], today: date
) -> tuple[CityFont, ...]:
    """Take in the announced files that are not there yet from the folders of the feed; what is new or still wrong.

    A file that is missing, has another hash or cannot be used is recorded with its problem and asked for again the next time;
    the version before it stays in force.
    """
    known = {(font.name, font.sha256, font.valid_from): font for font in list_city_fonts(instance)}
    changed: list[CityFont] = []
    for item in listed:
        key = (item.name, item.sha256.lower(), item.valid_from)
        if key in known and not known[key].problem:
            continue
        found = _receive(instance, item, tuple(folders), today)
        if found != known.get(key):
            changed.append(found)
        known[key] = found
    if changed:
        _write(_folder(instance) / _RECORD, [asdict(font) for font in known.values()])
    return tuple(changed)


def _receive(instance: Path, item: Listed, folders: tuple[Path, ...], today: date) -> CityFont:
    sha256 = item.sha256.lower()
    day = today.isoformat()
    try:
        data = _matching(item.name, sha256, folders)
        font = CityFont(item.name, sha256, item.valid_from, day, _store(instance, item.name, sha256, data))
    except FontUnusable as problem:
        return CityFont(item.name, sha256, item.valid_from, day, (), str(problem))
    return font


def _matching(name: str, sha256: str, folders: tuple[Path, ...]) -> bytes:
    there = [folder / name for folder in folders if (folder / name).is_file()]
    if not there:
        raise FontUnusable(
            f"{name} が連携ファイルと同じフォルダーにありません。送り出し側に確認してください。"
        )
    for path in there:
        if path.stat().st_size > MAX_BYTES:
            raise FontUnusable(f"{name} が大きすぎます（{MAX_BYTES // 1024 // 1024}MBまで）。")
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() == sha256:
            return data
    raise FontUnusable(f"{name} の内容が一覧の要約値（sha256）と違います。送り直しを依頼してください。")


def _store(instance: Path, name: str, sha256: str, data: bytes) -> tuple[int, ...]:
    """Keep the file under its hash if it can be used; the private codes that it draws."""
    place = _folder(instance) / sha256[:16] / name
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{secrets.token_hex(8)}.part")
    draft.write_bytes(data)
    try:
        codes = inspect_font(draft)
    except FontUnusable:
        draft.unlink()
        raise
    os.replace(draft, place)
    return codes


def inspect_font(path: Path) -> tuple[int, ...]:
    """The private codes that a font file draws. Raises `FontUnusable`."""
    try:
        with TTFont(BytesIO(path.read_bytes()), lazy=True) as font:
            cmap = font.getBestCmap() or {}
            glyphs = font["glyf"]
            codes = tuple(
                code
                for code in sorted(cmap)
                if is_private(chr(code)) and glyphs[cmap[code]].numberOfContours != 0
            )
        CoreFont("inspected", str(path))
    except Exception as error:  # both libraries raise many kinds for a broken file
        raise FontUnusable(
            f"フォントとして読めません（{type(error).__name__}）。TrueType形式で送り直してください。"
        ) from error
    if not codes:
        raise FontUnusable("私用領域（外字）の文字が1つもありません。外字フォントか確認してください。")
    return codes


def read_map(instance: Path) -> dict[str, str]:
    """Private character → the character, with its selector, that it is in the national table."""
    found: dict[str, str] = _read(_folder(instance) / _MAP, {})
    return found


def write_map(instance: Path, characters: Mapping[str, str]) -> bool:
    """Keep the map; whether it differs from the one before."""
    if read_map(instance) == characters:
        return False
    _write(_folder(instance) / _MAP, dict(sorted(characters.items())))
    return True


def stamp(instance: Path, today: date) -> str:
    """A value that changes whenever other fonts may be in force."""
    folder = instance / "fonts"
    times = [path.stat().st_mtime_ns for name in (_RECORD, _MAP) if (path := folder / "city" / name).exists()]
    return f"{today}:{times}"


def _folder(instance: Path) -> Path:
    return instance / "fonts" / "city"


def _read(place: Path, otherwise: Any) -> Any:
    return json.loads(place.read_text(encoding="utf-8")) if place.exists() else otherwise


def _write(place: Path, value: object) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{secrets.token_hex(8)}.part")
    draft.write_text(json.dumps(value, ensure_ascii=True), encoding="ascii")
    os.replace(draft, place)
