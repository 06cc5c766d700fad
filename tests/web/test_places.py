"""What the fields of an address answer while it is typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.client import Client, csrf_token
from tests.conftest import new_client


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("999-9999", "この郵便番号の地域は一覧にありません"),
        ("ありもしない町", "候補がありません。そのまま入力できます"),
        ("どこか1丁目2-3", ""),
    ],
)
def test_a_place_that_is_not_listed_is_answered_in_words(
    city_app: Flask, signed_in: Callable[..., Client], typed: str, said: str
) -> None:
    client = signed_in(new_client(city_app), "demo-counter", "main")
    token = csrf_token(client.get("/"))
    answer = client.fragment("POST", "/addresses", data={"csrf_token": token, "q": typed}).text
    assert "data-value" not in answer
    assert said in answer
    assert ("候補がありません" in answer or "一覧にありません" in answer) == bool(said)
