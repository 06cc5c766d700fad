"""操作ログ (M-17): who did what to whom and when, the record of one resident's data, the weekly sheet, and the hand-over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.admin.blueprint import bp
from app.domain.authority import ACTOR_KINDS
from app.domain.dates import DateProblem, parse_day, today_in_japan
from app.domain.errors import Invalid
from app.domain.misuse import RULE_TEXTS
from app.operations import counters, misuse, record_files, record_reading
from app.web.access import current_actor
from app.web.pages import HOME, Action, Page, go, show
from app.web.tables import csv_response, zip_response

FIELDS = ("staff", "kind", "person", "case_number", "action", "counter")
LONGEST = 60
_RECORD = Action("操作ログへ", "F3", "link", "/admin/record")
_PERSON_DAYS = 366


@bp.get("/admin/record")
def record() -> Response:
    return _page({}, {})


@bp.post("/admin/record/find")
def find_record() -> Response:
    """A search is a POST: whom it was for stays out of addresses."""
    form, wrong = request.form, dict[str, str]()
    since, until = _period(form, wrong, 0)
    before = form.get("before", "")
    try:
        if wrong:
            raise Invalid("期間を確認してください。", wrong)
        last = int(before) if before.isdecimal() and len(before) <= 18 else 0
        found = record_reading.find(since, until, _texts(form), last, current_actor())
    except Invalid as problem:
        return _page(form, problem.fields, status=422)
    return _page(form, {}, found=found, since=since, until=until)


@bp.post("/admin/record/words")
def record_words() -> Response:
    """What was typed into one search."""
    text = request.form.get("entry", "")
    entry, words, names = record_reading.open_words(
        int(text) if text.isdecimal() and len(text) <= 18 else 0, current_actor()
    )
    return show(
        "admin/record_words.html", Page("検索語"), entry=entry, words=words, names=names, actions=[_RECORD]
    )


@bp.post("/admin/record/file.zip")
def record_file() -> BaseResponse:
    """The rows of a period with field guide and manifest."""
    form, wrong = request.form, dict[str, str]()
    since, until = _period(form, wrong, 0)
    try:
        if wrong:
            raise Invalid("期間を確認してください。", wrong)
        data = record_files.hand_over(since, until, current_actor())
    except Invalid as problem:
        return _page(form, problem.fields, status=422)
    return zip_response(data, f"record-{since:%Y%m%d}-{until:%Y%m%d}.zip")


@bp.get("/admin/record/person")
def record_person() -> Response:
    return _person_page({}, {})


@bp.post("/admin/record/person")
def find_record_person() -> Response:
    form, wrong = request.form, dict[str, str]()
    since, until = _period(form, wrong, _PERSON_DAYS)
    try:
        if wrong:
            raise Invalid("期間を確認してください。", wrong)
        found = record_reading.of_person(_person(form), since, until, current_actor())
    except Invalid as problem:
        return _person_page(form, problem.fields, status=422)
    return _person_page(form, {}, found=found, since=since, until=until)


@bp.post("/admin/record/person/file.csv")
def record_person_file() -> BaseResponse:
    """The same for the resident or his case file; staff by name only where that is chosen."""
    form, wrong = request.form, dict[str, str]()
    since, until = _period(form, wrong, _PERSON_DAYS)
    try:
        if wrong:
            raise Invalid("期間を確認してください。", wrong)
        found = record_reading.of_person(_person(form), since, until, current_actor(), file=True)
    except Invalid as problem:
        return _person_page(form, problem.fields, status=422)
    rows = record_reading.rows_of(found, with_staff=bool(form.get("with_staff")))
    return csv_response(f"access-record-{today_in_japan():%Y%m%d}.csv", record_reading.HEADS, rows)


@bp.get("/admin/record/week")
def record_week() -> Response:
    return _week_page()


@bp.post("/admin/record/week/file.csv")
def record_week_file() -> Response:
    """The sheet with columns for what the supervisor found out."""
    sheet = misuse.weekly_sheet(_week(request.form), current_actor(), file=True)
    return csv_response(f"weekly-sheet-{sheet.monday:%Y%m%d}.csv", misuse.HEADS, sheet.rows())


@bp.post("/admin/record/watch")
def record_watch() -> BaseResponse:
    """Put somebody on the list of those to watch over, or take him off."""
    form, actor = request.form, current_actor()
    if form.get("ended"):
        misuse.end_watched(form["ended"], actor)
        return go(url_for("admin.record_week"))
    try:
        misuse.add_watched(
            form.get("number", "").strip(), form.get("kind", ""), form.get("reason", ""), actor
        )
    except Invalid as problem:
        return _week_page(form, problem.fields, 422)
    return go(url_for("admin.record_week"))


def _texts(form: Mapping[str, str]) -> dict[str, str]:
    return {name: form.get(name, "").strip()[:LONGEST] for name in FIELDS}


def _person(form: Mapping[str, str]) -> str:
    return form.get("person", "").strip()[:LONGEST]


def _period(form: Mapping[str, str], wrong: dict[str, str], days: int) -> tuple[date, date]:
    """The days as typed; without the first so many days before today, without the second today."""
    today = today_in_japan()
    since = _day(form, "since", today - timedelta(days=days), wrong)
    until = _day(form, "until", today, wrong)
    if not wrong and since > until:
        wrong["until"] = "期間の終わりが始まりより前です。日付を入れ替えてください。"
    return since, until


def _day(form: Mapping[str, str], name: str, default: date, wrong: dict[str, str]) -> date:
    text = form.get(name, "").strip()
    if not text:
        return default
    try:
        return parse_day(text, today=today_in_japan())
    except DateProblem as problem:
        wrong[name] = problem.message
        return default


def _week(sent: Mapping[str, str]) -> date:
    """The day that was sent; last week without one."""
    try:
        return date.fromisoformat(sent.get("day", ""))
    except ValueError:
        return today_in_japan() - timedelta(days=7)


def _page(form: Mapping[str, str], errors: Mapping[str, str], *, status: int = 200, **found: Any) -> Response:
    return show(
        "admin/record.html", Page("操作ログ", _announced(found)), status=status, form=form, errors=errors,
        counters=counters.list_all(), events=record_reading.events(), sealing=record_reading.sealing(),
        kinds=ACTOR_KINDS, words=record_reading.words(),
        kept={name: form.get(name, "") for name in (*FIELDS, "since", "until")}, actions=[HOME],
        **{"found": None, **found},
    )  # fmt: skip


def _person_page(
    form: Mapping[str, str], errors: Mapping[str, str], *, status: int = 200, **found: Any
) -> Response:
    return show(
        "admin/record_person.html", Page("住民ごとのアクセス記録", _announced(found)), status=status, form=form, errors=errors,
        kept={name: form.get(name, "") for name in ("person", "since", "until")}, kinds=ACTOR_KINDS,
        most=record_reading.MOST_OF_PERSON, words=record_reading.words(), actions=[_RECORD], **{"found": None, **found},
    )  # fmt: skip


def _announced(found: Mapping[str, Any]) -> str | None:
    return f"{len(found['found'].entries)}件見つかりました" if found else None


def _week_page(
    form: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    sheet = misuse.weekly_sheet(_week(request.args), current_actor())
    last = sheet.monday + timedelta(days=7)
    return show(
        "admin/record_week.html", Page("点検の週報"), status=status, sheet=sheet, rules=RULE_TEXTS,
        watched=misuse.watched(), watch_kinds=misuse.KINDS, form=form or {}, errors=errors or {},
        before=sheet.monday - timedelta(days=7), after=last if last <= today_in_japan() else None, actions=[_RECORD],
    )  # fmt: skip
