"""The characters of the city (文字と外字): fonts and codes received, fonts made for the screens, and what cannot be shown."""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app

from app.config import Settings
from app.data import audit, gaiji
from app.data.models.base import utc_now
from app.data.transactions import transaction
from app.documents.fonts import FontSource, FontStack, clusters, find_fonts, find_sources
from app.documents.fonts.city import (
    CityFont,
    Listed,
    fonts_in_force,
    list_city_fonts,
    read_map,
    receive_fonts,
    write_map,
)
from app.documents.fonts.screen import ScreenFonts, build_screen_fonts, read_index
from app.domain import mojikiban
from app.domain.authority import SYSTEM, Actor
from app.domain.dates import today_in_japan
from app.domain.gaiji import CodeMapping, drawn_as, is_private
from app.operations import unprinted
from app.operations.unprinted import Unprinted

log = logging.getLogger("kakanai.fonts")
DATA_SETS = frozenset({gaiji.CODES, gaiji.FONTS})
MOST_ROWS = 200

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Unprintable:
    """A character, with its selector, that no font can show or print: in how many persons' names, in how many addresses, why."""

    text: str
    names: int
    addresses: int
    reason: str

    @property
    def codes(self) -> str:
        """Its code points: U+845B U+E0100."""
        return " ".join(f"U+{ord(char):04X}" for char in self.text)


@dataclass(frozen=True)
class Report:
    """What of the register cannot be shown or printed, as of a moment. Nobody is named."""

    checked_at: datetime
    items: tuple[Unprintable, ...]


@dataclass(frozen=True)
class MappedCode:
    """A row of the code table and what draws its character: "font", "map" or "" (nothing does)."""

    mapping: CodeMapping
    drawn: str


@dataclass(frozen=True)
class Overview:
    """What the page 外字 shows. `received` are all versions of the city's fonts; `in_force` the digests of today's."""

    sources: tuple[FontSource, ...]
    received: tuple[CityFont, ...]
    in_force: frozenset[str]
    screen: ScreenFonts | None
    report: Report | None
    unprinted: tuple[Unprinted, ...]
    codes: tuple[MappedCode, ...]
    code_count: int
    found_count: int


def receive(folders: Iterable[Path]) -> None:
    """After an import of 15a or 15b: keep the code table for paper and screen, take in the fonts that came with it.

    A font that cannot be used is recorded with the reason and stops nothing: the version before it stays in force.
    """
    instance = _instance()
    listed = [
        Listed(row["fairumei"], row["sha256"], row["tekiyokaishinengappi"]) for row in gaiji.list_font_rows()
    ]
    try:
        received = receive_fonts(instance, listed, folders, today_in_japan())
        changed = write_map(instance, drawn_as(gaiji.list_mappings()))
    except OSError as error:
        # The register is switched by now; the next import or `flask fonts receive` does it again.
        log.warning("fonts of the city could not be stored: %s", type(error).__name__)
        return
    if received or changed:
        with transaction():
            detail = {
                "fonts": len(received),
                "refused": sum(bool(font.problem) for font in received),
                "codes": changed,
            }
            audit.record("fonts.received", actor=SYSTEM, detail=detail)


def examine(actor: Actor = SYSTEM) -> Report:
    """Look through the register; fonts that were made for the screens follow what was found. Raises `FontsRefused`."""
    instance = _instance()
    stack = find_fonts(instance)
    report = _examine(stack, read_map(instance))
    _keep(instance, report)
    if read_index(instance) is not None:
        _make(instance, report, lambda _done, _total: None)
    with transaction():
        unprinted.forget_printable(stack)
        audit.record("fonts.examined", actor=actor, detail={"missing": len(report.items)})
    return report


def build(progress: Progress = lambda _done, _total: None) -> Report:
    """Look through the register, then make the fonts of the screens as far as anything changed. Raises `FontsRefused`."""
    instance = _instance()
    stack = find_fonts(instance)
    report = _examine(stack, read_map(instance))
    _keep(instance, report)
    made = _make(instance, report, progress)
    with transaction():
        unprinted.forget_printable(stack)
        audit.record("fonts.built", actor=SYSTEM, detail={"sheet": made.sheet, "missing": len(report.items)})
    return report


def _make(instance: Path, report: Report, progress: Progress) -> ScreenFonts:
    return build_screen_fonts(instance, [item.text for item in report.items], progress)


def _examine(fonts: FontStack, mapped: dict[str, str]) -> Report:
    printable: set[str] = set()
    names: Counter[str] = Counter()
    addresses: Counter[str] = Counter()
    for pair in gaiji.iterate_texts():
        for text, counter in zip(pair, (names, addresses), strict=True):
            if printable.issuperset(text):
                continue
            found = set(clusters(text))
            lacking = {cluster for cluster in found if fonts.resolve(cluster).font is None}
            counter.update(lacking)
            # Selectors are never put among them, so that a text with one is always looked at whole.
            printable.update(cluster for cluster in found - lacking if len(cluster) == 1)
    items = [
        Unprintable(text, names[text], addresses[text], _reason(text, mapped, fonts))
        for text in sorted(names.keys() | addresses.keys())
    ]
    return Report(utc_now(), tuple(items))


def _reason(text: str, mapped: dict[str, str], fonts: FontStack) -> str:
    if is_private(text[0]):
        if text in mapped:
            return "対応表の文字が書体にありません"
        return "外字フォントにも対応表（15a）にもありません"
    if len(text) == 1:
        return "書体に文字がありません"
    if not mojikiban.is_known(text) and fonts.resolve(text[0]).font is not None:
        return "別の字形集の異体字セレクタです（Moji_Johoにありません）"
    return "書体に異体字がありません"


def overview(query: str) -> Overview:
    """Everything for the page 外字; of the code table the first 200 rows that fit the query."""
    instance = _instance()
    received = list_city_fonts(instance)
    in_force = fonts_in_force(received, today_in_japan())
    drawn = {chr(code) for font in in_force for code in font.codes}
    mappings = gaiji.list_mappings()
    found = [mapping for mapping in mappings if mapping.fits(query)]
    codes = tuple(
        MappedCode(
            mapping, "font" if mapping.char in drawn else "map" if mapping.char and mapping.text else ""
        )
        for mapping in found[:MOST_ROWS]
    )
    return Overview(
        sources=find_sources(instance),
        received=tuple(reversed(received)),
        in_force=frozenset(font.sha256 for font in in_force),
        screen=read_index(instance),
        report=last_report(),
        unprinted=unprinted.noted(),
        codes=codes,
        code_count=len(mappings),
        found_count=len(found),
    )


def last_report() -> Report | None:
    """The report of the last build; None before the first."""
    place = _report_file(_instance())
    if not place.exists():
        return None
    kept = json.loads(place.read_text(encoding="ascii"))
    items = tuple(Unprintable(**item) for item in kept["items"])
    return Report(datetime.fromisoformat(kept["checked_at"]), items)


def report_table(report: Report | None) -> Sequence[Sequence[str]]:
    """The report as rows of a table, heading first."""
    rows = [("文字", "コード", "氏名の件数", "住所の件数", "理由")]
    for item in report.items if report else ():
        rows.append((item.text, item.codes, str(item.names), str(item.addresses), item.reason))
    return rows


def _keep(instance: Path, report: Report) -> None:
    place = _report_file(instance)
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{secrets.token_hex(8)}.part")
    kept = {"checked_at": report.checked_at.isoformat(), "items": [asdict(item) for item in report.items]}
    draft.write_text(json.dumps(kept), encoding="ascii")
    os.replace(draft, place)


def screen_folder() -> Path:
    """Where the fonts for the screens lie."""
    return _instance() / "fonts" / "screen"


_sheets: dict[Path, tuple[int, str]] = {}


def screen_sheet() -> str | None:
    """The file name of the style sheet that pages name; None when no fonts were made."""
    index = screen_folder() / "index.json"
    try:
        changed = index.stat().st_mtime_ns
    except OSError:
        return None
    kept = _sheets.get(index)
    if kept is None or kept[0] != changed:
        found = read_index(_instance())
        if found is None:
            return None
        kept = _sheets[index] = (changed, found.sheet)
    return kept[1]


def _report_file(instance: Path) -> Path:
    return instance / "fonts" / "report.json"


def _instance() -> Path:
    settings: Settings = current_app.config["KAKANAI"]
    return settings.instance
