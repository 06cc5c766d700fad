"""On which days and at what hours the offices are open (開庁日・開庁時間), and changing it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import jpholiday
from flask import current_app

from app.config import Settings
from app.data import audit, openings, staff
from app.data.models.base import opaque_id, utc_now
from app.data.models.opening import OpeningRow
from app.data.openings import Recorded
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.dates import format_wareki_day, in_japan
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.opening import (
    KIND_LABELS,
    MOST_CLOSED_DAYS,
    WEEKDAYS,
    Day,
    Entry,
    EntryKind,
    Hours,
    OpeningCalendar,
    contradicting,
    longest_closed,
)

LONGEST_REASON = 60
YEARS_AHEAD = 5
_LONGEST_PERIOD = timedelta(days=366)
_RECORDED_SHOWN = 50
_EXEMPT = frozenset({Right.MANAGE_STAFF, Right.MANAGE_FEEDS, Right.MANAGE_CALENDAR, Right.DECIDE_RELEASE})


@dataclass(frozen=True)
class EntryInput:
    """An entry as it was read from its form; what could not be read is None."""

    office: str
    kind: str
    first: date | None
    last: date | None
    goes_on: bool
    opens: time | None
    closes: time | None
    weekdays: frozenset[int]
    counts: bool
    reason: str


@dataclass(frozen=True)
class Opening:
    """Whether an office is open at a moment, and what to say when it is not."""

    office: str
    is_open: bool
    text: str


@dataclass(frozen=True)
class Line:
    """An entry of the list with the names of who recorded and withdrew it."""

    recorded: Recorded
    by: str
    withdrawn_by: str


@lru_cache(maxsize=4096)
def _holiday(day: date) -> str | None:
    return jpholiday.is_holiday_name(day)


def list_offices() -> tuple[tuple[str, str], ...]:
    """Every office as (code, title)."""
    return openings.list_offices()


def of_office(office: str) -> OpeningCalendar:
    """The calendar of an office. Raises NotFound."""
    title = dict(openings.list_offices()).get(office)
    if title is None:
        raise NotFound("この庁舎は登録されていません。")
    return OpeningCalendar(office, title, openings.list_entries(office), _holiday)


def of_counter(counter: str) -> OpeningCalendar:
    """The calendar of the office that a counter belongs to."""
    office, title = openings.office_of(counter)
    return OpeningCalendar(office, title, openings.list_entries(office), _holiday)


def opening(counter: str, now: datetime) -> Opening:
    """Whether the office of a counter (the city hall for none) is open at a moment."""
    calendar = of_counter(counter)
    local = in_japan(now)
    today = calendar.day(local.date())
    if today.hours is not None and today.hours.contains(local.time()):
        return Opening(calendar.title, True, "")
    return Opening(calendar.title, False, _outside_text(calendar, today, local.time()))


def _outside_text(calendar: OpeningCalendar, today: Day, now: time) -> str:
    if today.hours is None:
        said = f"本日は{today.why or '閉庁日'}のため閉庁"
    else:
        said = f"本日の開庁は{today.hours.text}"
    text = f"開庁時間外です（{calendar.title}：{said}）。"
    if today.hours is not None and now < today.hours.opens:
        return text
    following = calendar.next_open(today.day)
    if following is None or following.hours is None:
        return text
    return f"{text}次の開庁は{format_wareki_day(following.day)}{following.hours.text}です。"


def require_open(actor: Actor) -> None:
    """Refuse to begin something new outside the hours, where the city has set that (`block_outside_hours`).

    Work that has begun is never stopped. Raises Refused.
    """
    settings: Settings = current_app.config["KAKANAI"]
    if not settings.block_outside_hours or actor.rights & _EXEMPT:
        return
    found = opening(actor.counter, utc_now())
    if not found.is_open:
        raise Refused(f"{found.text}新しい受付は始められません。途中の受付は、再開して続けられます。")


def month(calendar: OpeningCalendar, year: int, number: int) -> tuple[tuple[Day | None, ...], ...]:
    """A month as weeks from Monday on; None stands for days of other months."""
    first = date(year, number, 1)
    days: list[Day | None] = [None] * first.weekday()
    days += [calendar.day(first + timedelta(days=ahead)) for ahead in range(monthrange(year, number)[1])]
    days += [None] * (-len(days) % 7)
    return tuple(tuple(days[at : at + 7]) for at in range(0, len(days), 7))


def closed_days(calendar: OpeningCalendar, year: int) -> tuple[Day, ...]:
    """What is not an ordinary weekday or weekend in a year: holidays, the turn of the year and entries."""
    first = date(year, 1, 1)
    days = (
        calendar.day(first + timedelta(days=ahead)) for ahead in range((date(year + 1, 1, 1) - first).days)
    )
    return tuple(day for day in days if day.entry or day.why not in {"", "土曜", "日曜"})


def last_year(today: date) -> int:
    """The year up to which the calendar is laid out."""
    return today.year + YEARS_AHEAD


def list_lines(office: str) -> tuple[Line, ...]:
    """The last entries of an office, those withdrawn included."""
    found = openings.list_recorded(office, _RECORDED_SHOWN)
    ids = {one for line in found for one in (line.recorded_by, line.withdrawn_by) if one}
    names = staff.list_staff_names(ids)
    return tuple(
        Line(one, names.get(one.recorded_by, one.recorded_by), names.get(one.withdrawn_by or "", ""))
        for one in found
    )


def add(entered: EntryInput, actor: Actor, today: date) -> str:
    """Record an entry and return its id. Raises Invalid naming each field; then nothing is stored."""
    entry = _entry(entered, today)
    with transaction():
        calendar = _locked(entry.office)
        _check_against(entry, calendar)
        openings.add_entry(entry, utc_now(), actor.staff_id)
        audit.record("calendar.entry_added", actor=actor, detail=_detail(entry))
    return entry.id


def withdraw(entry_id: str, actor: Actor) -> Entry:
    """Take an entry back; it stays in the list as withdrawn and can be put back. Raises NotFound, Invalid."""

    def change(row: OpeningRow, calendar: OpeningCalendar) -> None:
        entry = openings.entry_of(row)
        remaining = replace(calendar, entries=tuple(one for one in calendar.entries if one.id != entry.id))
        _check_closed_run(entry, remaining)
        row.withdrawn_at, row.withdrawn_by = utc_now(), actor.staff_id

    return _change(entry_id, "calendar.entry_withdrawn", actor, change, withdrawn=False)


def restore(entry_id: str, actor: Actor) -> Entry:
    """Put a withdrawn entry back. Raises NotFound, and Invalid when it contradicts one recorded meanwhile."""

    def change(row: OpeningRow, calendar: OpeningCalendar) -> None:
        _check_against(openings.entry_of(row), calendar)
        row.withdrawn_at = row.withdrawn_by = None

    return _change(entry_id, "calendar.entry_restored", actor, change, withdrawn=True)


def _change(
    entry_id: str, event: str, actor: Actor, change: Callable[[OpeningRow, OpeningCalendar], None], *, withdrawn: bool
) -> Entry:  # fmt: skip
    with transaction():
        row = openings.find_row(entry_id)
        if row is None:
            raise NotFound("この登録は見つかりません。画面を開き直してください。")
        calendar = _locked(row.office)
        entry = openings.entry_of(row)
        if (row.withdrawn_at is not None) == withdrawn:
            change(row, calendar)
            audit.record(event, actor=actor, detail=_detail(entry))
        return entry


def _locked(office: str) -> OpeningCalendar:
    title = openings.lock_office(office)
    if title is None:
        raise Invalid("庁舎を選んでください。", {"office": "庁舎を選んでください。"})
    return OpeningCalendar(office, title, openings.list_entries(office), _holiday)


def _detail(entry: Entry) -> dict[str, str]:
    return {
        "office": entry.office, "kind": entry.kind, "first": entry.first.isoformat(),
        "last": entry.last.isoformat() if entry.last else "", "hours": entry.hours.text if entry.hours else "",
    }  # fmt: skip


def _entry(entered: EntryInput, today: date) -> Entry:
    """The entry that was typed. Raises Invalid."""
    wrong: dict[str, str] = {}
    if entered.kind not in set(EntryKind):
        wrong["kind"] = "何を登録するかを選んでください。"
    _check_period(entered, today, wrong)
    hours = None
    if entered.kind != EntryKind.CLOSED:
        hours = _hours(entered, wrong)
    reason = entered.reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        wrong["reason"] = f"理由を{LONGEST_REASON}文字以内で入力してください（例: 繁忙期の延長）。"
    if wrong or entered.first is None:
        raise Invalid("入力内容を確認してください。", wrong)
    kind = EntryKind(entered.kind)
    return Entry(
        opaque_id(), entered.office, kind, entered.first, None if entered.goes_on else entered.last or entered.first,
        reason, hours, entered.weekdays, entered.counts and kind is EntryKind.OPEN,
    )  # fmt: skip


def _check_period(entered: EntryInput, today: date, wrong: dict[str, str]) -> None:
    if entered.first is None:
        wrong["first"] = "始まりの日を入力してください（例: R9.3.29）。"
        return
    last = entered.last or entered.first
    if not today.replace(day=1) - _LONGEST_PERIOD <= entered.first <= today + _LONGEST_PERIOD * YEARS_AHEAD:
        wrong["first"] = f"1年前から{YEARS_AHEAD}年先までの日を入力してください。"
    elif entered.goes_on and entered.kind != EntryKind.HOURS:
        wrong["last"] = "終わりのない登録ができるのは、開庁時間の変更だけです。終わりの日を入力してください。"
    elif not entered.goes_on and last < entered.first:
        wrong["last"] = "終わりの日が始まりの日より前です。"
    elif not entered.goes_on and last - entered.first > _LONGEST_PERIOD:
        wrong["last"] = "期間は1年以内にしてください。"


def _hours(entered: EntryInput, wrong: dict[str, str]) -> Hours | None:
    if entered.opens is None or entered.closes is None:
        name = "opens" if entered.opens is None else "closes"
        wrong.setdefault(name, "時刻を入力してください（例: 8:30、0830）。")
        return None
    if entered.opens >= entered.closes:
        wrong["closes"] = f"閉じる時刻は{entered.opens.hour}:{entered.opens.minute:02}より後にしてください。"
    return Hours(entered.opens, entered.closes)


def _check_against(entry: Entry, calendar: OpeningCalendar) -> None:
    """Raises Invalid for an entry that changes nothing, contradicts another or leaves no open day for deadlines."""
    days = list(entry.list_days(entry.first + _LONGEST_PERIOD))
    by_rule = {day: calendar.closed_by_rule(day) for day in days}
    if entry.kind is EntryKind.OPEN and not any(by_rule.values()):
        text = "この期間は、もともと開庁日です。時間だけを変えるときは「開庁時間の変更」を選んでください。"
        raise Invalid(text, {"kind": text})
    if entry.kind is not EntryKind.OPEN and all(by_rule.values()):
        closed = next(iter(by_rule.values()), "")
        why = f"（{closed}）" if closed else "（選んだ曜日がありません）"
        text = f"この期間は、もともとすべて閉庁日です{why}。開けるときは「臨時開庁」を選んでください。"
        raise Invalid(text, {"kind": text})
    other = contradicting(entry, calendar.entries)
    if other is not None:
        text = f"同じ日に別の登録があります：{describe(other)}。先にその登録を取り消してください。"
        raise Invalid(text, {"first": text})
    _check_closed_run(entry, replace(calendar, entries=(*calendar.entries, entry)))


def _check_closed_run(entry: Entry, calendar: OpeningCalendar) -> None:
    margin = timedelta(days=MOST_CLOSED_DAYS + 1)
    last = entry.last or entry.first + _LONGEST_PERIOD
    run = longest_closed(calendar, entry.first - margin, last + margin)
    if run > MOST_CLOSED_DAYS:
        text = f"閉庁日が{run}日続くため登録できません。期限の末日を決められるよう、{MOST_CLOSED_DAYS}日以内にしてください。"
        raise Invalid(text, {"last": text})


def describe(entry: Entry) -> str:
    """An entry in one line: kind, period, weekdays, hours, reason."""
    if entry.last is None:
        period = f"{format_wareki_day(entry.first)}から"
    elif entry.last == entry.first:
        period = format_wareki_day(entry.first)
    else:
        period = f"{format_wareki_day(entry.first)}～{format_wareki_day(entry.last)}"
    weekdays = f" {'・'.join(WEEKDAYS[day] for day in sorted(entry.weekdays))}曜" if entry.weekdays else ""
    hours = f" {entry.hours.text}" if entry.hours else ""
    return f"{KIND_LABELS[entry.kind]} {period}{weekdays}{hours}「{entry.reason}」"
