"""What stands beside a counter's PC, in Chromium: the card reader, the customer screen, and two tabs with two cases."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.routing import Map

from tests.browser.conftest import PATIENCE, HeldCard, Site, accessibility_problems, code_for, settled
from tests.browser.people import rows, somebody_with_a_seal
from tests.browser.screens import Round


def test_a_card_finds_the_visitor_and_asks_only_about_what_differs(
    held_card: HeldCard, page: Page, sign_in_page: Callable[..., Page], city_feeds: Path
) -> None:
    person = somebody_with_a_seal(city_feeds)
    row = next(one for one in rows(city_feeds, "01a") if one["atenabango"] == person.number)
    held_card.lay_on(person.name, row["seinengappi"], address="熊本県隣市港町1-2")
    sign_in_page("demo-counter", "市民課")
    page.keyboard.press("F4")
    chosen = page.get_by_role("button", name=f"この方で受付：{person.name}").first
    chosen.wait_for()
    expect(chosen).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="本人確認").wait_for()
    table = page.get_by_role("table", name="住民情報とカードの比較")
    expect(table.get_by_role("combobox", name="住所の採用")).to_have_value("register")
    expect(page.get_by_role("radio", name="マイナンバーカード").first).to_be_checked()
    assert accessibility_problems(page) == []
    settled(page)
    page.keyboard.press("F12")
    page.get_by_role("heading", level=1, name="用件を選ぶ").wait_for()


def test_two_tabs_and_the_back_button_never_write_for_the_wrong_person(
    page: Page, sign_in_page: Callable[..., Page], city_feeds: Path
) -> None:
    person = somebody_with_a_seal(city_feeds)
    sign_in_page("demo-counter", "市民課")

    def begin(tab: Page) -> str:
        tab.goto("/")
        tab.get_by_role("searchbox", name="宛名検索").fill(person.name)
        tab.get_by_role("button", name=f"この方で受付：{person.name}").first.click()
        tab.get_by_role("heading", level=1, name="本人確認").wait_for()
        return tab.get_by_role("region", name="受付中の方").inner_text()

    first = begin(page)
    other = page.context.new_page()
    second = begin(other)
    assert first.split("\n")[1] != second.split("\n")[1], "two reception numbers"
    marks = [tab.locator(".case-mark").get_attribute("aria-label") for tab in (page, other)]
    icons = [tab.locator("link[rel=icon]").get_attribute("href") for tab in (page, other)]
    assert len(set(marks)) == len(set(icons)) == 2 and page.title() != other.title()
    assert person.name not in page.title()
    # What the other tab holds, sent from this one: the stamp of another case.
    stamp = other.locator("#step input[name=made_for]").get_attribute("value")
    page.locator("#step input[name=made_for]").evaluate("(field, value) => { field.value = value }", stamp)
    page.keyboard.press("F12")
    page.get_by_role("heading", level=1, name="別の方の画面から送られました").wait_for()
    expect(page.get_by_role("main")).to_contain_text("送られた内容は")
    assert accessibility_problems(page) == []
    page.get_by_role("link", name="この受付を開き直す").click()
    page.get_by_role("heading", level=1, name="本人確認").wait_for()
    page.get_by_role("radio", name="マイナンバーカード").first.check()
    settled(page)
    page.keyboard.press("F12")
    page.get_by_role("heading", level=1, name="用件を選ぶ").wait_for()
    page.go_back()
    page.get_by_role("heading", level=1, name="本人確認").wait_for()
    page.keyboard.press("F12")
    page.get_by_role("heading", level=1, name="用件を選ぶ").wait_for()
    # The bar that says whose case it is stays on the screen, scrolled and magnified.
    bar = page.get_by_role("region", name="受付中の方")
    for width, height in ((1366, 768), (683, 384), (320, 480)):
        page.set_viewport_size({"width": width, "height": height})
        page.mouse.wheel(0, 4000)
        page.evaluate("() => window.scrollTo(0, document.body.scrollHeight)")
        box = bar.bounding_box()
        assert box and box["y"] >= 0 and box["y"] < height / 2, (width, box)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), width
    other.close()


def test_the_customer_screen_shows_what_was_released(
    browser: Browser, site: Site, page: Page, sign_in_page: Callable[..., Page], city_feeds: Path, routes: Map
) -> None:
    person = somebody_with_a_seal(city_feeds)
    context = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 800}, locale="ja-JP")
    context.set_default_timeout(PATIENCE)
    screen = context.new_page()
    seen = Round(screen)
    screen.goto("/customer/pair")
    seen.measure("お客様画面の登録")
    screen.get_by_role("textbox", name="登録番号").fill(code_for(browser, site, "お客様画面", "1番"))
    screen.keyboard.press("Enter")
    seen.measure("いらっしゃいませ")
    small = screen.locator("button").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 56).length"
    )
    assert small == 0
    screen.get_by_role("button", name="English").click()
    screen.get_by_text("Welcome").wait_for()
    sign_in_page("demo-counter", "市民課")
    page.get_by_role("searchbox", name="宛名検索").fill(person.name)
    page.get_by_role("button", name=f"この方で受付：{person.name}").first.click()
    page.get_by_role("heading", level=1, name="本人確認").wait_for()
    page.keyboard.press("F8")
    page.get_by_role("dialog", name="お客様画面に出す").wait_for()
    page.keyboard.press("Enter")
    screen.get_by_role("heading", name="内容をご確認ください").wait_for()
    expect(screen.get_by_role("main")).to_contain_text(re.compile(re.escape(person.name)))
    expect(screen.get_by_role("main")).not_to_contain_text("住所")
    seen.measure("内容をご確認ください")
    screen.get_by_role("button", name="はい、合っています").click()
    page.get_by_text("お客様が「はい、合っています」を押しました").wait_for()
    settled(page)
    page.keyboard.press("F8")
    seen.measure("お待ちください")
    expect(screen.get_by_role("main")).not_to_contain_text(person.name)
    _signed(page, seen)
    context.close()
    seen.end(routes, "customer.pair_page", "customer.screen")


def _signed(page: Page, seen: Round) -> None:
    """The same visitor asks for a record and signs on the glass: written, cleared, written again, seen by the clerk."""
    screen = seen.page
    page.get_by_role("radio", name="マイナンバーカード").first.check()
    settled(page)
    page.keyboard.press("F12")
    page.get_by_role("heading", level=1, name="用件を選ぶ").wait_for()
    page.keyboard.press("1")
    page.get_by_role("group", name="よくある請求").get_by_role("button", name="住民票の写し").first.click()
    page.get_by_text("300円").first.wait_for()
    settled(page)
    page.keyboard.press("F8")
    page.get_by_role("checkbox", name="画面で署名をいただく").check()
    page.get_by_role("dialog").get_by_role("button", name="お客様画面に出す").click()
    screen.get_by_role("button", name="はい、合っています").click()
    seen.measure("署名をお願いします")
    done = screen.get_by_role("button", name="これでよい")
    area = screen.locator("canvas").bounding_box()
    assert area and area["width"] == pytest.approx(900, abs=4) and area["height"] == pytest.approx(260, abs=4)

    def write(*points: tuple[int, int]) -> None:
        screen.mouse.move(area["x"] + points[0][0], area["y"] + points[0][1])
        screen.mouse.down()
        for x, y in points:
            screen.mouse.move(area["x"] + x, area["y"] + y)
        screen.mouse.up()

    expect(done).to_be_disabled()
    write((100, 50), (300, 200))
    expect(done).to_be_enabled()
    screen.get_by_role("button", name="消す").click()
    expect(done).to_be_disabled()
    write((200, 60), (500, 70), (210, 220))
    write((600, 100), (700, 180))
    screen.wait_for_timeout(1500)  # a look of the screen at its server leaves what is written
    done.click()
    screen.get_by_text("ありがとうございました").wait_for()
    page.get_by_text("署名が届きました").wait_for()
    page.get_by_text("署名を見る").click()
    expect(page.get_by_role("img", name="お客様の署名").locator("path")).to_have_attribute(
        "d", re.compile(r"^M20\d 6\d.*M60\d")
    )
    assert accessibility_problems(page) == []
    page.keyboard.press("F9")
    page.get_by_role("heading", level=1, name="印刷しました").wait_for()
