"""The feed layouts (レイアウト): what each of the core system's 27 files holds, read from ``layouts/*.toml``.

A layout is data. Column groups that several files share stand in ``_groups.toml`` and code lists in ``_codes.toml``;
``load_versions`` expands both. When the core system changes a file, a second TOML file with the same ``id`` describes the
other form, mapped to the same identifiers; both may hold at once for the time of a cut-over. An older form that differs in
words and lengths only takes the columns of the newer one: ``words`` maps words of its item names to the older ones,
``types`` identifiers (with ``*``) to the older types.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

LAYOUT_FOLDER = Path(__file__).parent / "layouts"

UNKNOWN_FLAG = "fushofuragu"
UNKNOWN_TEXT = "fushohyoki"

REQUIRED = "required"
CONDITIONAL = "conditional"
OPTIONAL = "optional"

_TYPE = re.compile(r"(?P<kind>S9|9V|[XN9])\(?(?P<length>\d+)(?:,(?P<decimals>\d+))?\)?")
_FIXED_LENGTHS = {"DATE": 10, "TIME": 8, "YEAR": 4}
_COLUMN_KEYS = {
    "id", "name", "type", "level", "when", "codes", "address", "lines", "pattern", "form", "unknown", "repeat",
}  # fmt: skip
_USE_KEYS = {"use", "id", "name", "when"}
_LAYOUT_KEYS = {
    "id", "data_set", "title", "business_id", "link_id", "source", "version", "valid_from", "valid_to", "key", "person",
    "municipality", "note", "columns", "columns_of", "required", "words", "types",
}  # fmt: skip


class LayoutError(Exception):
    """A layout file contradicts itself; the message names the file and the place."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One test on another column of the same row. Exactly one of the three is set.

    ``among``: its value is one of these. ``other_than``: its value is none of these (an empty cell counts as none).
    ``filled``: it has any value.
    """

    column: str
    among: tuple[str, ...] = ()
    other_than: tuple[str, ...] = ()
    filled: bool = False

    def holds(self, values: Mapping[str, str]) -> bool:
        """Whether the row ``values`` (non-empty cells only) meets the test."""
        value = values.get(self.column)
        if self.filled:
            return value is not None
        if self.among:
            return value in self.among
        return value not in self.other_than


@dataclass(frozen=True, slots=True)
class Column:
    """A column (項目) of a feed file.

    ``type`` is X (half-width), N (full-width), 9 (integer), S9 (signed integer), 9V (decimal), DATE, TIME or YEAR;
    ``length`` counts characters, not bytes. ``condition`` holds the tests that must all be met for a value to be
    required; it is empty unless ``level`` is "conditional". ``codes`` maps each code to its label; values outside it
    are faults unless ``codes_open``. ``address`` marks what can tell where a person lives.
    ``pattern`` is a regular expression the whole value must match and ``form`` the same in Japanese words.
    ``unknown`` names the 不詳フラグ column of a date that may be unknown.
    """

    id: str
    name: str
    type: str
    length: int
    decimals: int = 0
    level: str = OPTIONAL
    condition: tuple[Condition, ...] = ()
    codes: Mapping[str, str] | None = None
    codes_open: bool = False
    address: bool = False
    lines: bool = False
    pattern: str | None = None
    form: str = ""
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """One version of the form of a feed file, for states of ``valid_from`` up to and including ``valid_to``.

    ``key`` identifies what a row speaks of; a file may hold it once per 履歴番号 where ``has_history``.
    ``person`` is the 宛名番号 column, ``municipality`` the column that must carry the city's own code.
    """

    id: str
    link_id: str
    business_id: str
    data_set: str
    title: str
    source: str
    version: str
    valid_from: date
    key: tuple[str, ...]
    person: str | None
    municipality: str | None
    has_history: bool
    note: str
    columns: tuple[Column, ...]
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether files of the state of this day may have this form."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def validity(self) -> str:
        """From when to when this version holds, in Japanese."""
        return f"{self.valid_from}から" + (f"{self.valid_to}まで" if self.valid_to else "")

    def column(self, identifier: str) -> Column:
        """The column with this identifier; raises ``KeyError``."""
        for column in self.columns:
            if column.id == identifier:
                return column
        raise KeyError(identifier)


Versions = Mapping[str, Sequence[Layout]]
"""The versions of each layout by id, newest first."""


def load_layouts(on: date | None = None, *, folder: Path = LAYOUT_FOLDER) -> dict[str, Layout]:
    """The layouts by id, each in the newest form in force on ``on`` (newest form without a date). Raises ``LayoutError``."""
    held = {
        name: [layout for layout in versions if on is None or layout.holds_on(on)]
        for name, versions in load_versions(folder).items()
    }
    return {name: versions[0] for name, versions in held.items() if versions}


def load_versions(folder: Path = LAYOUT_FOLDER) -> Versions:
    """Every version of every layout, newest first. Raises ``LayoutError`` when a layout file is inconsistent."""
    found: dict[str, list[Layout]] = {}
    for layout in sorted(_read_folder(folder), key=lambda one: one.valid_from, reverse=True):
        found.setdefault(layout.id, []).append(layout)
    for versions in found.values():
        _check_versions(versions)
    _check_link_ids(layout for versions in found.values() for layout in versions)
    return {name: tuple(versions) for name, versions in sorted(found.items())}


@cache
def _read_folder(folder: Path) -> tuple[Layout, ...]:
    codes = _read_codes(folder / "_codes.toml")
    groups = _read_toml(folder / "_groups.toml")["groups"]
    files = [path for path in sorted(folder.glob("*.toml")) if not path.name.startswith("_")]
    raw = {path.name: _read_toml(path) for path in files}
    columns = {
        name.removesuffix(".toml"): tuple(_expand(table["columns"], groups, codes, name))
        for name, table in raw.items()
        if "columns" in table
    }
    return tuple(_layout(table, columns, name) for name, table in raw.items())


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LayoutError(f"{path.name}: {error}") from error


@dataclass(frozen=True, slots=True)
class _CodeList:
    labels: Mapping[str, str]
    open: bool


def _read_codes(path: Path) -> dict[str, _CodeList]:
    lists = {}
    for name, table in _read_toml(path).items():
        is_open = bool(table.pop("open", False))
        lists[name] = _CodeList(MappingProxyType(table), is_open)
    return lists


def _layout(table: dict[str, Any], columns: Mapping[str, tuple[Column, ...]], file: str) -> Layout:
    _refuse_unknown(table, _LAYOUT_KEYS, file)
    try:
        own = columns[table.get("columns_of", file.removesuffix(".toml"))]
        own = _as_it_was(own, table.get("words", {}), table.get("types", {}), file)
        own = _with_required(own, table.get("required", []), file)
        layout = Layout(
            id=table["id"],
            link_id=table["link_id"],
            business_id=table["business_id"],
            data_set=table["data_set"],
            title=table["title"],
            source=table["source"],
            version=table["version"],
            valid_from=table["valid_from"],
            key=tuple(table["key"]),
            person=table.get("person"),
            municipality=table.get("municipality"),
            has_history=any(column.id == "rirekibango" for column in own),
            note=table.get("note", ""),
            columns=own,
            valid_to=table.get("valid_to"),
        )
    except KeyError as error:
        raise LayoutError(f"{file}: {error} is missing") from error
    _check(layout, file)
    return layout


def _as_it_was(
    columns: tuple[Column, ...], words: Mapping[str, str], types: Mapping[str, str], file: str
) -> tuple[Column, ...]:
    """The columns under the item names and with the types of an older version."""
    pattern = re.compile("|".join(map(re.escape, words))) if words else None
    for mark in (*words, *types):
        if not any(mark in column.name or fnmatchcase(column.id, mark) for column in columns):
            raise LayoutError(f"{file}: {mark!r} names no column")
    found = []
    for column in columns:
        if pattern is not None:
            column = replace(column, name=pattern.sub(lambda match: words[match[0]], column.name))
        for mark, text in types.items():
            if fnmatchcase(column.id, mark):
                kind, length, decimals = _parse_type(text, file)
                column = replace(column, type=kind, length=length, decimals=decimals)
        found.append(column)
    return tuple(found)


def _with_required(columns: tuple[Column, ...], required: Sequence[str], file: str) -> tuple[Column, ...]:
    missing = set(required) - {column.id for column in columns}
    if missing:
        raise LayoutError(f"{file}: required names no column: {sorted(missing)}")
    return tuple(replace(c, level=REQUIRED, condition=()) if c.id in required else c for c in columns)


def _expand(
    entries: Iterable[Mapping[str, Any]],
    groups: Mapping[str, list[dict[str, Any]]],
    codes: Mapping[str, _CodeList],
    file: str,
) -> Iterator[Column]:
    for entry in entries:
        if "use" not in entry:
            yield from _columns(entry, codes, file)
            continue
        _refuse_unknown(entry, _USE_KEYS, file)
        group = groups.get(entry["use"])
        if group is None:
            raise LayoutError(f"{file}: no group {entry['use']!r}")
        yield from _expand(_fill_group(group, entry, file), groups, codes, file)


def _fill_group(
    group: Iterable[Mapping[str, Any]], use: Mapping[str, Any], file: str
) -> Iterator[dict[str, Any]]:
    """The group's entries with ``{id}`` and ``{name}`` filled and the using layout's conditions put on them."""
    conditions = dict(use.get("when", {}))
    names = {"{id}": use.get("id", "{id}"), "{name}": use.get("name", "{name}")}
    for entry in group:
        filled = dict(entry)
        if entry.get("id") in conditions:
            filled["when"] = conditions.pop(entry["id"])
        for key in ("id", "name"):
            for mark, text in names.items():
                if key in filled:
                    filled[key] = filled[key].replace(mark, text)
        yield filled
    if conditions:
        raise LayoutError(f"{file}: condition for no column of {use['use']}: {sorted(conditions)}")


def _columns(entry: Mapping[str, Any], codes: Mapping[str, _CodeList], file: str) -> Iterator[Column]:
    _refuse_unknown(entry, _COLUMN_KEYS, file)
    column = _column(entry, codes, file)
    if entry.get("repeat"):
        for n in range(1, entry["repeat"] + 1):
            yield replace(
                column, id=column.id.replace("{n}", str(n)), name=column.name.replace("{n}", str(n))
            )
    elif entry.get("unknown"):
        yield from _unknown_date(column, codes)
    else:
        yield column


def _column(entry: Mapping[str, Any], codes: Mapping[str, _CodeList], file: str) -> Column:
    kind, length, decimals = _parse_type(entry["type"], file)
    listed = codes.get(entry["codes"]) if "codes" in entry else None
    if ("pattern" in entry) != ("form" in entry):
        raise LayoutError(f"{file}: pattern and form go together: {entry['id']}")
    if "codes" in entry and listed is None:
        raise LayoutError(f"{file}: no code list {entry['codes']!r}")
    condition = tuple(_condition(test, file) for test in entry.get("when", ()))
    return Column(
        id=entry["id"],
        name=entry["name"],
        type=kind,
        length=length,
        decimals=decimals,
        level=CONDITIONAL if condition else entry.get("level", OPTIONAL),
        condition=condition,
        codes=listed.labels if listed else None,
        codes_open=listed.open if listed else False,
        address=entry.get("address", False),
        lines=entry.get("lines", False),
        pattern=entry.get("pattern"),
        form=entry.get("form", ""),
    )


def _unknown_date(column: Column, codes: Mapping[str, _CodeList]) -> Iterator[Column]:
    """A date that may be unknown (不詳): the date, its flag and the wording to print. All three are kept."""
    flag, text = f"{column.id}_{UNKNOWN_FLAG}", f"{column.id}_{UNKNOWN_TEXT}"
    if column.level != OPTIONAL:
        known = Condition(flag, other_than=("1",))
        column = replace(column, level=CONDITIONAL, condition=(*column.condition, known))
    yield replace(column, unknown=flag)
    yield Column(flag, f"{column.name}_不詳フラグ", "X", 1, codes=codes["flag"].labels)
    is_unknown = Condition(flag, among=("1",))
    yield Column(text, f"{column.name}_不詳表記", "N", 72, level=CONDITIONAL, condition=(is_unknown,))


def _parse_type(text: str, file: str) -> tuple[str, int, int]:
    if text in _FIXED_LENGTHS:
        return text, _FIXED_LENGTHS[text], 0
    match = _TYPE.fullmatch(text)
    if match is None:
        raise LayoutError(f"{file}: no type {text!r}")
    return match["kind"], int(match["length"]), int(match["decimals"] or 0)


def _condition(test: Mapping[str, Any], file: str) -> Condition:
    _refuse_unknown(test, {"column", "is", "is_not", "filled"}, file)
    if len(test) != 2 or "column" not in test or test.get("filled") is False:
        raise LayoutError(f"{file}: a condition names a column and one of is, is_not, filled: {dict(test)}")
    return Condition(
        test["column"], tuple(test.get("is", ())), tuple(test.get("is_not", ())), test.get("filled", False)
    )


def _refuse_unknown(table: Mapping[str, Any], known: set[str], file: str) -> None:
    unknown = set(table) - known
    if unknown:
        raise LayoutError(f"{file}: unknown keys {sorted(unknown)}")


def _check(layout: Layout, file: str) -> None:
    """Refuses a layout whose parts do not fit each other."""
    ids = [column.id for column in layout.columns]
    names = [column.name for column in layout.columns]
    for what in (ids, names):
        twice = sorted({item for item in what if what.count(item) > 1})
        if twice:
            raise LayoutError(f"{file}: defined twice: {twice}")
    used = {*layout.key, *(test.column for column in layout.columns for test in column.condition)}
    used |= {name for name in (layout.person, layout.municipality) if name}
    if not used <= set(ids):
        raise LayoutError(f"{file}: used but not a column: {sorted(used - set(ids))}")
    if any("{" in text for text in (*ids, *names)):
        raise LayoutError(f"{file}: a group's {{id}} or {{name}} was not given")
    if not layout.link_id.startswith(f"{layout.business_id}o"):
        raise LayoutError(f"{file}: 連携ID {layout.link_id} is not of 業務ID {layout.business_id}")


def _check_versions(versions: Sequence[Layout]) -> None:
    newest = versions[0]
    if len({layout.version for layout in versions}) < len(versions):
        raise LayoutError(f"{newest.id}: a version is described twice")
    for layout in versions:
        if (layout.key, layout.link_id) != (newest.key, newest.link_id):
            raise LayoutError(f"{layout.id}: version {layout.version} has another key or 連携ID")


def _check_link_ids(layouts: Iterable[Layout]) -> None:
    seen: dict[str, str] = {}
    for layout in layouts:
        other = seen.setdefault(layout.link_id, layout.id)
        if other != layout.id:
            raise LayoutError(f"{layout.id}: 連携ID {layout.link_id} is already used by {other}")
