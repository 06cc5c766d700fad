"""文字を選ぶ: what may be asked, how much comes back, and what a wrong question is answered with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.operations.characters import MOST
from tests.client import Client, csrf_token
from tests.conftest import new_client


@pytest.fixture
def clerk(city_app: Flask, signed_in: Callable[..., Client]) -> Client:
    return signed_in(new_client(city_app), "demo-counter", "main")


def _ask(client: Client, **asked: str) -> tuple[int, str]:
    fields = {f"picker-{name}": value for name, value in asked.items()}
    answer = client.post("/characters", data=fields | {"csrf_token": csrf_token(client.get("/characters"))})
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("asked", "char"),
    [
        ({"reading": "へん", "strokes": "18"}, "邉\U000e0110"),
        ({"reading": "ﾍﾝ", "strokes": "１７〜１９"}, "邊"),
        ({"part": "辶自", "strokes": "17-"}, "邉"),
        ({"code": "MJ060248"}, "邉\U000e0110"),
        ({"code": "渡邉"}, "渡"),
        ({"code": "E000"}, "\ue000"),
        ({"reading": "はな", "strokes": "11"}, "\ue008"),
    ],
)
def test_a_character_is_offered_with_its_selector(clerk: Client, asked: dict[str, str], char: str) -> None:
    status, page = _ask(clerk, **asked)
    assert status == 200
    assert f'data-char="{char}"' in page


def test_the_answer_is_bounded(clerk: Client) -> None:
    _, page = _ask(clerk, strokes="12")
    assert page.count("data-char=") == MOST
    assert f"はじめの{MOST}字" in page


def test_strokes_that_cannot_be_read_are_told_and_nothing_is_lost(clerk: Client) -> None:
    status, page = _ask(clerk, strokes="十二", reading="ヘン")
    assert status == 422
    assert "画数「十二」を読み取れません" in page and "10-12" in page
    assert 'value="ヘン"' in page


@pytest.mark.parametrize("asked", [{"code": "zzzz"}, {"reading": "ヌヌヌ"}, {"part": "A"}])
def test_nothing_found_says_what_to_try(clerk: Client, asked: dict[str, str]) -> None:
    status, page = _ask(clerk, **asked)
    assert status == 200 and "該当する文字はありません" in page
