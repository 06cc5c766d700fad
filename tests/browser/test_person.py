"""The page of one person by keyboard: qualifications, his household of a day, warnings, and on into a reception."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, Terminal, accessibility_problems
from tests.browser.people import Found, protected_numbers, rows, somebody_with_a_seal


def somebody_with_a_memo(feeds: Path) -> tuple[Found, str]:
    """An adult resident with a memo that runs, and what it says."""
    memos = {
        row["atenabango"]: row["naiyo"]
        for row in rows(feeds, "19")
        if row["memokubun"] in {"01", "99"} and row.get("kigennengappi", "9999") > "2026-12-31"
    }
    for row in rows(feeds, "01a"):
        number = row["atenabango"]
        if row["juminjotai"] == "1" and number in memos and number not in protected_numbers(feeds):
            return Found(number, row["shimei"], row.get("shimei_furigana", "")), memos[number]
    raise AssertionError("the city has nobody with a memo")


def somebody_alone(feeds: Path) -> tuple[Found, str]:
    """The last resident who lives alone and whose name nobody else has, and his lot: nobody else looks for him."""
    residents = [row for row in rows(feeds, "01a") if row["juminjotai"] == "1"]
    homes, names = (
        Counter(row["setaibango"] for row in residents),
        Counter(row["shimei"] for row in residents),
    )
    row = next(
        row
        for row in reversed(residents)
        if homes[row["setaibango"]] == 1
        and names[row["shimei"]] == 1
        and row["atenabango"] not in protected_numbers(feeds)
    )
    return Found(row["atenabango"], row["shimei"], row.get("shimei_furigana", "")), row["jusho_banchigohyoki"]


@pytest.fixture
def look_at(page: Page, sign_in_page: Callable[..., Page]) -> Callable[[Found], None]:
    sign_in_page("demo-counter", "市民課")

    def go(found: Found) -> None:
        page.get_by_role("searchbox", name="宛名検索").fill(found.number)
        page.get_by_role("link", name=found.name).first.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("照会の目的")
        page.keyboard.press("1")
        expect(page.get_by_role("heading", level=1)).to_have_text("住民の詳細")

    return go


def test_the_matrix_goes_by_arrows_and_opens_by_enter(
    page: Page, look_at: Callable[[Found], None], city_feeds: Path
) -> None:
    look_at(somebody_with_a_seal(city_feeds))
    assert accessibility_problems(page) == []
    cells = page.locator("[data-cell]")
    cells.first.focus()
    page.keyboard.press("End")
    seal = page.get_by_role("link", name=re.compile("印鑑登録あり")).first
    for _ in range(15):
        if seal.evaluate("cell => cell === document.activeElement"):
            break
        page.keyboard.press("ArrowLeft")
    expect(seal).to_be_focused()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("complementary", name="資格の内容")
    expect(drawer).to_contain_text("印鑑登録番号")
    assert accessibility_problems(page) == []
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(seal).to_be_focused()


def test_a_household_of_a_day_and_a_day_that_is_none(
    page: Page, look_at: Callable[[Found], None], city_feeds: Path
) -> None:
    look_at(somebody_with_a_seal(city_feeds))
    address = page.url
    day = page.get_by_role("textbox", name="世帯を見る日")
    day.fill("R99.1.1")
    day.press("Enter")
    expect(day).to_have_attribute("aria-invalid", "true")
    expect(day).to_be_focused()
    day.fill("今日")
    day.press("Enter")
    expect(page.get_by_role("table", name=re.compile("令和.*の世帯"))).to_be_visible()
    assert page.url == address, "the day is nobody's business but the page's"


def test_a_memo_is_shown_on_request_and_masked_again(
    page: Page, look_at: Callable[[Found], None], city_feeds: Path
) -> None:
    found, memo = somebody_with_a_memo(city_feeds)
    page.clock.install()
    look_at(found)
    expect(page.get_by_role("main")).not_to_contain_text(memo)
    page.keyboard.press("Alt+w")
    expect(page.get_by_role("main")).to_contain_text(memo)
    # The mark goes when the clock has been set for it; turned on before that, it would run out of nothing.
    expect(page.locator("[data-mask-after]")).to_have_count(0)
    page.clock.fast_forward(21_000)
    expect(page.get_by_role("main")).not_to_contain_text(memo)
    page.keyboard.press("F12")
    expect(page.get_by_role("heading", level=1)).to_have_text("本人確認")
    expect(page.get_by_role("main")).not_to_contain_text(memo)
    page.keyboard.press("Alt+w")
    expect(page.get_by_role("main")).to_contain_text(memo)


def test_a_page_that_stands_loses_the_address_when_somebody_flags(
    page: Page, look_at: Callable[[Found], None], browser: Browser, site: Site, city_feeds: Path
) -> None:
    """Nobody touches the page on which it stood: it asks by itself, about every second."""
    found, lot = somebody_alone(city_feeds)
    look_at(found)
    expect(page.get_by_role("main")).to_contain_text(lot)
    other = Terminal(browser, site)
    other.sign_in("demo-insurance", "保険年金課")
    other.page.get_by_role("searchbox", name="宛名検索").fill(found.number)
    other.page.get_by_role("link", name=found.name).first.press("Enter")
    expect(other.page.get_by_role("heading", level=1)).to_have_text("照会の目的")
    other.page.keyboard.press("Enter")
    expect(other.page.get_by_role("heading", level=1)).to_have_text("住民の詳細")
    other.page.keyboard.press("F8")
    other.page.keyboard.press("Enter")
    expect(page.get_by_role("main")).not_to_contain_text(lot)
    expect(page.get_by_role("main")).to_contain_text("表示できません")
    other.close()
