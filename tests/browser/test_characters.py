"""文字を選ぶ by the keyboard: opened in a field, asked, chosen with the arrows, put where the caret stood."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import accessibility_problems


def test_a_character_is_put_where_the_caret_stood(sign_in_page: Callable[..., Page]) -> None:
    page = sign_in_page("demo-counter", "市民課")
    box = page.get_by_role("searchbox", name="宛名検索")
    box.fill("渡実")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Alt+i")
    dialog = page.get_by_role("dialog", name="文字を選ぶ")
    expect(dialog.get_by_role("textbox", name="読み")).to_be_focused()
    page.keyboard.type("ヘン")
    page.keyboard.press("Tab")
    page.keyboard.type("18")
    first = dialog.locator("[data-char='邉\U000e0110']")
    expect(first).to_be_visible()
    assert accessibility_problems(page) == []
    page.keyboard.press("ArrowDown")
    seen = 0
    while page.evaluate("document.activeElement.dataset.char") != "邉\U000e0110" and seen < 60:
        page.keyboard.press("ArrowRight")
        seen += 1
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(box).to_be_focused()
    expect(box).to_have_value("渡邉\U000e0110実")
    page.keyboard.type("X")
    expect(box).to_have_value("渡邉\U000e0110X実")


def test_escape_leaves_the_field_as_it_was(sign_in_page: Callable[..., Page]) -> None:
    page = sign_in_page("demo-counter", "市民課")
    box = page.get_by_role("searchbox", name="宛名検索")
    box.fill("渡")
    page.get_by_text("文字を選ぶ", exact=True).first.click()
    expect(page.get_by_role("dialog", name="文字を選ぶ")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="文字を選ぶ")).to_be_hidden()
    expect(box).to_have_value("渡")
