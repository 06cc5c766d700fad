"""A security key and an authenticator app in the browser: registered and used as a person would (AC-25)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.routing import Map

from app.domain.one_time_codes import code_at, step_of
from tests.browser.conftest import Site, Terminal, accessibility_problems
from tests.browser.screens import FRAME, Round
from tests.conftest import DEMO_PASSWORD

STAFF = "demo-children"


@pytest.fixture
def owner(browser: Browser, site: Site) -> Iterator[Terminal]:
    """Somebody signed in on a PC with a security key; his account is as before afterwards."""
    # A key is bound to a name; an address of numbers is none.
    terminal = Terminal(browser, replace(site, url=site.url.replace("127.0.0.1", "localhost")))
    devices = terminal.page.context.new_cdp_session(terminal.page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": False}
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "automaticPresenceSimulation": True, "isUserVerified": False}},
    )
    terminal.sign_in(STAFF)
    yield terminal
    page = terminal.page
    page.goto("/me/factors")
    while page.get_by_role("button", name="解除する").count():
        page.get_by_role("button", name="解除する").first.press("Enter")
        page.wait_for_load_state()
    terminal.close()


def leave(page: Page) -> None:
    page.get_by_role("button", name="ログアウト").press("Enter")
    page.get_by_role("textbox", name="職員ID").fill(STAFF)
    page.get_by_role("textbox", name="パスワード").fill(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="もう1つの確認")).to_be_visible()


def test_a_key_and_an_app_sign_their_owner_in(owner: Terminal, routes: Map) -> None:
    page = owner.page
    seen = Round(page)
    page.goto("/me/factors")
    page.get_by_role("button", name="セキュリティキーを登録する").press("Enter")
    page.get_by_role("textbox", name="キーの呼び名").fill("青いキー")
    page.get_by_role("button", name="キーを登録する").press("Enter")
    expect(page.get_by_role("row", name="青いキー")).to_be_visible()
    seen.look("二要素認証", ("button", "認証アプリを登録する"))

    leave(page)
    seen.look("もう1つの確認", ("button", "セキュリティキーで確かめる"), frame=FRAME)
    page.get_by_role("button", name="セキュリティキーで確かめる").press("Enter")
    expect(page.get_by_role("heading", name="受付をはじめる")).to_be_visible()

    page.goto("/me/factors")
    page.get_by_role("button", name="認証アプリを登録する").press("Enter")
    expect(page.get_by_role("img", name="認証アプリに登録するQRコード")).to_be_visible()
    assert accessibility_problems(page) == []
    text = page.locator(".device-code-small").inner_text()
    secret = base64.b32decode(text.replace(" ", ""))
    page.get_by_role("textbox", name="アプリに表示された6桁の番号").fill(
        code_at(secret, step_of(datetime.now(UTC)) - 1)
    )
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name="認証アプリ")).to_be_visible()

    leave(page)
    # The step of now and the next one are still free: only the one before it was used up.
    page.get_by_role("textbox", name="認証アプリの6桁の番号").fill(
        code_at(secret, step_of(datetime.now(UTC)))
    )
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="受付をはじめる")).to_be_visible()
    seen.end(routes, "auth.factors", "auth.second_step")
