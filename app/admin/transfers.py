"""人事異動 (M-02): a file of staff changes is checked, shown cell by cell, applied for its day, undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.admin.blueprint import bp
from app.admin.users import read_day_of_effect
from app.domain.authority import Actor
from app.domain.dates import format_wareki, today_in_japan
from app.domain.errors import Invalid
from app.domain.staff_file import COLUMNS, LARGEST_FILE, REQUIRED
from app.domain.transfers import ChangeKind
from app.operations import accounts, transfers
from app.operations.transfers import KIND_TITLES, ShownTransfer
from app.web.access import current_actor
from app.web.pages import Action, Page, go, show
from app.web.tables import csv_response

SHOWN_LINES = 300
SHOWN_FAULTS = 300
_LIST = Action("職員の一覧へ", "F3", "link", "/admin/users")
_CHECK = Action("ファイルを確かめる", "F12", "submit", "check", primary=True, alt="Ctrl+Enter")


@bp.get("/admin/users/import", endpoint="transfers")
def list_transfers() -> Response:
    return _begin_page(format_wareki(today_in_japan()))


@bp.post("/admin/users/import")
def check_transfer() -> BaseResponse:
    """What the file would change, or what is wrong with it; no account changes."""
    form = request.form
    sent = request.files.get("file")
    try:
        on: date = read_day_of_effect(form.get("on", ""))
        if sent is None or not sent.filename:
            raise Invalid("ファイルを選んでください。", {"file": "人事異動の CSV ファイルを選んでください。"})
        data = sent.stream.read(LARGEST_FILE + 1)
        made = transfers.check_file(data, on, current_actor(), whole=bool(form.get("whole")))
    except Invalid as wrong:
        return _begin_page(form.get("on", ""), wrong, 422)
    return go(url_for("admin.transfer", transfer_id=made))


@bp.get("/admin/users/import/<transfer_id>")
def transfer(transfer_id: str) -> Response:
    """What changes, of all kinds or of one (``kind``)."""
    asked = request.args.get("kind", "")
    return _page(transfers.view(transfer_id), chosen=ChangeKind(asked) if asked in set(ChangeKind) else None)


@bp.post("/admin/users/import/<transfer_id>/apply")
def apply_transfer(transfer_id: str) -> BaseResponse:
    return _act(transfers.apply, transfer_id)


@bp.post("/admin/users/import/<transfer_id>/undo")
def undo_transfer(transfer_id: str) -> BaseResponse:
    return _act(transfers.undo, transfer_id)


def _act(act: Callable[[str, Actor], None], transfer_id: str) -> BaseResponse:
    try:
        act(transfer_id, current_actor())
    except Invalid as wrong:
        return _page(transfers.view(transfer_id), error=wrong.message, status=422)
    return go(url_for("admin.transfer", transfer_id=transfer_id))


@bp.get("/admin/users/import/<transfer_id>/result.csv")
def transfer_file(transfer_id: str) -> Response:
    return csv_response("transfer.csv", *transfers.export_result(transfer_id, current_actor()))


@bp.post("/admin/users/import/<transfer_id>/passwords")
def give_passwords(transfer_id: str) -> Response:
    """First passwords of the next new members of staff; they are on this one answer and nowhere else."""
    given = accounts.give_first_passwords(transfer_id, current_actor())
    return _page(transfers.view(transfer_id), given=given)


def _begin_page(on: str, wrong: Invalid | None = None, status: int = 200) -> Response:
    return show(
        "admin/transfers.html", Page("人事異動の取込"), status=status, on=on, whole=request.form.get("whole"),
        errors=(wrong.fields or {"file": wrong.message}) if wrong else {}, recent=transfers.list_recent(),
        columns=COLUMNS, required=REQUIRED, today=today_in_japan(), actions=[_LIST, _CHECK],
    )  # fmt: skip


def _page(
    shown: ShownTransfer,
    *,
    error: str = "",
    given: list[tuple[accounts.Listed, str]] | None = None,
    chosen: ChangeKind | None = None,
    status: int = 200,
) -> Response:
    today = today_in_japan()
    actions = [Action("人事異動の取込へ", "F3", "link", url_for("admin.transfers"))]
    if shown.can_apply:
        label = "今日から適用する" if shown.on <= today else f"{format_wareki(shown.on)}に適用する"
        address = url_for("admin.apply_transfer", transfer_id=shown.id)
        actions.append(Action(label, "F12", "post", address, primary=True, alt="Ctrl+Enter"))
    lines = [line for line in shown.lines if chosen in (None, line.kind)]
    return show(
        "admin/transfer.html", Page("人事異動の内容"), status=status, shown=shown, kinds=KIND_TITLES, today=today,
        lines=lines, chosen=chosen, most_lines=SHOWN_LINES, most_faults=SHOWN_FAULTS, error=error, given=given or [],
        waiting=accounts.without_password(shown.id), batch=accounts.MOST_PASSWORDS,
        hours=accounts.PASSWORD_LIVES.days * 24, actions=actions,
    )  # fmt: skip
