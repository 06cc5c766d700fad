"""Review, ledger and memo phrases by keyboard, in Chromium."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import accessibility_problems, settled
from tests.browser.people import somebody_with_a_seal
from tests.browser.test_reception import Clerk

CODES = ("印鑑登録", "マイナンバーカードの有効期間の変更")


def test_from_the_counter_to_the_reviewer_and_back(
    sign_in_page: Callable[..., Page], city_feeds: Path
) -> None:
    clerk = Clerk(sign_in_page("demo-counter", "市民課"))
    page = clerk.page
    clerk.finds(somebody_with_a_seal(city_feeds).name)
    clerk.arrives_at("本人確認")
    clerk.press("1", "F12")
    clerk.arrives_at("用件を選ぶ")
    clerk.press("8")
    clerk.arrives_at("個別の手続きを選ぶ")
    for title in CODES:
        page.get_by_role("checkbox", name=title).first.press("Space")
    clerk.press("F12")
    clerk.arrives_at("確認事項")
    clerk.press("F12")
    clerk.arrives_at("手続き一覧")
    write_a_memo(clerk)
    clerk.press("F9")
    clerk.arrives_at("印刷しました")
    while (receive := page.get_by_role("button", name="受付済にする")).count():
        with page.expect_response(lambda response: "/steps/print" in response.url):
            receive.first.press("Enter")
        settled(page)
    number = page.locator(".identity-number").inner_text()
    assert not accessibility_problems(page)

    leave(page)
    review(Clerk(sign_in_page("demo-reviewer", "市民課")), number)
    leave(page)
    sign_in_page("demo-counter", "市民課")
    waiting = page.get_by_role("link", name="差戻しに答える").first
    waiting.wait_for()
    assert page.get_by_text("記入漏れがあります。").count() == 2
    assert not accessibility_problems(page)
    waiting.press("Enter")
    clerk.arrives_at("差戻しに答える")
    assert not accessibility_problems(page)
    page.get_by_role("textbox", name="直したこと・確かめたこと").press("a")
    clerk.press("F12")
    clerk.arrives_at("受付をはじめる")
    find_in_the_ledger(clerk, number)


def leave(page: Page) -> None:
    page.get_by_role("button", name="ログアウト").press("Enter")
    page.wait_for_url("**/login")


def write_a_memo(clerk: Clerk) -> None:
    """By letters in the phrase box, which mean nothing anywhere else, nor while a word is being composed."""
    page = clerk.page
    clerk.press("F6")
    memo = page.get_by_role("textbox", name="メモ", exact=True)
    memo.wait_for()
    clerk.press("t", "t")
    assert memo.input_value() == "tt", "in the memo they are letters"
    memo.fill("")
    clerk.press("Alt+x")
    page.keyboard.press("t")
    page.locator("#phrase").evaluate(
        "box => { box.value = 'tt'; box.dispatchEvent(new InputEvent('input', {bubbles: true, isComposing: true})); }"
    )
    assert memo.input_value() == "", "what is being composed is no phrase yet"
    page.locator("#phrase").fill("")
    clerk.press("Alt+x", "t", "t")
    assert memo.input_value() == "手続きの続きを電話で確認します。"
    assert page.evaluate("document.activeElement.id") == "memo"
    clerk.press("Tab", "Enter")
    page.locator("#drawer-memo").wait_for(state="hidden")
    clerk.arrives_at("手続き一覧")


def review(judge: Clerk, number: str) -> None:
    """Everything is ticked at once and sent back with a reason, by keyboard."""
    page = judge.page
    judge.press("Alt+v")
    judge.arrives_at("審査・事後処理")
    table = page.get_by_role("table", name="審査する手続き")
    table.get_by_role("link", name=number).first.wait_for()
    assert not accessibility_problems(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    boxes = table.get_by_role("checkbox")
    boxes.first.focus()
    judge.press("Space", "ArrowDown")
    assert boxes.first.is_checked() and boxes.nth(1).evaluate("box => box === document.activeElement")
    judge.press("Control+a")
    assert all(boxes.nth(place).is_checked() for place in range(boxes.count()))
    judge.press("F8")
    page.get_by_text("「審査を始める」で処理しました").first.wait_for()
    settled(page)
    table.get_by_role("link", name=number).first.press("Enter")
    judge.arrives_at("審査の内容")
    page.get_by_role("table", name="申請書と住民記録").first.wait_for()
    assert not accessibility_problems(page)
    judge.press("F3")
    judge.arrives_at("審査・事後処理")
    judge.press("Control+a", "Alt+b")
    page.get_by_role("dialog", name="差し戻す").wait_for()
    assert not accessibility_problems(page)
    page.locator("#reason-1").focus()
    judge.press("1", "F12")
    page.get_by_text("「差し戻す」で処理しました").first.wait_for()
    settled(page)


def find_in_the_ledger(clerk: Clerk, number: str) -> None:
    page = clerk.page
    clerk.press("Alt+r")
    clerk.arrives_at("対応履歴")
    clerk.press("/")
    assert page.evaluate("document.activeElement.id") == "person", "the filter has the focus"
    page.get_by_role("textbox", name="受付番号").fill(number)
    clerk.press("Enter")
    row = page.get_by_role("link", name=number)
    row.wait_for()
    settled(page)
    row.press("Enter")
    clerk.arrives_at("対応の詳細")
    for words in ("窓口へ差戻し", "「記入漏れがあります。」", "受付メモ「手続きの続きを電話で確認します。」"):
        assert page.locator("#timeline").get_by_text(words).count() >= 1, words
    assert not accessibility_problems(page)
