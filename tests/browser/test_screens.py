"""Every screen once: accessible, with the names it promises, wide enough targets, at three widths and with forced colours.

The tables below say what each screen must offer; a new screen is a row.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page
from werkzeug.routing import Map

from tests.browser.people import family_of_four, somebody_with_a_seal
from tests.browser.screens import FRAME, IN_A_CASE, Name, Round
from tests.browser.test_reception import Clerk, answer_every_question

COUNTER_PAGES: tuple[tuple[str, str, tuple[Name, ...]], ...] = (
    ("/residents/search", "詳細検索", ()),
    ("/characters", "", ()),
    ("/history", "対応履歴", ()),
    ("/resume", "再開できる受付", (("textbox", "受付番号"),)),
    ("/issuing", "証明の発行", ()),
    ("/guidance", "ガイダンス", ()),
    ("/status", "システム状態", ()),
    ("/news", "お知らせ", ()),
    (
        "/me",
        "個人設定",
        (("radio", "ゆったり"), ("textbox", "いまのパスワード"), ("button", "パスワードを変更する")),
    ),
    ("/no-such-page", "見つかりません", (("link", "受付のはじめに戻る"),)),
)
"""Address, heading and what else it must offer, for a clerk at the counter."""

ADMIN_PAGES: tuple[tuple[str, str], ...] = (
    ("/admin", "管理"),
    ("/admin/news", "お知らせ"),
    ("/admin/calendar", "開庁日"),
    ("/admin/links", "データ連携"),
    ("/admin/fonts", "外字"),
    ("/admin/addresses", "住所マスタ"),
    ("/admin/roles", "権限"),
    ("/admin/roles/new", "役割を作る"),
    ("/me/factors", "二要素認証"),
)
CONTENT_PAGES: tuple[tuple[str, str], ...] = (
    ("/admin/desk", "業務定義の編集"),
    ("/admin/procedures", ""),
    ("/admin/rules", ""),
    ("/admin/certs", ""),
    ("/admin/phrases", ""),
    ("/admin/simulator", "シミュレーター"),
    ("/admin/examples", "世帯例"),
    ("/admin/replay", "過去の受付での試行"),
    ("/admin/review-sheet", "点検表"),
    ("/admin/guidance", "ガイダンスの見直し"),
    ("/admin/translations", "案内書の訳"),
    ("/admin/leaflets", "パンフレット"),
    ("/admin/forms", "申請書様式"),
)

REVIEW_PAGES: tuple[tuple[str, str], ...] = (("/review", "審査・事後処理"), ("/review/duplicates", "重複"))
RECORD_PAGES: tuple[tuple[str, str], ...] = (
    ("/admin/record/week", ""),
    ("/admin/record/person", ""),
    ("/admin/record", "操作ログ"),
)


def test_signing_in(page: Page, routes: Map) -> None:
    seen = Round(page)
    page.goto("/login")
    fields = (("textbox", "職員ID"), ("textbox", "パスワード"), ("combobox", "窓口"), ("button", "ログイン"))
    seen.look("ログイン", *fields, frame=FRAME)
    seen.visit("/terminal", "端末の登録", frame=FRAME)
    seen.end(routes, "auth.login", "auth.terminal")


def test_the_pages_of_the_counter(sign_in_page: Callable[..., Page], city_feeds: Path, routes: Map) -> None:
    page = sign_in_page("demo-counter", "市民課")
    seen, name = Round(page), somebody_with_a_seal(city_feeds).name
    home = (("searchbox", "宛名検索"), ("button", "郵送・職権で受付する"), ("link", "お知らせの一覧"))
    seen.look("受付をはじめる", *home)
    page.get_by_role("searchbox", name="宛名検索").fill(name)
    page.get_by_role("button", name=f"この方で受付：{name}").first.wait_for()
    heads = [("columnheader", head) for head in ("氏名", "カナ", "生年月日", "性別", "住所", "続柄", "注意")]
    seen.look("受付をはじめる", ("table", "検索結果"), *heads)
    for address, heading, names in COUNTER_PAGES:
        seen.visit(address, heading, *names)
    seen.end(
        routes, "residents.home", "residents.detailed_search", "residents.characters", "residents.news", "reception.history",
        "reception.resumable", "reception.issuing", "reception.guidance_index", "admin.status", "auth.me",
    )  # fmt: skip


def test_the_steps_of_a_move(sign_in_page: Callable[..., Page], city_feeds: Path, routes: Map) -> None:
    clerk = Clerk(sign_in_page("demo-counter", "市民課"))
    page, names = clerk.page, family_of_four(city_feeds)
    seen = Round(page)
    clerk.finds(names[0])
    documents = [
        ("radio", one) for one in ("マイナンバーカード", "運転免許証", "本人", "同じ世帯の家族", "代理人")
    ]
    seen.look("本人確認", *documents, frame=IN_A_CASE)
    page.keyboard.press("F12")
    seen.look("本人確認", ("alert", ""), frame=IN_A_CASE)
    page.get_by_role("radio", name="マイナンバーカード").focus()
    clerk.press("1", "F12")
    kinds = ("証明書の交付", "転入届", "転出届", "転居届", "世帯変更届", "出生", "死亡", "個別の手続き")
    seen.look("用件を選ぶ", ("group", "用件"), *(("button", kind) for kind in kinds), frame=IN_A_CASE)
    page.get_by_role("button", name="転入届").focus()
    clerk.press("Enter")
    fields = (
        ("textbox", "異動日"),
        ("combobox", "町・字"),
        ("textbox", "地番"),
        ("checkbox", f"{names[0]}を転入に含める"),
    )
    seen.look("転入届の内容", *fields, frame=IN_A_CASE)
    page.get_by_role("textbox", name="異動日").fill("今日")
    clerk.press("F12")
    answers = [("radio", one) for one in ("はい", "いいえ", "わからない")]
    seen.look("確認事項", *answers, frame=IN_A_CASE)
    answer_every_question(clerk)
    clerk.press("F12")
    listed = (
        ("table", "必要な手続き"),
        ("button", "手続きを追加する"),
        ("button", "申請書と案内書を印刷する"),
    )
    seen.look("手続き一覧", *listed, frame=IN_A_CASE)
    number = page.get_by_role("region", name="受付中の方").locator(".identity-number").inner_text()
    seen.visit(f"/history/{number}", "対応の詳細")
    seen.end(routes, "reception.show_step", "reception.history_detail")


def test_the_steps_of_a_certificate(sign_in_page: Callable[..., Page], city_feeds: Path) -> None:
    clerk = Clerk(sign_in_page("demo-counter", "市民課"))
    page, seen = clerk.page, Round(clerk.page)
    clerk.finds(somebody_with_a_seal(city_feeds).name)
    clerk.arrives_at("本人確認")
    clerk.press("1", "F12")
    clerk.arrives_at("用件を選ぶ")
    clerk.press("1")
    names = (("textbox", "はやうち入力"), ("button", "住民票の写し"))
    seen.look("証明書を選ぶ", *names, ("button", "交付請求書を印刷する"), frame=IN_A_CASE)
    clerk.type("j1")
    clerk.press("Enter")
    page.get_by_text("300円").first.wait_for()
    ordered = (("textbox", "住民票の写しの通数"), ("combobox", "減免の理由"))
    seen.look("証明書を選ぶ", *ordered, frame=IN_A_CASE)
    clerk.press("F9")
    printed = (("button", "もう一度印刷する"), ("button", "受付を終了する"))
    page.get_by_role("heading", level=1, name="印刷しました").wait_for()
    page.get_by_text("もう一度印刷する", exact=True).first.click()
    seen.look("印刷しました", *printed, frame=IN_A_CASE)
    seen.end()


def test_the_pages_of_the_administration(sign_in_page: Callable[..., Page], routes: Map) -> None:
    page = sign_in_page("demo-admin")
    seen = Round(page)
    for address, heading in ADMIN_PAGES:
        seen.visit(address, heading)
    seen.visit("/admin/roles/counter", "窓口受付")
    others = (
        ("demo-content", CONTENT_PAGES),
        ("demo-reviewer", REVIEW_PAGES),
        ("demo-auditor", RECORD_PAGES),
    )
    for staff, pages in others:
        page.get_by_role("button", name="ログアウト").click()
        sign_in_page(staff)
        for address, heading in pages:
            seen.visit(address, heading)
    page.get_by_role("button", name="操作ログを探す").click()
    page.get_by_role("table", name="件").wait_for()
    seen.look("操作ログ")
    seen.end(
        routes, "admin.index", "admin.news", "calendar.index", "admin.links", "admin.fonts", "admin.addresses", "desk.index",
        "desk.procedures", "desk.rules", "desk.certs", "desk.phrases", "admin.simulator_index", "admin.examples",
        "admin.replays", "admin.review_sheet", "admin.guidance", "admin.translations", "admin.leaflets", "forms.index",
        "review.index", "review.duplicates", "admin.roles", "admin.new_role", "admin.role", "auth.factors",
        "admin.record", "admin.record_person", "admin.record_week",
    )  # fmt: skip
