"""Announcements and personal settings: who sees what, who has read it, and what is kept (R48, S-03, S-05, M-16)."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask

from app.domain.dates import format_wareki, today_in_japan
from tests.conftest import DEMO_PASSWORD
from tests.desk import Desk
from tests.integration.test_sessions import new_desk


def publish(admin: Desk, title: str, **fields: object) -> None:
    today = today_in_japan()
    typed = {
        "title": title, "text": "本文です。", "first": format_wareki(today),
        "last": format_wareki(today + timedelta(days=3)), **fields,
    }  # fmt: skip
    assert admin.post("/admin/news", **typed).status_code == 303


def test_an_announcement_reaches_its_counters_and_is_read_once(served_city: Flask) -> None:
    admin = new_desk(served_city).sign_in("demo-admin", "information")
    publish(admin, "全員へ")
    publish(admin, "税務課へ", counters=["tax"], must_read="1")
    publish(admin, "まだ先", first=format_wareki(today_in_japan() + timedelta(days=1)))
    clerk = new_desk(served_city, "10.0.0.2").sign_in()
    tax = new_desk(served_city, "10.0.0.3").sign_in("demo-tax", "tax")
    assert titles(clerk) == ["全員へ"]
    assert titles(tax) == ["税務課へ", "全員へ"], "what must be read comes first"
    assert "必読1件" in tax.get("/").text
    (address,) = re.findall(r'action="(/news/\w+/read)"', clerk.get("/news").text)
    for _ in range(2):
        assert clerk.post(address).status_code == 303
    assert "お知らせ<span" not in clerk.get("/").text, "nothing is unread any more"
    assert re.search(r"全員へ.*?1人</td>", admin.get("/admin/news").text, re.DOTALL)
    withdrawal = re.findall(r'action="(/admin/news/\w+)"', admin.get("/admin/news").text)
    for one in withdrawal:
        admin.post(one, change="withdraw")
    assert titles(tax) == []
    assert clerk.post("/admin/news", title="x").status_code == 403


def titles(desk: Desk) -> list[str]:
    return re.findall(r'<h2 id="news-[^"]*">([^<]*)</h2>', desk.get("/news").text)


def test_what_does_not_fit_is_said_by_its_field(served_city: Flask) -> None:
    admin = new_desk(served_city).sign_in("demo-admin", "information")
    answer = admin.post("/admin/news", title="", text="あ" * 2001, first="R8.12.2", last="R8.12.1")
    assert answer.status_code == 422
    for words in ("件名を入力してください", "2,000文字以内", "始まりの日より前"):
        assert words in answer.text
    assert "あ" * 2001 in answer.text, "nothing typed is lost"


def test_the_home_screen_asks_again_only_for_what_is_new(served_city: Flask) -> None:
    admin = new_desk(served_city).sign_in("demo-admin", "information")
    clerk = new_desk(served_city, "10.0.0.2").sign_in()
    poll = {"X-Kakanai-Poll": "1", "HX-Request": "true"}
    (address,) = re.findall(r'hx-get="(/waiting[^"]*)"', clerk.get("/").text)
    assert clerk.browser.get(address, headers=poll).status_code == 204  # type: ignore[call-arg]
    publish(admin, "全員へ")
    anew = clerk.browser.get(address, headers=poll)  # type: ignore[call-arg]
    assert anew.status_code == 200
    assert "全員へ" in anew.text


def test_settings_are_kept_for_the_person_and_shown_on_every_page(served_city: Flask) -> None:
    desk = new_desk(served_city).sign_in()
    assert 'data-density="standard"' in desk.get("/").text
    assert desk.post("/me", density="roomy", digits="off").status_code == 303
    again = new_desk(served_city, "10.0.0.9").sign_in()
    page = again.get("/status").text
    assert 'data-density="roomy"' in page
    assert 'data-digits="off"' in page
    assert again.post("/me", density="huge").status_code == 422


def test_a_password_is_changed_with_the_current_one_only(served_city: Flask) -> None:
    desk, new = new_desk(served_city).sign_in(), "another long password"
    for fields, words in (
        ({"current": "no", "new": new, "again": new}, "パスワードが違います"),
        ({"current": DEMO_PASSWORD, "new": "short", "again": "short"}, "15文字以上"),
        ({"current": DEMO_PASSWORD, "new": new, "again": new + "x"}, "同じではありません"),
    ):
        answer = desk.post("/me/password", **fields)
        assert answer.status_code == 422
        assert words in answer.text
    changed = desk.post("/me/password", current=DEMO_PASSWORD, new=new, again=new)
    assert changed.status_code == 200
    assert "パスワードを変更しました" in changed.text
    assert new_desk(served_city).try_sign_in("demo-counter", "main", DEMO_PASSWORD).status_code == 422
    assert new_desk(served_city).try_sign_in("demo-counter", "main", new).status_code == 303
