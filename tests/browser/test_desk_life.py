"""What lasts longer than one screen: the cover, the key list, personal settings, and the way on when the server is away."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, Terminal, accessibility_problems
from tests.conftest import DEMO_PASSWORD

COVER_MINUTES = 5


def test_a_screen_left_alone_covers_itself_and_keeps_what_was_typed(
    sign_in_page: Callable[..., Page],
) -> None:
    page = sign_in_page("demo-tax", "税務課")
    page.clock.install()
    page.goto("/residents/search")
    field = page.locator("#main input.input").first
    field.fill("架空")
    page.clock.run_for(f"0{COVER_MINUTES - 1}:50")
    expect(page.get_by_role("dialog", name="画面を隠しています")).to_be_hidden()
    page.clock.run_for("00:15")
    cover = page.get_by_role("dialog", name="画面を隠しています")
    expect(cover).to_be_visible()
    assert accessibility_problems(page) == []
    expect(field).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("F3")
    expect(cover).to_be_visible()
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    expect(cover.get_by_text("パスワードが違います")).to_be_visible()
    page.clock.run_for("23:00")
    expect(cover.get_by_text("あと2分で自動的にログアウトします")).to_be_visible()
    page.keyboard.type(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    expect(cover).to_be_hidden()
    expect(field).to_have_value("架空")
    expect(field).to_be_focused()


def test_at_the_limit_the_screen_goes_and_the_same_person_comes_back(
    sign_in_page: Callable[..., Page],
) -> None:
    """Only the browser's clock runs ahead here: to the server the session is covered, not over."""
    page = sign_in_page("demo-care")
    page.clock.install()
    page.goto("/residents/search")
    with page.expect_response("**/cover") as covered:
        page.clock.run_for("06:00")
    assert covered.value.status == 204
    page.clock.run_for("25:00")
    page.wait_for_url("**/cover?back=/residents/search")
    page.get_by_label("パスワード").fill(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="詳細検索")).to_be_visible()


def test_a_displaced_screen_goes_without_being_touched(
    sign_in_page: Callable[..., Page], browser: Browser, site: Site
) -> None:
    page = sign_in_page("demo-care")
    page.clock.install()
    page.goto("/residents/search")
    elsewhere = Terminal(browser, site)
    elsewhere.sign_in("demo-care")
    page.clock.run_for("00:20")
    expect(page.get_by_role("heading", level=1, name="ログイン")).to_be_visible()
    elsewhere.close()


def test_the_keys_are_listed_and_settings_are_kept_at_once(sign_in_page: Callable[..., Page]) -> None:
    page = sign_in_page("demo-children")
    page.keyboard.press("Control+/")
    keys = page.get_by_role("dialog", name="この画面で使えるキー")
    for words in ("宛名検索", "郵送・職権で受付する／予約", "選択肢や一覧の行を選ぶ"):
        expect(keys.get_by_text(words, exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    page.goto("/me")
    with page.expect_response("**/me") as answer:
        page.get_by_role("radio", name="使わない").check()
    assert answer.value.status == 204
    expect(page.get_by_role("status")).to_have_text("保存しました")
    page.get_by_role("radio", name="標準").first.focus()
    page.keyboard.press("2")
    expect(page.get_by_role("radio", name="ゆったり")).not_to_be_checked()
    page.reload()
    page.keyboard.press("Control+/")
    expect(keys.get_by_text("選択肢や一覧の行を選ぶ")).to_be_hidden()
