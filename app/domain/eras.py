"""Eras (元号) and dates that may be partly unknown (不詳), and how both are written. The door to them is `dates`."""

import re
import tomllib
from calendar import monthrange
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from app.domain.characters import compose
from app.domain.numerals import numerals_to_digits


class DateProblem(ValueError):
    """A typed date that cannot be used; `message` tells the clerk (in Japanese) what was read, what is wrong, what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Era:
    """An era (元号): its first and last day. On the day of a change before 1989 both eras are valid."""

    name: str
    letter: str
    code: str
    first: date
    last: date | None

    @property
    def signs(self) -> tuple[str, ...]:
        """All that it can be typed with."""
        return self.name, self.name[0], self.letter, self.code

    def year_of(self, western: int) -> int:
        """The year of this era that a western year is (1 for 元年)."""
        return western - self.first.year + 1

    def western(self, year: int) -> int:
        """The western year of a year of this era."""
        return self.first.year + year - 1


def read_eras(text: str) -> tuple[Era, ...]:
    """The eras of a table in the form of `eras.toml`.

    Raises `ValueError` naming the era for a row without its parts, a sign used twice, or days between two eras that
    belong to none or to both (one day, the day of the change, may belong to both).
    """
    found: list[Era] = []
    for row in tomllib.loads(text)["era"]:
        try:
            era = Era(row["name"], row["letter"], row["code"], row["first"], row.get("last"))
        except KeyError as missing:
            raise ValueError(f"era {row.get('name', '')!r} has no {missing}") from None
        taken = {sign for before in found for sign in before.signs}
        if taken & set(era.signs):
            raise ValueError(f"era {era.name!r} has a sign of another era")
        if found and (found[-1].last is None or not 0 <= (era.first - found[-1].last).days <= 1):
            raise ValueError(f"era {era.name!r} does not follow {found[-1].name!r}")
        found.append(era)
    if not found or found[-1].last is not None:
        raise ValueError("the last era has an end")
    return tuple(found)


ERAS = read_eras(Path(__file__).with_name("eras.toml").read_text(encoding="utf-8"))
"""The eras, oldest first. A new era is a row of `eras.toml`."""

GREGORIAN_FROM = date(1873, 1, 1)
"""明治6年1月1日: dates before it were counted by the lunar calendar and have no exact western day."""

_STANDARD = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
UNKNOWN = "不詳"
"""What stands for a date of which nothing is known."""

_OPEN_YEARS = ("0000", "9999")


ESTIMATES = ("頃", "ころ", "ごろ", "推定", "前後", "以前", "以降", "から", "より", "まで", "間", "～")
"""Signs in an expression that the day may lie outside the part that is named (推定, from–to)."""


@dataclass(frozen=True)
class DateRange:
    """A closed range of days as "YYYYMMDD" texts, 00 standing for an unknown month or day; `text` is what was typed."""

    first: str
    last: str
    text: str = ""


@dataclass(frozen=True)
class PartialDate:
    """A date whose year, month or day may be unknown (None), or that is no day of the calendar (29 Feb of a common year).

    `text` is the expression of the register for an unknown or estimated date (不詳表記, for example 昭和15年頃), otherwise
    empty. With an expression the parts are the nearest that is known, never a certain day. `western` dates are written
    in western years wherever they are shown or printed: birth dates and ends of the period of stay of foreign residents
    (住民記録システム標準仕様書). It is no part of what the date is.
    """

    year: int | None
    month: int | None = None
    day: int | None = None
    text: str = ""
    western: bool = field(default=False, compare=False)

    @classmethod
    def of(cls, day: date) -> "PartialDate":
        """The partial date of a certain day."""
        return cls(day.year, day.month, day.day)

    @classmethod
    def from_iso(cls, iso: str, text: str = "") -> "PartialDate":
        """The date of a "YYYYMMDD" or "YYYY-MM-DD" text, zeros being unknown.

        Raises `ValueError` for another shape, a month above 12 or a day above 31.
        """
        match = _STANDARD.fullmatch(iso)
        year, month, day = (int(part) or None for part in match.groups()) if match else (None, 99, 99)
        if (month or 0) > 12 or (day or 0) > 31:
            raise ValueError(f"not YYYYMMDD: {iso!r}")
        return cls(year, month, day, text)

    @classmethod
    def from_standard(cls, value: str, unknown: str = "", expression: str = "") -> "PartialDate | None":
        """The date of a standard triple: date, 不詳フラグ ("1" when unknown), 不詳表記.

        None for an empty item and for the open ends 0000-01-01 and 9999-12-31. Sources fill the month and day of an
        unknown date with anything: they are kept only where zeros or the expression say that they are known.
        """
        flagged = unknown == "1"
        if not value:
            return cls(None, text=expression or UNKNOWN) if flagged or expression else None
        if value[:4] in _OPEN_YEARS and not flagged:
            return None
        stored = cls.from_iso(value)
        if not flagged:
            return stored
        if stored.year is None or value[:4] == "9999":
            return cls(None, text=expression or UNKNOWN)
        said = numerals_to_digits(compose(expression), before="月日")
        month = stored.month if stored.day is None or f"{stored.month}月" in said else None
        day = stored.day if month and f"月{stored.day}日" in said else None
        return cls(stored.year, month, day, expression or UNKNOWN)

    def in_western_years(self) -> "PartialDate":
        """The same date, written in western years from here on."""
        return replace(self, western=True)

    @property
    def iso(self) -> str:
        """ "YYYYMMDD" with 0000 or 00 for what is unknown: the stored and searched form."""
        return f"{self.year or 0:04}{self.month or 0:02}{self.day or 0:02}"

    @property
    def certain(self) -> date | None:
        """The day when it is certain: complete, in the calendar, no estimate. None otherwise."""
        if self.text or self.year is None or self.month is None or self.day is None:
            return None
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            return None

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day it can be; None when nothing bounds it (no year, 頃, 推定).

        An impossible day (29 Feb of a common year) is the last of its month or the first of the next.
        """
        if self.year is None or not 1 <= self.year <= 9999 or any(sign in self.text for sign in ESTIMATES):
            return None
        if self.month is None:
            return date(self.year, 1, 1), date(self.year, 12, 31)
        end = date(self.year, self.month, monthrange(self.year, self.month)[1])
        if self.day is None or self.text:
            return _part_of_month(end.replace(day=1), end, self.text)
        if self.day > end.day:
            return end, end + timedelta(days=1)
        return (end.replace(day=self.day),) * 2

    @property
    def is_complete(self) -> bool:
        """Whether year, month and day are all given, be they possible or not."""
        return None not in (self.year, self.month, self.day)

    @property
    def range(self) -> DateRange:
        """The stored forms a search for this date should meet; unknown later parts are met by their 00 as well."""
        last = f"{self.year or 0:04}{self.month or (12 if self.year else 0):02}{self.day or (31 if self.year else 0):02}"
        return DateRange(self.iso, last, self.text)


def _part_of_month(first: date, last: date, text: str) -> tuple[date, date]:
    """A month, or the third of it that an expression names (上旬・中旬・下旬)."""
    thirds = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, last.day)}
    start, end = next((days for sign, days in thirds.items() if sign in text), (1, last.day))
    return first.replace(day=start), first.replace(day=end)


def era_on(day: date) -> Era | None:
    """The era that a day is written in (the new one on the day of a change); None before 明治."""
    return next((era for era in reversed(ERAS) if era.first <= day), None)


def wareki_parts(d: date | PartialDate) -> tuple[str, int | None, int | None, int | None]:
    """(era, year, month, day) for the boxes of a form; None for what is unknown.

    Before 明治6年 and without a year the era is 西暦 or empty: the lunar calendar has no exact counterpart. It is 西暦,
    too, for a date that is written in western years.
    """
    known = d if isinstance(d, PartialDate) else PartialDate.of(d)
    if known.year is None:
        return "", None, known.month, known.day
    era = None if known.western else _written_era(known.year, known)
    if era is None:
        return "西暦", known.year, known.month, known.day
    return era.name, era.year_of(known.year), known.month, known.day


def western_parts(d: date | PartialDate) -> tuple[str, int | None, int | None, int | None]:
    """As `wareki_parts`, with the year of the Western calendar (西暦)."""
    known = d if isinstance(d, PartialDate) else PartialDate.of(d)
    return "西暦", known.year, known.month, known.day


def _written_era(year: int, known: PartialDate) -> Era | None:
    """The era a date is written in; the year or month of a change of eras is written in the old one."""
    if year < GREGORIAN_FROM.year:
        return None
    month = known.month or 1
    return era_on(date(year, month, min(known.day or 1, monthrange(year, month)[1])))


def format_wareki(d: date | PartialDate, *, first_year: str = "元") -> str:
    """「昭和15年3月2日」; the register's expression for an unknown date; `first_year` is how year 1 is written (元 or 1).

    A date that is marked as `western` is written 「1995年11月11日」: the rule goes with the date, not with the page.
    """
    known = d if isinstance(d, PartialDate) else PartialDate.of(d)
    if told := _expression(known):
        return told
    if known.western:
        return format_western(known)
    era, year, month, day = wareki_parts(known)
    if year is None:
        return UNKNOWN
    shown = first_year if year == 1 and era != "西暦" else str(year)
    return f"{era}{shown}年" + _month_and_day(month, day) + _rest_unknown(known)


def format_wareki_day(day: date) -> str:
    """「令和8年8月3日（月）」: a day with its weekday, as deadlines and appointments are told."""
    return f"{format_wareki(day)}（{'月火水木金土日'[day.weekday()]}）"


def format_western(d: date | PartialDate) -> str:
    """「1940年3月2日」, as birth dates and permit dates of foreign residents are shown; the expression when unknown."""
    known = d if isinstance(d, PartialDate) else PartialDate.of(d)
    if told := _expression(known):
        return told
    if not known.year:
        return UNKNOWN
    return f"{known.year}年" + _month_and_day(known.month, known.day) + _rest_unknown(known)


def _expression(d: PartialDate) -> str:
    """The register's expression, where it says more than that something is unknown."""
    return "" if d.text == UNKNOWN and d.year else d.text


def _rest_unknown(d: PartialDate) -> str:
    """「月日不詳」 behind a year of which the register says only that the date is unknown."""
    if d.text != UNKNOWN:
        return ""
    return "日不詳" if d.month else "月日不詳"


def _month_and_day(month: int | None, day: int | None) -> str:
    return (f"{month}月" if month else "") + (f"{day}日" if month and day else "")
