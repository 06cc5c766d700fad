"""The page データ連携 (M-15): every data set with its last file, jobs, decisions, holds, and the rows that were left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, make_response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.admin.blueprint import bp
from app.domain.disclosure import UNNAMED
from app.domain.errors import Conflict, Invalid
from app.domain.feed_jobs import (
    ALL_SETS,
    EXAMPLE_LABELS,
    EXAMPLES,
    FILE_KIND_LABELS,
    FILE_STATE_LABELS,
    JOB_KIND_LABELS,
    JOB_STATE_LABELS,
    MAX_REJECTS,
    FileState,
    JobFile,
    Reject,
)
from app.operations import feed_board, feed_desk, feed_details
from app.web.access import current_actor
from app.web.pages import Action, Page, go, show
from app.web.tables import csv_response

LABELS: dict[str, Any] = {
    "job_kinds": JOB_KIND_LABELS, "job_states": JOB_STATE_LABELS, "file_states": FILE_STATE_LABELS,
    "file_kinds": FILE_KIND_LABELS, "example_kinds": EXAMPLE_LABELS,
    "alarm_percent": feed_board.ALARM_PERCENT, "fewest_of_difference": feed_board.FEWEST_OF_DIFFERENCE,
}  # fmt: skip
REJECT_HEADS = ("ファイル", "行", "項目", "読み取った値", "期待")


def _back() -> list[Action]:
    return [Action("データ連携へ", "F3", "link", url_for("admin.links"))]


@bp.get("/admin/links")
def links() -> Response:
    return _links()


def _links(status: int = 200, error: str = "", reason: str = "") -> Response:
    board = feed_board.read()
    return show(
        "admin/links.html", Page("データ連携"), status=status, push=url_for("admin.links"), board=board,
        names=_names(board), titles=feed_board.titles(), error=error, reason=reason, **LABELS,
        actions=[
            Action("管理へ", "F3", "link", url_for("admin.index")),
            Action("いま取り込む", None, "post", url_for("admin.run_links"), alt="Alt+T"),
        ],
    )  # fmt: skip


def _names(board: feed_board.Board) -> dict[str, str]:
    holders = [board.hold.staff_id] if board.hold else []
    return feed_board.staff_names(*(job.asked_by for job in board.jobs), *holders)


@bp.get("/admin/links/rows")
def link_rows() -> Response:
    """The changing part of the page; nothing when it is as the browser has it."""
    board = feed_board.read()
    if request.args.get("seen") == board.mark:
        return make_response("", 204)
    return show(
        "admin/links.html", Page("データ連携"), block="rows", board=board, names=_names(board),
        titles=feed_board.titles(), error="", reason="", **LABELS,
    )  # fmt: skip


@bp.post("/admin/links/run")
def run_links() -> BaseResponse:
    feed_desk.run_now(current_actor())
    return go(url_for("admin.links"))


@bp.get("/admin/links/sets/<data_set>")
def link(data_set: str) -> Response:
    return _link(data_set)


def _link(data_set: str, status: int = 200, error: str = "", reason: str = "") -> Response:
    detail = feed_board.read_link(data_set)
    held = detail.link.hold
    return show(
        "admin/link.html", Page(f"データ連携：{detail.link.title}"), status=status, detail=detail, error=error,
        reason=reason, names=feed_board.staff_names(*([held.staff_id] if held else [])), measures=feed_board.MEASURES,
        shown_rejects=feed_board.SHOWN_REJECTS, is_compared=feed_details.is_compared, actions=_back(), **LABELS,
    )  # fmt: skip


@bp.post("/admin/links/sets/<data_set>/hold")
def hold_link(data_set: str) -> BaseResponse:
    reason = request.form.get("reason", "")
    try:
        feed_desk.hold(data_set, reason, current_actor())
    except Invalid as problem:
        shown = _links if data_set == ALL_SETS else lambda *words: _link(data_set, *words)
        return shown(422, problem.message, reason)
    return _go_to(data_set)


@bp.post("/admin/links/sets/<data_set>/release")
def release_link(data_set: str) -> BaseResponse:
    feed_desk.release(data_set, current_actor())
    return _go_to(data_set)


@bp.post("/admin/links/sets/<data_set>/check")
def check_held_link(data_set: str) -> BaseResponse:
    feed_desk.check_held(data_set, current_actor())
    return go(url_for("admin.links"))


def _go_to(data_set: str) -> BaseResponse:
    return go(url_for("admin.links") if data_set == ALL_SETS else url_for("admin.link", data_set=data_set))


@bp.get("/admin/links/sets/<data_set>/rejects.csv")
def link_rejects(data_set: str) -> Response:
    return _rejects_csv(f"rejects-{data_set}.csv", feed_board.export_rejects(data_set, current_actor()))


def _rejects_csv(name: str, rows: Iterable[Reject]) -> Response:
    return csv_response(name, REJECT_HEADS, ((r.file, r.line, r.column, r.read, r.expected) for r in rows))


@bp.get("/admin/links/jobs/<job_id>")
def link_job(job_id: str) -> Response:
    job = feed_board.read_job(job_id)
    return show(
        "admin/link_job.html",
        Page("データ連携：ジョブ"),
        job=job,
        names=feed_board.staff_names(job.asked_by),
        titles=feed_board.titles(),
        actions=_back(),
        **LABELS,
    )


@bp.post("/admin/links/jobs/<job_id>/again")
def run_link_job_again(job_id: str) -> BaseResponse:
    feed_desk.run_again(job_id, current_actor())
    return go(url_for("admin.links"))


@bp.post("/admin/links/jobs/<job_id>/stop")
def stop_link_job(job_id: str) -> BaseResponse:
    feed_desk.stop(job_id, current_actor())
    return go(url_for("admin.links"))


@bp.get("/admin/links/files/<file_id>")
def link_file(file_id: str) -> Response:
    """A file that waits for a decision or was refused, with what it would change."""
    return _file(file_id)


def _file(file_id: str, status: int = 200, error: str = "", reason: str = "") -> Response:
    detail = feed_details.read_file(file_id, current_actor())
    file = detail.file
    title = feed_board.titles().get(file.data_set, "連携ファイル")
    return show(
        "admin/link_file.html", Page(f"データ連携：{title}"), status=status, detail=detail, file=file, error=error,
        reason=reason, names=feed_board.staff_names(file.decided_by), may_skip=_may_skip(file), actions=_back(),
        shown_faults=feed_details.SHOWN_FAULTS, most_faults=MAX_REJECTS, most_examples=EXAMPLES, unnamed=file.data_set in UNNAMED, **LABELS,
    )  # fmt: skip


def _may_skip(file: JobFile) -> bool:
    return file.state is FileState.REFUSED and bool(file.data_set) and file.data_set != feed_board.MEASURES


@bp.get("/admin/links/files/<file_id>/rejects.csv")
def link_file_rejects(file_id: str) -> Response:
    """The faults of a refused file."""
    file, faults = feed_details.export_faults(file_id, current_actor())
    return _rejects_csv(f"rejects-{file.data_set}-{file_id}.csv", faults)


@bp.post("/admin/links/files/<file_id>/check")
def check_link_file(file_id: str) -> BaseResponse:
    feed_desk.check_file(file_id, current_actor())
    return go(url_for("admin.links"))


@bp.post("/admin/links/files/<file_id>/decision")
def decide_link_file(file_id: str) -> BaseResponse:
    reason, choice = request.form.get("reason", ""), request.form.get("choice", "")
    try:
        if choice == "skip":
            feed_desk.skip(file_id, reason, current_actor())
        elif choice in {"approve", "refuse"}:
            feed_desk.decide(file_id, choice == "approve", reason, current_actor())
        else:
            raise Conflict("画面の情報が足りません。画面を開き直してください。")
    except Invalid as problem:
        return _file(file_id, 422, problem.message, reason)
    return go(url_for("admin.links"))
