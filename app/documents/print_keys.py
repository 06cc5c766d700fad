"""What a form may print: the allowed keys (差し込み項目), and texts with `{key}` or `{key:format}` placeholders.

A placeholder is looked up, formatted and printed. Nothing in a definition or a value is ever evaluated, and a value that
itself looks like a placeholder is printed as it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from app.documents.formats import AGE, FORMATS, RECEIVED_ON, is_blank, show
from app.documents.key_catalogue import KEYS, ROW_KEYS
from app.domain.dates import PartialDate

Primitive = str | int | bool | date | PartialDate | None
Row = Mapping[str, Primitive]
Values = Mapping[str, "Primitive | list[Row] | tuple[Row, ...]"]

NAME_KEYS = frozenset(key for key in KEYS if key.endswith((".name", "householder"))) - {"city.name"}
NAME_IN_ROW = {
    "members": "name",
    "targets": "name",
    "others": "name",
    "certificates": "person",
    "procedures": "people",
}
"""Which keys hold the name of a person, or of several."""

_PLACEHOLDER = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")
_FROM_PACK = re.compile(r"(?:answers|facts)\.[a-z][a-z0-9_.]*")


def is_allowed(key: str, rows: str | None = None) -> bool:
    """Whether a form may print a key; with `rows` the name of the list whose row is meant."""
    if rows is not None and key in ROW_KEYS[rows]:
        return True
    return key in KEYS or _FROM_PACK.fullmatch(key) is not None


@dataclass(frozen=True)
class Computed:
    """A text to print: fixed parts and (key, format) pairs in turn."""

    parts: tuple[str | tuple[str, str], ...]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys it prints, in order."""
        return tuple(part[0] for part in self.parts if isinstance(part, tuple))

    def text(self, values: Mapping[str, object]) -> str:
        """The text for these values.

        An unknown value prints as nothing, without the （） it would stand in; all of it when every value is missing.
        """
        if self.keys and all(is_blank(values.get(key)) for key in self.keys):
            return ""
        shown = [
            part
            if isinstance(part, str)
            else show(part[0], values.get(part[0]), part[1].partition("@")[0], _day_of(part[1], values))
            for part in self.parts
        ]
        for place in range(1, len(shown) - 1):
            if not shown[place] and shown[place - 1].endswith("（") and shown[place + 1].startswith("）"):
                shown[place - 1], shown[place + 1] = shown[place - 1][:-1], shown[place + 1][1:]
        return "".join(shown)


def parse_computed(text: str, rows: str | None = None) -> Computed:
    """Read a text with placeholders. Raises `ValueError` (Japanese) for a key or format that is not allowed."""
    parts: list[str | tuple[str, str]] = []
    position = 0
    for match in _PLACEHOLDER.finditer(text):
        key, form = match[1].strip(), (match[2] or "").strip()
        if not is_allowed(key, rows):
            raise ValueError(f"差し込み項目「{key}」はありません。")
        _check_format(form, rows)
        if match.start() > position:
            parts.append(text[position : match.start()])
        parts.append((key, form))
        position = match.end()
    if position < len(text):
        parts.append(text[position:])
    return Computed(tuple(parts))


def _check_format(form: str, rows: str | None) -> None:
    name, _, day = form.partition("@")
    if name not in FORMATS or ("@" in form and name != AGE):
        raise ValueError(
            f"書式「{form}」はありません。{'・'.join(filter(None, FORMATS))} から選んでください。"
        )
    if day and not is_allowed(day, rows):
        raise ValueError(f"書式「{form}」の差し込み項目「{day}」はありません。")


def _day_of(form: str, values: Mapping[str, object]) -> object:
    """The day that an age is counted to."""
    name, _, key = form.partition("@")
    return values.get(key or RECEIVED_ON) if name == AGE else None


def matches(value: object, wanted: tuple[str, ...]) -> bool:
    """Whether a value chooses an option that stands for `wanted`; a yes/no value is "yes" or "no".

    Of several values any one will do.
    """
    if is_blank(value):
        return False
    if isinstance(value, list | tuple):
        return any(matches(item, wanted) for item in value)
    if isinstance(value, bool):
        return ("yes" if value else "no") in wanted
    return str(value) in wanted
