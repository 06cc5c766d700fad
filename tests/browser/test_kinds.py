"""Notices and single procedures by the keyboard, from the search to the papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import accessibility_problems, settled
from tests.browser.people import protected_numbers, rows
from tests.browser.test_reception import Clerk, answer_every_question, paper_of, without_spaces

KEYS_OF_A_DEATH = 30
SCREENS_OF_A_DEATH = 7
PERSON_OF_THE_HOUSEHOLD = "同じ世帯の家族"


@pytest.fixture
def clerk(page: Page, sign_in_page: Callable[..., Page]) -> Clerk:
    return Clerk(sign_in_page("demo-counter", "市民課"))


def household(feeds: Path, size: int) -> list[str]:
    """The names of a household of so many about whom nothing warns, householder and spouse first."""
    noted = {
        row["atenabango"] for data_set in ("19", "04") for row in rows(feeds, data_set)
    } | protected_numbers(feeds)
    people = [row for row in rows(feeds, "01a") if row["juminjotai"] == "1"]
    names = [row["shimei"] for row in people]
    groups: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in people:
        groups[row.get("setaibango", "")].append(row)
    for found in groups.values():
        couple = [row for row in found if row.get("zokugarahyoki") in {"世帯主", "妻"}]
        plain = all(row["juminshubetsu"] == "1" and row["atenabango"] not in noted for row in found)
        if (
            len(found) == size
            and len(couple) == 2
            and plain
            and all(names.count(row["shimei"]) == 1 for row in found)
        ):
            head, wife = sorted(couple, key=lambda row: row["zokugarahyoki"] != "世帯主")
            return [head["shimei"], wife["shimei"], *(row["shimei"] for row in found if row not in couple)]
    raise AssertionError(f"the city has no such household of {size}")


def to_the_kind(clerk: Clerk, name: str, *keys: str, of_the_household: bool = False) -> None:
    """From the search to what is typed for the kind that the keys choose."""
    clerk.finds(name)
    clerk.arrives_at("本人確認")
    clerk.press("1")
    if of_the_household:
        clerk.page.get_by_role("radio", name="本人", exact=True).focus()
        clerk.press("2")
        assert clerk.page.get_by_role("radio", name=PERSON_OF_THE_HOUSEHOLD).is_checked()
    clerk.press("F12")
    clerk.arrives_at("用件を選ぶ")
    for key in keys:
        clerk.press(key)


def to_the_papers(clerk: Clerk, folder: Path) -> str:
    """From the questions to the paper that is shown; its text."""
    clerk.arrives_at("確認事項")
    answer_every_question(clerk)
    clerk.press("F12")
    clerk.arrives_at("手続き一覧")
    clerk.press("F9")
    clerk.arrives_at("印刷しました")
    return without_spaces(paper_of(clerk.page, folder))


def test_the_householder_moves_out(clerk: Clerk, city_feeds: Path, tmp_path: Path) -> None:
    head, wife, *_others = household(city_feeds, 4)
    page = clerk.page
    to_the_kind(clerk, head, "3")
    clerk.arrives_at("対象者を選ぶ")
    for digit in "234":
        clerk.press(digit)
    clerk.press("F12")
    clerk.arrives_at("転出届の内容")
    assert not accessibility_problems(page)
    assert page.get_by_role("checkbox", name=f"{head}を転出に含める").is_checked()
    assert not page.get_by_role("checkbox", name=f"{wife}を転出に含める").is_checked()
    assert page.get_by_role("combobox", name=f"変更後の続柄：{wife}").input_value() == "世帯主"
    page.keyboard.insert_text("明日")
    clerk.press("Tab", "Tab", "Tab", "Tab")
    page.get_by_role("combobox", name="転出先の住所").focus()
    page.keyboard.insert_text("東京都新宿区西新宿一丁目1")
    page.get_by_role("radio", name="県外へ").check()
    clerk.press("F12")
    text = to_the_papers(clerk, tmp_path)
    assert "住民異動届" in text and without_spaces(head) in text and without_spaces(wife) in text
    assert "東京都新宿区西新宿一丁目1" in text


def test_a_death_in_thirty_keys(clerk: Clerk, city_feeds: Path, tmp_path: Path) -> None:
    head, wife, *_others = household(city_feeds, 3)
    page = clerk.page
    to_the_kind(clerk, wife, "7", of_the_household=True)
    clerk.arrives_at("死亡届（おくやみ）の内容")
    assert not accessibility_problems(page)
    name = page.get_by_role("radio", name=f"{head}を亡くなった方にする")
    clerk.press(name.get_attribute("data-digit") or "")
    page.wait_for_function("() => document.activeElement?.id === 'changed_on'")
    clerk.type("11.20")
    assert page.get_by_role("combobox", name=f"変更後の続柄：{wife}").input_value() == "世帯主"
    clerk.press("F12")
    clerk.arrives_at("確認事項")
    asked = answer_every_question(clerk)
    clerk.press("F12")
    clerk.arrives_at("手続き一覧")
    assert page.get_by_role("rowheader").filter(has_text="死亡届").count() >= 1
    clerk.press("F9")
    clerk.arrives_at("印刷しました")
    assert "手続き案内書" in without_spaces(paper_of(page, tmp_path))
    clerk.press("F12")
    clerk.arrives_at("受付をはじめる")
    assert clerk.keys <= KEYS_OF_A_DEATH, (clerk.keys, asked)
    assert len(clerk.screens) <= SCREENS_OF_A_DEATH, clerk.screens


def test_a_birth(clerk: Clerk, city_feeds: Path, tmp_path: Path) -> None:
    head, wife, *_others = household(city_feeds, 3)
    page = clerk.page
    to_the_kind(clerk, head, "6")
    clerk.arrives_at("出生届の内容")
    assert not accessibility_problems(page)
    assert page.get_by_role("combobox", name=f"父・母：{wife}").input_value() == "mother"
    page.keyboard.insert_text("昨日")
    page.get_by_role("textbox", name="氏名（", exact=False).first.focus()
    page.keyboard.insert_text("架空　新")
    clerk.press("Enter")
    page.keyboard.insert_text("カクウ　アラタ")
    clerk.press("Enter", "ArrowDown", "Enter")
    page.get_by_role("combobox", name="続柄（", exact=False).first.fill("ちょうなん")
    clerk.press("F12")
    text = to_the_papers(clerk, tmp_path)
    assert "架空新" in text and "手続き案内書" in text


def test_a_household_is_separated(clerk: Clerk, city_feeds: Path, tmp_path: Path) -> None:
    head, _wife, child = household(city_feeds, 3)
    page = clerk.page
    to_the_kind(clerk, head, "5")
    clerk.arrives_at("世帯変更届の種類を選ぶ")
    assert not accessibility_problems(page)
    clerk.press("1")
    clerk.arrives_at("対象者を選ぶ")
    clerk.press("1", "3", "F12")
    clerk.arrives_at("世帯分離届の内容")
    assert page.get_by_role("checkbox", name=f"{child}を世帯分離に含める").is_checked()
    assert page.get_by_role("combobox", name=f"変更後の続柄：{child}").input_value() == "世帯主"
    page.keyboard.insert_text("今日")
    # Who is ticked can still be changed here: the table follows.
    box = page.get_by_role("checkbox", name=f"{head}を世帯分離に含める")
    box.focus()
    clerk.press("Space")
    settled(page)
    assert box.is_checked()
    clerk.press("Space")
    settled(page)
    assert not page.get_by_role("checkbox", name=f"{head}を世帯分離に含める").is_checked()
    clerk.press("F12")
    text = to_the_papers(clerk, tmp_path)
    assert "住民異動届" in text and without_spaces(child) in text


def test_single_procedures_by_search_and_digit(clerk: Clerk, city_feeds: Path, tmp_path: Path) -> None:
    head, *_others = household(city_feeds, 2)
    page = clerk.page
    to_the_kind(clerk, head, "8")
    clerk.arrives_at("個別の手続きを選ぶ")
    assert not accessibility_problems(page)
    page.keyboard.insert_text("印鑑登録")
    clerk.press("Enter")
    settled(page)
    first = page.locator("[data-digit='1']").first
    title = first.locator("xpath=ancestor::label").inner_text().splitlines()[-1].strip()
    first.focus()
    clerk.press("1")
    settled(page)
    page.get_by_role("region", name="選んだ手続き").get_by_text(title).wait_for()
    clerk.press("F12")
    clerk.arrives_at("確認事項")
    answer_every_question(clerk)
    clerk.press("F12")
    clerk.arrives_at("手続き一覧")
    assert page.get_by_role("table", name="必要な手続き").get_by_role("rowheader").count() == 1
    clerk.press("F9")
    clerk.arrives_at("印刷しました")
    assert without_spaces(title) in without_spaces(paper_of(page, tmp_path))
