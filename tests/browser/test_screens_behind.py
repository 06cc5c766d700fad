"""The screens behind the counters and of single things: content in hand, staff, feeds, a person, a request for a release.

What they show is made over HTTP (`office`); the browser looks at each screen once.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.routing import Map

from app.data import feed_jobs
from app.data.transactions import transaction
from app.demo.city import CITY_CODE
from app.domain.authority import Actor
from app.domain.dates import today_in_japan
from app.operations import feed_desk, packs
from app.operations.feed_watch import Watch
from tests.browser.conftest import Site, settled
from tests.browser.day import desk_of, letter, person_id
from tests.browser.office import asked_ending, asked_release, begin_content, new_member_of_staff, sent_back
from tests.browser.people import somebody_with_a_seal
from tests.browser.screens import FRAME, IN_A_CASE, Round
from tests.conftest import DEMO_PASSWORD
from tests.desk import FAMILY
from tests.integration import small_city
from tests.staff_files import sound_file

TOMORROW = (today_in_japan() + timedelta(days=1)).isoformat() + "T01:00:00"
"""Later than the files of the city that is looked at."""


def link_to(page: Page, address: str, beside: str = "") -> str:
    """The first link of the page whose address begins so."""
    found = page.locator(f'a[href^="{address}"]{beside}').first.get_attribute("href")
    assert found
    return found.partition("?")[0]


def test_the_screens_of_content_in_hand(site: Site, sign_in_page: Callable[..., Page], routes: Map) -> None:
    made, page = begin_content(site), sign_in_page("demo-content", "情報政策課")
    seen = Round(page)
    drafted = (("button", "審査に出す"),)
    seen.visit(made.draft, "見本の下書き", *drafted)
    seen.visit(f"{made.draft}/new-procedure", "新しい手続きを追加")
    seen.visit(f"{made.draft}/offices", "", ("grid", "庁舎"))
    row = page.locator("#sheet-table tr[data-line]").first.get_attribute("data-line")
    seen.visit(f"{made.draft}/offices/rows/{row}", "")
    seen.visit("/admin/desk/versions/1", "第1版")
    seen.visit(f"{made.form}", "")
    for part in ("settings", "trial", "compare"):
        seen.visit(f"{made.form}/{part}", "")
    seen.visit("/admin/forms/new", "新しい様式をつくる")
    seen.visit(made.simulation, "")
    seen.visit(f"{made.simulation}/example", "世帯例を登録する")
    seen.visit(made.replay, "過去の受付での試行")
    page.goto("/admin/examples")
    seen.visit(link_to(page, "/admin/examples/"), "世帯例")
    seen.visit("/admin/translations/en", "")
    seen.end(
        routes, "desk.draft", "desk.new", "desk.sheet", "desk.row", "desk.version", "placing.place", "forms.settings",
        "placing.trial", "placing.compare", "forms.new", "admin.simulation", "admin.store_example", "admin.replay",
        "admin.example", "admin.translation",
    )  # fmt: skip


def test_the_screens_of_staff_and_devices(
    site: Site, sign_in_page: Callable[..., Page], routes: Map, tmp_path: Path
) -> None:
    new, given = new_member_of_staff(site)
    page = sign_in_page("demo-admin", "情報政策課")
    seen = Round(page)
    seen.visit("/admin/users", "職員", ("textbox", "職員ID・氏名・所属"))
    seen.visit("/admin/users/new", "職員を登録する", ("textbox", "職員ID"), ("textbox", "適用する日"))
    seen.visit(f"/admin/users/{new}", "職員の登録", ("button", "一時パスワードを発行する"))
    seen.visit("/admin/users/import", "人事異動の取込", ("textbox", "適用する日"))
    file = tmp_path / "staff.csv"
    file.write_bytes(sound_file())
    page.get_by_label("人事異動の CSV").set_input_files(file)
    page.keyboard.press("F12")
    seen.look("人事異動の内容")
    seen.visit("/admin/counters/devices", "窓口の機器", ("textbox", "席"), ("button", "登録番号を作る"))
    page.goto("/admin/calendar")
    seen.visit(link_to(page, "/admin/calendar/"), "開庁日")
    _change_a_role_twice(page)
    for address, heading in _of_the_session(site, page):
        seen.visit(address, heading, frame=FRAME)
    page.goto("/login")
    page.get_by_role("textbox", name="職員ID").fill(new)
    page.get_by_role("textbox", name="パスワード").fill(given)
    page.keyboard.press("Enter")
    seen.look("新しいパスワード", ("textbox", "新しいパスワード"), frame=FRAME)
    seen.end(
        routes, "admin.users", "admin.new_user", "admin.user", "admin.transfers", "admin.transfer", "admin.devices",
        "calendar.month", "auth.ask_password", "auth.covered", "auth.first_password",
    )  # fmt: skip


def _change_a_role_twice(page: Page) -> None:
    """Two tabs with one role: the second is told, and what was typed there stays."""
    page.goto("/admin/roles/new?like=counter")
    page.get_by_role("textbox", name="役割の名前").fill("証明コーナー")
    page.keyboard.press("F12")
    page.get_by_role("heading", level=1, name="証明コーナー").wait_for()
    page.wait_for_url("**/admin/roles/own-*")
    later = page.context.new_page()
    later.goto(page.url)
    for tab, title in ((page, "証明の窓口"), (later, "証明の係")):
        tab.get_by_role("textbox", name="役割の名前").fill(title)
        tab.keyboard.press("F12")
        if tab is page:
            tab.get_by_role("heading", level=1, name="権限").wait_for()
    later.get_by_role("alert").filter(has_text="開き直すまで画面に残っています").wait_for()
    expect(later.get_by_role("textbox", name="役割の名前")).to_have_value("証明の係")
    later.close()


def _of_the_session(site: Site, page: Page) -> Iterator[tuple[str, str]]:
    """The password again, and the cover; at the end nobody is signed in."""
    with contextlib.closing(sqlite3.connect(site.database.removeprefix("sqlite:///"), timeout=30)) as city:
        city.execute("UPDATE staff_session SET confirmed_at = '2000-01-01 00:00:00'")
        city.commit()
    yield "/confirm", "ご本人の確認"
    send = """() => fetch("/cover", {method: "POST", headers: {"X-Kakanai-Poll": "1", "X-CSRFToken":
      document.querySelector("input[name=csrf_token]").value}}).then(answer => answer.status)"""
    assert page.evaluate(send) == 204
    yield "/cover", "画面を隠しています"
    page.get_by_role("button", name="ログアウト").click()
    page.wait_for_url("**/login")


def test_the_screens_of_feeds(
    site: Site,
    back_room: Flask,
    sign_in_page: Callable[..., Page],
    routes: Map,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Files that ask, that are refused and that are held lie in the folder: their jobs, their data sets, what is wrong."""
    admin = Actor("demo-admin", "", "information", "", frozenset({"admin"}))
    monkeypatch.setattr(small_city, "LG_CODE", CITY_CODE)
    here = {"shikuchosonkodo": CITY_CODE}
    seal = here | {"inkantorokubango": "7", "torokunengappi": "2001-02-03", "torokujotai": "3"}
    memo = here | {"memobango": "1", "memokubun": "77", "naiyo": "x"}
    with back_room.app_context():
        folder = back_room.config["KAKANAI"].feeds
        folder.mkdir(parents=True, exist_ok=True)
        small_city.write(folder, {"03": []}, at=TOMORROW)
        feed_desk.hold("02", "入替のため", admin)
        feed_desk.check_held("02", admin)
        rows = {"02": [small_city.person_row(1, **seal)], "19": [small_city.person_row(1, **memo)]}
        small_city.write(folder, rows, at=TOMORROW, kind="diff")
        watch = Watch()
        watch.begin()
        watch.tick()
        watch.look()
        watch.end()
    page = sign_in_page("demo-admin", "情報政策課")
    seen = Round(page)
    seen.visit("/admin/links/sets/03", "データ連携：")
    page.goto("/admin/links")
    seen.visit(link_to(page, "/admin/links/jobs/"), "データ連携：ジョブ")
    for data_set, shown in (("03", "変化を確かめる"), ("19", "CSVで保存する"), ("02", "変わる行の例")):
        seen.visit(f"/admin/links/sets/{data_set}", "データ連携：")
        seen.visit(link_to(page, "/admin/links/files/"), "データ連携：")
        assert page.get_by_text(shown).first.is_visible()
    with back_room.app_context():  # the city is as it was for whoever looks at it next
        feed_desk.release("02", admin)
        gaps = feed_jobs.list_gaps()
        assert gaps.keys() == {"03", "19"}
        feed_desk.decide(gaps["03"].id, False, "見本のため", admin)
        for file in gaps.values():
            feed_desk.skip(file.id, "見本のため", admin)
        assert feed_jobs.list_gaps() == {}
    seen.end(routes, "admin.link", "admin.link_job", "admin.link_file")


def test_the_screens_of_a_second_person(
    site: Site, sign_in_page: Callable[..., Page], city_feeds: Path, routes: Map
) -> None:
    """Who decides on a release, who reviews, and what comes back to the counter."""
    release, (item, answer) = asked_release(site, city_feeds), sent_back(site, city_feeds)
    ending = asked_ending(site, city_feeds)
    page = sign_in_page("demo-guardian", "市民課")
    seen = Round(page)
    seen.visit("/endings", "取扱注意の終了")
    seen.visit(ending, "取扱注意の終了", ("button", "終了を許可する"), ("button", "許可しない"))
    page.get_by_role("textbox", name="あなたのパスワード").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="終了を許可する").click()
    page.wait_for_url("**/endings")
    count = page.get_by_role("banner").get_by_role("link", name=re.compile("解除の承認"))
    shown = count.inner_text()
    seen.visit("/release", "解除の承認", ("table", "承認を待つ依頼"))
    decide = (("button", "この1件だけ許可する"), ("button", "許可しない"))
    seen.visit(release, "解除の承認", *decide)
    for name in ("この1件だけ許可する", "許可しない"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box and box["y"] + box["height"] <= 768, f"{name} is below the screen"
    page.get_by_role("textbox", name="あなたのパスワード").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="許可しない").click()
    page.wait_for_url("**/release")
    settled(page)
    assert not count.count() or count.inner_text() != shown, "the count in the frame is of now"
    page.get_by_role("button", name="ログアウト").click()
    sign_in_page("demo-reviewer", "市民課")
    seen.visit(item, "審査の内容")
    page.get_by_role("button", name="ログアウト").click()
    sign_in_page("demo-counter", "市民課")
    seen.visit(answer, "差戻しに答える", ("textbox", "直したこと・確かめたこと"), ("button", "再提出する"))
    seen.end(
        routes, "releases.index", "releases.one", "endings.index", "endings.one", "review.item", "reception.sent_back"
    )  # fmt: skip


def test_the_screens_of_a_person_a_letter_and_guidance(
    site: Site, sign_in_page: Callable[..., Page], city_feeds: Path, routes: Map
) -> None:
    desk = desk_of(site)
    resident, post = person_id(desk, somebody_with_a_seal(city_feeds).name), letter(desk)
    told = {"told": "letter", "defect": "定額小為替が足りません。", "back": "content"}
    assert desk.post(f"/cases/{post}/defects", version=desk.version(post), **told).status_code == 303
    page = sign_in_page("demo-counter", "市民課")
    seen = Round(page)
    seen.visit(f"/residents/{resident}", "照会の目的")
    page.locator("button[name=purpose]").first.click()
    seen.look("住民の詳細")
    seen.visit(link_to(page, f"/residents/{resident}/qualifications/"), "")
    seen.visit(f"/cases/{post}/defects/letter", "補正のお願いの手紙")
    page.goto("/guidance")
    seen.visit(link_to(page, "/guidance/"), "")
    seen.end(
        routes,
        "persons.show_person",
        "persons.show_qualification",
        "reception.defect_letter",
        "reception.guide",
    )


@pytest.fixture
def publish_without(back_room: Flask) -> Iterator[Callable[[str], None]]:
    """Publishes content without the rules of a procedure, and takes it back at the end."""

    def publish(procedure: str) -> None:
        with back_room.app_context():
            current = packs.current()
            forms = {form.code: form for form in current.forms}
            rules = tuple(one for one in current.source.rules if one.procedure != procedure)
            packs.publish(replace(current.source, rules=rules, version="newer"), forms)

    yield publish
    with back_room.app_context(), transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE content_version SET withdrawn_at = '2026-01-01 00:00:00' WHERE id > 1"
        )


def test_the_screen_of_newer_content(
    site: Site, sign_in_page: Callable[..., Page], routes: Map, publish_without: Callable[[str], None]
) -> None:
    desk = desk_of(site)
    case = desk.open_case()
    desk.identify_newcomer(case)
    desk.choose(case, "move_in")
    desk.move(case, FAMILY)
    desk.save(case, "questions")
    listed = re.search(rf"/cases/{case}/procedures/(\w+)", desk.see(case, "procedures").text)
    assert listed
    publish_without(listed[1])
    seen = Round(sign_in_page("demo-counter", "市民課"))
    seen.visit(
        f"/cases/{case}/content", "新しい業務定義との違い", ("table", "手続き一覧の違い"), frame=IN_A_CASE
    )
    seen.end(routes, "reception.show_newer_content")
