"""Signing in and out at a counter PC, by the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import accessibility_problems


def test_a_clerk_signs_in_and_out(page: Page, sign_in_page: Callable[..., Page]) -> None:
    sign_in_page("demo-counter", "市民課")
    expect(page.get_by_role("heading", name="受付をはじめる", level=1)).to_be_visible()
    expect(page.get_by_role("searchbox", name="宛名検索")).to_be_focused()
    expect(page.get_by_role("banner")).to_contain_text("市民課")
    page.get_by_role("button", name="ログアウト").press("Enter")
    expect(page.get_by_role("heading", name="ログイン", level=1)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="ログイン", level=1)).to_be_visible()


def test_a_wrong_password_says_what_to_do_and_not_what_was_wrong(page: Page) -> None:
    page.goto("/login")
    page.get_by_role("textbox", name="職員ID").fill("demo-care")
    page.get_by_role("textbox", name="パスワード").fill("not the password at all")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="ログインできませんでした")).to_be_visible()
    expect(page.get_by_role("textbox", name="職員ID")).to_have_value("demo-care")
    expect(page.get_by_role("textbox", name="パスワード")).to_have_value("")


@pytest.mark.parametrize("address", ["/login", "/"])
def test_the_first_pages_are_accessible(page: Page, sign_in_page: Callable[..., Page], address: str) -> None:
    if address != "/login":
        sign_in_page("demo-insurance")
    page.goto(address)
    assert accessibility_problems(page) == []


def test_nothing_scrolls_sideways(page: Page, sign_in_page: Callable[..., Page]) -> None:
    sign_in_page("demo-tax")
    for width in (1366, 683, 320):
        page.set_viewport_size({"width": width, "height": 768})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
            f"at {width} pixels"
        )
