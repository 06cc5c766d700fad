"""The exact security headers stand on every kind of answer; the client of every test compares them."""

from __future__ import annotations

import pytest
from flask import Flask, Response

from app.web import access
from tests.client import ORIGIN, Client, csrf_token
from tests.conftest import new_client


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/login", 200),
        ("GET", "/", 303),
        ("GET", "/health", 200),
        ("GET", "/no-such-page", 404),
        ("DELETE", "/login", 405),
        ("POST", "/login", 403),
        ("GET", "/static/css/base.css", 200),
        ("GET", "/static/no-such-file.css", 404),
    ],
)
def test_every_kind_of_answer(client: Client, method: str, address: str, status: int) -> None:
    assert client.open(address, method=method).status_code == status


def test_a_crash_carries_them_and_tells_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash() -> Response:
        raise ZeroDivisionError("the inside of the program")

    app.add_url_rule("/crash", "crash", crash)
    monkeypatch.setitem(access.ACCESS, "crash", access.OPEN)
    answer = new_client(app).get("/crash")
    assert answer.status_code == 500
    assert "the inside" not in answer.text and "ZeroDivision" not in answer.text


def test_only_files_may_be_kept_by_the_browser(client: Client) -> None:
    assert "max-age=31536000" in client.get("/static/css/base.css").headers["Cache-Control"]


def test_a_header_that_is_missing_is_seen(app: Flask) -> None:
    @app.after_request
    def forget(response: Response) -> Response:
        del response.headers["X-Frame-Options"]
        return response

    # Functions after a request run in reverse order of registration: this one would run first and be made good.
    app.after_request_funcs[None].reverse()
    with pytest.raises(AssertionError, match="X-Frame-Options"):
        new_client(app).get("/login")


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://localhost"])
def test_a_form_sent_by_another_page_is_refused(client: Client, origin: str) -> None:
    """Although everything else about it is right."""
    fields = {"csrf_token": csrf_token(client.get("/login")), "staff_id": "nobody", "password": "wrong"}
    assert client.post("/login", data=fields, headers={"Origin": ORIGIN}).status_code != 403
    assert client.post("/login", data=fields, headers={"Origin": origin}).status_code == 403
    assert client.post("/login", data=fields, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
