"""The page of a search, as different members of staff get it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from app.extensions import db
from tests.client import Client, csrf_token
from tests.conftest import new_client


def test_a_long_list_goes_on_and_comes_back(city_app: Flask, signed_in: Callable[..., Client]) -> None:
    client = signed_in(new_client(city_app), "demo-counter", "main")
    form = {"csrf_token": csrf_token(client.get("/")), "birth_from": "S1", "birth_to": "R8", "sex": "1"}
    pages, start = [], "0"
    while start:
        page = client.fragment("POST", "/residents/search/details", data={**form, "start": start}).text
        pages.append(set(re.findall(r'name="person" value="(\w+)" data-row data-digit', page)))
        assert ("はじめに戻る" in page) == (start != "0") and 'name="birth_from" value="S1"' in page
        onward = re.search(r'name="start" value="(\d+)"><button class="button">続きを見る', page)
        start = onward[1] if onward else ""
    assert len(pages) > 2 and all(pages)
    assert sum(map(len, pages)) == len(set().union(*pages)), "nobody is shown as a hit twice"
    for odd in ("-1", "999999", "x", "５", ""):
        assert client.post("/residents/search/details", data={**form, "start": odd}).status_code == 200


def test_a_reception_number_is_checked_and_looked_up(
    city_app: Flask, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(new_client(city_app), "demo-counter", "main")
    form = {"csrf_token": csrf_token(client.get("/")), "settled": "1"}
    pages = [
        client.fragment("POST", "/residents/search", data={**form, "query": f"R8-11-000001-{digit}"}).text
        for digit in range(10)
    ]
    assert sum("合いません" in page for page in pages) == 9, "one check digit fits"
    assert sum("受付は見つかりません" in page for page in pages) == 1, "and nobody was received under it"


def logged(app: Flask) -> int:
    with app.app_context():
        found = db.session.scalar(text("SELECT count(*) FROM audit_event WHERE action = 'resident.search'"))
        db.session.rollback()
    return int(found or 0)


def test_typing_is_logged_once_and_a_button_at_once(
    city_app: Flask, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(new_client(city_app), "demo-counter", "main")
    token = csrf_token(client.get("/"))
    for typed in ("佐", "佐藤", "佐藤 一"):
        client.fragment("POST", "/residents/search", data={"csrf_token": token, "query": typed})
    assert logged(city_app) == 0
    client.fragment("POST", "/residents/search", data={"csrf_token": token, "query": "佐藤", "settled": "1"})
    assert logged(city_app) == 1
    client.fragment("POST", "/residents/search", data={"csrf_token": token, "query": "鈴木"})
    client.post("/logout", data={"csrf_token": token})
    assert logged(city_app) == 2


@pytest.mark.parametrize(
    ("texts", "settled"),
    [
        (["サ", "サト", "サトウ", "サト", "サタ"], 0),
        (["佐藤", "佐藤 一郎", "佐藤"], 0),
        (["佐藤一郎", "鈴木花子", "田中二郎"], 2),
        (["佐藤一郎", "佐藤花子", "0001000012", "0001000101"], 3),
        (["サトウ", "佐藤", "スズキ", "鈴木"], 1),
    ],
)
def test_another_text_is_another_search_however_fast_it_comes(
    city_app: Flask, signed_in: Callable[..., Client], texts: list[str], settled: int
) -> None:
    client = signed_in(new_client(city_app), "demo-counter", "main")
    token = csrf_token(client.get("/"))
    for typed in texts:
        client.fragment("POST", "/residents/search", data={"csrf_token": token, "query": typed})
    assert logged(city_app) == settled
