"""The opening calendar (開庁暦, M-19): months of an office, what differs in them, and how deadlines are counted with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.dates import DateProblem, format_wareki, parse_day, today_in_japan
from app.domain.errors import Invalid, NotFound
from app.domain.opening import KIND_LABELS, WEEKDAYS, parse_time
from app.operations import calendar, deadlines
from app.web.access import current_actor
from app.web.pages import WHOLE, Action, Page, go, show

bp = Blueprint("calendar", __name__)
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEARS = (1900, 2199)
BACK = Action("管理へ戻る", "F3", "link", "/admin")


@bp.get("/admin/calendar")
def index() -> BaseResponse:
    today = today_in_japan()
    office = calendar.of_counter(current_actor().counter).office
    return _page(office, today.year, today.month)


@bp.get("/admin/calendar/<office>/<month>")
def month(office: str, month: str) -> BaseResponse:
    return _page(office, *_read_month(month))


@bp.post("/admin/calendar/<office>/<month>")
def add(office: str, month: str) -> BaseResponse:
    year, number = _read_month(month)
    try:
        entry = calendar.add(_read_entry(office, request.form), current_actor(), today_in_japan())
    except Invalid as wrong:
        errors = wrong.fields or {"kind": wrong.message}
        return _page(office, year, number, form=request.form, errors=errors, status=422)
    return go(url_for("calendar.month", office=office, month=month, changed=entry))


@bp.post("/admin/calendar/<office>/<month>/entries/<entry>")
def change(office: str, month: str, entry: str) -> BaseResponse:
    year, number = _read_month(month)
    act = calendar.restore if request.form.get("change") == "restore" else calendar.withdraw
    try:
        act(entry, current_actor())
    except Invalid as wrong:
        return _page(office, year, number, errors={"entries": wrong.message}, status=422)
    return go(url_for("calendar.month", office=office, month=month, changed=entry))


@bp.post("/admin/calendar/<office>/<month>/deadline")
def count(office: str, month: str) -> BaseResponse:
    year, number = _read_month(month)
    form = request.form
    try:
        day = parse_day(form.get("base", ""), today=today_in_japan(), future=True)
        counted = deadlines.try_rule(office, form.get("rule", ""), day)
    except DateProblem as problem:
        return _page(office, year, number, count_form=form, count_error=problem.message, status=422)
    except Invalid as wrong:
        return _page(office, year, number, count_form=form, count_error=wrong.message, status=422)
    return _page(office, year, number, count_form=form, counted=counted)


def _page(
    office: str, year: int, number: int, *, form: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None,
    count_form: Mapping[str, str] | None = None, counted: tuple[str, str] | None = None,
    count_error: str = "", status: int = 200,
) -> Response:  # fmt: skip
    found = calendar.of_office(office)
    earlier, later = (_neighbour(year, number, step) for step in (-1, 1))
    lines = calendar.list_lines(office)
    changed = next((line for line in lines if line.recorded.entry.id == request.args.get("changed")), None)
    context: dict[str, Any] = {
        "office": office, "offices": calendar.list_offices(), "month": f"{year:04}-{number:02}", "earlier": earlier,
        "later": later, "weeks": calendar.month(found, year, number), "today": today_in_japan(), "weekdays": WEEKDAYS,
        "title": f"{format_wareki(date(year, number, 1)).removesuffix('1日')}（{year}年）", "year": year,
        "closed": calendar.closed_days(found, year), "lines": lines, "changed": changed, "describe": calendar.describe,
        "kinds": KIND_LABELS, "rules": deadlines.list_rules(), "counted": counted, "count_error": count_error,
        "last_year": calendar.last_year(today_in_japan()),
    }  # fmt: skip
    return show(
        "admin/calendar.html", Page("開庁日"), status=status, block="counted" if counted or count_error else WHOLE,
        push=request.path if request.method == "GET" else None, form=form or _blank(), picked=request.form.getlist("weekdays"),
        count_form=count_form or {}, errors=errors or {}, actions=_actions(office, earlier, later), **context,
    )  # fmt: skip


def _actions(office: str, earlier: str | None, later: str | None) -> list[Action]:
    steps = (("前の月", earlier, "Alt+B"), ("次の月", later, "Alt+N"))
    links = [
        Action(label, None, "link", url_for("calendar.month", office=office, month=at), alt=key)
        for label, at, key in steps
        if at
    ]
    return [BACK, *links, Action("登録する", "F12", "submit", "entry", primary=True, alt="Ctrl+Enter")]


def _blank() -> dict[str, str]:
    """An empty form; a day that was chosen in the month stands as its first day."""
    day = request.args.get("day", "")
    try:
        first = format_wareki(date.fromisoformat(day)) if day else ""
    except ValueError:
        first = ""
    return {"first": first}


def _read_month(text: str) -> tuple[int, int]:
    match = _MONTH.fullmatch(text)
    year, number = (int(part) for part in match.groups()) if match else (0, 0)
    if not _YEARS[0] <= year <= _YEARS[1] or not 1 <= number <= 12:
        raise NotFound("この月はありません。画面を開き直してください。")
    return year, number


def _neighbour(year: int, number: int, step: int) -> str | None:
    years, month = divmod(year * 12 + number - 1 + step, 12)
    return f"{years:04}-{month + 1:02}" if _YEARS[0] <= years <= _YEARS[1] else None


def _read_entry(office: str, form: Any) -> calendar.EntryInput:
    wrong: dict[str, str] = {}
    first, last = (_read_day(form, name, wrong) for name in ("first", "last"))
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
    return calendar.EntryInput(
        office=office, kind=form.get("kind", ""), first=first, last=last, goes_on=bool(form.get("goes_on")),
        opens=parse_time(form.get("opens", "")), closes=parse_time(form.get("closes", "")),
        weekdays=frozenset(int(day) for day in form.getlist("weekdays") if day in set("0123456")),
        counts=bool(form.get("counts")), reason=form.get("reason", ""),
    )  # fmt: skip


def _read_day(form: Mapping[str, str], name: str, wrong: dict[str, str]) -> date | None:
    text = form.get(name, "")
    if not text.strip():
        return None
    try:
        return parse_day(text, today=today_in_japan(), future=True)
    except DateProblem as problem:
        wrong[name] = problem.message
        return None
