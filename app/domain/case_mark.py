"""The mark of a case: two windows, or two piles of paper, are told apart by its form, its colour and its name."""

from __future__ import annotations

from typing import NamedTuple


class CaseMark(NamedTuple):
    """A mark: its number (which names its drawing and its colour), a sign for where only text stands, and its name."""

    number: int
    sign: str
    name: str


MARKS: tuple[CaseMark, ...] = (
    CaseMark(1, "●", "青い丸"),
    CaseMark(2, "■", "緑の四角"),
    CaseMark(3, "▲", "橙の三角"),
    CaseMark(4, "◆", "紫のひし形"),
    CaseMark(5, "＋", "青緑の十字"),
    CaseMark(6, "★", "赤紫の星"),
    CaseMark(7, "○", "黒の輪"),
    CaseMark(8, "▼", "水色の下三角"),
)


def mark_of(number: str) -> CaseMark:
    """The mark of a reception number ("R8-04-000123-7"). It goes by the serial: eight cases in a row all differ."""
    serial = int(number.split("-")[2])
    return MARKS[(serial - 1) % len(MARKS)]
