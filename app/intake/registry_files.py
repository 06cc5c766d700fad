"""Reads files of the address base registry (アドレス・ベース・レジストリ) as the デジタル庁 publishes them: CSV, or a ZIP of it.

Kinds: towns (``mt_town_…``), lots (``mt_parcel_…``), house numbers (``mt_rsdtdsp_blk_…``, ``mt_rsdtdsp_rsdt_…``). The kind
is told by the columns, not by the name. Rows of other municipalities are passed over.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from app.intake.broken import csv_fault, disk_fault

MOST_PROBLEMS = 20
LARGEST = 2_000_000_000
"""Bytes a file may unpack to: no file of one prefecture comes near."""

_KEY = ("lg_code", "machiaza_id")
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "parcel": (*_KEY, "prc_num1"),
    "residence": (*_KEY, "blk_num"),
    "town": (*_KEY, "oaza_cho"),
}
"""What tells each kind, the most specific first: lots and house numbers repeat the names of their town."""

_BELOW_A_TOWN = {"prc_id", "blk_id", "rsdt_id"}
"""Ids of lots, blocks and house numbers: a file with one of them is never one of towns, whatever it lacks."""

_LONGEST = {"oaza_cho": 120, "oaza_cho_kana": 240, "chome": 32, "koaza": 120, "koaza_kana": 240}
_TOWN_ID = re.compile("[0-9]{7}")
_CODE = re.compile("[0-9]{6}")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class RegistryFault(Exception):
    """The file cannot be taken in; ``problems`` says line by line why, in Japanese."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass
class RegistryFile:
    """A file: its kind, its name, and what was seen while reading."""

    path: Path
    kind: str
    rows: int = 0
    elsewhere: int = 0
    problems: list[str] = field(default_factory=list)

    def records(self, city_code: str) -> Iterator[dict[str, str]]:
        """The rows of the city, non-empty columns only. Bad rows are noted in ``problems`` and left out."""
        with _opened(self.path) as text:
            reader = csv.reader(text, strict=True)
            header = _header(reader, self.path)
            try:
                yield from self._rows(reader, header, city_code)
            except (csv.Error, UnicodeDecodeError) as error:
                self._note(
                    f"{self.rows + 2}行目が読めません（{csv_fault(error)}）。ファイルが壊れていないか確かめてください。"
                )

    def _rows(
        self, reader: Iterator[list[str]], header: list[str], city_code: str
    ) -> Iterator[dict[str, str]]:
        for number, cells in enumerate(reader, start=2):
            if not cells:
                continue
            self.rows += 1
            if len(cells) != len(header):
                self._note(f"{number}行目は{len(cells)}列です。見出しの{len(header)}列と合いません。")
                continue
            row = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}
            if row.get("lg_code", "") != city_code:
                self._elsewhere(number, row.get("lg_code", ""))
                continue
            problem = _fault(self.kind, row)
            if problem:
                self._note(f"{number}行目: {problem}")
            else:
                yield row

    def _elsewhere(self, number: int, code: str) -> None:
        if _CODE.fullmatch(code):
            self.elsewhere += 1
        else:
            self._note(f"{number}行目: 全国地方公共団体コード「{code[:20]}」は数字6桁ではありません。")

    def _note(self, problem: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(f"{self.path.name}: {problem}")


def open_file(path: Path) -> RegistryFile:
    """Recognise a file by its columns. Raises RegistryFault."""
    with _opened(path) as text:
        header = _header(csv.reader(text, strict=True), path)
    for kind, columns in _COLUMNS.items():
        below = kind == "town" and _BELOW_A_TOWN & set(header)
        if set(columns) <= set(header) and not below:
            return RegistryFile(path, kind)
    raise RegistryFault(
        [
            f"{path.name}: アドレス・ベース・レジストリの町字・地番・住居表示のファイルではありません。"
            f"見出しに lg_code、machiaza_id と、oaza_cho・prc_num1・blk_num のいずれかが必要です"
            f"（読み取った見出し: {'、'.join(header[:8])}）。"
        ]
    )


def _header(reader: Iterator[list[str]], path: Path) -> list[str]:
    try:
        return [name.strip() for name in next(reader, [])]
    except (csv.Error, UnicodeDecodeError) as error:
        raise RegistryFault(
            [f"{path.name}: 見出しの行が読めません（{csv_fault(error)}）。UTF-8 の CSV を指定してください。"]
        ) from error


def _fault(kind: str, row: Mapping[str, str]) -> str:
    """What is wrong in a row; empty when nothing is."""
    town_id = row.get("machiaza_id", "")
    if not _TOWN_ID.fullmatch(town_id):
        return f"町字ID「{town_id[:20]}」は数字7桁ではありません。"
    for name in ("efct_date", "ablt_date"):
        if name in row and not _DAY.fullmatch(row[name]):
            return f"{name}「{row[name][:20]}」は YYYY-MM-DD の日付ではありません。"
    for name, longest in _LONGEST.items():
        if len(row.get(name, "")) > longest:
            return f"{name} が{longest}文字を超えています。"
    if kind == "town" and not (row.get("oaza_cho") or row.get("koaza")):
        return "大字・町名も小字名もありません。"
    if kind == "parcel" and not row.get("prc_num1"):
        return "地番（prc_num1）がありません。"
    return ""


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    """The text of a CSV, or of the only CSV in a ZIP. Raises RegistryFault."""
    try:
        if not zipfile.is_zipfile(path):
            with path.open("rt", encoding="utf-8-sig", newline="") as text:
                yield text
            return
        with zipfile.ZipFile(path) as archive, archive.open(_only_csv(archive, path)) as raw:
            yield io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
    except (OSError, zipfile.BadZipFile) as error:
        why = disk_fault(error) if isinstance(error, OSError) else "ZIP が壊れています"
        raise RegistryFault(
            [f"{path.name}: ファイルを開けません（{why}）。受け取り直すか、置き場所を確かめてください。"]
        ) from error


def _only_csv(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    names = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")]
    if len(names) != 1:
        raise RegistryFault(
            [f"{path.name}: ZIP の中の CSV が{len(names)}個です。1個だけ入ったものを指定してください。"]
        )
    if names[0].file_size > LARGEST:
        raise RegistryFault(
            [f"{path.name}: 展開すると大きすぎます。市区町村ごとのファイルを指定してください。"]
        )
    return names[0]
