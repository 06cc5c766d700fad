"""A case in two hands, in Chromium: begun at one counter, handed on half typed, and finished at another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import COUNTER_SCREEN, PATIENCE, Site, accessibility_problems, settled
from tests.browser.people import somebody_with_a_seal
from tests.conftest import DEMO_PASSWORD

NOTE = "保険証の確認からお願いします"
DESTINATION = "東京都港区芝公園4-2"


def at_the_section(browser: Browser, site: Site) -> Page:
    """A second clerk, at the counter of the insurance section."""
    context = browser.new_context(base_url=site.url, viewport=COUNTER_SCREEN, locale="ja-JP")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto("/login")
    page.get_by_role("textbox", name="職員ID").fill("demo-insurance")
    page.get_by_role("textbox", name="パスワード").fill(DEMO_PASSWORD)
    page.get_by_role("combobox", name="窓口").select_option(label="保険年金課")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    return page


def test_handed_on_half_typed_and_nothing_is_lost(
    browser: Browser, site: Site, page: Page, sign_in_page: Callable[..., Page], city_feeds: Path
) -> None:
    person = somebody_with_a_seal(city_feeds)
    section = at_the_section(browser, site)
    sign_in_page("demo-counter", "市民課")

    def arrives_at(where: Page, heading: str) -> None:
        where.get_by_role("heading", level=1, name=heading).wait_for()
        settled(where)

    page.get_by_role("searchbox", name="宛名検索").fill(person.name)
    page.get_by_role("button", name=f"この方で受付：{person.name}").first.click()
    arrives_at(page, "本人確認")
    page.keyboard.press("1")
    page.keyboard.press("F12")
    arrives_at(page, "用件を選ぶ")
    page.keyboard.press("3")
    arrives_at(page, "対象者を選ぶ")
    page.get_by_role("checkbox", name=f"{person.name}を対象にする").check()
    page.keyboard.press("F12")
    arrives_at(page, "転出届の内容")
    page.get_by_role("combobox", name="転出先の住所").fill(DESTINATION)
    page.keyboard.press("Tab")
    page.get_by_text("保存済み").wait_for()
    page.keyboard.press("Alt+z")
    arrives_at(page, "引き継ぐ")
    page.get_by_role("combobox", name="引き継ぐ先の窓口").select_option(label="保険年金課")
    page.get_by_role("textbox", name="申し送り").fill(NOTE)
    assert accessibility_problems(page) == []
    page.keyboard.press("F12")
    page.wait_for_url("**/")

    section.goto("/")
    waiting = section.get_by_role("table", name="この窓口への引き継ぎ")
    expect(waiting).to_contain_text(NOTE)
    expect(waiting).to_contain_text(person.name)
    assert accessibility_problems(section) == []
    waiting.get_by_role("button", name="受け取る").click()
    arrives_at(section, "転出届の内容")
    expect(section.get_by_role("combobox", name="転出先の住所")).to_have_value(DESTINATION)
    page.goto("/")
    expect(page.get_by_role("main")).to_contain_text("受け取りました")
    section.context.close()
