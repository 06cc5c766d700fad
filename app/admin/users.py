"""職員 (M-01): the accounts of staff, one account with its counters and roles, and what is done to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from app.admin.blueprint import bp
from app.domain.authority import ROBOT
from app.domain.dates import DateProblem, format_wareki, parse_day, today_in_japan
from app.domain.errors import Invalid, NotFound
from app.domain.staff_file import FIRST, ID, KIND, LAST, NAME, ROLES, SECTION
from app.domain.transfers import ENDS, MOST_ROLES, NEVER
from app.operations import accounts, authority, counters
from app.operations.accounts import FIELDS, Opened
from app.web.access import current_actor
from app.web.pages import Action, Page, go, show
from app.web.tables import csv_response

_MANAGE = Action("管理へ戻る", "F3", "link", "/admin")
_LIST = Action("職員の一覧へ", "F3", "link", "/admin/users")
_SAVE = Action("この内容で適用する", "F12", "submit", "account", primary=True, alt="Ctrl+Enter")
EMPTY_ROWS = 2
ACTS = {
    "stop": accounts.stop,
    "resume": accounts.resume,
    "unlock": accounts.unlock,
    "end_session": accounts.end_session,
}


@bp.get("/admin/users")
def users() -> Response:
    return _list_page("", everybody=False)


@bp.post("/admin/users/find")
def find_users() -> Response:
    """The search is a POST: names stay out of addresses."""
    return _list_page(request.form.get("text", ""), everybody=bool(request.form.get("everybody")))


def _list_page(text: str, *, everybody: bool) -> Response:
    listed, count = accounts.list_accounts(text, everybody=everybody)
    return show(
        "admin/users.html", Page("職員", f"{count}人"), listed=listed, count=count, text=text, everybody=everybody,
        actions=[
            _MANAGE,
            Action("人事異動の取込", None, "link", url_for("admin.transfers")),
            Action("職員を登録する", "F12", "link", url_for("admin.new_user"), primary=True),
        ],
    )  # fmt: skip


@bp.get("/admin/users/file.csv")
def users_file() -> Response:
    """Everybody in the columns that an import reads."""
    return csv_response("staff.csv", *accounts.export_rows(current_actor()))


@bp.get("/admin/users/new")
def new_user() -> Response:
    return _new_page({"on": format_wareki(today_in_japan())})


@bp.post("/admin/users/new")
def add_user() -> BaseResponse:
    form = request.form
    try:
        if accounts.exists(form.get("staff_id", "")):
            text = "この職員IDはすでに使われています。別の職員IDにするか、一覧からその職員を開いてください。"
            raise Invalid(text, {"staff_id": text})
        accounts.save(_cells(form, form.get("staff_id", "")), _read_on(form), current_actor())
    except Invalid as wrong:
        return _new_page(form, _errors(wrong), 422)
    return go(url_for("admin.user", staff_id=form["staff_id"].strip()))


@bp.get("/admin/users/<staff_id>")
def user(staff_id: str) -> Response:
    return _page(accounts.open_account(staff_id, current_actor()))


@bp.post("/admin/users/<staff_id>")
def change_user(staff_id: str) -> BaseResponse:
    """Name, section, days and roles from a day on; «終了» ends the account before that day."""
    form, actor = request.form, current_actor()
    opened = accounts.open_account(staff_id, actor)
    try:
        cells = _cells(form, staff_id)
        if form.get("kind"):
            cells |= {KIND: ENDS}
        accounts.save(cells, _read_on(form), actor)
    except Invalid as wrong:
        return _page(opened, form, _errors(wrong), status=422)
    return go(url_for("admin.user", staff_id=staff_id))


@bp.post("/admin/users/<staff_id>/act")
def act_on_user(staff_id: str) -> BaseResponse:
    """Stop, resume, unlock, sign out; a first password is on this one answer and nowhere else."""
    actor, what = current_actor(), request.form.get("act", "")
    if what in {"password", "recover"}:
        give = accounts.recover if what == "recover" else accounts.give_password
        password = give(staff_id, actor)
        return _page(accounts.open_account(staff_id, actor), password=password)
    if what not in ACTS:
        raise NotFound("この操作はありません。画面を開き直してください。")
    ACTS[what](staff_id, actor)
    return go(url_for("admin.user", staff_id=staff_id))


def _page(
    opened: Opened,
    form: MultiDict[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    *,
    password: str = "",
    status: int = 200,
) -> Response:
    typed = form or {
        **{FIELDS[name]: text for name, text in opened.cells.items()},
        "on": format_wareki(today_in_japan()),
    }
    if typed.get("last") == NEVER:
        typed = {**typed, "last": ""}
    pairs = _pairs(form) if form else sorted(opened.state.roles)
    closed = opened.mine or opened.robot or opened.above or opened.waiting is not None
    return show(
        "admin/user.html", Page("職員の登録"), status=status, opened=opened, typed=typed, errors=errors or {},
        rows=_rows(pairs), closed=closed, password=password, hours=accounts.PASSWORD_LIVES.days * 24,
        actions=[_LIST] if closed else [_LIST, _SAVE], **_choices(),
    )  # fmt: skip


def _new_page(
    form: Mapping[str, str], errors: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    pairs = _pairs(form) if isinstance(form, MultiDict) else []
    return show(
        "admin/user_new.html", Page("職員を登録する"), status=status, typed=form, errors=errors or {},
        rows=_rows(pairs), actions=[_LIST, _SAVE], **_choices(),
    )  # fmt: skip


def _choices() -> dict[str, Any]:
    titles = [(code, role.title) for code, role in authority.roles().items() if code != ROBOT]
    return {
        "counter_choices": [("", "（なし）"), *counters.list_all()],
        "role_choices": [("", "（なし）"), *titles],
    }


def _rows(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [*pairs, *[("", "")] * EMPTY_ROWS][:MOST_ROLES]


def _pairs(form: MultiDict[str, str]) -> list[tuple[str, str]]:
    both = zip(form.getlist("counter_of"), form.getlist("role_of"), strict=False)
    return [(counter, role) for counter, role in both if counter or role]


def _cells(form: MultiDict[str, str], staff_id: str) -> dict[str, str]:
    cells = {
        column: form.get(name, "").strip()
        for column, name in FIELDS.items()
        if column in {NAME, SECTION, FIRST, LAST}
    }
    return cells | {ID: staff_id.strip(), ROLES: "、".join(":".join(pair) for pair in _pairs(form)), KIND: ""}


def _read_on(form: Mapping[str, str]) -> date:
    return read_day_of_effect(form.get("on", ""))


def read_day_of_effect(text: str) -> date:
    """The day from which a change holds. Raises Invalid (field ``on``)."""
    try:
        if not text.strip():
            raise DateProblem("いつから適用するかを入力してください。例: R9.4.1")
        return parse_day(text, today=today_in_japan(), future=True)
    except DateProblem as problem:
        raise Invalid(problem.message, {"on": problem.message}) from problem


def _errors(wrong: Invalid) -> Mapping[str, str]:
    return wrong.fields or {"on": wrong.message}
