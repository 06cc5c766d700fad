"""Cell checks compiled from a layout: one quick test per column, and a slower one that says what is wrong.

Most quick tests are bound methods of compiled patterns and sets, so that a clean cell costs one call in C.
A cell that fails its quick test goes to ``Cell.accepts``, which knows the exceptions (unknown dates, variation selectors).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from app.intake.layouts import Column

OPEN_START = "0000-01-01"
OPEN_END = "9999-12-31"

# Half-width: printable ASCII and half-width katakana.
_HALF_WIDTH = r"[ -~\uFF61-\uFF9F]"
# What no text may hold: control characters, direction overrides, and the sign for a lost character.
_FORBIDDEN = r"\x00-\x1F\x7F-\x9F\u202A-\u202E\u2066-\u2069\uFEFF\uFFFD"
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")

QuickTest = Callable[[str], object]


def _is_calendar_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    if text in (OPEN_START, OPEN_END):
        return True
    try:
        date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return False
    return True


def _is_kept_date(text: str) -> bool:
    """A date of a register: days the calendar does not have (29 February of a common year) are kept as entered."""
    match = _DATE.fullmatch(text)
    return match is not None and 1 <= int(match[2]) <= 12 and 1 <= int(match[3]) <= 31


def _is_partial_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    return match is not None and int(match[2]) <= 12 and int(match[3]) <= 31


def quick_test(column: Column) -> QuickTest:
    """A test that is truthy for (nearly) every right value of the column and never for a wrong one."""
    if column.codes is not None and not column.codes_open:
        return frozenset(column.codes).__contains__
    if column.type == "DATE":
        return _is_kept_date if column.unknown else _is_calendar_date
    matches = re.compile(_pattern(column)).fullmatch
    if column.pattern is None:
        return matches
    has_form = re.compile(column.pattern).fullmatch
    return lambda value: matches(value) and has_form(value)


def _pattern(column: Column) -> str:
    n, decimals = column.length, column.decimals
    forbidden = (
        _FORBIDDEN.replace(r"\x00-\x1F", r"\x00-\x08\x0B\x0C\x0E-\x1F") if column.lines else _FORBIDDEN
    )
    return {
        "X": f"{_HALF_WIDTH}{{1,{n}}}",
        "N": f"[^{forbidden}]{{1,{n}}}",
        "9": f"[0-9]{{1,{n}}}",
        "S9": f"[+-]?[0-9]{{1,{n}}}",
        "9V": f"[0-9]{{1,{max(n - decimals, 1)}}}(?:\\.[0-9]{{1,{max(decimals, 1)}}})?",
        "TIME": "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?",
        "YEAR": "[0-9]{4}",
    }[column.type]


def accepts(column: Column, value: str, values: Mapping[str, str]) -> bool:
    """The final word on a cell that failed its quick test, with the rest of its row (``values``) at hand."""
    if column.type == "N":
        # A variation selector belongs to the character before it and takes no length of its own.
        return bool(quick_test(column)(_SELECTORS.sub("", value)))
    if column.unknown is not None and values.get(column.unknown) == "1":
        return _is_partial_date(value)
    return False
