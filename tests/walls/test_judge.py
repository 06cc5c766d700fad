"""The judge of pages sees what is wrong, also where a sound page of the same looks came before."""

from __future__ import annotations

import pytest

from tests import html

PAGE = '<!doctype html><html lang="ja"><head><title>受付</title></head><body><h1>受付</h1>{}</body></html>'
SOUND = '<p id="one" title="説明">佐藤</p><form method="post" action="/a" hx-post="/a"><button>送る</button></form>'
TOKEN, OTHER = "k" * 32, "m" * 32


def test_other_words_are_as_sound() -> None:
    assert html.problems(PAGE.format(SOUND)) == []
    assert html.problems(PAGE.format(SOUND.replace("佐藤", "鈴木 花子").replace("説明", "案内"))) == []
    assert html.problems(PAGE.format(f'<p id="{TOKEN}">甲</p><p id="{OTHER}">乙</p>')) == []


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (SOUND + '<p id="one">鈴木</p>', "stands 2 times"),
        (f'<p id="{TOKEN}">甲</p><p id="{TOKEN}">乙</p>', "stands 2 times"),
        (SOUND.replace("佐藤", "佐\x01藤"), "codepoint"),
        (SOUND.replace("説明", "説\x01明"), "codepoint"),
        (SOUND.replace("佐藤", "佐&藤;"), "entity"),
        (SOUND.replace('action="/a"', 'action="/b"'), "its form without htmx"),
        (SOUND.replace(' action="/a"', ""), "no action"),
        (SOUND.replace(' title="説明"', ' style="color:red"'), "style inside"),
        (SOUND.replace(' title="説明"', ' onclick="x()"'), "handler inside"),
        (SOUND + "<h1>二つ目</h1>", "2 headings"),
        (SOUND + '<img src="//example.jp/a">', "outside this server"),
        (SOUND.replace("</button>", ""), "end tag"),
    ],
)
def test_what_is_wrong_is_seen_after_a_sound_page(part: str, said: str) -> None:
    assert html.problems(PAGE.format(SOUND)) == []
    assert said in "\n".join(html.problems(PAGE.format(part)))
