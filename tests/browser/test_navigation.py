"""The interview, the list, its reasons and the guidance, by keyboard, in Chromium."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import accessibility_problems, settled
from tests.browser.people import family_of_four
from tests.browser.test_reception import Clerk


@pytest.fixture
def at_questions(page: Page, sign_in_page: Callable[..., Page], city_feeds: Path) -> Clerk:
    """A family of four that moves in, at the questions."""
    clerk = Clerk(sign_in_page("demo-counter", "市民課"))
    clerk.finds(family_of_four(city_feeds)[0])
    clerk.arrives_at("本人確認")
    clerk.press("1", "F12")
    clerk.arrives_at("用件を選ぶ")
    clerk.press("Enter")
    clerk.arrives_at("転入届の内容")
    clerk.page.keyboard.insert_text("今日")
    clerk.press("F12")
    clerk.arrives_at("確認事項")
    return clerk


def test_the_list_tells_what_is_missing_and_why(at_questions: Clerk) -> None:
    clerk, page = at_questions, at_questions.page
    clerk.press("F12")
    clerk.arrives_at("手続き一覧")
    assert page.evaluate("document.activeElement.id") == "page-heading", "the list is read from its head"
    thing = page.locator("#bring fieldset").filter(has=page.locator("input:not(:checked)")).last
    name = thing.locator("legend").inner_text()
    with page.expect_response(lambda response: response.url.endswith("/bring")):
        thing.locator("input").first.focus()
        clerk.press("2")
    settled(page)
    table = page.get_by_role("table", name="必要な手続き")
    assert table.get_by_text("足りないもの").count() >= 1
    assert table.locator(".missing").get_by_text(name, exact=True).count() >= 1
    with page.expect_response(lambda response: response.url.endswith("/why")):
        page.get_by_role("textbox", name="手続きの名前・よみ・担当課").focus()
        page.keyboard.insert_text("じどうてあて")
    found = page.locator("#why-found").get_by_role("link", name="児童手当の認定請求")
    settled(page)
    assert not accessibility_problems(page)
    found.press("Enter")
    clerk.arrives_at("手続きの説明")
    assert page.get_by_role("table").count() >= 1 and page.get_by_text("根拠").count() >= 1
    assert not accessibility_problems(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    clerk.press("F3")
    clerk.arrives_at("手続き一覧")


def test_a_changed_answer_is_found_below_and_keeps_its_place(at_questions: Clerk) -> None:
    clerk, page = at_questions, at_questions.page
    first = page.locator("#questions fieldset").first.locator("legend").inner_text()
    with page.expect_response(lambda response: response.url.endswith("/answers")):
        clerk.press("1")
    settled(page)
    given = page.locator("#given summary")
    given.press("Enter")
    question = page.locator("#given").get_by_role("group", name=first)
    question.locator("input:checked").focus()
    with page.expect_response(lambda response: response.url.endswith("/answers")):
        clerk.press("2")
    settled(page)
    assert page.locator("#given").get_by_role("group", name=first).locator("input").nth(1).is_checked()
    assert not accessibility_problems(page)


def test_guidance_is_read_from_any_screen(at_questions: Clerk) -> None:
    clerk, page = at_questions, at_questions.page
    asked = page.locator("#questions fieldset").first.locator("legend").inner_text()
    clerk.press("F1")
    drawer = page.get_by_role("complementary", name="ガイダンス")
    assert drawer.get_by_role("heading", level=3).first.inner_text() in asked
    with page.expect_response(lambda response: response.url.endswith("/guidance")):
        drawer.get_by_role("textbox", name="ガイダンスを探す").focus()
        page.keyboard.insert_text("ｺｸﾎ")
    settled(page)
    drawer.locator("#guide-found").get_by_role("link").first.press("Enter")
    guide = drawer.locator("#guide")
    guide.wait_for()
    page.wait_for_function("() => document.activeElement.id === 'guide'")
    assert not accessibility_problems(page)
    clerk.press("Escape")
    page.goto("/history")
    clerk.press("F1")
    assert page.get_by_role("complementary", name="ガイダンス").is_visible()
    page.goto("/guidance")
    assert not accessibility_problems(page)
