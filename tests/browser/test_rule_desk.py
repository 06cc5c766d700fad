"""The rule desk by keyboard alone: cells, a block from a spreadsheet, undo, and the way to a published version."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import accessibility_problems


@pytest.fixture
def desk(page: Page, sign_in_page: Callable[..., Page]) -> Page:
    opened = sign_in_page("demo-content", "情報政策課")
    opened.goto("/admin/desk")
    opened.keyboard.type("理由の文を直す")
    opened.keyboard.press("F12")
    opened.get_by_role("heading", name="理由の文を直す").wait_for()
    return opened


def test_a_refused_draft_leads_to_its_examples_and_a_second_person_publishes_by_key(
    desk: Page, sign_in_page: Callable[..., Page]
) -> None:
    """F12 hands in, the refusal leads on by Enter, and F12 of the reviewer publishes."""
    draft = desk.url
    desk.keyboard.press("Alt+n")
    desk.get_by_role("textbox", name="手続きの名前").fill("通学費助成の申請")
    desk.get_by_label("担当課").select_option(label="子育て支援課")
    desk.get_by_label("住民に説明する文").fill("通学費を助成します。")
    desk.get_by_role("checkbox", name="氏名の変更").press("Space")
    desk.get_by_role("textbox", name="始まりの日").fill("R80.4.1")
    desk.keyboard.press("F12")
    desk.get_by_text("手続きを下書きに追加しました").wait_for()
    desk.goto(draft)
    desk.get_by_role("textbox", name="公開する日").fill("R79.4.1")
    desk.keyboard.press("F12")
    expect(desk.locator("[data-focus]")).to_be_focused()
    expect(desk.locator("[data-focus]")).to_be_in_viewport()
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="世帯例", level=1)).to_be_visible()
    desk.keyboard.press("F12")
    expect(desk.get_by_text("すべて正しい一覧になりました")).to_be_visible(timeout=180_000)
    desk.keyboard.press("F3")
    desk.get_by_role("textbox", name="公開する日").fill("R79.4.1")
    desk.keyboard.press("F12")
    desk.get_by_text("審査を待っています").wait_for()
    desk.get_by_role("button", name="ログアウト").click()
    desk.wait_for_url("**/login")
    reviewer = sign_in_page("demo-content2", "情報政策課")
    reviewer.goto(draft)
    expect(reviewer.locator("#review")).to_contain_text("すべて正しい一覧になりました")
    reviewer.keyboard.press("F12")
    reviewer.wait_for_url("**/admin/desk/versions/*")
    reviewer.get_by_role("button", name="公開予定を取り消す").click()
    expect(reviewer.get_by_role("definition").filter(has_text="取消")).to_be_visible()


def sheet(desk: Page, part: str) -> None:
    draft = desk.url.partition("/drafts/")[2].partition("/")[0]
    desk.goto(f"/admin/desk/drafts/{draft}/{part}")
    desk.locator("#sheet-table td").first.focus()


def focused(desk: Page) -> str:
    return str(desk.evaluate("document.activeElement.dataset.cell ?? document.activeElement.tagName"))


def test_cells_are_chosen_edited_and_mended_by_keyboard(desk: Page) -> None:
    sheet(desk, "offices")
    keyboard = desk.keyboard
    expect(desk.get_by_role("grid", name="庁舎")).to_be_visible()
    keyboard.press("ArrowRight")
    assert focused(desk) == "order"
    keyboard.press("F2")
    keyboard.press("Control+a")
    keyboard.type("ひとつ")
    keyboard.press("Enter")
    desk.get_by_text("「ひとつ」 数として読めません。").wait_for()
    assert accessibility_problems(desk) == []
    wrong = desk.locator("td[aria-invalid=true]")
    expect(wrong).to_have_text("ひとつ")
    keyboard.press("ArrowUp")
    keyboard.type("7")
    keyboard.press("Tab")
    expect(desk.locator("td[aria-invalid=true]")).to_have_count(0)
    expect(desk.locator("#sheet-rows tr").first.locator("td[data-cell=order]")).to_have_text("7")
    keyboard.press("Control+z")
    expect(wrong).to_have_text("ひとつ")


def test_a_block_of_a_spreadsheet_is_pasted_copied_and_deleted(desk: Page) -> None:
    sheet(desk, "sections")
    before = desk.locator("#sheet-rows tr").count()
    last = desk.locator("#sheet-rows tr").last.locator("td").first
    last.focus()
    paste(desk, "出張所管理課\t東館1階\t0968-00-0001\t900\r\n地域振興課\t西館2階\t0968-00-0002\t910\r\n")
    expect(desk.locator("#sheet-rows tr")).to_have_count(before + 1)
    expect(desk.get_by_role("gridcell", name="地域振興課")).to_be_visible()
    desk.locator("#sheet-rows tr").last.locator("td").first.focus()
    desk.keyboard.press("Shift+ArrowRight")
    copied = desk.evaluate(
        "() => { const data = new DataTransfer(); document.dispatchEvent(new ClipboardEvent('copy', "
        "{clipboardData: data, bubbles: true, cancelable: true})); return data.getData('text/plain'); }"
    )
    assert copied == "地域振興課\t西館2階"
    desk.keyboard.press("Delete")
    desk.get_by_text("名前が入っていません。書いてください。").wait_for()
    desk.keyboard.press("Control+z")
    expect(desk.get_by_role("gridcell", name="地域振興課")).to_be_visible()


def paste(desk: Page, text: str) -> None:
    desk.evaluate(
        "(text) => { const data = new DataTransfer(); data.setData('text/plain', text); document.dispatchEvent("
        "new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }",
        text,
    )


def test_a_condition_is_chosen_in_three_parts(desk: Page) -> None:
    sheet(desk, "rules")
    cell = desk.locator("td[data-cell='conditions.1']").first
    cell.focus()
    keyboard = desk.keyboard
    keyboard.press("Enter")
    expect(desk.get_by_label("事実", exact=True)).to_be_focused()
    keyboard.type("国外からの転入")
    keyboard.press("Tab")
    expect(desk.get_by_label("比べ方", exact=True)).to_have_value("が")
    keyboard.press("Tab")
    keyboard.type("いいえ")
    keyboard.press("Enter")
    expect(desk.locator("td[data-cell='conditions.1']").first).to_have_text("「国外からの転入」が「いいえ」")


def test_a_new_procedure_from_the_short_form_with_its_mistakes_named(desk: Page) -> None:
    desk.keyboard.press("Alt+n")
    expect(desk.get_by_role("textbox", name="手続きの名前")).to_be_focused()
    assert accessibility_problems(desk) == []
    desk.keyboard.type("出産祝金の申請")
    desk.keyboard.press("F12")
    desk.get_by_text("この手続きが必要になる用件を、1つ以上選んでください。").first.wait_for()
    expect(desk.get_by_role("textbox", name="手続きの名前")).to_have_value("出産祝金の申請")
    desk.get_by_label("担当課").select_option(label="子育て支援課")
    desk.get_by_label("住民に説明する文").fill("祝金を支給します。")
    desk.get_by_role("checkbox", name="出生届").press("Space")
    desk.keyboard.press("F12")
    desk.get_by_text("手続きを下書きに追加しました").wait_for()
    expect(desk.get_by_role("gridcell", name="出産祝金の申請", exact=True)).to_be_visible()
