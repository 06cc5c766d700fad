"""権限 (M-03): the roles of the city, put together from functions, data and receptions, and what their screens look like."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from app.admin.blueprint import bp
from app.domain.authority import RESERVED, Right
from app.domain.errors import Invalid
from app.domain.roles import (
    BUSINESSES,
    FIELD_TITLES,
    QUALIFICATIONS,
    RECEPTION_TITLES,
    RIGHT_TITLES,
    RoleDraft,
    draft_from,
)
from app.operations import feed_board, sessions
from app.operations import roles as operations
from app.operations.person_items import BUSINESSES as BUSINESS_TITLES
from app.operations.roles import Listed
from app.web.access import current_actor
from app.web.forms import version_of
from app.web.pages import Action, Page, go, show
from app.web.sessions import current_token

_MANAGE = Action("管理へ戻る", "F3", "link", "/admin")
_LIST = Action("役割の一覧へ", "F3", "link", "/admin/roles")
_SAVE = Action("この内容で保存する", "F12", "submit", "role", primary=True, alt="Ctrl+Enter")


@bp.get("/admin/roles")
def roles() -> Response:
    new = Action("役割を作る", "F12", "link", url_for("admin.new_role"), primary=True)
    return show(
        "admin/roles.html", Page("権限"), listed=operations.list_all(), rights=RIGHT_TITLES, receptions=RECEPTION_TITLES,
        sets=_sets(), fields=FIELD_TITLES, actions=[_MANAGE, new],
    )  # fmt: skip


@bp.get("/admin/roles/new")
def new_role() -> Response:
    """An empty role, or one that begins as another stands («写して作る»)."""
    begins = request.args.get("like", "")
    like = operations.find(begins).draft if begins else RoleDraft("")
    return _page("役割を作る", url_for("admin.add_role"), RoleDraft("", *_parts(like)))


@bp.post("/admin/roles/new")
def add_role() -> BaseResponse:
    draft = _read(request.form)
    try:
        code = operations.make(draft, current_actor())
    except Invalid as wrong:
        return _page("役割を作る", url_for("admin.add_role"), draft, errors=wrong.fields, status=422)
    return go(url_for("admin.role", code=code))


@bp.get("/admin/roles/<code>")
def role(code: str) -> Response:
    found = operations.find(code)
    return _role_page(found, found.draft)


@bp.post("/admin/roles/<code>")
def change_role(code: str) -> BaseResponse:
    form, draft = request.form, _read(request.form)
    try:
        operations.change(code, draft, version_of(form), current_actor())
    except Invalid as wrong:
        return _role_page(operations.find(code), draft, wrong.fields, 422)
    return go(url_for("admin.roles"))


@bp.post("/admin/roles/<code>/withdraw")
def withdraw_role(code: str) -> BaseResponse:
    operations.withdraw(code, current_actor())
    return go(url_for("admin.roles"))


@bp.post("/admin/roles/<code>/preview")
def preview_role(code: str) -> BaseResponse:
    """From the next page on the screens of the role, without data and without any act, until it is ended."""
    sessions.look_as(current_token() or "", operations.find(code).code, current_actor())
    return go("/")


def _role_page(
    found: Listed, draft: RoleDraft, errors: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    return _page(
        found.draft.title, url_for("admin.change_role", code=found.code), draft, found=found, errors=errors, status=status
    )  # fmt: skip


def _page(
    title: str,
    address: str,
    draft: RoleDraft,
    *,
    found: Listed | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    given = current_actor().rights
    offered = [
        (one, text, "あなたは付けられません" if one in RESERVED and one not in given else "")
        for one, text in RIGHT_TITLES.items()
    ]
    fixed = found is not None and not found.made
    businesses = [(one, BUSINESS_TITLES.get(one, one)) for one in BUSINESSES]
    return show(
        "admin/role.html", Page(title), address=address, draft=draft, found=found, fixed=fixed, errors=errors or {},
        rights=offered, receptions=list(RECEPTION_TITLES.items()), sets=list(_sets().items()),
        fields=list(FIELD_TITLES.items()), businesses=businesses, actions=[_LIST] if fixed else [_LIST, _SAVE], status=status,
    )  # fmt: skip


def _sets() -> dict[str, str]:
    titles = feed_board.titles()
    return {one: titles.get(one, one) for one in QUALIFICATIONS}


def _parts(draft: RoleDraft) -> tuple[frozenset[str], ...]:
    # What a colleague may not give on is not copied either: it would only be refused at the end.
    own = frozenset(
        one for one in draft.rights if one not in RESERVED or Right(one) in current_actor().rights
    )
    return own, draft.receptions, draft.data_sets, draft.fields, draft.businesses


def _read(form: MultiDict[str, str]) -> RoleDraft:
    names = RoleDraft("").granted()
    return draft_from(form.get("title", ""), {name: form.getlist(name) for name in names})
