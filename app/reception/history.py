"""The ledger (対応履歴) and what can be resumed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import CHANNEL_LABELS, KIND_LABELS, PROCEDURE_STATE_LABELS, STATE_LABELS
from app.domain.dates import DateProblem, parse_day, today_in_japan
from app.domain.errors import Invalid
from app.operations import counters, ledger, packs
from app.reception.blueprint import bp
from app.reception.frame import step_url
from app.web.access import current_actor
from app.web.pages import HOME, Action, Page, go, show

DEFAULT_DAYS = 7
BACK = Action("対応履歴へ戻る", None, "link", "/history", alt="Alt+R")
LABELS: dict[str, Any] = {"kinds": KIND_LABELS, "states": STATE_LABELS, "channels": CHANNEL_LABELS}

_LONGEST_NUMBER = 80


@bp.get("/history")
def history() -> Response:
    today = today_in_japan()
    return _list(ledger.LedgerFilter(today - timedelta(days=DEFAULT_DAYS), today), {})


@bp.post("/history")
def search_history() -> BaseResponse:
    form, wrong = request.form, dict[str, str]()
    since = _day(form, "since", today_in_japan() - timedelta(days=DEFAULT_DAYS), wrong)
    until = _day(form, "until", today_in_japan(), wrong)
    if wrong:
        return _page((), False, form, wrong, 422)
    wanted = ledger.LedgerFilter(
        since=since, until=until, number=form.get("number", "").strip(), person=form.get("person", "").strip(),
        counter=form.get("counter", ""), kind=form.get("kind", ""), state=form.get("state", ""),
    )  # fmt: skip
    return _list(wanted, form)


@bp.get("/history/<number>")
def history_detail(number: str) -> Response:
    found = ledger.detail(number, current_actor())
    pack = packs.of_case(found.case)
    return show(
        "reception/history_detail.html", Page("対応の詳細"), found=found, case=found.case, pack=pack,
        stopped=found.withheld, procedure_states=PROCEDURE_STATE_LABELS, actions=[BACK, HOME], **LABELS,
    )  # fmt: skip


@bp.get("/resume")
def resumable() -> Response:
    return _resumable()


@bp.post("/resume")
def resume_by_number() -> BaseResponse:
    """Go on with the case whose number was typed, or read by a scanner from the guide sheet."""
    typed = request.form.get("number", "")
    try:
        case_id, step = ledger.resume_by_number(typed, current_actor())
    except Invalid as wrong:
        return _resumable(wrong.fields, typed[:_LONGEST_NUMBER], 422)
    return go(step_url(case_id, step))


def _resumable(errors: Mapping[str, str] | None = None, typed: str = "", status: int = 200) -> Response:
    return show(
        "reception/resumable.html", Page("再開できる受付"), status=status, lines=ledger.resumable(current_actor()),
        errors=errors or {}, typed=typed, actions=[HOME], **LABELS,
    )  # fmt: skip


def _list(wanted: ledger.LedgerFilter, form: dict[str, str]) -> Response:
    lines, more = ledger.find(wanted, current_actor())
    return _page(lines, more, form, {}, 200)


def _page(
    lines: tuple[ledger.LedgerLine, ...],
    more: bool,
    form: dict[str, str],
    errors: dict[str, str],
    status: int,
) -> Response:
    announce = f"{len(lines)}件見つかりました" if request.method == "POST" else None
    return show(
        "reception/history.html", Page("対応履歴", announce), status=status, lines=lines, more=more, form=form,
        errors=errors, counters=counters.list_all(), actions=[HOME], **LABELS,
    )  # fmt: skip


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
