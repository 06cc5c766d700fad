"""The file of staff changes (人事異動 CSV): from its bytes to cells, with every fault by line and column.

One member of staff a line, comma-separated, the first line names the columns. UTF-8 (with or without a byte order mark)
or cp932, as spreadsheets save them; which of the two is told by the bytes. A line is read by itself, so that a
quotation mark that is never closed spoils its own line only.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ID, NAME, SECTION, ROLES, FIRST, LAST, KIND = COLUMNS = (
    "職員ID", "氏名", "所属", "窓口と役割", "有効期間の開始", "有効期間の終了", "異動",
)  # fmt: skip
REQUIRED = (ID, NAME, SECTION, ROLES)
"""Columns a file must have; the others are empty where they are missing."""
MOST_LINES = 5_000
LARGEST_FILE = 1_500_000
LONGEST_SHOWN = 40
WHOLE_LINE = ""
"""Column of a fault that is about the line as a whole."""
_BREAKS = re.compile(rb"\r\n|\n|\r")
_UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Fault:
    """What is wrong where: line of the file (1 = the heads), column by its head, what was read, and what to do."""

    line: int
    column: str
    read: str
    problem: str

    @property
    def position(self) -> int:
        """Number of the column as the product writes it; 0 for the whole line."""
        return COLUMNS.index(self.column) + 1 if self.column in COLUMNS else 0


@dataclass(frozen=True)
class FileLine:
    """A line's cells by column, without spaces around them."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class StaffFile:
    """What was read; ``lines`` holds only those whose cells could be told apart."""

    encoding: str
    lines: tuple[FileLine, ...]
    faults: tuple[Fault, ...]


def shown(text: str) -> str:
    """What was read, short and without anything that cannot be seen."""
    clean = "".join(char if char.isprintable() else "□" for char in text)
    return clean if len(clean) <= LONGEST_SHOWN else clean[:LONGEST_SHOWN] + "…"


def read_staff_file(data: bytes) -> StaffFile:
    """Read a file; never raises, whatever the bytes are."""
    whole = _fault_of_file(data)
    if whole:
        return StaffFile("", (), (Fault(1, WHOLE_LINE, "", whole),))
    encoding = _encoding(data)
    raw = _BREAKS.split(data.removeprefix(_UTF8_MARK))
    texts = [part.decode(encoding, "replace") for part in raw]
    heads = _heads(texts[0])
    faults = _faults_of_heads(heads)
    if faults or heads is None:
        return StaffFile(encoding, (), tuple(faults))
    lines: list[FileLine] = []
    found: list[Fault] = []
    for number, text in enumerate(texts[1:], start=2):
        if not text.strip(" ,\t　"):
            continue
        if len(lines) + len(found) >= MOST_LINES:
            found.append(
                Fault(number, WHOLE_LINE, "", f"{MOST_LINES:,}行を超えています。ファイルを分けてください。")
            )
            break
        cells = _cells(text)
        cells = cells and _without_ends(cells, len(heads))
        wrong = _faults_of_line(number, text, cells, heads, encoding)
        if wrong or cells is None:
            found += wrong
        else:
            named = {head: cell.strip(" \t　") for head, cell in zip(heads, cells, strict=True)}
            lines.append(FileLine(number, {column: named.get(column, "") for column in COLUMNS}))
    if not lines and not found:
        found.append(Fault(2, WHOLE_LINE, "", "見出しの行のほかに、職員の行がありません。"))
    return StaffFile(encoding, tuple(lines), tuple(found))


def _fault_of_file(data: bytes) -> str:
    if not data:
        return "ファイルが空です。職員の一覧を書いた CSV を選んでください。"
    if len(data) > LARGEST_FILE:
        return f"ファイルが大きすぎます（{LARGEST_FILE // 1_000_000}MBほどまで）。職員の一覧の CSV か確かめてください。"
    if data.startswith(b"PK"):
        return "Excel のブックのままです。「名前を付けて保存」で「CSV」を選んでください。"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "文字コードが UTF-16 です。UTF-8 か Shift_JIS（cp932）の CSV で保存してください。"
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        return f"{line}行目に文字でないデータがあります。CSV のファイルか確かめてください。"
    return ""


def _encoding(data: bytes) -> str:
    """The one that reads all, otherwise the one that reads more lines."""
    if data.startswith(_UTF8_MARK):
        return "utf-8"
    lines = _BREAKS.split(data)
    failures = {name: sum(not _reads(line, name) for line in lines) for name in ("utf-8", "cp932")}
    return min(failures, key=lambda name: failures[name])


def _reads(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _cells(text: str) -> list[str] | None:
    """The cells of one line; None where the quotation marks do not fit."""
    try:
        rows = list(csv.reader([text], strict=True))
    except csv.Error:
        return None
    return rows[0] if rows else []


def _heads(text: str) -> list[str] | None:
    cells = _cells(text)
    return None if cells is None else _without_ends([cell.strip(" \t　") for cell in cells], 0)


def _without_ends(cells: list[str], least: int) -> list[str]:
    """Without the empty cells that spreadsheets leave at the end of a line."""
    while len(cells) > least and not cells[-1].strip():
        cells.pop()
    return cells


def _faults_of_heads(heads: Sequence[str] | None) -> list[Fault]:
    if heads is None:
        return [Fault(1, WHOLE_LINE, "", "見出しの引用符（\"）が閉じていません。")]  # fmt: skip
    wrong = [
        Fault(1, WHOLE_LINE, shown(head), f"見出し「{shown(head)}」が{count}つあります。1つにしてください。")
        for head, count in Counter(heads).items()
        if head and count > 1
    ]
    wrong += [
        Fault(
            1,
            WHOLE_LINE,
            shown(head),
            f"見出し「{shown(head)}」は使いません。使う見出し: {'、'.join(COLUMNS)}",
        )
        for head in dict.fromkeys(heads)
        if head not in COLUMNS
    ]
    wrong += [
        Fault(1, head, "", f"見出し「{head}」の列がありません。加えてください。")
        for head in REQUIRED
        if head not in heads
    ]
    return wrong


def _faults_of_line(
    number: int, text: str, cells: Sequence[str] | None, heads: Sequence[str], encoding: str
) -> list[Fault]:
    if cells is None:
        return [Fault(number, WHOLE_LINE, shown(text), "引用符（\"）が閉じていないか、セルの途中にあります。")]  # fmt: skip
    if len(cells) != len(heads):
        what = "多い" if len(cells) > len(heads) else "足りない"
        return [
            Fault(
                number, WHOLE_LINE, f"{len(cells)}列",
                f"列の数が見出し（{len(heads)}列）より{what}ため、どの列か決められません。カンマの数を直してください。",
            )
        ]  # fmt: skip
    said = "UTF-8" if encoding == "utf-8" else "Shift_JIS（cp932）"
    return [
        Fault(number, head, shown(cell), f"{said} として読めない文字があります。文字を直してください。")
        for head, cell in zip(heads, cells, strict=True)
        if "\ufffd" in cell
    ]
