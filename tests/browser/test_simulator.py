"""The simulator with the keyboard only: a household in a minute, its interview, its lists side by side."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import accessibility_problems


@pytest.fixture
def author(page: Page, sign_in_page: Callable[..., Page]) -> Page:
    return sign_in_page("demo-content", "情報政策課")


def tab_to(page: Page, element: str) -> None:
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == element:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not come to {element}")


def test_a_household_is_made_asked_and_changed_by_keyboard(author: Page) -> None:
    author.goto("/admin/simulator")
    keyboard = author.keyboard
    expect(author.get_by_label("世帯の方")).to_be_focused()
    keyboard.type("主40 妻38 子8 子3")
    assert accessibility_problems(author) == []
    keyboard.press("F12")
    author.get_by_text("甲・乙・丙・丁（4人）").wait_for()
    questions = author.locator("#questions fieldset")
    first = questions.first.get_attribute("id")
    expect(questions.first.locator("input").first).to_be_focused()
    keyboard.press("2")
    author.get_by_text("回答した質問（1件）").wait_for()
    expect(author.locator(f'[id="{first}"]')).to_have_count(0)
    listed = author.locator("#listed")
    expect(listed).to_contain_text("丙さんは8歳")
    assert accessibility_problems(author) == []

    keyboard.press("F8")
    expect(author.get_by_label("対象", exact=True)).to_be_focused()
    keyboard.press("Tab")
    keyboard.type("国民健康保険の加入 はい")
    author.get_by_role("option", name="国民健康保険の加入：はい").wait_for()
    keyboard.press("Enter")
    keyboard.press("F12")
    author.get_by_text("甲：国民健康保険の加入＝はい").wait_for()

    keyboard.press("F4")
    expect(author.get_by_label("用件")).to_be_focused()
    tab_to(author, "birth-2")
    keyboard.press("Control+a")
    keyboard.type("H18.4.2")
    keyboard.press("F12")
    expect(listed).not_to_contain_text("丙さんは8歳")
    keyboard.press("F6")
    expect(author.locator("#query")).to_be_focused()
    keyboard.type("児童手当")
    expect(author.locator("#reasons")).to_contain_text("児童手当")
    assert accessibility_problems(author) == []


def test_stored_examples_run_on_the_page_and_can_be_stopped(author: Page) -> None:
    author.goto("/admin/examples")
    author.keyboard.press("F12")
    stop = author.get_by_role("button", name="中止する")
    stop.wait_for()
    stop.press("Enter")
    go_on = author.get_by_role("button", name="続きから再開する")
    go_on.wait_for()
    done = author.get_by_role("progressbar", name="進み具合")
    before = float(done.get_attribute("value") or 0)
    go_on.press("Enter")
    expect(stop).to_be_visible()
    author.wait_for_function("before => document.querySelector('progress').value > before", arg=before)
    assert accessibility_problems(author) == []
