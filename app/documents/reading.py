"""Reading JSON of a form definition: each value is checked where it is read, each problem names its place.

`Part` wraps one JSON object; what nobody asked for is an unknown key, reported by `finish`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.documents.definitions import Box, TextStyle
from app.documents.fonts import STYLES
from app.documents.print_keys import Computed, parse_computed

LARGEST_DEFINITION = 1_000_000
"""Bytes of a definition's JSON."""

LARGEST_MM = 1000.0
MOST_ITEMS = 2000
MOST_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class DefinitionProblem:
    """What is wrong in a definition: the file, the place in it (fields[3].size) and what to do, in Japanese."""

    file: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.message}"


class DefinitionsRefused(Exception):
    """Definitions that cannot be used; `problems` lists everything found, not only the first."""

    def __init__(self, problems: list[DefinitionProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


class Part:
    """One object of the JSON, with its place and the common list of problems."""

    def __init__(self, data: object, place: str, file: str, problems: list[DefinitionProblem]) -> None:
        self.place, self.file, self.problems = place, file, problems
        self._read: set[str] = set()
        if not isinstance(data, Mapping):
            self.problem("", "{ } で囲んだ項目が必要です。")
            data = {}
        self.data: Mapping[str, Any] = data

    def problem(self, key: str, message: str) -> None:
        """Note a problem at a key of this part."""
        place = f"{self.place}.{key}" if self.place and key else self.place or key
        self.problems.append(DefinitionProblem(self.file, place, message))

    def has(self, key: str) -> bool:
        """Whether the key is given."""
        return key in self.data

    def raw(self, key: str) -> Any:
        """The value as it stands, None when it is not given."""
        self._read.add(key)
        return self.data.get(key)

    def number(
        self, key: str, default: float | None = None, least: float = 0.0, most: float = LARGEST_MM
    ) -> float:
        """A number in a range; without a default it must be given."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.problem(key, f"数値が必要です（読み取った値: {value!r:.60}）。")
            return default or least
        if not least <= value <= most:
            self.problem(
                key, f"{least:g} から {most:g} までの数値にしてください（読み取った値: {value!r:.60}）。"
            )
            return default or least
        return float(value)

    def whole(self, key: str, default: int | None = None, least: int = 0, most: int = MOST_ITEMS) -> int:
        """A whole number in a range."""
        value = self.number(key, default, least, most)
        if value != int(value):
            self.problem(key, f"整数にしてください（読み取った値: {value!r:.60}）。")
        return int(value)

    def text(self, key: str, default: str | None = None, choices: tuple[str, ...] = ()) -> str:
        """A text, one of `choices` if there are any; without a default it must be given."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or len(value) > MOST_CHARACTERS:
            self.problem(key, f"文字列が必要です（読み取った値: {value!r:.60}）。")
            return default or ""
        if choices and value not in choices:
            self.problem(key, f"「{value}」は使えません。{'・'.join(choices)} から選んでください。")
            return default or choices[0]
        return value

    def texts(self, key: str, choices: Collection[str]) -> tuple[str, ...]:
        """A list of texts, each one of `choices`; empty when it is not given."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.problem(key, f"文字列の並びが必要です（読み取った値: {value!r:.40}）。")
            return ()
        for item in value:
            if item not in choices:
                self.problem(key, f"「{item:.40}」は使えません。{'・'.join(choices)} から選んでください。")
        return tuple(value)

    def flag(self, key: str) -> bool:
        """true or false; false when it is not given."""
        value = self.raw(key)
        if value not in (None, True, False):
            self.problem(key, f"true か false にしてください（読み取った値: {value!r:.60}）。")
        return value is True

    def day(self, key: str, required: bool = False) -> date | None:
        """A date (YYYY-MM-DD)."""
        value = self.raw(key)
        if value is None and not required:
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.problem(key, f"日付（例: 2026-04-01）が必要です（読み取った値: {value!r:.60}）。")
            return None

    def numbers(self, key: str, count: int | None = None) -> list[float]:
        """A list of lengths, of exactly `count` when that is given."""
        value = self.raw(key)
        good = isinstance(value, list) and all(
            isinstance(item, int | float) and not isinstance(item, bool) and -LARGEST_MM <= item <= LARGEST_MM
            for item in value
        )
        if not good or (count is not None and len(value) != count) or len(value) > MOST_ITEMS:
            wanted = f"{count}個の" if count else ""
            self.problem(key, f"{wanted}数値の並びが必要です（読み取った値: {value!r:.60}）。")
            return [0.0] * (count or 0)
        return [float(item) for item in value]

    def parts(self, key: str) -> list["Part"]:
        """A list of objects, empty when it is not given."""
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > MOST_ITEMS:
            self.problem(key, "[ ] で囲んだ並びが必要です。")
            return []
        place = f"{self.place}.{key}" if self.place else key
        return [Part(item, f"{place}[{index}]", self.file, self.problems) for index, item in enumerate(value)]

    def part(self, key: str) -> "Part":
        """One object; empty when it is not given."""
        value = self.raw(key)
        place = f"{self.place}.{key}" if self.place else key
        return Part({} if value is None else value, place, self.file, self.problems)

    def box(self) -> Box:
        """x, y, w, h of this part."""
        return Box(self.number("x"), self.number("y"), self.number("w"), self.number("h"))

    def style(self, default: TextStyle) -> TextStyle:
        """The text style of this part, `default` where it says nothing."""
        style = replace(
            default,
            size=self.number("size", default.size, 3, 72),
            condense=self.number("condense", default.condense, 40, 100),
            lines=self.whole("lines", default.lines, 1, 200),
            align=self.text("align", default.align, ("left", "center", "right")),
            valign=self.text("valign", default.valign, ("top", "middle", "bottom")),
            font=self.text("font", default.font, STYLES),
            bold=self.flag("bold") or default.bold,
            grey=self.number("grey", default.grey, 0, 1),
        )
        return replace(style, least=self.number("min", min(default.least, style.size), 3, style.size))

    def computed(self, key: str, rows: str | None = None) -> Computed:
        """A text with placeholders."""
        try:
            return parse_computed(self.text(key, ""), rows)
        except ValueError as error:
            self.problem(key, str(error))
            return Computed(())

    def bound(self, rows: str | None = None) -> Computed:
        """What a field prints: `bind` (one key, with `format`) or `text` with placeholders."""
        if self.has("text") and not self.has("bind"):
            return self.computed("text", rows)
        key, form = self.text("bind"), self.text("format", "")
        try:
            return parse_computed("{" + key + (f":{form}" if form else "") + "}", rows)
        except ValueError as error:
            self.problem("bind", str(error))
            return Computed(())

    def finish(self) -> None:
        """Report the keys that mean nothing here."""
        for key in self.data:
            if key not in self._read and not key.startswith("//"):
                self.problem(str(key), "この項目は使われません。つづりを確認してください。")
