"""The opening calendar with the keyboard only, and dates that are said while they are typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import accessibility_problems


@pytest.fixture
def admin(page: Page, sign_in_page: Callable[..., Page]) -> Page:
    return sign_in_page("demo-admin", "情報政策課")


def test_a_closing_is_recorded_and_taken_back_by_keyboard(admin: Page) -> None:
    admin.goto("/admin/calendar/tensui/2027-04")
    keyboard = admin.keyboard
    expect(admin.get_by_role("radio", name="開庁時間の変更")).to_be_focused()
    keyboard.press("3")
    expect(admin.get_by_role("radio", name="臨時閉庁")).to_be_checked()
    keyboard.press("Tab")
    keyboard.type("R9.4.8")
    expect(admin.locator("#first-echo")).to_have_text("✓ 令和9年4月8日（木）")
    for _ in range(14):
        keyboard.press("Tab")
        if admin.evaluate("document.activeElement.id") == "reason":
            break
    keyboard.type("停電")
    for _ in range(2):
        keyboard.press("Tab")
    assert accessibility_problems(admin) == []
    keyboard.press("F12")
    admin.get_by_text("「停電」を登録しました").wait_for()
    assert "閉庁" in admin.get_by_role("link", name="8 閉庁 停電").inner_text()
    keyboard.press("Alt+u")
    admin.get_by_text("「停電」を取り消しました").wait_for()
    keyboard.press("Alt+n")
    admin.get_by_role("heading", name="令和9年5月（2027年）").wait_for()


def test_what_was_sent_from_the_field_itself_is_not_typed_into_the_next_one(admin: Page) -> None:
    admin.goto("/admin/calendar/tensui/2027-05")
    admin.keyboard.press("2")
    admin.locator("#first").fill("R9.5.9")
    admin.locator("#opens").fill("8:30")
    admin.locator("#closes").fill("12:00")
    reason = admin.locator("#reason")
    reason.focus()
    admin.keyboard.type("日曜開庁")
    admin.keyboard.press("F12")
    admin.get_by_text("「日曜開庁」を登録しました").wait_for()
    expect(admin.get_by_role("link", name="9 8:30～12:00 日曜開庁")).to_be_visible()
    expect(reason).to_have_value("")


def test_a_date_is_said_as_it_was_read_and_both_readings_of_an_ambiguous_one(
    page: Page, sign_in_page: Callable[..., Page]
) -> None:
    clerk = sign_in_page("demo-counter", "市民課")
    clerk.keyboard.press("Alt+n")
    birth, echo = clerk.locator("#birth"), clerk.locator("#birth-echo")
    birth.fill("S40.1.2")
    expect(echo).to_contain_text("昭和40年1月2日（")
    birth.fill("400102")
    expect(echo).to_contain_text("S400102（昭和40年1月2日")
    expect(echo).to_contain_text("M400102（明治40年1月2日")
    birth.fill("S40.2.29")
    expect(echo).to_contain_text("暦にない日です")
    birth.fill("S15.3.0")
    expect(echo).to_contain_text("昭和15年3月日不詳（")
