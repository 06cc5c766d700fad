"""The city's own sign-in page, on another site than ours: there and back with a cookie that only our own pages bring along."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Terminal, accessibility_problems, serving
from tests.conftest import prepare_city_template
from tests.openid_provider import CLIENT, SECRET, Provider, openid_provider
from tests.stores import SqliteStore


@pytest.fixture
def provider() -> Iterator[Provider]:
    with openid_provider() as server:
        server.person = "demo-tax"
        yield server


@pytest.fixture
def terminal(
    browser: Browser, provider: Provider, sqlite_store: SqliteStore, city_feeds: Path, tmp_path: Path
) -> Iterator[Terminal]:
    """A PC before a server whose staff sign in at the provider."""
    prepare_city_template(sqlite_store, city_feeds, tmp_path)
    folder = tmp_path / "instance"
    folder.mkdir(exist_ok=True)
    (folder / "secret").write_text(SECRET, encoding="ascii")
    with serving(
        folder, sqlite_store.copy("city"), openid_issuer=provider.issuer, openid_client=CLIENT,
        openid_secret_file="secret", openid_return="{url}/login/provider/back", directory_local_accounts=["demo-admin"],
    ) as server:  # fmt: skip
        found = Terminal(browser, server.site)
        yield found
        asked = f"request to another server: {provider.issuer}/authorize"
        found.faults = [fault for fault in found.faults if not fault.startswith(asked)]
        found.close()


def test_there_and_back_by_the_keyboard_and_again_beside_the_screen(
    terminal: Terminal, provider: Provider
) -> None:
    page = terminal.page
    page.goto("/login")
    assert accessibility_problems(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="受付をはじめる", level=1)).to_be_visible()

    page.goto("/residents/search")
    written = page.get_by_role("textbox", name="カナ", exact=True)
    written.fill("カクウ")
    page.evaluate("""() => fetch("/cover", {method: "POST", headers: {"X-Kakanai-Poll": "1", "X-CSRFToken":
      document.querySelector("input[name=csrf_token]").value}})
      .then(() => new BroadcastChannel("desk").postMessage("covered"))""")
    link = page.get_by_role("link", name="市の認証基盤で確かめる")
    expect(link).to_be_focused()
    page.get_by_role("button", name="続きから始める").press("Enter")
    expect(page.get_by_text("確認がまだです")).to_be_visible()
    provider.person = "demo-care"
    with page.context.expect_page() as opened:
        link.press("Enter")
    beside = opened.value
    expect(beside.get_by_role("heading", name="確認できませんでした")).to_be_visible()
    provider.person = "demo-tax"
    beside.get_by_role("link", name="もう一度確かめる").press("Enter")
    expect(beside.get_by_role("heading", name="確認しました")).to_be_visible()
    assert accessibility_problems(beside) == []
    beside.close()
    page.get_by_role("button", name="続きから始める").press("Enter")
    expect(link).to_be_hidden()
    expect(written).to_have_value("カクウ")

    page.get_by_role("button", name="ログアウト").press("Enter")
    expect(page.get_by_role("button", name="市の認証基盤でログイン")).to_be_focused()
    provider.person = None
    page.keyboard.press("Enter")
    expect(page.get_by_text("取り消されました")).to_be_visible()
