"""Derived facts about age on the change date (異動日), by law reached on the day before the birthday.

A birth date that is partly unknown gives an answer only where every day it can be gives the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from app.domain.ages import age_of, attains, birthday, fiscal_year_end
from app.domain.content import FactType, Subject
from app.domain.derivation import BIRTH, Scope, Table, derivation, number_arg
from app.domain.facts import CHANGED_ON, DateSpan, Span, Value

AGES: Table = {}

_AGE_READS = (BIRTH, CHANGED_ON)


def _ends(value: Value) -> tuple[date, date] | None:
    """The first and the last day a date can be."""
    match value:
        case date():
            return value, value
        case DateSpan(first, last):
            return first, last
    return None


def _agree(results: Iterable[bool]) -> bool | None:
    """The common answer of all possible cases, None when they differ."""
    found = set(results)
    return found.pop() if len(found) == 1 else None


def _within(from_start: bool | None, to_end: bool | None) -> bool | None:
    """Both (Kleene): the ends of a span may lie on either side of a period whose middle it holds."""
    if from_start is False or to_end is False:
        return False
    return True if from_start and to_end else None


def _on_day(scope: Scope, passes: Callable[[date, date], bool]) -> bool | None:
    """Whether a test of (birth, change date) passes, when it does or does not for every day either can be.

    The test must change only once from the first day to the last, so that the ends tell of all between them.
    """
    birth, changed = _ends(scope.get(BIRTH)), _ends(scope.get(CHANGED_ON))
    if birth is None or changed is None:
        return None
    return _agree(passes(born, on) for born in birth for on in changed)


@derivation(
    AGES, "age", Subject.PERSON, FactType.NUMBER, (), _AGE_READS, "異動日時点の年齢（誕生日の前日に加算）"
)
def _deriveage_of(scope: Scope) -> Value:
    birth, changed = _ends(scope.get(BIRTH)), _ends(scope.get(CHANGED_ON))
    if birth is None or changed is None:
        return None
    low, high = age_of(birth[1], changed[0]), age_of(birth[0], changed[1])
    return low if low == high else Span(low, high)


@derivation(
    AGES, "reached", Subject.PERSON, FactType.YES_NO, ("number",), _AGE_READS, "異動日までに年齢に達している"
)
def _derive_reached(scope: Scope) -> Value:
    age = number_arg(scope, 0)
    return _on_day(scope, lambda born, on: on >= attains(born, age))


@derivation(
    AGES,
    "birthday_reached",
    Subject.PERSON,
    FactType.YES_NO,
    ("number",),
    _AGE_READS,
    "異動日が誕生日の当日以後である",
)
def _derive_birthday_reached(scope: Scope) -> Value:
    age = number_arg(scope, 0)
    return _on_day(scope, lambda born, on: on >= birthday(born, age))


@derivation(
    AGES,
    "birthday_month",
    Subject.PERSON,
    FactType.YES_NO,
    ("number",),
    _AGE_READS,
    "異動日と同じ月に誕生日を迎える",
)
def _derive_birthday_month(scope: Scope) -> Value:
    age = number_arg(scope, 0)
    birth, changed = _ends(scope.get(BIRTH)), _ends(scope.get(CHANGED_ON))
    if birth is None or changed is None:
        return None
    apart = {_months_apart(birthday(born, age), on) for born in birth for on in changed}
    if min(apart) <= 0 <= max(apart) and len(apart) > 1:
        return None  # the month of the birthday may be before, in or after the month of the change
    return apart == {0}


def _months_apart(day: date, other: date) -> int:
    return (day.year - other.year) * 12 + day.month - other.month


@derivation(
    AGES,
    "until_march_31",
    Subject.PERSON,
    FactType.YES_NO,
    ("number",),
    _AGE_READS,
    "年齢到達後最初の3月31日までである",
)
def _derive_until_march_31(scope: Scope) -> Value:
    age = number_arg(scope, 0)
    return _on_day(scope, lambda born, on: on <= fiscal_year_end(attains(born, age)))


@derivation(
    AGES,
    "from_next_month",
    Subject.PERSON,
    FactType.YES_NO,
    ("number",),
    _AGE_READS,
    "年齢到達の翌月1日以後である（1日生まれは誕生月から）",
)
def _derive_from_next_month(scope: Scope) -> Value:
    age = number_arg(scope, 0)

    def passes(born: date, on: date) -> bool:
        reached = attains(born, age)
        return (on.year, on.month) > (reached.year, reached.month)

    return _on_day(scope, passes)


@derivation(
    AGES,
    "school_years",
    Subject.PERSON,
    FactType.YES_NO,
    ("number", "number"),
    _AGE_READS,
    "就学の期間である（開始年齢に達した翌日以後の4月1日から、終了年齢到達後最初の3月31日まで）",
)
def _derive_school_years(scope: Scope) -> Value:
    start, end = number_arg(scope, 0), number_arg(scope, 1)
    return _within(
        _on_day(scope, lambda born, on: _school_start(born, start) <= on),
        _on_day(scope, lambda born, on: on <= fiscal_year_end(attains(born, end))),
    )


@derivation(
    AGES,
    "before_school",
    Subject.PERSON,
    FactType.YES_NO,
    ("number",),
    _AGE_READS,
    "就学の前である（開始年齢後の4月1日より前）",
)
def _derive_before_school(scope: Scope) -> Value:
    start = number_arg(scope, 0)
    return _on_day(scope, lambda born, on: on < _school_start(born, start))


@derivation(
    AGES,
    "age_between",
    Subject.PERSON,
    FactType.YES_NO,
    ("number", "number"),
    _AGE_READS,
    "異動日時点の年齢が2つの年齢の間である（両端を含む）",
)
def _derive_age_between(scope: Scope) -> Value:
    low, high = number_arg(scope, 0), number_arg(scope, 1)
    return _within(
        _on_day(scope, lambda born, on: low <= age_of(born, on)),
        _on_day(scope, lambda born, on: age_of(born, on) <= high),
    )


def _school_start(born: date, age: int) -> date:
    """The first 1 April on or after the day following the one on which the age is reached (学校教育法17条)."""
    reached = birthday(born, age)
    return date(reached.year + (reached > date(reached.year, 4, 1)), 4, 1)
