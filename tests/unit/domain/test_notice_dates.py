"""What the register's rules say of the day of a change: what was read, what is wrong, what to do."""

from __future__ import annotations

from datetime import date

from app.domain import notice_dates
from app.domain.dates import PartialDate

ON = date(2026, 11, 20)


def born(year: int, month: int | None = 5, day: int | None = 5) -> PartialDate:
    return PartialDate(year, month, day)


def test_a_change_comes_after_the_last_one_in_the_register() -> None:
    assert notice_dates.before_last_change("異動日", ON, "架空　太郎", ON) == ""
    said = notice_dates.before_last_change("異動日", ON, "架空　太郎", date(2026, 11, 21))
    assert "令和8年11月20日（金）と読みましたが" in said and "令和8年11月21日" in said and "直すか" in said


def test_nobody_moves_before_he_is_born() -> None:
    assert notice_dates.before_birth("異動日", ON, "架空　咲", born(2026)) == ""
    assert "まだ生まれていません" in notice_dates.before_birth(
        "異動日", ON, "架空　咲", PartialDate(2026, 11, 21)
    )
    assert notice_dates.before_birth("異動日", ON, "架空　咲", PartialDate(2026, None, None)) == "", (
        "it may be so"
    )
    assert notice_dates.before_birth("異動日", ON, "架空　咲", None) == ""


def test_a_child_is_younger_than_its_parents() -> None:
    assert notice_dates.before_parent(ON, "架空　花子", born(1990)) == ""
    for year in (2020, 2027):
        assert "父母の選び方" in notice_dates.before_parent(ON, "架空　花子", born(year))
    assert notice_dates.before_parent(ON, "架空　花子", PartialDate(2000, None, None)) == ""


def test_the_age_of_marriage() -> None:
    assert notice_dates.too_young_to_marry(ON, "架空　花子", born(2000)) == ""
    assert "17歳" in notice_dates.too_young_to_marry(ON, "架空　花子", born(2009))
    assert notice_dates.too_young_to_marry(date(2021, 3, 1), "架空　花子", born(2004)) == "", (
        "the law of that day"
    )


def test_a_funeral_follows_the_death() -> None:
    assert notice_dates.before_death("葬祭を行う日", ON, ON) == ""
    assert "より前です" in notice_dates.before_death("葬祭を行う日", date(2026, 11, 19), ON)
