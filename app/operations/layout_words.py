"""Rows of the core system in words: the layouts name the items and their codes, the dates are written as the register does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from app.domain.dates import PartialDate, format_wareki
from app.domain.residence import standard_date
from app.intake.layouts import UNKNOWN_FLAG, UNKNOWN_TEXT, Column, Layout, load_layouts

_FRAME = frozenset(
    {"shikuchosonkodo", "atenabango", "rirekibango", "rirekibango_edabango", "saishinfuragu", "sakujofuragu",
     "sosashaid", "sosanengappi", "sosajikoku"}
)  # fmt: skip
_FOREIGN_DATES = frozenset({"zairyukikan_manryonohi", "seinengappi"})
MONEY = ("gaku", "shotoku", "shotokukingaku", "kingaku", "shunyu", "zei")


@cache
def layout(data_set: str) -> Layout:
    """The newest layout of a data set. Raises KeyError."""
    return load_layouts()[data_set]


def code_label(data_set: str, column: str, code: str) -> str:
    """The words of a code, the code itself where the list does not know it."""
    return _label(layout(data_set).column(column), code)


def items(data_set: str, values: Mapping[str, str], *, foreign: bool = False) -> list[tuple[str, str]]:
    """(name of the item, text) of everything a row says, in the order of the layout; numbers of the file itself left out."""
    found = []
    for column in layout(data_set).columns:
        if column.id in _FRAME or column.id.endswith((f"_{UNKNOWN_FLAG}", f"_{UNKNOWN_TEXT}")):
            continue
        text = item_text(column, values, foreign=foreign)
        if text:
            found.append((column.name, text))
    return found


def item_text(column: Column, values: Mapping[str, str], *, foreign: bool = False) -> str:
    """One item as a clerk reads it; empty where there is nothing to say."""
    value = values.get(column.id, "")
    if column.type == "DATE":
        day = standard_date(values, column.id)
        if day is None:
            return "" if not value or value.startswith(("0000", "9999")) else value
        return format_wareki(day.in_western_years() if foreign and column.id in _FOREIGN_DATES else day)
    if not value:
        return ""
    if column.type == "YEAR":
        return (
            f"{format_wareki(PartialDate(int(value), 4, 1)).split('年')[0]}年度" if value.isdigit() else value
        )
    if column.type in {"9", "S9"} and column.id.endswith(MONEY) and value.lstrip("-").isdigit():
        return f"{int(value):,}円"
    return _label(column, value)


def _label(column: Column, code: str) -> str:
    return (column.codes or {}).get(code, code)
