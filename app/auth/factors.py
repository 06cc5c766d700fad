"""One's own second factors (二要素認証): an authenticator app and security keys."""

from __future__ import annotations

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.auth.blueprint import bp
from app.domain.errors import Invalid
from app.operations import factors as operations
from app.operations.factors import KIND_TITLES, NewApp
from app.web.access import current_actor
from app.web.confirming import given_here
from app.web.pages import Action, Page, go, show
from app.web.sessions import current_token

_BACK = Action("二要素認証へ戻る", "F3", "link", "/me/factors")


@bp.get("/me/factors")
def factors() -> Response:
    actor = current_actor()
    back = Action("個人設定へ戻る", "F3", "link", "/me")
    return show(
        "auth/factors.html", Page("二要素認証"), listed=operations.list_of(actor.staff_id), titles=KIND_TITLES,
        must=actor.must_enrol, most=operations.MOST, actions=[] if actor.must_enrol else [back],
    )  # fmt: skip


@bp.post("/me/factors/app")
def begin_app() -> Response:
    """The secret is on this answer, and again only while its first code is awaited."""
    return _app_page(operations.begin_app(current_actor()))


@bp.post("/me/factors/app/code")
def confirm_app() -> BaseResponse:
    actor = current_actor()
    try:
        operations.confirm_app(actor, request.form.get("code", ""))
    except Invalid as wrong:
        return _app_page(operations.resume_app(actor), wrong.fields, 422)
    return go(url_for("auth.factors"))


def _app_page(new: NewApp, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return show(
        "auth/factor_app.html", Page("認証アプリの登録"), new=new, errors=errors or {}, actions=[_BACK], status=status
    )  # fmt: skip


@bp.post("/me/factors/key")
def begin_key() -> Response:
    return _key_page()


@bp.post("/me/factors/key/add")
def add_key() -> BaseResponse:
    form, actor = request.form, current_actor()
    given = given_here("", form.get("key", ""))
    try:
        operations.add_key(actor, form.get("title", ""), given.key, given.place, given.token)
    except Invalid as wrong:
        return _key_page(wrong.fields, 422)
    return go(url_for("auth.factors"))


def _key_page(errors: dict[str, str] | None = None, status: int = 200) -> Response:
    actor = current_actor()
    return show(
        "auth/factor_key.html", Page("セキュリティキーの登録"), asked=operations.key_challenge(actor, current_token() or ""),
        host=given_here("", "").place.host, staff=actor.staff_id, title=request.form.get("title", ""), errors=errors or {},
        actions=[_BACK], status=status,
    )  # fmt: skip


@bp.post("/me/factors/<factor_id>/remove")
def remove_factor(factor_id: str) -> BaseResponse:
    operations.remove(current_actor(), factor_id)
    return go(url_for("auth.factors"))
