#!/usr/bin/env python3
"""Write the character tables of app/domain/mojikiban/ from the public package @mandel59/mojidata (1.8).

    npm pack @mandel59/mojidata@1.8.1 && tar xzf mandel59-mojidata-1.8.1.tgz
    python3 scripts/extract_characters.py package

The package holds the MJ文字情報一覧表 and the MJ縮退マップ (CC BY-SA 2.1 JP) and ideographic descriptions (free of rights).
The same package gives the same bytes. Only for developers: the product reads what is written here and nothing else.
"""

from __future__ import annotations

import argparse
import lzma
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from unicodedata import normalize

TARGET = Path(__file__).resolve().parents[1] / "app" / "domain" / "mojikiban"
# One letter for each table of the shrink map (MJ縮退マップ), the surest first.
SCHEMES = {
    "J": "JIS包摂規準UCS統合規則",
    "A": "法務省告示582号別表第四_一",
    "K": "戸籍統一文字情報_親字正字",
    "T": "民二5202号通知別表_正字俗字等対照表",
    "M": "民一2842号通達別表_誤字俗字正字一覧表_無印",
    "Z": "民一2842号通達別表_誤字俗字正字一覧表_俗字",
    "Y": "読み字形による類推",
    "B": "法務省告示582号別表第四_二",
    "R": "辞書類等による関連字",
    "X": "民一2842号通達別表_誤字俗字正字一覧表_別字",
}
# Folding takes the first of these that speaks of a character; R and B only between characters of one reading.
_SURE = "JAKTMZ"
_WITH_READING = "BR"
_RANKED = {"A": "順位", "B": "順位", "K": "ホップ数"}
# What the tables join and a clerk must find apart: other names that merely look or sound alike.
_APART = frozenset({"怜憐", "惇敦", "准準", "花華", "川河", "琉瑠", "椙杉", "苅刈", "畠畑", "巌岩", "杮柿"})
_MOST_COMPONENTS = 40
_HEAD = """\
# Kanji folded for searching (異体字): variant and root, one pair a line.
#
# Derived from the MJ文字情報一覧表 and the MJ縮退マップ (CC BY-SA 2.1 JP; see README.md beside this file) by
# scripts/extract_characters.py. Do not edit: what the counter knows better stands in ../variants.txt.
"""


class Package:
    """The package's database."""

    def __init__(self, folder: Path) -> None:
        place = folder / "dist" / "moji.db"
        if not place.is_file():
            raise SystemExit(f"{place}: not there. Give the folder of the unpacked package.")
        self._connection = sqlite3.connect(f"file:{place.resolve().as_posix()}?mode=ro", uri=True)

    def rows(self, statement: str) -> list[tuple[str, ...]]:
        """All rows of a query, empty texts for what is not there."""
        return [
            tuple("" if cell is None else str(cell) for cell in row)
            for row in self._connection.execute(statement)
        ]

    def by_name(self, statement: str) -> dict[str, list[tuple[str, ...]]]:
        """Rows by their first column, in order."""
        found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for name, *rest in self.rows(statement):
            found[name].append(tuple(rest))
        return found


def main() -> int:
    """Write both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("package", type=Path, help="the unpacked package")
    package = Package(parser.parse_args().package)
    characters = sorted(_characters(package))
    text = "".join("\t".join(row[1:]) + "\n" for row in characters)
    packed = lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)
    (TARGET / "characters.tsv.xz").write_bytes(packed)
    pairs = sorted(fold(characters).items(), key=lambda pair: (ord(pair[1]), ord(pair[0])))
    (TARGET / "folding.txt").write_text(
        _HEAD + "".join(f"{variant}{root}\n" for variant, root in pairs), encoding="utf-8"
    )
    print(f"{len(characters)} characters, {len(packed)} bytes; {len(pairs)} variants")
    return 0


Row = tuple[str, ...]
"""Order, MJ name, text, 戸籍統一文字番号, 住基ネット統一文字コード, strokes, radicals, readings, components, shrink targets."""


def _characters(package: Package) -> Iterator[Row]:
    readings = package.by_name('SELECT "MJ文字図形名", "読み" FROM mji_reading ORDER BY rowid')
    radicals = package.by_name('SELECT "MJ文字図形名", "部首" FROM mji_rsindex ORDER BY rowid')
    shrinks = _shrinks(package)
    components = Components(package)
    for name, base, plain, sequence, standard, family, resident, strokes in package.rows(
        'SELECT "MJ文字図形名", "対応するUCS", "実装したUCS", "実装したMoji_JohoコレクションIVS", "実装したSVS",'
        ' "戸籍統一文字番号", "住基ネット統一文字コード", "総画数" FROM mji'
    ):
        text = plain or sequence or standard
        base = base or text[:1]
        yield (
            f"{ord(base):06X}{name}" if base else name,
            name,
            text,
            base,
            family,
            resident,
            strokes,
            ",".join(dict.fromkeys(number for (number,) in radicals[name])),
            ",".join(dict.fromkeys(katakana(reading) for (reading,) in readings[name])),
            "".join(components.of(base)) if base else "",
            ",".join(shrinks[name]),
        )


def katakana(text: str) -> str:
    """Hiragana as katakana."""
    return "".join(chr(ord(char) + 0x60) if "ぁ" <= char <= "ゖ" else char for char in text)


def _shrinks(package: Package) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for letter, table in SCHEMES.items():
        order = f', "{_RANKED[letter]}"' if letter in _RANKED else ""
        for name, *targets in package.rows(
            f'SELECT "MJ文字図形名", "縮退UCS"{order} FROM "mjsm_{table}" ORDER BY 1{", 3" if order else ""}, 2'  # noqa: S608
        ):
            found[name].append(letter + "".join(targets))
    return found


class Components:
    """What a character is made of, at every depth, by its ideographic description (IDS)."""

    def __init__(self, package: Package) -> None:
        self._direct: dict[str, str] = {}
        # A description of the Japanese form where there is one.
        for char, source, description in package.rows("SELECT UCS, source, IDS FROM ids ORDER BY rowid"):
            if char not in self._direct or "J" in source:
                self._direct[char] = description

    def of(self, char: str) -> list[str]:
        """Components in order of appearance, outermost first."""
        found: dict[str, None] = {}
        waiting = [char]
        while waiting and len(found) < _MOST_COMPONENTS:
            for part in self._direct.get(waiting.pop(0), ""):
                code = ord(part)
                ideograph = 0x2E80 <= code <= 0x2FDF or 0x3400 <= code <= 0x9FFF or code >= 0x20000
                if ideograph and part != char and part not in found:
                    found[part] = None
                    waiting.append(part)
        return list(found)


def is_common(char: str) -> bool:
    """Whether a kanji is one of JIS level 1 (第一水準), the forms in common use: a root, never folded."""
    try:
        code = char.encode("euc_jp")
    except UnicodeEncodeError:
        return False
    return len(code) == 2 and 0xB0 <= code[0] <= 0xCF


def _is_plain(char: str) -> bool:
    """Whether a kanji still stands when a text has been brought into compatibility form."""
    return ord(char) >= 0x3400 and normalize("NFKC", char) == char


def _is_second(char: str) -> bool:
    try:
        return len(char.encode("euc_jp")) == 2
    except UnicodeEncodeError:
        return False


def fold(characters: Iterable[Row]) -> dict[str, str]:
    """Variant → root: one target for each character, decided by the surest table that names one."""
    by_char: dict[str, list[Row]] = defaultdict(list)
    for row in characters:
        if row[3]:
            by_char[row[3]].append(row)
    readings = {
        char: set(",".join(row[8] for row in rows).split(",")) - {""} for char, rows in by_char.items()
    }
    first = {}
    for char, rows in by_char.items():
        if is_common(char) or not _is_plain(char):
            continue
        if target := _target(char, rows, readings):
            first[char] = target
    return {char: root for char in first if (root := _root(char, first)) != char}


def _target(char: str, rows: list[Row], readings: dict[str, set[str]]) -> str:
    # The usual form of the code point speaks for it; its other forms only where that one is silent.
    plain = [row for row in rows if row[2] == char] or rows
    named = [item for row in plain for item in row[10].split(",") if item]
    for letter in _SURE + _WITH_READING:
        targets = dict.fromkeys(item[1] for item in named if item[0] == letter)
        targets.pop(char, None)
        found = [
            target
            for target in targets
            if _is_plain(target)
            and not {char + target, target + char} & _APART
            and (letter in _SURE or _one_reading(readings[char], readings.get(target, set())))
        ]
        common = [target for target in found if is_common(target)]
        second = [target for target in found if _is_second(target)]
        # A form of level 2 stands for itself: only level 1, or a table that is sure of it, replaces it.
        choice = common or ([] if _is_second(char) else second or found)
        if choice:
            return choice[0]
    return ""


def _one_reading(one: set[str], other: set[str]) -> bool:
    """Whether two characters are read alike enough to be one: the smaller set of readings is mostly in the larger."""
    smaller, larger = sorted((one, other), key=len)
    return bool(smaller) and len(smaller & larger) * 3 >= len(smaller) * 2


def _root(char: str, first: dict[str, str]) -> str:
    path = [char]
    while target := first.get(path[-1]):
        if target in path:  # two tables point at each other
            return min(path[path.index(target) :], key=ord)
        path.append(target)
    return path[-1]


if __name__ == "__main__":
    sys.exit(main())
