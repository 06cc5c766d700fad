"""A family of five that nobody announced moves in as two households, by the keyboard alone (R19)."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.test_reception import Clerk, answer_every_question, clerk

__all__ = ["clerk"]
FIRST = ("架空　太郎", "せたいぬし")
OTHERS = (
    ("架空　花子", "カクウ　ハナコ", "S61.2.3", 2, "つま"),
    ("架空　一郎", "カクウ　イチロウ", "H30.4.5", 1, "ちょうなん"),
    ("架空　咲", "カクウ　サキ", "R4.5.6", 2, "ちょうじょ"),
)
APART = ("架空　ウメ", "カクウ　ウメ", "S30.3.3", 2, "はは")


def test_five_move_in_as_two_households(clerk: Clerk) -> None:
    page = clerk.page
    clerk.press("Alt+n")
    clerk.arrives_at("本人確認")
    for field, text in (("name", FIRST[0]), ("kana", "カクウ　タロウ"), ("birth", "S60.1.2")):
        page.locator(f"#{field}").fill(text)
    page.locator("#address").fill("熊本県隣市港町1-2")
    page.locator("[name=document]").first.check()
    clerk.press("F12")
    clerk.arrives_at("用件を選ぶ")
    clerk.press("2")
    clerk.arrives_at("転入届の内容")
    page.keyboard.insert_text("今日")
    clerk.press("Enter", "Enter")
    page.keyboard.insert_text("東京都千代田区丸の内1-1")
    clerk.press("Tab")
    type_place(clerk, "", "中央一丁目", "1番地")
    clerk.press("Alt+a")
    expect(page.locator("#h2_town")).to_be_focused()
    type_place(clerk, "h2_", "中央二丁目", "2番地")
    page.locator("#origin-other").check()
    page.locator("#relationship-0").focus()
    page.keyboard.insert_text(FIRST[1])
    clerk.press("Escape", "Enter", "Enter")
    for one in OTHERS:
        clerk.press("Enter")
        type_row(clerk, one)
        clerk.press("Enter", "Enter")
    clerk.press("Alt+l")
    expect(page.locator("#name-4")).to_be_focused()
    type_row(clerk, APART)
    clerk.press("Enter", "ArrowDown")
    expect(page.locator("#relationship-4")).to_have_value("世帯主")
    expect(page.locator("#before-after")).to_contain_text("世帯2（新しい世帯）")
    assert page.locator("#relationship-1").input_value() == "妻", "what was said is read"
    clerk.press("F12")
    clerk.arrives_at("確認事項")
    answer_every_question(clerk, most=60)
    clerk.press("F12")
    clerk.arrives_at("手続き一覧")
    expect(page.get_by_role("table", name="必要な手続き")).to_contain_text(f"{APART[0]}（世帯2）")


def type_place(clerk: Clerk, household: str, town: str, lot: str) -> None:
    """A town that is picked from the list, and a lot."""
    page = clerk.page
    page.locator(f"#{household}town").focus()
    with page.expect_response(lambda response: "/addresses/towns" in response.url):
        page.keyboard.insert_text(town)
    clerk.press("Enter")
    expect(page.locator(f"#{household}lot")).to_be_focused()
    page.keyboard.insert_text(lot)
    clerk.press("Tab")


def type_row(clerk: Clerk, one: tuple[str, str, str, int, str]) -> None:
    """A row of the grid from its name to its relationship, Enter moving along."""
    keyboard = clerk.page.keyboard
    name, kana, birth, sex, relationship = one
    keyboard.insert_text(name)
    for text in (kana, birth):
        clerk.press("Enter", "Control+a")
        keyboard.insert_text(text)
    clerk.press("Enter", *["ArrowDown"] * sex, "Enter")
    keyboard.insert_text(relationship)
    clerk.press("Escape")
