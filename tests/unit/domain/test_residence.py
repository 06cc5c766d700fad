"""Histories: which state holds on a day, and what a row tells of where somebody came from and went."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.disclosure import MASK
from app.domain.residence import Entry, entry_of, in_order, lived_in, state_on


def row(history: int, day: str, reason: str = "41", withdrawn: bool = False, **values: str) -> Entry:
    base = {
        "idonengappi": day,
        "idojiyu": reason,
        "juminjotai": "1",
        "setaibango": "7",
        "shimei": "架空　花子",
    }
    return entry_of(history, withdrawn, base | values)


ENTRIES = [
    row(1, "2001-04-01", "01", tennyumaejusho_choaza="港町", tenkyomaejusho_choaza="誤り"),
    row(2, "2010-05-06", setaibango="8"),
    row(3, "2012-01-01", withdrawn=True, setaibango="9"),
    row(4, "2020-08-01", "21", juminjotai="2", setaibango="8", tenshutsusakijusho_yotei_choaza="予定町"),
]


@pytest.mark.parametrize(
    ("day", "history"),
    [
        (date(2001, 3, 31), None), (date(2001, 4, 1), 1), (date(2010, 5, 5), 1), (date(2010, 5, 6), 2),
        (date(2013, 1, 1), 2), (date(2020, 8, 1), 4), (date(2026, 1, 1), 4),
    ],
)  # fmt: skip
def test_the_newest_row_of_by_then_holds_and_withdrawn_ones_never(day: date, history: int | None) -> None:
    state = state_on(ENTRIES, day)
    assert (state.history if state else None) == history


def test_an_unknown_day_counts_from_its_beginning() -> None:
    entries = [row(1, "1985-00-00", "01", idonengappi_fushofuragu="1", idonengappi_fushohyoki="昭和60年頃")]
    assert state_on(entries, date(1985, 1, 1)) is not None
    assert state_on(entries, date(1984, 12, 31)) is None


def test_a_member_is_who_lived_in_the_household_that_day() -> None:
    assert lived_in(ENTRIES, "7", date(2005, 1, 1)) is not None
    assert lived_in(ENTRIES, "7", date(2011, 1, 1)) is None
    assert lived_in(ENTRIES, "8", date(2011, 1, 1)) is not None
    assert lived_in(ENTRIES, "8", date(2021, 1, 1)) is None, "gone from the city"


def test_each_reason_tells_its_own_place() -> None:
    newest, *_rest = in_order(ENTRIES)
    assert (newest.history, newest.went_to, newest.went_to_is_plan, newest.came_from) == (
        4,
        "予定町",
        True,
        "",
    )
    assert (ENTRIES[0].came_from, ENTRIES[0].went_to) == ("港町", "")
    certain = row(
        5,
        "2021-01-01",
        "21",
        tenshutsusakijusho_yotei_choaza="予定町",
        tenshutsusakijusho_kakutei_choaza="本町",
    )
    assert (certain.went_to, certain.went_to_is_plan) == ("本町", False)
    abroad = row(
        1, "2001-04-01", "02", tennyumaejusho_kokumeito="ベトナム", tennyumaejusho_kokugaijusho="HANOI"
    )
    assert abroad.came_from == "ベトナム　HANOI"


def test_a_withheld_address_is_one_mask() -> None:
    names = ("todofuken", "shikugunchosonmei", "choaza", "banchigohyoki", "katagaki", "yubinbango")
    masked = {f"{place}_{name}": MASK for place in ("jusho", "tenkyomaejusho") for name in names}
    entry = row(1, "2001-04-01", **masked)
    assert entry.address.withheld and entry.came_from == MASK
