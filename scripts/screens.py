#!/usr/bin/env python3
"""Take the pictures of docs/screens: every screen at 1366×768, from a running demo city.

    KAKANAI_INSTANCE=instance KAKANAI_DEMO_PASSWORD=… .venv/bin/python scripts/screens.py [--url http://127.0.0.1:8000]

Needs the test packages and Chromium. The persons shown are found in the instance's own register.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from environment import ROOT, say

SIZE = {"width": 1366, "height": 768}
FOLDER = ROOT / "docs" / "screens"
COLOURS = 128
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "msedge")


@dataclass(frozen=True)
class People:
    """Whom the pictures show: an ordinary householder, a protected resident, an announced family."""

    householder: str
    protected: str
    family: str


class Camera:
    """Takes one picture after another; the number keeps them in the order of the work."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    def go(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")

    def arrive(self, heading: str) -> None:
        self.page.get_by_role("heading", level=1, name=heading).wait_for()

    def take(self, name: str) -> None:
        self.page.wait_for_timeout(500)
        path = FOLDER / f"{name}.png"
        self.page.screenshot(path=path)
        _shrink(path)
        say(f"{path.relative_to(ROOT)}")

    def find(self, name: str) -> None:
        self.page.get_by_role("searchbox", name="宛名検索").fill(name)
        self.page.get_by_role("button", name=f"この方で受付：{name}").first.wait_for()

    def receive(self, name: str) -> None:
        """As far as the choice of what somebody came for."""
        self.find(name)
        self.page.get_by_role("button", name=f"この方で受付：{name}").first.click()
        self.arrive("本人確認")
        self.page.keyboard.press("1")
        self.page.keyboard.press("F12")
        self.arrive("用件を選ぶ")


def main() -> int:
    """All pictures; exits 1 when a screen did not come."""
    parser = argparse.ArgumentParser(description="docs/screens の画面写真を撮り直します。")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    options = parser.parse_args()
    password = os.environ.get("KAKANAI_DEMO_PASSWORD")
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if not password or not program:
        say("KAKANAI_DEMO_PASSWORD と Chromium が必要です。")
        return 1
    people = _people()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        page = browser.new_page(viewport=SIZE, locale="ja-JP", timezone_id="Asia/Tokyo")  # type: ignore[arg-type]
        camera = Camera(page, options.url)
        for scene in SCENES:
            scene(camera, people, password)
        browser.close()
    return 0


def _people() -> People:
    sys.path.insert(0, str(ROOT))
    from sqlalchemy import func, select

    from app import create_app
    from app.data.models.register import PersonRow, RegisterRow
    from app.extensions import db

    with create_app().app_context():
        resident = [PersonRow.status == "resident", PersonRow.category == "japanese"]
        seal = select(RegisterRow.row_key).where(
            RegisterRow.data_set == "02", RegisterRow.person_number == PersonRow.number, RegisterRow.latest
        )
        members = (
            select(PersonRow.household_number).group_by(PersonRow.household_number).having(func.count() == 4)
        )
        ordinary = select(PersonRow.name).where(
            *resident, PersonRow.is_householder, ~PersonRow.protected, seal.exists(),
            PersonRow.household_number.in_(members), PersonRow.birth.between("19700101", "19901231"),
        )  # fmt: skip
        announced = select(PersonRow.receipt_number).where(PersonRow.status == "expected")
        four = announced.group_by(PersonRow.receipt_number).having(func.count() == 4)
        family = select(PersonRow.name).where(PersonRow.receipt_number.in_(four), PersonRow.is_householder)
        protected = select(PersonRow.name).where(*resident, PersonRow.protected)
        return People(
            *(
                db.session.scalars(query.order_by(PersonRow.serial)).first() or ""
                for query in (ordinary, protected, family)
            )
        )


def _sign_in(camera: Camera, people: People, password: str) -> None:
    camera.go("/login")
    camera.take("login")
    camera.page.get_by_role("textbox", name="職員ID").fill("demo-counter")
    camera.page.get_by_role("textbox", name="パスワード").fill("違うパスワードです")
    camera.page.keyboard.press("Enter")
    camera.page.get_by_role("alert").first.wait_for()
    camera.take("login-refused")
    camera.page.get_by_role("textbox", name="パスワード").fill(password)
    camera.page.keyboard.press("Enter")
    camera.arrive("受付をはじめる")


def _search(camera: Camera, people: People, password: str) -> None:
    camera.take("home")
    camera.page.get_by_role("button", name="郵送・職権で受付する").click()
    camera.take("channel")
    camera.page.keyboard.press("Escape")
    camera.page.get_by_role("searchbox", name="宛名検索").fill("ｻﾄｳ")
    camera.page.get_by_role("table").first.wait_for()
    camera.take("search")
    camera.page.get_by_role("searchbox", name="宛名検索").fill("どこにもいない名前")
    camera.page.get_by_text("該当する方はいません").first.wait_for()
    camera.take("search-nobody")
    camera.find(people.householder)
    camera.page.get_by_role("link", name=people.householder).first.click()
    camera.arrive("照会の目的")
    camera.take("purpose")
    camera.page.keyboard.press("1")
    camera.arrive("住民の詳細")
    camera.take("person")
    camera.page.get_by_role("heading", name="異動履歴").scroll_into_view_if_needed()
    camera.take("person-history")
    camera.go("/residents/search")
    camera.take("search-detailed")
    camera.page.get_by_role("textbox", name="氏名").focus()
    camera.page.keyboard.press("Alt+i")
    camera.page.get_by_role("dialog").wait_for()
    camera.take("characters")
    camera.page.keyboard.press("Escape")


def _stop(camera: Camera, people: People, password: str) -> None:
    camera.go("/")
    camera.find(people.protected)
    camera.take("search-protected")
    camera.page.get_by_role("button", name=f"この方で受付：{people.protected}").first.click()
    camera.page.get_by_role("alertdialog").wait_for()
    camera.take("stop")
    camera.page.wait_for_timeout(800)
    camera.page.keyboard.press("Escape")
    camera.arrive("受付をはじめる")


def _certificates(camera: Camera, people: People, password: str) -> None:
    page = camera.page
    camera.find(people.householder)
    page.get_by_role("button", name=f"この方で受付：{people.householder}").first.click()
    camera.arrive("本人確認")
    camera.take("identity")
    page.keyboard.press("F12")
    page.get_by_role("alert").first.wait_for()
    camera.take("identity-wrong")
    page.get_by_role("radio", name="マイナンバーカード").check()
    page.keyboard.press("F12")
    camera.arrive("用件を選ぶ")
    camera.take("kind")
    page.keyboard.press("F6")
    camera.take("memo")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    camera.arrive("証明書を選ぶ")
    page.keyboard.type("j2 i1")
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name="印鑑登録証を確認した").wait_for()
    camera.take("certificates")
    page.keyboard.press("F1")
    camera.take("guidance")
    page.keyboard.press("Escape")
    page.get_by_role("checkbox", name="印鑑登録証を確認した").check()
    page.keyboard.press("F9")
    camera.arrive("印刷しました")
    page.wait_for_timeout(2500)
    camera.take("print-certificates")
    page.keyboard.press("F12")
    camera.arrive("受付をはじめる")


def _move_in(camera: Camera, people: People, password: str) -> None:
    page = camera.page
    camera.receive(people.family)
    page.keyboard.press("2")
    camera.arrive("転入届の内容")
    camera.take("move-in")
    page.keyboard.insert_text("今日")
    page.keyboard.press("F12")
    camera.arrive("確認事項")
    camera.take("questions")
    page.keyboard.press("2")
    page.wait_for_timeout(700)
    page.keyboard.press("F12")
    camera.arrive("手続き一覧")
    camera.take("procedures")
    page.locator("#change").scroll_into_view_if_needed()
    camera.take("procedures-more")
    page.keyboard.press("F9")
    camera.arrive("印刷しました")
    page.wait_for_timeout(2500)
    camera.take("print-move-in")
    page.get_by_role("button", name="中断して保存").click()
    camera.arrive("受付をはじめる")
    camera.take("home-resumable")


def _address_change(camera: Camera, people: People, password: str) -> None:
    page = camera.page
    camera.receive(people.householder)
    page.get_by_role("button", name="転居届").click()
    camera.arrive("対象者を選ぶ")
    camera.take("subjects")
    page.keyboard.press("F12")
    camera.arrive("転居届の内容")
    camera.take("address-change")
    page.get_by_role("button", name="中断して保存").click()
    camera.arrive("受付をはじめる")


def _ledger(camera: Camera, people: People, password: str) -> None:
    for path, name in (
        ("/history", "history"),
        ("/resume", "resumable"),
        ("/status", "status"),
        ("/nothing", "error"),
    ):
        camera.go(path)
        camera.take(name)
    camera.go("/history")
    camera.page.get_by_role("table").get_by_role("link").nth(1).click()
    camera.arrive("対応の詳細")
    camera.take("history-detail")
    camera.page.get_by_role("button", name="市民課").click()
    camera.take("counter-switch")


def _administration(camera: Camera, people: People, password: str) -> None:
    camera.page.context.clear_cookies()
    camera.go("/login")
    camera.page.get_by_role("textbox", name="職員ID").fill("demo-admin")
    camera.page.get_by_role("textbox", name="パスワード").fill(password)
    camera.page.keyboard.press("Enter")
    camera.page.get_by_role("heading", level=1).wait_for()
    for path, name in (
        ("/admin/links", "data-links"),
        ("/admin/fonts", "characters-of-the-city"),
        ("/admin/addresses", "address-masters"),
        ("/admin/calendar", "opening-days"),
    ):
        camera.go(path)
        camera.take(name)


def _death(camera: Camera, people: People, password: str) -> None:
    page = camera.page
    camera.receive(people.householder)
    page.keyboard.press("7")
    camera.arrive("死亡届（おくやみ）の内容")
    page.get_by_role("radio").nth(1).check()
    page.wait_for_timeout(700)
    page.get_by_label("亡くなった日").first.fill("昨日")
    page.get_by_label("届出人の資格").select_option(index=1)
    camera.take("death")
    page.keyboard.press("F12")
    camera.arrive("確認事項")
    camera.take("questions-death")
    page.keyboard.press("F12")
    camera.arrive("手続き一覧")
    camera.take("procedures-death")
    page.get_by_role("table").get_by_role("link").first.click()
    page.wait_for_url("**/procedures/*")
    camera.take("why-needed")
    camera.go("/guidance")
    camera.take("guidance-page")


def _rule_desk(camera: Camera, people: People, password: str) -> None:
    page = camera.page
    page.context.clear_cookies()
    camera.go("/login")
    page.get_by_role("textbox", name="職員ID").fill("demo-content")
    page.get_by_role("textbox", name="パスワード").fill(password)
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1).wait_for()
    camera.go("/admin/desk")
    camera.take("rule-desk")
    page.get_by_role("textbox", name="何を変えるか").fill("高校生の通学費助成を新設")
    page.keyboard.press("F12")
    page.wait_for_url("**/admin/desk/drafts/*")
    camera.take("draft")
    draft = page.url.removeprefix(camera.url)
    for path, name in (
        (f"{draft}/rules", "rules"),
        (f"{draft}/procedures", "procedure-definitions"),
        (f"{draft}/new-procedure", "new-procedure"),
        ("/admin/simulator", "simulator"),
        ("/admin/examples", "examples"),
        ("/admin/replay", "replay"),
        ("/admin/review-sheet", "review-sheet"),
        ("/admin/guidance", "guidance-review"),
    ):
        camera.go(path)
        camera.take(name)


def _paper(camera: Camera, people: People, password: str) -> None:
    page = camera.page
    camera.go("/admin/forms")
    camera.take("forms")
    page.get_by_role("row", name="国民健康保険 資格取得届").get_by_role("button", name="直す").click()
    page.wait_for_url("**/admin/forms/*/kokuho_shutoku/*")
    page.wait_for_timeout(2500)
    page.get_by_role("link", name="申請する方の氏名").or_(page.get_by_role("link", name="氏名")).first.click()
    page.wait_for_timeout(1500)
    camera.take("placement-desk")
    camera.go(f"{page.url.removeprefix(camera.url).rstrip('/')}/settings")
    camera.take("form-settings")
    for path, name in (("/admin/leaflets", "leaflets"), ("/admin/translations", "translations")):
        camera.go(path)
        camera.take(name)


SCENES: tuple[Callable[[Camera, People, str], None], ...] = (
    _sign_in, _search, _stop, _certificates, _move_in, _address_change, _death, _ledger, _administration, _rule_desk,
    _paper,
)  # fmt: skip


def _shrink(path: Path) -> None:
    """A picture of flat colours needs no millions of them."""
    from PIL import Image

    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(COLOURS)
    small.save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
