"""Addresses by the keyboard alone, in Chromium, on the invented city (R45, ux C2)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import accessibility_problems
from tests.browser.test_reception import Clerk

ADDRESS_KEYS = 12
"""Enter and arrows of both addresses together; the words themselves are typed with an input method."""


@pytest.fixture
def content(page: Page, sign_in_page: Callable[..., Page]) -> Clerk:
    """The content of a move-in of one who is in no register."""
    clerk = Clerk(sign_in_page("demo-counter", "市民課"))
    clerk.press("Alt+n")
    clerk.arrives_at("本人確認")
    clerk.press("1")
    page.get_by_role("textbox", name="氏名").fill("架空　花子")
    page.get_by_role("textbox", name="生年月日").fill("S60.1.2")
    clerk.press("F12")
    clerk.arrives_at("用件を選ぶ")
    clerk.press("2")
    clerk.arrives_at("転入届の内容")
    return clerk


def word(clerk: Clerk, text: str) -> None:
    """A word from an input method."""
    clerk.page.keyboard.insert_text(text)


def test_both_addresses_of_a_move_in_by_keyboard(content: Clerk) -> None:
    clerk, page = content, content.page
    clerk.keys = 0
    old = page.get_by_role("combobox", name="転入前の住所")
    old.focus()
    word(clerk, "きたなぎさ")
    clerk.press("Enter")
    expect(old).to_have_value("凪原県北渚市")
    word(clerk, "しんまち")
    clerk.press("Enter")
    expect(old).to_have_value("凪原県北渚市渚新町")
    expect(page.locator("#old_address-said")).to_contain_text("〒008-")
    expect(page.get_by_role("radio", name="県内から")).to_be_checked()
    word(clerk, "１２番地３")
    clerk.press("Enter")
    town = page.get_by_role("combobox", name="町・字")
    expect(town).to_be_focused()
    word(clerk, "もとしお")
    expect(page.get_by_role("listbox", name="町・字の候補").get_by_role("option")).to_have_count(1)
    clerk.press("ArrowDown", "Enter")
    lot = page.get_by_role("textbox", name="地番")
    expect(lot).to_be_focused()
    expect(town).to_have_value("本汐町")
    expect(page.locator("#town-said")).to_contain_text("小学校区")
    clerk.press("ArrowDown")
    clerk.press("Enter")
    expect(page.get_by_role("combobox", name="方書")).to_be_focused()
    assert "番" in lot.input_value()
    expect(page.locator("#lot-said")).to_be_empty()
    assert clerk.keys <= ADDRESS_KEYS
    assert accessibility_problems(page) == []


def test_a_lot_that_the_master_lacks_is_taken_and_marked(content: Clerk) -> None:
    page = content.page
    page.get_by_role("combobox", name="町・字").focus()
    word(content, "もとしお")
    content.press("Enter")
    lot = page.get_by_role("textbox", name="地番")
    expect(lot).to_be_focused()
    word(content, "98765の4")
    content.press("Tab")
    expect(lot).to_have_value("98765の4")
    expect(page.locator("#lot-said")).to_have_text("マスタにない地番")
    page.get_by_role("textbox", name="異動日").fill("今日")
    content.press("F12")
    expect(page.get_by_role("alert").or_(page.locator(".error-summary"))).to_be_visible()
    expect(lot).to_have_value("98765の4")


def test_a_postal_code_fills_the_address(content: Clerk) -> None:
    old = content.page.get_by_role("combobox", name="転入前の住所")
    old.focus()
    word(content, "008-0002")
    content.press("Enter")  # sooner than the answer: it fills the box and stays there
    expect(old).to_have_value("凪原県北渚市渚新町")
    word(content, "5-6")
    content.press("Enter")
    expect(old).to_have_value("凪原県北渚市渚新町5-6")
    expect(old).not_to_be_focused()
