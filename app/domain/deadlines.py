"""Deadlines (期限): how long is counted, from when, and what a closed day does, all of it data."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.domain.content import ContentPack, ContentProblem, DeadlineRule, FactType, Limit
from app.domain.dates import format_wareki_day
from app.domain.facts import CHANGED_ON
from app.domain.validity import is_valid

Closed = Callable[[date], str | None]
"""Why an office is closed on a day; None when a deadline can end on it."""

_MOST_CLOSED_DAYS = 31
_UNITS = {"day": "日", "month": "か月", "year": "年"}
_BASES = {
    "changed_on": "異動日",
    "notified_on": "届出日",
    "received_on": "受付日",
    "planned_move_out_on": "転出予定日",
    "planned_move_in_on": "転入予定日",
    "born_on": "出生日",
    "died_on": "亡くなった日",
    "death_known_on": "死亡を知った日",
    "funeral_on": "葬祭の日",
    "divorced_on": "離婚の日",
    "married_on": "婚姻の日",
}
"""What the dates are called that limits are counted from; a date among the facts of the content has its own label."""
DAY_OF_EVENT = {
    "birth": "born_on",
    "death": "died_on",
    "marriage": "married_on",
    "divorce": "divorced_on",
}
"""What the change date (異動日) is in events that have a day of their own."""


@dataclass(frozen=True)
class Deadline:
    """The last day of a deadline. `counted` is where the count ends before a closed day moves it, `closed` why it moves.

    `limit` is the one that ends first; `missing` names dates of the case that a further, perhaps earlier limit needs.
    """

    rule: DeadlineRule
    limit: Limit
    last_day: date
    counted: date
    closed: str = ""
    missing: tuple[str, ...] = ()

    @property
    def is_moved(self) -> bool:
        """Whether it ends on a closed day (閉庁日) and was moved to the next open one."""
        return self.last_day != self.counted

    def is_over(self, today: date) -> bool:
        """Whether the last day has passed."""
        return today > self.last_day


def find_deadline_rule(pack: ContentPack, code: str, on: date) -> DeadlineRule | None:
    """The rule of that code valid on a day; None when there is none."""
    return next((rule for rule in pack.deadlines if rule.code == code and is_valid(rule, on)), None)


def counting_in(rule: DeadlineRule, event: str) -> DeadlineRule | None:
    """The rule as it is in an event, with only the limits that count there, from the event's own day; None without any."""
    own_day = DAY_OF_EVENT.get(event, CHANGED_ON)
    limits = tuple(
        replace(limit, events=(), base=own_day if limit.base == CHANGED_ON else limit.base)
        for limit in rule.limits
        if not limit.events or event in limit.events
    )
    return replace(rule, limits=limits) if limits else None


def find_deadline(rule: DeadlineRule, dates: Mapping[str, date | None], closed: Closed) -> Deadline | None:
    """The earliest limit of a rule, counted from the dates of the case; None while none of them is known.

    `dates` maps the base names of the limits (changed_on, planned_move_out_on, …) to days. Raises `ValueError` when
    the calendar has no open day within a month, because then the calendar is wrong.
    """
    missing = tuple(dict.fromkeys(limit.base for limit in rule.limits if dates.get(limit.base) is None))
    ends = [
        (count(limit, start), limit) for limit in rule.limits if (start := dates.get(limit.base)) is not None
    ]
    if not ends:
        return None
    counted, limit = min(ends, key=lambda end: end[0])
    why = closed(counted) if rule.roll else None
    last_day = next_open_day(counted, closed) if why else counted
    return Deadline(rule, limit, last_day, counted, why or "", missing)


def count(limit: Limit, start: date) -> date:
    """The last day of a limit. The first day is not counted unless the limit says so (民法140条; 戸籍法43条 counts it).

    Months and years end on the day before the one that corresponds to the first counted day; without such a day in the
    last month they end with that month (民法143条). Raises `ValueError` for an unknown unit.
    """
    first = start if limit.include_first else start + timedelta(days=1)
    match limit.unit:
        case "day":
            return first + timedelta(days=limit.amount - 1)
        case "month":
            return _months_on(first, limit.amount)
        case "year":
            return _months_on(first, limit.amount * 12)
    raise ValueError(f"unknown unit {limit.unit!r}")


def _months_on(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    last = monthrange(year, month)[1]
    if first.day > last:
        return date(year, month, last)
    return date(year, month, first.day) - timedelta(days=1)


def next_open_day(day: date, closed: Closed) -> date:
    """The day itself when the office is open on it, otherwise the next open day. Raises `ValueError` after a month."""
    for ahead in range(_MOST_CLOSED_DAYS):
        candidate = day + timedelta(days=ahead)
        if not closed(candidate):
            return candidate
    raise ValueError(f"no open day within {_MOST_CLOSED_DAYS} days of {day.isoformat()}")


def last_day_text(deadline: Deadline) -> str:
    """「令和8年8月3日（月）まで」."""
    return f"{format_wareki_day(deadline.last_day)}まで"


def why_text(pack: ContentPack, deadline: Deadline) -> str:
    """How the day was counted: 「異動日の翌日から14日以内（8月2日が日曜のため、次の開庁日）」, and what could change it."""
    text = rule_text(pack, deadline.rule)
    if deadline.is_moved:
        ends = f"{deadline.counted.month}月{deadline.counted.day}日"
        text += f"（{ends}が{deadline.closed}のため、次の開庁日）"
    if deadline.missing:
        text += f"。{base_titles(pack, deadline.missing)}がわかると、早まることがあります"
    return text


def rule_text(pack: ContentPack, rule: DeadlineRule) -> str:
    """A rule in words: 「転出予定日の翌日から15日以内」, of several limits the earlier one, or each with its event."""
    limits = [_limit_text(pack, limit) for limit in rule.limits]
    if any(limit.events for limit in rule.limits):
        return "、".join(limits)
    return limits[0] if len(limits) == 1 else "と".join(limits) + "の早いほう"


def base_titles(pack: ContentPack, bases: tuple[str, ...]) -> str:
    """What dates are called, joined."""
    return "・".join(date_title(pack, base) for base in bases)


def _limit_text(pack: ContentPack, limit: Limit) -> str:
    start = "を1日目として" if limit.include_first else "の翌日から"
    known = pack.event_by_code
    events = "・".join(known[event].title if event in known else event for event in limit.events)
    when = f"{events}は" if events else ""
    return f"{when}{date_title(pack, limit.base)}{start}{limit.amount}{_UNITS[limit.unit]}以内"


def date_title(pack: ContentPack, base: str) -> str:
    """What a date is called that limits count from."""
    fact = pack.fact_by_id.get(base)
    return fact.label if fact is not None else _BASES.get(base, base)


def check_deadlines(pack: ContentPack) -> Iterator[ContentProblem]:
    """Deadlines of events that do not exist; limits that cannot be counted: none, an unknown unit, date or event."""
    codes = {rule.code for rule in pack.deadlines}
    for event in pack.events:
        if event.deadline and event.deadline not in codes:
            place, hint = f"event {event.code}", "deadlines.toml にある code にしてください。"
            yield ContentProblem("events.toml", place, event.deadline, "この期限はありません。", hint)
    dates = {fact.id for fact in pack.facts if fact.type is FactType.DATE} | set(_BASES)
    for rule in pack.deadlines:
        place = f"deadline {rule.code}"
        if not rule.limits:
            yield ContentProblem(
                "deadlines.toml", place, "limits", "数え方がありません。", "limits を書いてください。"
            )
        for limit in rule.limits:
            if limit.unit not in _UNITS:
                hint = f"{'、'.join(_UNITS)} のどれかにしてください。"
                yield ContentProblem(
                    "deadlines.toml", place, limit.unit, "この単位では数えられません。", hint
                )
            for unknown in sorted(set(limit.events) - set(pack.event_by_code)):
                hint = "events.toml にある code にしてください。"
                yield ContentProblem("deadlines.toml", place, unknown, "この用件はありません。", hint)
            if limit.amount < 1:
                hint = "1以上の整数にしてください。"
                yield ContentProblem(
                    "deadlines.toml", place, str(limit.amount), "長さが正しくありません。", hint
                )
            if limit.base not in dates:
                hint = f"日付の事実か、{'、'.join(sorted(_BASES))} のどれかにしてください。"
                yield ContentProblem(
                    "deadlines.toml", place, limit.base, "起算日が決められていません。", hint
                )
