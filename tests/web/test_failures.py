"""What people see when the server fails: a page of the product that says what to do and loses nothing that was typed."""

from __future__ import annotations

import sqlite3
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.data import staff
from app.operations import cases, sessions, shell
from app.web import guarding
from app.web.errors import KEPT_HEADER
from tests.client import csrf_token, sign_in
from tests.conftest import DEMO_PASSWORD, new_client

LOCKED = OperationalError("SELECT 1", {}, sqlite3.OperationalError("database is locked"))
TYPED = {"channel": "post", "person": "", "token": "0" * 32, "note": "<架空> & 太郎"}

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def failing(error: Exception) -> Any:
    def fail(*_given: Any, **_named: Any) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "status"), [(LOCKED, 503), (PoolTimeout(), 503), (ValueError("佐藤"), 500)]
)
def test_what_was_sent_is_sent_once_more_by_a_button(
    city_app: Flask, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    client = sign_in(new_client(city_app), "demo-counter", DEMO_PASSWORD, "main")
    token = csrf_token(client.get("/"))
    with monkeypatch.context() as broken:
        broken.setattr(cases, "open_case", failing(error))
        answer = client.post("/cases", data={"csrf_token": token, **TYPED})
        assert answer.status_code == status
        assert ("Retry-After" in answer.headers) is (status == 503)
        assert "受付中の方はいません" in answer.text, "in the frame"
        for words in ('action="/cases"', "もう一度送る", "問い合わせ番号", "&lt;架空&gt; &amp; 太郎", token):
            assert words in answer.text
        assert "佐藤" not in answer.text
        fragment = client.fragment("POST", "/cases", data={"csrf_token": token, **TYPED})
        assert fragment.status_code == status and "data-error-text" in fragment.text
        assert "もう一度送る" not in fragment.text, "htmx keeps the screen with its form"
    assert client.post("/cases", data={"csrf_token": token, **TYPED}).status_code == 303


def test_a_page_that_cannot_be_read_is_opened_again(city_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = sign_in(new_client(city_app), "demo-counter", DEMO_PASSWORD, "main")
    monkeypatch.setattr(shell.register, "list_feed_states", failing(LOCKED))
    answer = client.get("/news")
    assert answer.status_code == 503
    assert 'href="/news">画面を開き直す' in answer.text and "ログイン画面を開く" not in answer.text


def test_a_page_stands_without_its_frame_when_nobody_can_be_read(
    city_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(new_client(city_app), "demo-counter", DEMO_PASSWORD, "main")
    token = csrf_token(client.get("/"))
    asked: list[str] = []

    def locked(token: str) -> None:
        asked.append(token)
        raise LOCKED

    monkeypatch.setattr(staff, "find_session", locked)
    page = client.get("/news")
    assert 'href="/news">画面を開き直す' in page.text
    home = client.get("/")
    assert 'href="/">受付のはじめを開く' in home.text
    form = client.post("/cases", data={"csrf_token": token, **TYPED})
    assert "もう一度送る" in form.text and token in form.text
    part = client.fragment("POST", "/cases", data={"csrf_token": token, **TYPED})
    assert "data-error-text" in part.text
    file = client.post("/cases", data={"csrf_token": token, "file": (BytesIO(b"x"), "x.csv")})
    for answer in (page, home, form, part, file):
        assert answer.status_code == 503 and "Retry-After" in answer.headers
        assert "問い合わせ番号" in answer.text and "demo-counter" not in answer.text
    assert len(asked) == 5, "once each: every time is a wait"


def test_a_refusal_that_cannot_be_recorded_is_a_failure(
    city_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(new_client(city_app), "demo-counter", DEMO_PASSWORD, "main")
    monkeypatch.setitem(city_app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(guarding, "note_refusal", failing(LOCKED))
    answer = client.get("/admin/users")
    assert answer.status_code == 503 and "Retry-After" in answer.headers


def test_a_password_does_not_come_back(city_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = new_client(city_app)
    fields = {
        "csrf_token": csrf_token(client.get("/login")),
        "staff_id": "demo-counter",
        "password": "secret words",
    }
    monkeypatch.setattr(sessions, "sign_in", failing(LOCKED))
    answer = client.post(
        "/login", data=fields | {"counter": "main"}, headers={"Referer": "https://localhost/login"}
    )
    assert answer.status_code == 503 and "secret words" not in answer.text
    assert "もう一度送る" not in answer.text


def test_what_was_typed_into_a_refused_form_stays(city_app: Flask) -> None:
    """htmx leaves the screen as it is; without it the answer shows what was typed."""
    client = sign_in(new_client(city_app), "demo-counter", DEMO_PASSWORD, "main")
    typed = {
        "csrf_token": csrf_token(client.get("/")),
        "title": "証明 <コーナー>",
        "password": "secret words",
    }
    refused = client.fragment("POST", "/admin/roles/new", data=typed)
    assert refused.status_code == 403 and KEPT_HEADER in refused.headers
    assert "HX-Retarget" not in refused.headers and "開き直すまで画面に残っています" in refused.text
    refused = client.post("/admin/roles/new", data=typed)
    assert refused.status_code == 403 and "証明 &lt;コーナー&gt;" in refused.text
    assert "secret words" not in refused.text
