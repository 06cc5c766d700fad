"""How much a reception costs: every key, click and heading counted in the browser, from the home screen to the home screen.

The person is found by the search, whose keys are not counted: with a card on the reader one key takes their place.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import settled
from tests.browser.people import family_of_four, somebody_with_a_seal
from tests.browser.test_kinds import household

COUNT = """
window.addEventListener("keydown", (event) => { if (event.isTrusted && !event.repeat) kakanaiCount("key"); }, true);
window.addEventListener("pointerdown", (event) => { if (event.isTrusted) kakanaiCount("click"); }, true);
const heading = () => document.querySelector("h1")?.textContent.trim();
let shown;
const look = () => { const now = heading(); if (now && now !== shown) { shown = now; kakanaiCount("screen", now); } };
document.addEventListener("DOMContentLoaded", () => {
  look();
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
});
"""


class Count:
    """What the browser has seen since the last ``begin``: trusted keys and presses of the pointer, and headings."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = self.clicks = 0
        self.screens: list[str] = []
        page.expose_function("kakanaiCount", self._note)
        page.add_init_script(COUNT)

    def _note(self, what: str, heading: str = "") -> None:
        self.keys += what == "key"
        self.clicks += what == "click"
        if what == "screen":
            self.screens.append(heading)

    def begin(self) -> None:
        """From now on; the screen that is shown is the first."""
        self.page.wait_for_timeout(100)
        self.keys = self.clicks = 0
        self.screens = self.screens[-1:]

    def found(self) -> None:
        """The person is in the list: the keys of the search are not those of the reception."""
        self.page.wait_for_timeout(100)
        self.keys = self.clicks = 0

    def arrives_at(self, heading: str) -> None:
        self.page.get_by_role("heading", level=1, name=heading).wait_for()
        self.page.wait_for_function("() => document.activeElement !== document.body")
        settled(self.page)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press("Space" if key == " " else key)

    def finds(self, name: str) -> None:
        self.page.get_by_role("searchbox", name="宛名検索").fill(name)
        self.page.get_by_role("button", name=f"この方で受付：{name}").first.wait_for()
        settled(self.page)
        self.found()

    def ends(self) -> None:
        """Home again."""
        self.arrives_at("受付をはじめる")
        self.page.wait_for_timeout(100)


@pytest.fixture
def count(page: Page, sign_in_page: Callable[..., Page]) -> Count:
    counting = Count(page)
    sign_in_page("demo-counter", "市民課")
    counting.begin()
    return counting


def answer_by_keys(count: Count, digit: str = "2", most: int = 40) -> int:
    """One key a question, as the screen leads the hand; returns how many were asked."""
    asked = 0
    while count.page.evaluate("() => Boolean(document.activeElement.closest('[data-question]'))"):
        with count.page.expect_response(lambda response: response.url.endswith("/answers")):
            count.press(digit)
        settled(count.page)
        asked += 1
        assert asked < most
    return asked


def test_two_records_and_a_seal_by_keys(count: Count, city_feeds: Path) -> None:
    """15 keys with the card, 5 screens, no click."""
    count.finds(somebody_with_a_seal(city_feeds).name)
    count.press("ArrowDown", "Enter")
    count.arrives_at("本人確認")
    count.press("1", "F12")
    count.arrives_at("用件を選ぶ")
    count.press("1")
    count.arrives_at("証明書を選ぶ")
    count.press(*"j2 i1", "Enter")
    count.page.get_by_role("checkbox", name="印鑑登録証を確認した").wait_for()
    settled(count.page)
    count.press(" ", "F9")
    count.arrives_at("印刷しました")
    count.press("F12")
    count.ends()
    assert count.keys <= 15
    assert count.clicks == 0
    assert len(set(count.screens)) <= 5, count.screens


def test_two_records_and_a_seal_by_mouse(count: Count, city_feeds: Path) -> None:
    """12 clicks."""
    page = count.page
    begin_by_mouse(count, somebody_with_a_seal(city_feeds).name, "証明書の交付")
    count.arrives_at("証明書を選ぶ")
    for title in ("住民票の写し", "住民票の写し", "印鑑登録証明書"):
        page.locator(".offer").filter(has_text=title).first.click()
        settled(page)
    page.get_by_text("印鑑登録証を確認した").click()
    page.get_by_role("button", name="交付請求書を印刷する").click()
    count.arrives_at("印刷しました")
    page.get_by_role("button", name="受付を終了する").click()
    count.ends()
    assert count.clicks <= 12
    assert count.keys == 0


def test_a_death_with_the_spouse_by_keys(count: Count, city_feeds: Path) -> None:
    """30 keys, 7 screens, no click."""
    head, wife, *_others = household(city_feeds, 3)
    page = count.page
    count.finds(wife)
    count.press("ArrowDown", "Enter")
    count.arrives_at("本人確認")
    count.press("1", "F12")
    count.arrives_at("用件を選ぶ")
    count.press("7")
    count.arrives_at("死亡届（おくやみ）の内容")
    dead = page.get_by_role("radio", name=f"{head}を亡くなった方にする")
    count.press(dead.get_attribute("data-digit") or "")
    page.wait_for_function("() => document.activeElement?.id === 'changed_on'")
    settled(page)
    count.press(*"11.20", "F12")
    count.arrives_at("確認事項")
    answer_by_keys(count)
    count.press("F12")
    count.arrives_at("手続き一覧")
    count.press("F9")
    count.arrives_at("印刷しました")
    count.press("F12")
    count.ends()
    assert count.keys <= 30
    assert count.clicks == 0
    assert len(count.screens) <= 8, "seven screens, and home again"


def test_a_death_with_the_spouse_by_mouse(count: Count, city_feeds: Path) -> None:
    """22 clicks."""
    head, wife, *_others = household(city_feeds, 3)
    page = count.page
    begin_by_mouse(count, wife, "死亡届（おくやみ）")
    count.arrives_at("死亡届（おくやみ）の内容")
    page.get_by_role("radio", name=f"{head}を亡くなった方にする").locator("xpath=ancestor::label").click()
    page.wait_for_function("() => document.activeElement?.id === 'changed_on'")
    settled(page)
    page.get_by_role("button", name="昨日").click()
    end_by_mouse(count)
    assert count.clicks <= 22
    assert count.keys == 0


def test_a_family_of_four_moves_in_by_keys(count: Count, city_feeds: Path) -> None:
    """45 keys with what the other city announced, 7 screens, no click."""
    page = count.page
    count.finds(family_of_four(city_feeds)[0])
    count.press("ArrowDown", "Enter")
    count.arrives_at("本人確認")
    count.press("1", "F12")
    count.arrives_at("用件を選ぶ")
    count.press("Enter")
    count.arrives_at("転入届の内容")
    count.press(*"11.20", "F12")
    count.arrives_at("確認事項")
    answer_by_keys(count)
    count.press("F12")
    count.arrives_at("手続き一覧")
    count.press("F9")
    count.arrives_at("印刷しました")
    count.press("F12")
    count.ends()
    assert not page.get_by_role("table", name="再開できる受付").count()
    assert count.keys <= 45
    assert count.clicks == 0
    assert len(count.screens) <= 8, "seven screens, and home again"


def test_a_family_of_four_moves_in_by_mouse(count: Count, city_feeds: Path) -> None:
    """25 clicks; the new address comes with the announcement."""
    page = count.page
    begin_by_mouse(count, family_of_four(city_feeds)[0], "転入届")
    count.arrives_at("転入届の内容")
    page.get_by_role("button", name="今日").first.click()
    end_by_mouse(count)
    assert count.clicks <= 25
    assert count.keys == 0


def begin_by_mouse(count: Count, name: str, kind: str) -> None:
    page = count.page
    count.finds(name)
    page.get_by_role("button", name=f"この方で受付：{name}").first.click()
    count.arrives_at("本人確認")
    page.get_by_role("radio", name="マイナンバーカード").locator("xpath=ancestor::label").click()
    page.get_by_role("button", name="用件へ進む").click()
    count.arrives_at("用件を選ぶ")
    page.get_by_role("button", name=kind).click()


def end_by_mouse(count: Count) -> None:
    """From the notice to the home screen; each question is answered by one click."""
    page = count.page
    page.get_by_role("button", name="確認事項へ進む").or_(
        page.get_by_role("button", name="次へ")
    ).first.click()
    count.arrives_at("確認事項")
    questions = page.locator("#questions fieldset")
    while questions.count():
        with page.expect_response(lambda response: response.url.endswith("/answers")):
            questions.first.locator("label").nth(1).click()
        settled(page)
    page.get_by_role("button", name="手続き一覧へ進む").or_(
        page.get_by_role("button", name="次へ")
    ).first.click()
    count.arrives_at("手続き一覧")
    page.get_by_role("button", name="申請書と案内書を印刷する").click()
    count.arrives_at("印刷しました")
    page.get_by_role("button", name="受付を終了する").click()
    count.ends()
