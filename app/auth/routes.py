"""Signing in and out, and changing the counter."""

from __future__ import annotations

from flask import Response, request
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from app.auth import covering as covering  # its routes
from app.auth import factors as factors
from app.auth import me as me
from app.auth import provider as provider
from app.auth import second_step as second_step
from app.auth import terminal as terminal
from app.auth.arriving import arrive
from app.auth.blueprint import bp
from app.domain.authority import Right
from app.domain.case import KIND_LABELS
from app.domain.errors import Refused
from app.operations import cases, counters, ledger, provider_sign_in, sessions, terminals
from app.web.access import current_actor
from app.web.pages import Page, go, show
from app.web.sessions import FORGET, anonymous_token, current_token, set_token
from app.web.terminal import is_let_in
from app.web.ways_back import way_back

__all__ = ["bp"]

TITLE = "ログイン"


class SignInForm(FlaskForm):
    """S-01."""

    staff_id = StringField("職員ID", [InputRequired("職員IDを入力してください。"), Length(max=40)])
    password = PasswordField("パスワード", [InputRequired("パスワードを入力してください。"), Length(max=256)])
    counter = SelectField("窓口", validate_choice=True)


@bp.get("/login")
def login() -> BaseResponse:
    if current_user.is_authenticated and is_let_in():
        asked = request.args
        return go(way_back(current_actor().staff_id, asked.get("who", ""), asked.get("back", "")))
    return _page(_form())


@bp.post("/login")
def sign_in() -> BaseResponse:
    form, before = _form(), current_token()
    if not is_let_in():
        terminals.note_unknown(request.remote_addr or "-")
        return _page(form, refusal=terminals.UNKNOWN, status=422)
    if not form.validate():
        return _page(form, status=422)
    try:
        signed_in = sessions.sign_in(
            form.staff_id.data.strip(), form.password.data, form.counter.data, request.remote_addr or "-"
        )
    except Refused as refusal:
        return _page(form, refusal=refusal.message, status=422)
    return arrive(signed_in, before, request.form.get("who", ""), request.form.get("back", ""))


@bp.post("/logout")
def logout() -> BaseResponse:
    token = current_token()
    if token:
        sessions.sign_out(token)
    # A changed HttpOnly cookie makes Edge drop the pages it kept for its back button.
    set_token(anonymous_token())
    response = go("/login")
    response.headers["Clear-Site-Data"] = FORGET
    return response


@bp.post("/counter")
def switch_counter() -> BaseResponse:
    """S-02. Receptions that are still open stay with their counter: whether to suspend them is asked first."""
    token, actor = current_token(), current_actor()
    if token is None:
        raise Refused("ログインし直してください。")
    counter, decided = request.form.get("counter", ""), request.form.get("open_cases", "")
    open_cases = ledger.list_open_of(actor) if actor.may(Right.RECEIVE) else ()
    if open_cases and decided not in {"suspend", "keep"}:
        title = dict(counters.list_all()).get(counter, "")
        return show(
            "auth/switching.html", Page("窓口の切替"), lines=open_cases, wanted=counter, wanted_title=title,
            kinds=KIND_LABELS,
        )  # fmt: skip
    if decided == "suspend":
        for line in open_cases:
            cases.suspend(line.case_id, actor)
    switched = sessions.switch_counter(token, counter)
    set_token(switched.token)
    return go("/")


@bp.post("/preview/end")
def end_preview() -> BaseResponse:
    """One's own screens again after those of a role (M-03)."""
    actor = current_actor()
    if actor.preview:
        sessions.look_as(current_token() or "", None, actor)
    return go("/admin/roles" if actor.preview else "/")


def _form() -> SignInForm:
    form = SignInForm()
    form.counter.choices = [("", "前回の窓口"), *counters.list_all()]
    return form


def _page(form: SignInForm, refusal: str | None = None, status: int = 200) -> Response:
    outside = counters.outside_hours(form.counter.data or "")
    return show(
        "auth/login.html", Page(TITLE), form=form, refusal=refusal, outside_hours=outside, status=status,
        unknown="" if is_let_in() else terminals.UNKNOWN,
        back=request.values.get("back", ""), who=request.values.get("who", ""),
        provider=provider_sign_in.is_offered(),
    )  # fmt: skip
