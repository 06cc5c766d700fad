"""The ledger (対応履歴)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.authority import Right
from app.domain.case import CHANNEL_LABELS, KIND_LABELS, MEMO_LABELS, PROCEDURE_STATE_LABELS, STATE_LABELS
from app.domain.dates import DateProblem, format_western, in_japan, parse_day, today_in_japan
from app.domain.errors import Invalid
from app.domain.relations import TIES
from app.operations import cases, counters, ledger, packs
from app.reception.blueprint import bp
from app.reception.frame import MEMO
from app.reception.guard import carry_stamp
from app.web.access import current_actor
from app.web.open_screens import watch
from app.web.pages import HOME, Action, Page, go, show
from app.web.tables import csv_response

DEFAULT_DAYS = 7
WIDER = (30, 365)
"""The periods in days that are offered when nothing was found."""

BACK = Action("対応履歴へ戻る", "F3", "link", "/history", alt="Alt+R")
BACK_HERE = "history"
"""Where a memo that was written in the history leads back to."""

LABELS: dict[str, Any] = {
    "kinds": KIND_LABELS, "states": STATE_LABELS, "channels": CHANNEL_LABELS, "memo_kinds": MEMO_LABELS,
    "ties": TIES,
}  # fmt: skip

_LONGEST_NUMBER = 80
_FIELDS = ("number", "person", "counter", "staff", "kind", "procedure", "state", "channel")
_HEADS = ("受付番号", "受付日", "受付時刻", "用件", "対象者", "対象者数", "窓口", "職員", "受付方法", "状態")


@bp.get("/history")
def history() -> Response:
    today = today_in_japan()
    return _list(ledger.LedgerFilter(today - timedelta(days=DEFAULT_DAYS), today), {})


@bp.post("/history")
def search_history() -> BaseResponse:
    form, wrong = request.form, dict[str, str]()
    wanted = _wanted(form, wrong)
    if wrong:
        return _page(wanted, (), False, form, wrong, 422)
    return _list(wanted, form)


@bp.post("/history/csv")
def export_history() -> BaseResponse:
    """What the filter finds as a file."""
    form, wrong = request.form, dict[str, str]()
    wanted = _wanted(form, wrong)
    try:
        if wrong:
            raise Invalid("期間を確認してください。", wrong)
        lines = ledger.export(wanted, current_actor())
    except Invalid as problem:
        return _page(wanted, (), False, form, problem.fields, 422)
    rows = (
        (
            line.number, format_western(in_japan(line.opened_at).date()), f"{in_japan(line.opened_at):%H:%M}",
            KIND_LABELS[line.kind] if line.kind else "", line.name, line.people, line.counter, line.staff,
            CHANNEL_LABELS[line.channel], STATE_LABELS[line.state],
        )
        for line in lines
    )  # fmt: skip
    return csv_response(f"taiou-rireki-{today_in_japan():%Y%m%d}.csv", _HEADS, rows)


def _wanted(form: Mapping[str, str], wrong: dict[str, str]) -> ledger.LedgerFilter:
    """The filter as it was typed; what cannot be read goes into ``wrong``."""
    today = today_in_japan()
    wider = form.get("wider", "")
    if wider.isdecimal() and int(wider[:3]) in WIDER:
        since, until = today - timedelta(days=int(wider[:3])), today
    else:
        since = _day(form, "since", today - timedelta(days=DEFAULT_DAYS), wrong)
        until = _day(form, "until", today, wrong)
    if since > until:
        wrong["until"] = "期間の終わりが始まりより前です。日付を入れ替えてください。"
    start = form.get("start", "")
    texts = {name: form.get(name, "").strip()[:_LONGEST_NUMBER] for name in _FIELDS}
    passed = int(start) if start.isdecimal() and len(start) <= 5 and not wider else 0
    return ledger.LedgerFilter(since=since, until=until, start=passed, **texts)


@bp.get("/history/<number>")
def history_detail(number: str) -> Response:
    return _detail(number)


def after_memo(case_id: str, wrong: Invalid | None) -> BaseResponse:
    """Back to the history after a memo, or the same page with what has to be mended in it."""
    number = cases.number_of(case_id)
    if wrong is None:
        return go(url_for("reception.history_detail", number=number))
    return _detail(number, wrong, 422)


def _detail(number: str, wrong: Invalid | None = None, status: int = 200) -> Response:
    actor = current_actor()
    page = request.args.get("page", "1")
    page_number = max(int(page), 1) if page.isdecimal() and len(page) <= 4 else 1
    looks = "looks" in request.args
    found = ledger.detail(number, actor, page_number, looks=looks)
    writes = actor.may(Right.RECEIVE) and not found.withheld
    if not found.withheld:
        carry_stamp(found.case)
        watch(person.number for person in found.case.persons)
    return show(
        "reception/history_detail.html", Page("対応の詳細"), status=status, found=found, case=found.case,
        pack=packs.of_case(found.case), stopped=found.withheld, procedure_states=PROCEDURE_STATE_LABELS, page_number=page_number,
        looks=looks, writes=writes, phrases=cases.memo_phrases(actor) if writes else (),
        actions=[BACK, *([MEMO] if writes else [])], errors=wrong.fields if wrong else {},
        memo=request.form if wrong else None, **LABELS,
    )  # fmt: skip


def _list(wanted: ledger.LedgerFilter, form: Mapping[str, str]) -> Response:
    lines, more = ledger.find(wanted, current_actor())
    return _page(wanted, lines, more, form, {}, 200)


def _page(
    wanted: ledger.LedgerFilter,
    lines: tuple[ledger.LedgerLine, ...],
    more: bool,
    form: Mapping[str, str],
    errors: Mapping[str, str],
    status: int,
) -> Response:
    actor = current_actor()
    announce = f"{len(lines)}件見つかりました" if request.method == "POST" and not errors else None
    # What was searched for, for the buttons that go on from here; days that were not typed as they were counted.
    kept = {name: form.get(name, "") for name in _FIELDS}
    kept |= {"since": _iso(form, "since", wanted.since), "until": _iso(form, "until", wanted.until)}
    return show(
        "reception/history.html", Page("対応履歴", announce), status=status, lines=lines, more=more, form=form, wanted=wanted,
        errors=errors, counters=counters.list_all(), staff=ledger.staff_choices(actor), kept=kept,
        procedures=packs.current().pack.procedures, wider=[days for days in WIDER if (wanted.until - wanted.since).days < days],
        may_export=actor.may(Right.EXPORT_HISTORY), actions=[HOME], **LABELS,
    )  # fmt: skip


def _iso(form: Mapping[str, str], name: str, day: date) -> str:
    return form.get(name, "") if name in form and not form.get("wider") else day.isoformat()


def _day(form: Mapping[str, str], name: str, default: date, wrong: dict[str, str]) -> date:
    """The day typed into a field; the default for an empty one, and for one that goes into ``wrong``."""
    text = form.get(name, "")
    if not text.strip():
        return default
    try:
        return parse_day(text, today=today_in_japan(), future=True)
    except DateProblem as problem:
        wrong[name] = problem.message
        return default
