"""How values are written: the formats (書式) of placeholders, `{subject.birth:western}`.

`age` counts to the day of the reception, `age@move.changed_on` to another day of the document.
"""

import re
from collections.abc import Mapping
from datetime import date

from app.domain.ages import age_on
from app.domain.dates import PartialDate, format_wareki, format_western, wareki_parts

FORMATS: Mapping[str, str] = {
    "": "そのまま",
    "wareki": "和暦（令和8年4月1日）",
    "western": "西暦（2026年4月1日）",
    "era": "元号だけ（令和）",
    "year": "元号の年だけ（8）",
    "western_year": "西暦の年だけ（2026）",
    "month": "月だけ（4）",
    "day": "日だけ（1）",
    "age": "受付日の年齢（35）",
    "number": "けた区切り（1,200）",
    "yen": "金額（1,200円）",
}
"""Format → what it is called where a form is made."""

DATE_FORMATS = frozenset(("wareki", "western", "era", "year", "western_year", "month", "day", "age"))
AGE, RECEIVED_ON = "age", "case.received_on"
_DATE_KEY = re.compile(r"(?:.*\.)?(?:birth|[a-z]+_on|deadline)")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}")


def is_blank(value: object) -> bool:
    """Whether a value prints as nothing."""
    return value is None or value == "" or value == [] or value == ()


def show(key: str, value: object, form: str = "", on: object = None) -> str:
    """How one value is printed. Dates are written in the Japanese era unless the format asks otherwise.

    `on` is the day that an age is counted to. A part of a date that is not known prints as nothing.
    """
    if is_blank(value):
        return ""
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, list | tuple):
        return "・".join(show(key, item, form, on) for item in value)
    day = as_date(value) if form in DATE_FORMATS or _DATE_KEY.fullmatch(key) else None
    if day is None and isinstance(value, date | PartialDate):
        day = value
    if day is not None:
        return _show_date(day, form, as_date(on))
    if form in ("number", "yen") and isinstance(value, int):
        return f"{value:,}" + ("円" if form == "yen" else "")
    return str(value)


def _show_date(day: date | PartialDate, form: str, on: date | PartialDate | None) -> str:
    if form == AGE:
        counted_to = on.certain if isinstance(on, PartialDate) else on
        age = age_on(day, counted_to) if counted_to is not None else None
        return "" if age is None else str(age)
    if form in ("", "wareki"):
        return format_wareki(day)
    if form == "western":
        return format_western(day)
    if isinstance(day, PartialDate) and day.text:
        return ""  # a date that is only described has no parts
    era, year, month, number = wareki_parts(day)
    if form == "year":
        return "元" if year == 1 and era != "西暦" else str(year or "")
    parts = {"era": era, "western_year": day.year, "month": month, "day": number}
    return str(parts.get(form) or "")


def as_date(value: object) -> date | PartialDate | None:
    """The date in a value: a date, or a text in standard form (YYYY-MM-DD, YYYYMMDD, zeros for what is unknown)."""
    if isinstance(value, date | PartialDate):
        return value
    if isinstance(value, str) and _ISO.fullmatch(value):
        return PartialDate.from_iso(value)
    return None
