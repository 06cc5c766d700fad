"""Replay of past cases (過去の受付での試行, M-06): asked for, watched, stopped, read by procedure and by case, exported."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.admin.blueprint import bp
from app.admin.examples import show_list
from app.admin.pages import back_from
from app.admin.simulator import read_day
from app.domain.case import KIND_LABELS
from app.domain.dates import format_wareki, today_in_japan
from app.domain.errors import Invalid
from app.domain.list_difference import CHANGE_LABELS
from app.domain.trials import TRIAL_STATE_LABELS, TrialKind, change_of
from app.operations import trials, tried_content
from app.web.access import current_actor
from app.web.pages import WHOLE, Action, Page, go, show
from app.web.tables import csv_response

TITLE = "過去の受付での試行"
HEADS = ("受付番号", "用件", "手続き", "違い", "対象の方（公開中の版）", "対象の方（試す業務定義）", "理由")


@bp.get("/admin/replay")
def replays() -> Response:
    return _replays(request.args)


@bp.post("/admin/replay")
def start_replay() -> BaseResponse:
    form = request.form
    try:
        since, until = read_day(form, "since"), read_day(form, "until")
        judged_on = read_day(form, "judged_on") if form.get("judged_on", "").strip() else None
        trial = trials.start_replay(form.get("of", ""), current_actor(), since, until, judged_on)
    except Invalid as wrong:
        return _replays(form, wrong)
    return go(url_for("admin.replay", trial=trial))


def _replays(form: Mapping[str, str], wrong: Invalid | None = None) -> Response:
    choices = tried_content.list_choices()
    source = form.get("of") or choices[0].source
    since, until = trials.usual_period(today_in_japan())
    starts = tried_content.starts_on(source)
    return show(
        "admin/replays.html", Page(TITLE), status=422 if wrong else 200, push=request.path, form=form,
        errors=(wrong.fields or {"of": wrong.message}) if wrong else {}, source=source,
        choices=[(one.source, one.title) for one in choices], since=format_wareki(since), until=format_wareki(until),
        judged_on=format_wareki(starts) if starts else "", cases=trials.count_cases(since, until),
        made=trials.list_replays(), states=TRIAL_STATE_LABELS, titles=tried_content.titles(),
        actions=[
            back_from(source),
            Action("試行を始める", "F12", "submit", "start", primary=True, alt="Ctrl+Enter"),
        ],
    )  # fmt: skip


@bp.get("/admin/replay/<trial>")
def replay(trial: str) -> Response:
    return show_replay(trial, request.args.get("procedure", ""))


def show_replay(trial: str, procedure: str = "", block: str = WHOLE) -> Response:
    """The results of a replay, or the part of them that changes while it runs."""
    report = trials.replay_report(trial, procedure)
    actions = [Action("試行の一覧へ", "F3", "link", url_for("admin.replays", of=report.trial.source))]
    if report.trial.found:
        actions.append(
            Action("CSVに書き出す", None, "link", url_for("admin.replay_csv", trial=trial), alt="Alt+E")
        )
    return show(
        "admin/replay.html", Page(TITLE), block=block, report=report, trial=report.trial, procedure=procedure,
        push=url_for("admin.replay", trial=trial, procedure=procedure or None) if request.method == "GET" else None,
        kinds=KIND_LABELS, changes=CHANGE_LABELS, change_of=change_of, states=TRIAL_STATE_LABELS,
        titles={one.code: one.title for one in report.procedures}, actions=actions,
    )  # fmt: skip


@bp.get("/admin/replay/<trial>/differences.csv")
def replay_csv(trial: str) -> Response:
    report = trials.export_replay(trial, current_actor())
    titles = {one.code: one.title for one in report.procedures}
    lines = ((line, change_of(line.result)) for line in report.lines)
    rows = [
        (
            line.key, KIND_LABELS.get(line.result["event"], line.result["event"]), titles.get(one.procedure, one.procedure),
            CHANGE_LABELS[one.change], one.before, one.after, one.because,
        )
        for line, one in lines
    ]  # fmt: skip
    return csv_response("replay.csv", HEADS, rows)


@bp.post("/admin/trials/<trial>/advance")
def advance_trial(trial: str) -> BaseResponse:
    """The next part of a running trial; the page asks for it again as long as it runs."""
    now = trials.advance(trial)
    if now.kind is TrialKind.EXAMPLES:
        return (
            show_list(now.source, block="results")
            if request.headers.get("HX-Request")
            else go(url_for("admin.examples", of=now.source))
        )
    if not request.headers.get("HX-Request"):
        return go(url_for("admin.replay", trial=trial))
    return show_replay(trial, request.form.get("procedure", ""), block="results")


@bp.post("/admin/trials/<trial>/stop")
def stop_trial(trial: str) -> BaseResponse:
    trials.stop(trial, current_actor())
    return _back_to(trial)


@bp.post("/admin/trials/<trial>/resume")
def resume_trial(trial: str) -> BaseResponse:
    trials.resume(trial, current_actor())
    return _back_to(trial)


def _back_to(trial: str) -> BaseResponse:
    now = trials.get(trial)
    if now.kind is TrialKind.EXAMPLES:
        return go(url_for("admin.examples", of=now.source))
    return go(url_for("admin.replay", trial=trial))
