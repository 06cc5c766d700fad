"""The judge of pages can tell good from bad."""

from __future__ import annotations

import pytest

from tests.html import problems

PAGE = '<!doctype html><html lang="ja"><head><title>題</title></head><body>{}</body></html>'
SOUND = [
    PAGE.format("<main><h1>題</h1></main>"),
    '<tr id="a"><td>1</td></tr><tr id="b"><td>2</td></tr>',
    '<form action="/a" method="post" hx-post="/a"><button>送る</button></form>',
    '<form action="/a" method="post"><button formaction="/b" hx-post="/b">送る</button></form>',
    '<form id="f" action="/a" method="post"></form><button form="f" hx-post="/a">送る</button>',
    '<form action="/a" method="post" autocomplete="off"><input name="q"><input type="checkbox"></form>',
    '<option value="1">一</option><option value="2">二</option>',
    '<div hx-get="/a" hx-trigger="every 5s">待機</div>',
    '<dialog><form method="dialog"><button>閉じる</button></form></dialog>',
]
WRONG = {
    "<div><p>あ</div></p>": "end tag",
    '<p id="a"></p><p id="a"></p>': "stands 2 times",
    '<form method="post"><button>送る</button></form>': "no action",
    '<form action="/a"><button>送る</button></form>': "no method",
    '<button hx-post="/a">送る</button>': "outside a form",
    '<form action="/a" method="post" hx-post="/b"></form>': "without htmx to /a",
    '<form action="/a" method="get" hx-post="/a"></form>': "without htmx to /a",
    '<a href="/a" hx-delete="/a">消す</a>': "hx-delete outside",
    '<form action="/a" method="post"><input name="q"></form>': "may keep what is typed",
    '<form action="/a" method="post" id="f"></form><textarea form="f" name="q"></textarea>': "may keep what is typed",
    '<p style="color:red">あ</p>': "style inside",
    "<script>1</script>": "script inside",
    '<p onclick="x">あ</p>': "handler inside",
    '<p hx-on:click="x">あ</p>': "handler inside",
    '<img src="https://example.jp/a.png" alt="">': "outside this server",
    '<a href="//example.jp/">外</a>': "outside this server",
    '<a href="javascript:x">あ</a>': "outside this server",
    "&lt あ": "entity",
    PAGE.format("<main></main>"): "0 headings",
    PAGE.replace('lang="ja"', "").format("<h1>題</h1>"): 'lang="ja"',
    PAGE.replace("<title>題</title>", "").format("<h1>題</h1>"): "no title",
}


@pytest.mark.parametrize("text", SOUND)
def test_sound_markup_passes(text: str) -> None:
    assert problems(text) == []


@pytest.mark.parametrize(("text", "said"), WRONG.items())
def test_a_fault_is_named(text: str, said: str) -> None:
    assert any(said in problem for problem in problems(text))


FORM = '<p id="one" title="説明">佐藤</p><form method="post" action="/a" hx-post="/a"><button>送る</button></form>'
TOKEN, OTHER = "k" * 32, "m" * 32
CHANGED = {
    FORM + '<p id="one">鈴木</p>': "stands 2 times",
    f'<p id="{TOKEN}">甲</p><p id="{TOKEN}">乙</p>': "stands 2 times",
    FORM.replace("佐藤", "佐\x01藤"): "codepoint",
    FORM.replace("説明", "説\x01明"): "codepoint",
    FORM.replace("佐藤", "佐&藤;"): "entity",
    FORM.replace('action="/a"', 'action="/b"'): "its form without htmx",
    FORM.replace(' title="説明"', ' onclick="x()"'): "handler inside",
    FORM.replace("</button>", "</b>"): "end tag",
}


@pytest.mark.parametrize(("text", "said"), CHANGED.items())
def test_a_fault_is_named_after_a_sound_page_of_its_looks(text: str, said: str) -> None:
    """What differs from a sound page in plain words alone is not read again; everything else is."""
    for sound in (FORM, FORM.replace("佐藤", "鈴木"), f'<p id="{TOKEN}">甲</p><p id="{OTHER}">乙</p>'):
        assert problems(sound) == []
    assert any(said in problem for problem in problems(text))
