"""Signing in and out, and changing the counter."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from app.domain.errors import Refused
from app.operations import counters, sessions
from app.web.pages import Page, go, show
from app.web.sessions import anonymous_token, current_token, set_token

bp = Blueprint("auth", __name__)
TITLE = "ログイン"


class SignInForm(FlaskForm):
    """S-01."""

    staff_id = StringField("職員ID", [InputRequired("職員IDを入力してください。"), Length(max=40)])
    password = PasswordField("パスワード", [InputRequired("パスワードを入力してください。"), Length(max=256)])
    counter = SelectField("窓口", validate_choice=True)


@bp.get("/login")
def login() -> BaseResponse:
    if current_user.is_authenticated:
        return go("/")
    return _page(_form())


@bp.post("/login")
def sign_in() -> BaseResponse:
    form = _form()
    if not form.validate():
        return _page(form, status=422)
    try:
        signed_in = sessions.sign_in(
            form.staff_id.data.strip(), form.password.data, form.counter.data, request.remote_addr or "-"
        )
    except Refused as refusal:
        return _page(form, refusal=refusal.message, status=422)
    set_token(signed_in.token)
    return go("/")


@bp.post("/logout")
def logout() -> BaseResponse:
    token = current_token()
    if token:
        sessions.sign_out(token)
    # A changed HttpOnly cookie makes Edge drop the pages it kept for its back button.
    set_token(anonymous_token())
    response = go("/login")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.post("/counter")
def switch_counter() -> BaseResponse:
    token = current_token()
    if token is None:
        raise Refused("ログインし直してください。")
    switched = sessions.switch_counter(token, request.form.get("counter", ""))
    set_token(switched.token)
    return go("/")


def _form() -> SignInForm:
    form = SignInForm()
    form.counter.choices = [("", "前回の窓口"), *counters.list_all()]
    return form


def _page(form: SignInForm, refusal: str | None = None, status: int = 200) -> Response:
    outside = counters.outside_hours(form.counter.data or "")
    return show(
        "auth/login.html", Page(TITLE), form=form, refusal=refusal, outside_hours=outside, status=status
    )
