"""Whole cases at the counter, by keyboard, in Chromium, on the invented city."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response

from tests.browser.conftest import Site, accessibility_problems, settled
from tests.browser.people import protected_resident, somebody_with_a_seal


class Clerk:
    """Works with the keyboard only, and counts: keys pressed and screens seen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = 0
        self.screens: list[str] = []

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += 1
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.press(*("Space" if char == " " else char for char in text))

    def arrives_at(self, heading: str) -> None:
        self.page.get_by_role("heading", level=1, name=heading).wait_for()
        self.page.wait_for_function("() => document.activeElement !== document.body")
        self.screens.append(heading)

    def finds(self, name: str) -> None:
        """Type into the search box and choose the first hit."""
        self.page.get_by_role("searchbox", name="宛名検索").fill(name)
        self.page.get_by_role("button", name=f"この方で受付：{name}").first.wait_for()
        self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")


@pytest.fixture
def clerk(page: Page, sign_in_page: Callable[..., Page]) -> Clerk:
    return Clerk(sign_in_page("demo-counter", "市民課"))


def answer_every_question(clerk: Clerk, most: int = 30) -> int:
    """Answer by digit until nothing is left: the second choice (いいえ) of each question."""
    page = clerk.page
    for asked in range(most):
        questions = page.locator("#questions fieldset")
        count = questions.count()
        if not count:
            return asked
        with page.expect_response(lambda response: response.url.endswith("/answers")):
            questions.first.locator("input").first.focus()
            page.keyboard.press("2")
        settled(page)
    raise AssertionError(f"more than {most} questions")


def test_a_protected_person_cannot_be_received_and_her_address_never_arrives(
    clerk: Clerk, city_feeds: Path
) -> None:
    person, secrets = protected_resident(city_feeds)
    bodies: list[bytes] = []
    clerk.page.on("response", lambda response: bodies.append(_body(response)))
    clerk.finds(person.name)
    stop = clerk.page.get_by_role("alertdialog", name="取扱注意")
    stop.wait_for()
    button = stop.get_by_role("button", name="受付を止めて上席に確認する")
    assert button.evaluate("element => element === document.activeElement")
    assert clerk.page.get_by_role("button", name="続ける").count() == 0
    address = clerk.page.url
    clerk.page.wait_for_timeout(800)
    clerk.press("F12", "1", "Control+Enter")
    assert clerk.page.url == address
    assert stop.is_visible()
    for step in ("kind", "content", "procedures", "print"):
        clerk.page.goto(f"{address}/steps/{step}")
        assert clerk.page.get_by_role("alertdialog", name="取扱注意").is_visible()
    clerk.page.wait_for_timeout(800)
    clerk.press("Escape")
    clerk.arrives_at("受付をはじめる")
    received = b"".join(bodies).decode(errors="replace")
    assert person.name in received
    for secret in secrets:
        assert secret not in received


def _body(response: Response) -> bytes:
    if response.status in {204, 303}:
        return b""
    return response.body()


def test_the_last_day_is_asked_of_documents_that_have_one(clerk: Clerk, city_feeds: Path) -> None:
    """Out of the way until it is opened; read aloud as it is typed."""
    clerk.finds(somebody_with_a_seal(city_feeds).name)
    clerk.arrives_at("本人確認")
    first = clerk.page.get_by_label("有効期限", exact=True)
    second = clerk.page.get_by_label("もう1点の有効期限")
    clerk.press("7")
    assert not first.is_visible()
    clerk.page.get_by_text("有効期限・もう1点の書類").click()
    assert first.is_visible() and not second.is_visible()
    first.fill("R30.3.31")
    clerk.page.get_by_text("令和30年3月31日").wait_for()
    clerk.page.get_by_label("もう1点の書類", exact=True).select_option("学生証")
    assert second.is_visible()
    clerk.page.get_by_role("radio", name="運転経歴証明書").check()
    assert not first.is_visible()
    assert not accessibility_problems(clerk.page)


def test_a_certificate_without_scripts(
    browser: Browser, site: Site, city_feeds: Path, sign_in_page: Callable[..., Page]
) -> None:
    from tests.conftest import DEMO_PASSWORD

    person = somebody_with_a_seal(city_feeds)
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/login")
    page.get_by_role("textbox", name="職員ID").fill("demo-counter")
    page.get_by_role("textbox", name="パスワード").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="ログイン").click()
    page.get_by_role("searchbox", name="宛名検索").fill(person.name)
    page.get_by_role("button", name="検索する").click()
    page.get_by_role("button", name=f"この方で受付：{person.name}").first.click()
    page.get_by_role("radio", name="マイナンバーカード").check()
    page.get_by_role("button", name="用件へ進む").click()
    page.get_by_role("button", name="証明書の交付").click()
    page.get_by_role("textbox", name="はやうち入力").fill("j1")
    page.keyboard.press("Enter")
    page.get_by_role("row", name="住民票の写し").get_by_text("300円").first.wait_for()
    # Another test of the day may have served the same person.
    again = page.get_by_role("checkbox", name="確認した（重ねて受け付ける）")
    if again.count():
        again.check()
    page.get_by_role("button", name="交付請求書を印刷する").click()
    page.get_by_role("heading", level=1, name="印刷しました").wait_for()
    context.close()
