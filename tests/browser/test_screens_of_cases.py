"""The screens of cases in every state: stopped, closed, corrected, handed on, held by a colleague, grown old, by post.

The cases are made over HTTP (`day`); the browser looks at each screen once.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from werkzeug.routing import Map

from tests.browser.conftest import Site
from tests.browser.day import Day, desk_of, make_day, steps_of
from tests.browser.screens import IN_A_CASE, SIGNED_IN, Name, Round
from tests.desk import hidden

FRAMES = {"対象者を選ぶ": tuple(one for one in IN_A_CASE if one[1] != "宛名検索"), "受付の概要": SIGNED_IN}
# A form of this page sent to an address with these fields: what is answered becomes the page.
SEND = """([address, fields]) => { const form = document.createElement("form"); form.method = "post"; form.action = address;
  const own = document.querySelector("input[name=csrf_token]").value;
  for (const [name, value] of Object.entries({csrf_token: own, ...fields})) {
    const field = document.createElement("input"); field.name = name; field.value = value; form.append(field); }
  document.body.append(form); form.submit(); }"""


def test_the_screens_of_work_in_pieces(
    site: Site, sign_in_page: Callable[..., Page], city_feeds: Path, routes: Map
) -> None:
    day, page = make_day(site, city_feeds), sign_in_page("demo-counter", "市民課")
    seen = Round(page)
    page.goto(f"/cases/{day.stopped}")
    release = (("combobox", "依頼の理由"), ("button", "解除を依頼する"))
    stop = (("alertdialog", "取扱注意"), ("button", "受付を止めて上席に確認する"), *release)
    seen.look("受付を止めました", *stop, frame=())
    expect(page.get_by_role("button", name="受付を止めて上席に確認する")).to_be_focused()
    assert page.locator("button, a").filter(has_text="続ける").count() == 0
    incoming = (("table", "この窓口への引き継ぎ"), ("button", "受け取る"))
    seen.visit("/", "受付をはじめる", *incoming, ("table", "再開できる受付"))
    seen.visit("/resume", "再開できる受付", *incoming, ("button", "再開する"))
    for address, heading, names in pieces(day):
        seen.visit(f"/cases/{address}", heading, *names)
    seen.visit(f"/history/{day.number}", "対応の詳細", ("button", "再印刷する"))
    seen.visit("/issuing", "証明の発行", ("button", "発行"))
    seen.visit("/appointments", "予約の一覧")
    seen.end(
        routes,
        "reception.overview",
        "reception.correction",
        "reception.handover",
        "reception.conflict",
        "reception.appointments",
    )


def pieces(day: Day) -> tuple[tuple[str, str, tuple[Name, ...]], ...]:
    """Address, heading and what it must offer, of the screens between the steps."""
    closed = (("button", "続きを受け付ける"), ("link", "対応の詳細を見る"))
    handover = (("combobox", "引き継ぐ先の窓口"), ("textbox", "申し送り"), ("button", "引き継ぐ"))
    return (
        (f"{day.certificate}/overview", "受付の概要", closed),
        (f"{day.correction}/correction", "訂正の確認", (("table", "前の版との違い"), ("button", "承認を依頼する"))),
        (day.foreign, "受付の概要", (("button", "引き取る"),)),
        (f"{day.moved}/overview", "受付の概要", (("table", "手続きと担当の窓口"),)),
        (f"{day.moved}/handover", "ほかの窓口へ引き継ぐ", handover),
        (f"{day.stale}/conflict/identity", "ほかで更新されています", (("table", "違っている項目"),)),
    )  # fmt: skip


def test_the_steps_that_other_tests_pass_by(
    site: Site, sign_in_page: Callable[..., Page], city_feeds: Path, routes: Map
) -> None:
    day, steps = make_day(site, city_feeds), list(steps_of(site, city_feeds))
    # The same clerk's newest sign-in is the one that counts.
    page = sign_in_page("demo-counter", "市民課")
    seen = Round(page)
    moved = f"/cases/{day.moved}"
    seen.visit(f"{moved}/steps/print", "印刷しました", ("button", "受付を終了する"), frame=IN_A_CASE)
    seen.visit(f"{moved}/papers", "印刷するものを選ぶ", ("table", "印刷する帳票"), frame=IN_A_CASE)
    seen.visit(day.explained, "手続きの説明", frame=IN_A_CASE)
    seen.visit(f"/cases/{day.letter}/steps/identity", "書類確認", frame=IN_A_CASE)
    page.keyboard.press("Alt+o")
    seen.look(
        "書類確認", ("complementary", "不備の連絡"), ("button", "不備を記録して中断する"), frame=IN_A_CASE
    )
    for address, heading in steps:
        seen.visit(address, heading, frame=FRAMES.get(heading, IN_A_CASE))
    seen.end(routes, "reception.papers", "reception.explain", "reception.show_person")


def test_the_screens_of_the_second_person(
    site: Site, sign_in_page: Callable[..., Page], city_feeds: Path, routes: Map
) -> None:
    day, desk = make_day(site, city_feeds), desk_of(site)
    desk.post(
        f"/cases/{day.correction}/correction/submit", version=hidden(desk.see(day.correction), "version")
    )
    page = sign_in_page("demo-reviewer", "市民課")
    seen = Round(page)
    seen.look("受付をはじめる", ("link", "内容を確認する"))
    seen.visit("/corrections", "承認を待つ訂正", ("link", "内容を確認する"))
    seen.visit(
        f"/cases/{day.correction}/correction",
        "訂正の確認",
        ("button", "承認する"),
        ("button", "承認せず差し戻す"),
    )
    seen.end(routes, "reception.corrections_list")


def test_refusals_are_screens_too(sign_in_page: Callable[..., Page]) -> None:
    """403, 404, 405, 409, 413: what happened, what to do, and a number to quote."""
    page = sign_in_page("demo-counter", "市民課")
    seen = Round(page)
    seen.visit("/admin/calendar", "この操作は行えません")
    seen.visit("/no-such-page", "見つかりません", ("link", "受付のはじめに戻る"))
    sent: tuple[tuple[str, dict[str, str], str], ...] = (
        ("/residents/search", {"csrf_token": "x"}, "この操作は行えません"),
        ("/residents/search", {"query": "あ" * 800_000}, "送信内容が大きすぎます"),
        ("/cases/nothing/suspend", {}, "見つかりません"),
    )
    for address, fields, heading in sent:
        page.goto("/")
        page.evaluate(SEND, [address, fields])
        seen.look(heading)
    seen.end()
