"""Reading a typed date in any of the forms the counter uses (和暦, 西暦, codes, unknown parts)."""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, overload

from app.domain.ages import age_on
from app.domain.characters import compose
from app.domain.eras import (
    ERAS,
    GREGORIAN_FROM,
    DateProblem,
    DateRange,
    Era,
    PartialDate,
    era_on,
    format_wareki,
    format_wareki_day,
    format_western,
    wareki_parts,
)
from app.domain.numerals import numerals_to_digits

Field = Literal["birth", "change", "any"]
Echo = Literal["birth", "foreign", "past", "plan", "happened", "any"]
"""What a date field takes: a birth date, that of a foreign resident (told in western years), a day that is not in the
future, any day, a past day that may be known only in part, or what a search takes."""

_EXAMPLE = "例: S15.3.2、昭和15年3月2日、1940-03-02"
_ERA_NAMES = {name: era for era in ERAS for name in (era.name, era.name[0], era.letter)}
_ERA = "|".join(sorted(_ERA_NAMES, key=len, reverse=True))
_SEPARATORS = str.maketrans(dict.fromkeys("/-‐‑‒–—―−ー・,、。．･｡､年月", ".") | {"日": ""})
_PARENTHESES = re.compile(r"\([^()]*\)")
_FIRST_YEAR = re.compile(f"(?<=[{''.join({name[-1] for name in _ERA_NAMES})}])元(?=[年./-]|$)")
_SPACED = re.compile(r"(?<=[0-9元])\s+(?=[0-9])")
_BORN = re.compile("(生まれ|うまれ|生)$")
_SEPARATED = re.compile(rf"({_ERA})?(\d{{1,4}})(?:\.(\d{{1,2}}))?(?:\.(\d{{1,2}}))?\.?")
_COMPACT = re.compile(rf"({_ERA})(\d{{2}})(\d{{2}})(\d{{2}})?")
_UNCERTAIN = re.compile("不詳|不明|頃|ごろ|ころ|推定|旬|春|夏|秋|冬|から|より|まで|前後|以降|以前|初め|末")
_KNOWN_PART = re.compile(
    rf"({_ERA})?(\d{{1,4}})(?:[年./-](?:(\d{{1,2}})(?:[月./-](?:(\d{{1,2}})日?)?|(?![\d月./-])))?|(?![\d年./-]))"
)
_SPOKEN = {
    "今日": 0, "本日": 0, "きょう": 0, "昨日": 1, "きのう": 1, "一昨日": 2, "おととい": 2, "明日": -1, "あす": -1, "あした": -1,
}  # fmt: skip
_OLDEST_YEAR = 1868


@dataclass(frozen=True)
class _Typed:
    """The numbers of a typed date; an absent part is None, an unknown one 0. `era` is None for a western year."""

    era: Era | None
    year: int
    month: int | None = None
    day: int | None = None


@overload
def parse_date(text: str, *, today: date, field: Literal["birth", "change"] = "birth") -> PartialDate: ...
@overload
def parse_date(text: str, *, today: date, field: Literal["any"]) -> PartialDate | DateRange: ...
def parse_date(text: str, *, today: date, field: Field = "birth") -> PartialDate | DateRange:
    """The date that was typed.

    `field` "birth" takes unknown parts when they are said (昭和15年月日不詳, S15.3.0) and days that the calendar does not
    have, never the future; "change" (異動日) takes complete days only, reads 3/2 as this year's and a bare 8.3.2 in the
    current era; "any" is for searching and returns a `DateRange` for a year or a month.
    Raises `DateProblem`.
    """
    read = _clean(text)
    if not read:
        raise DateProblem(f"日付が入っていません。{_EXAMPLE}")
    spoken = _SPOKEN.get(_PARENTHESES.sub("", re.sub(r"\s+", "", compose(text))))
    if spoken is not None and (field != "birth" or spoken >= 0):
        return PartialDate.of(today - timedelta(days=spoken))
    if _UNCERTAIN.search(read):
        return _uncertain(read, text, today, field)
    typed = _split(read, text, today, field)
    _check_numbers(typed, text)
    if typed.era is not None and typed.era.code == "1" and typed.era.western(typed.year) < 1873:
        return _lunar(typed, text, field)
    span = _span(typed, text)
    if field == "birth" and span.first > f"{today:%Y%m%d}":
        raise DateProblem(_future(text))
    if typed.month is None or (typed.day is None and typed.month):
        if field == "any":
            return span
        raise DateProblem(_incomplete(typed, text, field))
    return _finished(typed, text, field)


def parse_day(text: str, *, today: date, future: bool = False) -> date:
    """The day that was typed where only a whole day of the calendar will do; `future` says whether it may be after today.

    Raises `DateProblem`.
    """
    certain = parse_date(text, today=today, field="change").certain
    if certain is None:
        raise DateProblem(f"「{text}」は日まで決まりません。年月日を入れてください。例: R8.4.1、4/1")
    if certain > today and not future:
        raise DateProblem(
            f"「{text}」を{format_wareki_day(certain)}と読みました。今日より後の日は入れられません。"
        )
    return certain


def parse_happened(text: str, *, today: date) -> PartialDate:
    """The day on which something happened, of which parts may be said to be unknown (令和8年11月日不詳、11月20日頃).

    Raises `DateProblem`.
    """
    if _UNCERTAIN.search(_clean(text)):
        return parse_date(text, today=today, field="birth")
    try:
        return PartialDate.of(parse_day(text, today=today))
    except DateProblem as problem:
        known = format_wareki(PartialDate(today.year, today.month))
        raise DateProblem(
            f"{problem.message}日が分からないときは「{known}日不詳」のように入れてください。"
        ) from problem


def echo_text(text: str, *, today: date, field: Echo) -> str:
    """How a typed date was read: the era date with the age (birth), the weekday (past, plan) or as it is (any).

    Raises `DateProblem`.
    """
    if field in {"past", "plan"}:
        return format_wareki_day(parse_day(text, today=today, future=field == "plan"))
    if field == "any":
        found = parse_date(text, today=today, field="any")
        return format_wareki(found) if isinstance(found, PartialDate) else _range_text(found)
    if field == "happened":
        happened = parse_happened(text, today=today)
        return format_wareki_day(happened.certain) if happened.certain else format_wareki(happened)
    born = parse_date(text, today=today, field="birth")
    if field == "foreign":
        born = born.in_western_years()
    age = age_on(born, today)
    said = f"{age}歳" if age is not None else "年齢は確定できません"
    if born.is_complete and not born.text and born.certain is None:
        said = f"暦にない日です。記録のとおりであれば、このまま使えます。{said}"
    return f"{format_wareki(born)}（{said}）"


def _range_text(span: DateRange) -> str:
    """From its first to its last day: a year or a month in which the era changed belongs to two."""
    first, last = (PartialDate.from_iso(_first_day(end)) for end in (span.first, span.last))
    return f"{format_wareki(first)}～{format_wareki(last)}"


def _clean(text: str) -> str:
    """Half width, no spaces but a full stop for those between numbers, no remark in brackets, numerals as digits, 元年 as 1."""
    numbers_apart = _SPACED.sub(".", _PARENTHESES.sub(" ", compose(text)).strip())
    plain = re.sub(r"\s+", "", numbers_apart).upper().removeprefix("西暦")
    return _FIRST_YEAR.sub("1", numerals_to_digits(_BORN.sub("", plain), before="年月日"))


def _split(read: str, text: str, today: date, field: Field) -> _Typed:
    """The parts of a cleaned date, before any check of their values."""
    if read.isdecimal():
        return _digits(read, text, today, field)
    compact = _COMPACT.fullmatch(read)
    if compact is not None:
        era, year, month, day = compact.groups()
        return _Typed(_ERA_NAMES[era], int(year), int(month), int(day) if day else None)
    match = _SEPARATED.fullmatch(read.translate(_SEPARATORS))
    if match is None:
        raise DateProblem(f"「{text}」は日付として読めません。{_EXAMPLE}")
    name, year, month, day = match.groups()
    numbers = [int(part) if part else None for part in (month, day)]
    if name:
        if len(year) > 2:
            raise DateProblem(f"「{text}」の年が読めません。元号の年は2桁までです。{_EXAMPLE}")
        return _Typed(_ERA_NAMES[name], int(year), *numbers)
    if len(year) == 4:
        return _Typed(None, int(year), *numbers)
    if field == "change" and day is None and month is not None:
        return _Typed(None, today.year, int(year), int(month))
    if day is None and month is not None:
        raise DateProblem(f"「{text}」には年がありません。年から入れてください。{_EXAMPLE}")
    return _Typed(
        _era_by_default(text, today, field, (int(year), numbers[0], numbers[1])), int(year), *numbers
    )


def _digits(read: str, text: str, today: date, field: Field) -> _Typed:
    """Digits alone: YYYYMMDD, era code + YYMMDD, YYYYMM or a change date's YYMMDD, YYYY or a change date's MMDD."""
    if len(read) == 8:
        return _Typed(None, int(read[:4]), int(read[4:6]), int(read[6:]))
    if len(read) == 7:
        era = next((era for era in ERAS if era.code == read[0]), None)
        if era is None:
            raise DateProblem(
                f"「{text}」の先頭の数字が元号を表していません（{'、'.join(f'{era.code} {era.name}' for era in ERAS)}）。例: 3150302"
            )
        return _Typed(era, int(read[1:3]), int(read[3:5]), int(read[5:]))
    if len(read) == 6 and field == "any" and _is_year(int(read[:4]), today) and 1 <= int(read[4:]) <= 12:
        return _Typed(None, int(read[:4]), int(read[4:]))
    if len(read) == 6:
        parts = (int(read[:2]), int(read[2:4]), int(read[4:]))
        return _Typed(_era_by_default(text, today, field, parts), *parts)
    if len(read) == 4 and field == "change":
        return _Typed(None, today.year, int(read[:2]), int(read[2:]))
    if len(read) == 4:
        return _Typed(None, int(read))
    raise DateProblem(f"「{text}」は{len(read)}桁のため、日付として読めません。例: 19400302、S150302")


def _is_year(year: int, today: date) -> bool:
    return _OLDEST_YEAR <= year <= today.year + 1


def _era_by_default(text: str, today: date, field: Field, parts: tuple[int, int | None, int | None]) -> Era:
    """The current era for a change date; elsewhere an era cannot be guessed, and every possible reading is named."""
    current = era_on(today)
    if field == "change" and current is not None:
        return current
    typed = compose(text).strip()
    readings = [
        f"{era.letter}{typed}（{said}）" for era in reversed(ERAS) if (said := _reading(era, parts, today))
    ]
    examples = "、".join(readings) or f"S{typed}（昭和）、H{typed}（平成）"
    raise DateProblem(f"「{text}」は元号がわかりません。元号を付けてください。例: {examples}")


def _reading(era: Era, parts: tuple[int, int | None, int | None], today: date) -> str:
    """What a date without an era would be in one, with the age; empty when it lies outside the era or in the future."""
    year, month, day = parts
    if not month or not day or year < 1:
        return ""
    western = PartialDate(era.western(year), month, day).certain
    if western is None or not max(era.first, GREGORIAN_FROM) <= western <= min(era.last or today, today):
        return ""
    return f"{era.name}{'元' if year == 1 else year}年{month}月{day}日・{age_on(western, today)}歳"


def _check_numbers(typed: _Typed, text: str) -> None:
    """Raises for a month or day that no calendar has, and for a western year that nobody can mean."""
    if typed.month is not None and typed.month > 12:
        raise DateProblem(f"「{text}」の月を{typed.month}と読みました。月は1から12までです。{_EXAMPLE}")
    if typed.day is not None and typed.day > 31:
        raise DateProblem(f"「{text}」の日を{typed.day}と読みました。日は1から31までです。{_EXAMPLE}")
    if typed.era is None and not _OLDEST_YEAR <= typed.year <= 2199:
        raise DateProblem(
            f"「{text}」の年を{typed.year}と読みました。西暦の年は4桁で入れてください。{_EXAMPLE}"
        )
    if typed.era is not None and typed.year == 0:
        raise DateProblem(f"「{text}」の年を0と読みました。最初の年は1または元と入れてください。{_EXAMPLE}")


def _span(typed: _Typed, text: str) -> DateRange:
    """The stored days that the typed date can mean, cut to its era. Raises when none of them lies in that era."""
    era = typed.era
    span = PartialDate(_western(typed), typed.month, typed.day).range
    if era is None:
        return DateRange(span.first, span.last, text)
    first = f"{era.first:%Y%m%d}"
    last = f"{era.last:%Y%m%d}" if era.last else "99991231"
    if span.last < first or _first_day(span.first) > last:
        raise DateProblem(_outside(typed, era, text))
    return DateRange(span.first if _first_day(span.first) >= first else first, min(span.last, last), text)


def _first_day(iso: str) -> str:
    """The earliest day an iso text with 00 can mean; an impossible day is the last of its month."""
    year, month, day = int(iso[:4]), int(iso[4:6]) or 1, int(iso[6:]) or 1
    return f"{year:04}{month:02}{min(day, monthrange(year, month)[1]):02}"


def _outside(typed: _Typed, era: Era, text: str) -> str:
    """What to say of a date outside its era: where the era ends or begins, and the same date in the right one."""
    right = PartialDate(_western(typed), typed.month or None, typed.day or None)
    edge, side = (era.first, "から") if right.iso < f"{era.first:%Y%m%d}" else (era.last or era.first, "まで")
    limit = f"{era.name}は{era.year_of(edge.year)}年{edge.month}月{edge.day}日{side}です"
    return (
        f"「{text}」は{era.name}にない日付です。{limit}。"
        f"{format_wareki(right)}のことであれば、{_short(right)}と入れてください。"
    )


def _short(known: PartialDate) -> str:
    """A date as it can be typed, for an example: H1.1.8."""
    name, *numbers = wareki_parts(known)
    letter = next((era.letter for era in ERAS if era.name == name), "")
    return letter + ".".join(str(number) for number in numbers if number)


def _western(typed: _Typed) -> int:
    return typed.era.western(typed.year) if typed.era else typed.year


def _written(typed: _Typed) -> str:
    """The typed parts in the era they were typed in: a year of a change of eras belongs to two."""
    if typed.era is None:
        return format_western(PartialDate(typed.year, typed.month or None, typed.day or None))
    parts = zip((typed.month, typed.day), ("月", "日"), strict=True)
    rest = "".join(f"{number}{unit}" for number, unit in parts if number)
    return f"{typed.era.name}{'元' if typed.year == 1 else typed.year}年{rest}"


def _incomplete(typed: _Typed, text: str, field: Field) -> str:
    """What to say when the day (or month) is missing and nobody said that it is unknown."""
    message = (
        f"「{text}」は{_written(typed)}まで読めました。{'日' if typed.month else '月と日'}も入れてください。"
    )
    if field == "birth":
        message += (
            f"わからないときは「{_written(typed)}{'' if typed.month else '月'}日不詳」と入れてください。"
        )
    return message


def _finished(typed: _Typed, text: str, field: Field) -> PartialDate:
    """The date of complete parts, a 0 being an unknown one."""
    known = PartialDate(_western(typed), typed.month or None, (typed.day or None) if typed.month else None)
    if known.is_complete:
        if known.certain is None and field == "change":
            raise DateProblem(
                f"「{text}」は暦にない日です。{_written(typed)}と読みました。日を確かめてください。"
            )
        return known
    if field == "change":
        raise DateProblem(
            f"「{text}」には月または日がありません。異動日は日まで入れてください。例: R8.4.1、4/1"
        )
    unknown = "日不詳" if known.month else "月日不詳"
    # Digits alone say nothing of how the register writes it: by era, as everything that is not said otherwise.
    said = _written(replace(typed, month=known.month, day=None)) if typed.era else format_wareki(known)
    return replace(known, text=said + unknown)


def _lunar(typed: _Typed, text: str, field: Field) -> PartialDate | DateRange:
    """A date of the lunar calendar (明治5年まで): its year is searched, the rest is kept as it is written."""
    if field == "any":
        return PartialDate(_western(typed)).range
    if field == "change":
        raise DateProblem(f"「{text}」は旧暦の日付のため使えません。{_EXAMPLE}")
    return PartialDate(_western(typed), text=_written(typed))


def _uncertain(read: str, text: str, today: date, field: Field) -> PartialDate:
    """A date said to be unknown or estimated: the known part is read, the wording is kept as the expression."""
    if field == "change":
        raise DateProblem(
            f"「{text}」は日まで決まっていません。異動日は日まで入れてください。例: R8.4.1、4/1"
        )
    match = _KNOWN_PART.search(read)
    if match is None:
        if any(char.isdecimal() for char in read):
            raise DateProblem(f"「{text}」の年が読めません。例: 昭和15年頃、昭和15年3月日不詳")
        return PartialDate(None, text=read)
    name, year, month, day = match.groups()
    if name is None and len(year) != 4:
        raise DateProblem(f"「{text}」は元号がわかりません。例: 昭和15年頃、昭和15年3月日不詳")
    era = _ERA_NAMES[name] if name else None
    typed = _Typed(era, int(year), int(month) if month else None, int(day) if day else None)
    _check_numbers(typed, text)
    if _span(typed, text).first > f"{today:%Y%m%d}" and field == "birth":
        raise DateProblem(_future(text))
    expression = read[: match.start()] + _written(typed) + read[match.end() :]
    return PartialDate(_western(typed), typed.month, typed.day, expression)


def _future(text: str) -> str:
    return f"「{text}」は今日より後の日付です。日付を確かめてください。"
