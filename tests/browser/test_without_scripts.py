"""A family moves in with JavaScript switched off: every step, by the buttons that stand on the page."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.conftest import COUNTER_SCREEN, PATIENCE, Site
from tests.browser.people import family_of_four
from tests.conftest import DEMO_PASSWORD


def arrives_at(page: Page, heading: str) -> None:
    page.get_by_role("heading", level=1, name=heading).wait_for()


def answer_every_question(page: Page, most: int = 40) -> None:
    """One button sends all answers that were chosen; what they bring up is asked on the next page."""
    for _ in range(most):
        asked = page.locator("#questions fieldset")
        if not asked.count():
            return
        for at in range(asked.count()):
            summary = asked.nth(at).locator("xpath=ancestor::details/summary")
            if summary.count() and not asked.nth(at).is_visible():
                summary.click()
            asked.nth(at).locator("input").nth(1).check()
        page.get_by_role("button", name="回答を反映する").click()
        arrives_at(page, "確認事項")
    raise AssertionError("questions without end")


def test_a_family_moves_in_without_scripts(browser: Browser, site: Site, city_feeds: Path) -> None:
    site.forget_receptions()
    names = family_of_four(city_feeds)
    context = browser.new_context(
        base_url=site.url, java_script_enabled=False, viewport=COUNTER_SCREEN, locale="ja-JP"
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto("/login")
    page.get_by_role("textbox", name="職員ID").fill("demo-counter")
    page.get_by_role("textbox", name="パスワード").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="ログイン").click()
    page.get_by_role("searchbox", name="宛名検索").fill(names[0])
    page.get_by_role("button", name="検索する").click()
    page.get_by_role("button", name=f"この方で受付：{names[0]}").first.click()
    arrives_at(page, "本人確認")
    page.get_by_role("radio", name="マイナンバーカード").check()
    page.get_by_role("button", name="用件へ進む").click()
    arrives_at(page, "用件を選ぶ")
    # The drawers that scripts open stand at the end of the page.
    page.get_by_role("textbox", name="メモ", exact=True).fill("窓口で確認中")
    page.get_by_role("button", name="メモを保存する").click()
    page.get_by_text("窓口で確認中").first.wait_for()
    page.get_by_role("button", name="転入届").click()
    arrives_at(page, "転入届の内容")
    page.get_by_role("textbox", name="異動日").fill("今日")
    page.get_by_role("button", name="確認事項へ進む").click()
    arrives_at(page, "確認事項")
    answer_every_question(page)
    page.get_by_role("button", name="手続き一覧へ進む").click()
    arrives_at(page, "手続き一覧")
    page.get_by_role("button", name="申請書と案内書を印刷する").click()
    arrives_at(page, "印刷しました")
    page.get_by_role("button", name="受付を終了する").click()
    arrives_at(page, "受付をはじめる")
    context.close()
