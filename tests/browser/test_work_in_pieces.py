"""A case in several hands, in Chromium: handed on half typed, ticked by a chain of counters, gone on from, and corrected."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import COUNTER_SCREEN, PATIENCE, Site, accessibility_problems, settled
from tests.browser.day import certificate_printed, desk_of, person_id
from tests.browser.people import somebody_with_a_seal
from tests.conftest import DEMO_PASSWORD
from tests.desk import Desk

NOTE = "保険証の確認からお願いします"
DESTINATION = "東京都港区芝公園4-2"


def colleague(browser: Browser, site: Site, staff: str, counter: str) -> Page:
    """A second clerk in a browser of his own."""
    context = browser.new_context(base_url=site.url, viewport=COUNTER_SCREEN, locale="ja-JP")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto("/login")
    page.get_by_role("textbox", name="職員ID").fill(staff)
    page.get_by_role("textbox", name="パスワード").fill(DEMO_PASSWORD)
    page.get_by_role("combobox", name="窓口").select_option(label=counter)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    return page


def arrives_at(page: Page, heading: str) -> None:
    page.get_by_role("heading", level=1, name=heading).wait_for()
    settled(page)


def closed(desk: Desk, case: str) -> str:
    """End the reception; its number."""
    assert desk.post(f"/cases/{case}/close", version=desk.version(case)).status_code == 303
    number = re.search(r"R\d+-\d+-\d+-\d", desk.see(case).text)
    assert number
    return number[0]


def test_handed_on_half_typed_and_nothing_is_lost(
    browser: Browser, site: Site, page: Page, sign_in_page: Callable[..., Page], city_feeds: Path
) -> None:
    person = somebody_with_a_seal(city_feeds)
    section = colleague(browser, site, "demo-insurance", "保険年金課")
    sign_in_page("demo-counter", "市民課")

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


def test_corrected_after_its_end_with_a_second_persons_consent(
    browser: Browser, site: Site, page: Page, sign_in_page: Callable[..., Page], city_feeds: Path
) -> None:
    desk = desk_of(site)
    case = certificate_printed(desk, person_id(desk, somebody_with_a_seal(city_feeds).name))
    closed(desk, case)
    sign_in_page("demo-counter", "市民課")
    page.goto(f"/cases/{case}/overview")
    page.get_by_text("訂正する", exact=True).click()
    page.get_by_role("textbox", name="訂正する理由").fill("通数の聞き違い")
    page.get_by_role("textbox", name="何をどう直すか").fill("2通に直す")
    page.get_by_role("button", name="訂正を始める").press("Enter")
    arrives_at(page, "証明書を選ぶ")
    expect(page.get_by_role("main")).not_to_contain_text("本日すでに受け付けています")
    page.keyboard.insert_text("j2")
    page.keyboard.press("Enter")
    page.get_by_text("600円").first.wait_for()
    settled(page)
    page.keyboard.press("F12")
    arrives_at(page, "訂正の確認")
    expect(page.get_by_role("table", name="前の版との違い")).to_contain_text("2通")
    assert accessibility_problems(page) == []
    version = urlsplit(page.url).path.split("/")[2]
    page.keyboard.press("F12")
    page.get_by_text("訂正の承認待ち").wait_for()

    judge = colleague(browser, site, "demo-reviewer", "市民課")
    judge.locator(f"a[href='/cases/{version}/correction']").press("Enter")
    arrives_at(judge, "訂正の確認")
    assert accessibility_problems(judge) == []
    judge.keyboard.press("F12")
    judge.get_by_text("承認されています").wait_for()
    judge.context.close()

    page.goto("/")
    page.get_by_role("region", name="受付の連絡").get_by_role("link").first.press("Enter")
    arrives_at(page, "印刷・案内")
    page.get_by_role("link", name="前の画面から印刷する").press("Enter")
    arrives_at(page, "証明書を選ぶ")
    page.keyboard.press("F9")
    arrives_at(page, "印刷しました")
    page.keyboard.press("F12")
    arrives_at(page, "受付をはじめる")
    page.goto(f"/cases/{case}/overview")
    expect(page.get_by_role("main")).to_contain_text("この受付は訂正されています")


def test_ticked_by_a_section_and_gone_on_from_in_the_afternoon(
    browser: Browser, site: Site, page: Page, sign_in_page: Callable[..., Page]
) -> None:
    desk = desk_of(site)
    case = desk.move_in()
    assert desk.issue(case).status_code == 303
    number = closed(desk, case)
    section = colleague(browser, site, "demo-children", "子育て支援課")
    section.keyboard.insert_text(number)
    section.keyboard.press("Enter")
    arrives_at(section, "受付の概要")
    allowance = section.get_by_role("row", name="児童手当")
    allowance.get_by_role("button", name="受付済にする").press("Enter")
    expect(allowance).to_contain_text("受付済")
    settled(section)
    medical = section.get_by_role("row", name="子ども医療")
    medical.get_by_text("差戻し・不要").press("Enter")
    medical.get_by_role("textbox", name="理由").fill("保険の資格が分かるものがありません")
    medical.get_by_role("button", name="差し戻す").press("Enter")
    expect(medical.get_by_role("cell").nth(2)).to_contain_text("差戻し")
    settled(section)
    assert accessibility_problems(section) == []
    section.context.close()

    sign_in_page("demo-counter", "市民課")
    told = page.get_by_role("region", name="受付の連絡")
    expect(told).to_contain_text("保険の資格が分かるものがありません")
    told.get_by_role("link").first.press("Enter")
    arrives_at(page, "受付の概要")
    page.keyboard.press("F12")
    arrives_at(page, "用件を選ぶ")
    expect(page.get_by_role("main")).to_contain_text(f"{number} の続きです")
