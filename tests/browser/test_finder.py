"""F2 from anywhere: whoever is found goes where the focus was."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import accessibility_problems, settled
from tests.browser.people import protected_resident, somebody_with_a_seal
from tests.browser.test_reception import Clerk


def look_for(page: Page, name: str) -> None:
    """Open the drawer by its key, type, and go into the list by Enter."""
    page.keyboard.press("F2")
    box = page.get_by_role("searchbox", name="氏名・カナ")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    page.keyboard.insert_text(name)
    page.locator("#find-found [data-row]").first.wait_for()
    settled(page)
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement?.matches('#find-found [data-row]')")


def test_whoever_is_found_goes_where_the_focus_was(
    sign_in_page: Callable[..., Page], city_feeds: Path
) -> None:
    person, (guarded, secrets) = somebody_with_a_seal(city_feeds), protected_resident(city_feeds)
    clerk = Clerk(sign_in_page("demo-counter", "市民課"))
    page = clerk.page
    page.goto("/history")
    page.get_by_role("textbox", name="氏名").first.focus()
    look_for(page, guarded.name)
    assert accessibility_problems(page) == []
    found = page.locator("#find-found").inner_text()
    assert "取扱注意" in found and not any(secret in found for secret in secrets)
    clerk.press("Escape")
    expect(page.get_by_role("textbox", name="氏名").first).to_be_focused()
    expect(page.locator("#drawer-find")).to_be_hidden()
    look_for(page, person.name)
    expect(page.get_by_role("button", name=f"この方で受付：{person.name}").first).to_be_focused()
    # At the identity step of a case without a visitor he becomes the visitor.
    page.goto("/")
    clerk.press("Alt+n")
    clerk.arrives_at("本人確認")
    look_for(page, person.name)
    expect(page.get_by_role("button", name=f"この方を来庁者にする：{person.name}").first).to_be_focused()
    clerk.press("Enter")
    expect(page.get_by_role("region", name="受付中の方")).to_contain_text(person.name)
    settled(page)
    # In the grid of those who move in he fills the row that had the focus.
    clerk.press("1", "F12")
    clerk.arrives_at("用件を選ぶ")
    clerk.press("2")
    clerk.arrives_at("転入届の内容")
    name = page.locator("#name-1")
    name.focus()
    look_for(page, person.name)
    clerk.press("1")
    expect(name).to_be_focused()
    expect(name).to_have_value(person.name)
    expect(page.locator("#kana-1")).to_have_value(person.kana)
    expect(page.locator("#birth-1")).to_have_value(re.compile("(昭和|平成)"))
