"""A city whose protected persons carry a text of their own in every column that can tell where somebody lives."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from app.intake.layouts import Column, Layout, load_layouts
from tests.integration import small_city as city
from tests.unit.intake.samples import good_row

MOTHER, CHILD, OUTSIDER, FIRM = city.WIFE, city.CHILD, 50, 60
"""Protected: by a measure, as a member of her household, as a non-resident and as a corporation with a measure."""

CROWD = range(1001, 1197)
"""Protected besides, one to a household, so that they are two hundred with those above."""

NEIGHBOUR = 1
"""Not protected, with a household of two."""

SHORTEST = 5
"""A shorter text could stand anywhere by chance; columns of fewer characters get one, but are not looked for."""

PATTERN = re.compile(r"秘[\u3400-\u4dbf]匿?\d*|Zq\d{3,4}")
"""A sentinel, also one cut after its second character."""

WHOLE = re.compile(r"秘[\u3400-\u4dbf]匿\d*|Zq\d{3,4}")
"""For bytes read as UTF-16: there almost any four bytes are two characters, and a picture holds 秘䎘 by chance."""


class Sentinels:
    """Makes a text for each protected cell, and finds them again."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.columns: set[tuple[str, str]] = set()

    def fill(self, layout: Layout, row: city.Values) -> city.Values:
        """The row with a new sentinel in each of its address columns."""
        filled = dict(row)
        for column in layout.columns:
            if column.address:
                filled[column.id] = self._text(column)
                self.columns.add((layout.id, column.id))
        return filled

    def _text(self, column: Column) -> str:
        serial = len(self.texts)
        if column.type == "N":
            text = f"秘{chr(0x3400 + serial % 6000)}匿{serial:05d}"[: column.length]
        else:
            text = f"Zq{serial % 10_000:04d}"[-column.length :]
        assert column.codes is None and column.pattern is None and column.type in {"N", "X"}, column
        if len(text) >= SHORTEST:
            self.texts.append(text)
        else:
            self.texts.append(f"（{column.id}は{column.length}文字のため探さない{serial}）")
        return text

    def found_in(self, content: str | bytes) -> list[str]:
        """The sentinels in a text, also where it is escaped as in JSON or written in the bytes of UTF-8 or UTF-16."""
        if isinstance(content, bytes):
            hits = PATTERN.findall(content.decode("utf-8", "ignore"))
            if rb"\u79d8" in content:  # as JSON in the file of a database
                hits += PATTERN.findall(_unescaped(content.decode("utf-8", "ignore")))
            hits += WHOLE.findall(content.decode("utf-16-le", "ignore"))
        else:
            hits = PATTERN.findall(content) + PATTERN.findall(_unescaped(content))
        return sorted(set(hits))


def _unescaped(text: str) -> str:
    return re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)


def write(folder: Path, at: str = "2026-11-20T01:00:00") -> Sentinels:
    """The feed files of the city; returns what must not be seen."""
    made, layouts, data = Sentinels(), load_layouts(), city.people()
    _protect(data, layouts, made)
    city.write(folder, data, at=at)
    return made


def _protect(data: dict[str, list[city.Values]], layouts: dict[str, Layout], made: Sentinels) -> None:
    hidden = {city.number(serial) for serial in (MOTHER, CHILD, OUTSIDER, FIRM, *CROWD)}
    data["01c"] += [city.measure(serial) for serial in (OUTSIDER, FIRM, *CROWD)]
    data["01a"] += [_one_of_the_crowd(serial) for serial in CROWD]
    for data_set, layout in layouts.items():
        if not (layout.person and any(column.address for column in layout.columns)):
            continue
        rows = data.setdefault(data_set, [])
        rows += [_extra(layout, serial) for serial in _missing(data_set, rows)]
        data[data_set] = [made.fill(layout, row) if row["atenabango"] in hidden else row for row in rows]


def _one_of_the_crowd(serial: int) -> city.Values:
    """A resident by the family name of the others, with a given name of his own."""
    given = f"{chr(0x4E00 + serial)}子"
    return city.resident(serial, f"避難　{given}", "ヒナン　カズコ", "1985-03-04", serial)


def _missing(data_set: str, rows: Iterable[city.Values]) -> list[int]:
    """Protected residents whom the data set does not know yet."""
    if data_set in {"01a", "16", "17"}:
        return []
    known = {row["atenabango"] for row in rows}
    family = [serial for serial in (MOTHER, CHILD) if city.number(serial) not in known or data_set == "01b"]
    # Each data set knows another of the crowd, too.
    return [*family[:2], CROWD[sum(map(ord, data_set)) % len(CROWD)]]


def _extra(layout: Layout, serial: int) -> city.Values:
    changes = {"atenabango": city.number(serial), "rirekibango": "1"}
    if layout.id == "01b":
        changes |= {"rirekibango": "1", "rirekibango_edabango": "7", "saishinfuragu": "0"}
    return good_row(layout, serial, **changes)
