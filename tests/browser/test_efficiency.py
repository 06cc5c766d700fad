"""How much a reception costs: every key, click and heading counted in the browser, from the home screen to the home screen.

The visitor's card lies on the reader; an agent answers over the protocol of the real one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from app.domain.dates import today_in_japan
from tests.browser.conftest import HeldCard, settled
from tests.browser.people import family_of_four, household, rows, somebody_with_a_seal

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
HOME = "受付をはじめる"
MOST_QUESTIONS = 40


class Count:
    """What the browser has seen since the home screen: trusted keys and presses of the pointer, and headings."""

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

    def arrives_at(self, heading: str) -> None:
        self.page.get_by_role("heading", level=1, name=heading).wait_for()
        self.page.wait_for_function("() => document.activeElement !== document.body")
        settled(self.page)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press("Space" if key == " " else key)

    def click(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()


def date_keys() -> str:
    """Today, as it is typed."""
    today = today_in_japan()
    return f"{today.month}.{today.day}"


def certificates_by_keys(count: Count, feeds: Path) -> None:
    count.arrives_at("証明書を選ぶ")
    count.press(*"j2 i1", "Enter")
    count.page.get_by_role("checkbox", name="印鑑登録証を確認した").wait_for()
    settled(count.page)
    count.press(" ", "F9")


def certificates_by_mouse(count: Count, feeds: Path) -> None:
    count.arrives_at("証明書を選ぶ")
    for title in ("住民票の写し", "住民票の写し", "印鑑登録証明書"):
        count.page.locator(".offer").filter(has_text=title).first.click()
        settled(count.page)
    count.page.get_by_text("印鑑登録証を確認した").click()
    count.click("交付請求書を印刷する")


def the_dead(count: Count, feeds: Path) -> Locator:
    """The householder in the list of who has died."""
    count.arrives_at("死亡届（おくやみ）の内容")
    return count.page.get_by_role("radio", name=f"{household(feeds, 3)[0]}を亡くなった方にする")


def asked_for_the_day(count: Count) -> None:
    count.page.wait_for_function("() => document.activeElement?.id === 'changed_on'")
    settled(count.page)


def death_by_keys(count: Count, feeds: Path) -> None:
    count.press(the_dead(count, feeds).get_attribute("data-digit") or "")
    notice_by_keys(count, feeds)


def death_by_mouse(count: Count, feeds: Path) -> None:
    the_dead(count, feeds).locator("xpath=ancestor::label").click()
    notice_by_mouse(count, feeds)


def notice_by_keys(count: Count, feeds: Path) -> None:
    """The day; then one key a question, as the screen leads the hand."""
    asked_for_the_day(count)
    count.press(*date_keys(), "F12")
    count.arrives_at("確認事項")
    asked = 0
    while count.page.evaluate("() => Boolean(document.activeElement.closest('[data-question]'))"):
        with count.page.expect_response(lambda response: response.url.endswith("/answers")):
            count.press("2")
        settled(count.page)
        asked += 1
        assert asked < MOST_QUESTIONS
    count.press("F12")
    count.arrives_at("手続き一覧")
    count.press("F9")


def notice_by_mouse(count: Count, feeds: Path) -> None:
    """The day; then one click a question."""
    page = count.page
    asked_for_the_day(count)
    count.click("今日")
    count.click("確認事項へ進む")
    count.arrives_at("確認事項")
    questions = page.locator("#questions fieldset")
    while questions.count():
        with page.expect_response(lambda response: response.url.endswith("/answers")):
            questions.first.locator("label").nth(1).click()
        settled(page)
    count.click("手続き一覧へ進む")
    count.arrives_at("手続き一覧")
    count.click("申請書と案内書を印刷する")


@dataclass(frozen=True)
class Task:
    """A reception that is counted: whose card, the kind by digit and by name, its content by either hand, and the limits."""

    visitor: Callable[[Path], str]
    data_set: str
    digit: str
    kind: str
    by_keys: Callable[[Count, Path], None]
    by_mouse: Callable[[Count, Path], None]
    keys: int
    clicks: int
    screens: int


TASKS = {
    "a family of four moves in": Task(
        lambda feeds: family_of_four(feeds)[0], "20b", "2", "転入届", notice_by_keys, notice_by_mouse, 45, 25, 7,
    ),
    "two records and a seal": Task(
        lambda feeds: somebody_with_a_seal(feeds).name, "01a", "1", "証明書の交付", certificates_by_keys,
        certificates_by_mouse, 15, 12, 5,
    ),
    "a death with the spouse": Task(
        lambda feeds: household(feeds, 3)[1], "01a", "7", "死亡届（おくやみ）", death_by_keys, death_by_mouse, 30, 22, 7,
    ),
}  # fmt: skip


@pytest.fixture(params=list(TASKS.values()), ids=list(TASKS))
def task(request: pytest.FixtureRequest, held_card: HeldCard, city_feeds: Path) -> Task:
    """The task, with the visitor's card on the reader."""
    found: Task = request.param
    name = found.visitor(city_feeds)
    row = next(row for row in rows(city_feeds, found.data_set) if row["shimei"] == name)
    held_card.lay_on(name, row["seinengappi"])
    return found


@pytest.fixture
def count(page: Page, sign_in_page: Callable[..., Page]) -> Count:
    counting = Count(page)
    sign_in_page("demo-counter", "市民課")
    counting.begin()
    return counting


def ends(count: Count, task: Task) -> None:
    """Home again, where nothing is left open; the screens are counted with the home screen once."""
    count.arrives_at(HOME)
    count.page.wait_for_timeout(100)
    assert not count.page.get_by_role("table", name="再開できる受付").count()
    assert count.screens[-1] == HOME and len(count.screens) - 1 <= task.screens, count.screens


def test_by_keys(count: Count, task: Task, city_feeds: Path) -> None:
    count.press("F4")
    hit = f"この方で受付：{task.visitor(city_feeds)}"
    count.page.wait_for_function("name => document.activeElement.ariaLabel === name", arg=hit)
    count.press("Enter")
    count.arrives_at("本人確認")
    count.press("F12")
    count.arrives_at("用件を選ぶ")
    count.press(task.digit)
    task.by_keys(count, city_feeds)
    count.arrives_at("印刷しました")
    count.press("F12")
    ends(count, task)
    assert (count.keys <= task.keys, count.clicks) == (True, 0), count.keys


def test_by_mouse(count: Count, task: Task, city_feeds: Path) -> None:
    count.click("カードを読み取る")
    count.click(f"この方で受付：{task.visitor(city_feeds)}")
    count.arrives_at("本人確認")
    count.click("用件へ進む")
    count.arrives_at("用件を選ぶ")
    count.click(task.kind)
    task.by_mouse(count, city_feeds)
    count.arrives_at("印刷しました")
    count.click("受付を終了する")
    ends(count, task)
    assert (count.clicks <= task.clicks, count.keys) == (True, 0), count.clicks
