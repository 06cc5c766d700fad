"""The frame's promises to the hand on the keyboard: nothing is lost, nothing goes astray, nothing passes a stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.browser.conftest import COUNTER_SCREEN, PATIENCE, accessibility_problems
from tests.browser.frame.pages import Received, create_pages


class KeepAlive(WSGIRequestHandler):
    """One connection for the many small files of a page."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: what was received is noted elsewhere."""


@dataclass
class Desk:
    """A terminal in front of the screens, and what their server received."""

    page: Page
    received: Received

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def focused(self) -> str:
        found: str = self.page.evaluate(
            "document.activeElement.id || document.activeElement.textContent.trim()"
        )
        return found

    def received_at(self, path: str, count: int) -> list[dict[str, str]]:
        """What was posted to ``path`` once there are ``count`` posts; more would show in the list."""
        for _ in range(60):
            if len(self.received.sent_to(path)) >= count:
                break
            self.page.wait_for_timeout(50)
        self.page.wait_for_timeout(150)
        return self.received.sent_to(path)


@pytest.fixture
def desk(browser: Browser) -> Iterator[Callable[..., Desk]]:
    """``desk("/first")`` opens a screen. Fails when a page reports an error or breaks the content security policy."""
    received = Received()
    server = make_server("127.0.0.1", 0, create_pages(received), threaded=True, request_handler=KeepAlive)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{server.port}", viewport=COUNTER_SCREEN, locale="ja-JP"
    )
    context.set_default_timeout(PATIENCE)
    faults: list[str] = []
    context.on("weberror", lambda error: faults.append(str(error.error)))
    context.on(
        "console", lambda message: faults.append(message.text) if "Security Policy" in message.text else None
    )

    def go(path: str) -> Desk:
        page = context.new_page()
        page.goto(path)
        page.wait_for_function("document.activeElement !== document.body")
        return Desk(page, received)

    yield go
    context.close()
    server.shutdown()
    assert faults == []


def compose(desk: Desk, *stages: str, pause: int = 60) -> None:
    """Type through the input method: each stage is what stands underlined; the last one is taken."""
    ime = desk.page.context.new_cdp_session(desk.page)
    for text in stages:
        ime.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )
        desk.page.wait_for_timeout(pause)
    ime.send("Input.insertText", {"text": stages[-1]})


def test_a_word_being_composed_is_not_searched_for(desk: Callable[..., Desk]) -> None:
    at = desk("/search")
    compose(at, "た", "たか", "たかはし", "高橋", pause=350)  # each longer than the search waits
    assert [form["query"] for form in at.received_at("/search", 1)] == ["高橋"]
    expect(at.page.get_by_role("status")).to_have_text("2件見つかりました")


def test_enter_goes_into_the_list_and_digits_choose(desk: Callable[..., Desk]) -> None:
    at = desk("/search")
    at.page.keyboard.type("たか")
    at.press("Enter")
    expect(at.page.get_by_role("button", name="瑞穂")).to_be_focused()
    at.press("ArrowDown")
    expect(at.page.get_by_role("button", name="一郎")).to_be_focused()
    at.press("Escape")
    expect(at.page.get_by_role("searchbox")).to_be_focused()


def test_keys_pressed_while_a_step_loads_act_on_the_next(desk: Callable[..., Desk]) -> None:
    at = desk("/first")
    at.press("1", "F12", "1", "2", "2")
    at.heading("確認事項")
    assert at.received_at("/first", 1)[0]["document"] == "card"
    at.received_at("/answers", 2)
    assert at.received.answers == {"dog": "no", "child": "no"}


def test_keys_pressed_while_a_page_loads_act_on_it(desk: Callable[..., Desk]) -> None:
    """The page stands already, and its scripts are on their way."""
    at = desk("/stop")
    scripts: list[Route] = []
    at.page.route("**/js/app.js", lambda route: scripts.append(route))
    at.page.goto("/first", wait_until="commit")
    at.heading("一つ目")
    at.press("1", "F12")
    assert at.received.posts == []
    scripts[0].continue_()
    at.heading("二つ目")
    assert at.received_at("/first", 1)[0]["document"] == "card"


def test_keys_never_reach_a_stop(desk: Callable[..., Desk]) -> None:
    at = desk("/second")
    at.press("2", "Enter", "Escape", "F12")
    stop = at.page.get_by_role("alertdialog", name="取扱注意")
    expect(stop).to_be_visible()
    expect(at.page.locator("#status")).to_contain_text("先に押したキーは取り消しました")
    assert at.received.sent_to("/stopped") == []


def test_a_stop_is_a_stop(desk: Callable[..., Desk]) -> None:
    at = desk("/stop")
    stop = at.page.get_by_role("alertdialog", name="取扱注意")
    at.press("Escape", "Enter", "Space")
    assert at.received.sent_to("/stopped") == [], "something got through before it could be read"
    at.page.wait_for_timeout(800)
    at.press("F12", "Enter", "1", "Control+Enter", "F9", "F3")
    expect(stop).to_be_visible()
    assert at.received.posts == []
    expect(stop.get_by_role("button", name="受付を止めて上席に確認する")).to_be_focused()
    assert stop.get_by_role("button", name="続ける").count() == 0
    at.press("Escape")
    at.heading("一つ目")
    assert len(at.received.sent_to("/stopped")) == 1


def test_digits_answer_the_question_that_an_answer_brings_in(desk: Callable[..., Desk]) -> None:
    at = desk("/questions")
    at.press("2", "1", "1", "2")
    at.received_at("/answers", 4)
    assert at.received.answers == {"dog": "no", "child": "yes", "school": "yes", "seal": "no"}
    expect(at.page.get_by_role("button", name="一覧へ")).to_be_focused()


def test_clicks_during_an_answer_are_kept(desk: Callable[..., Desk]) -> None:
    at = desk("/questions")
    for name in ("犬はいますか", "子はいますか", "印鑑を登録しますか"):
        at.page.get_by_role("group", name=name).get_by_text("いいえ").click()
    at.received_at("/answers", 2)
    at.page.wait_for_timeout(600)
    assert at.received.answers == {"dog": "no", "child": "no", "seal": "no"}


def test_a_step_waits_for_the_answer_before_it(desk: Callable[..., Desk]) -> None:
    at = desk("/questions")
    at.page.get_by_role("group", name="印鑑").get_by_text("はい").click()
    at.page.get_by_role("button", name="一覧へ").click()
    at.heading("一つ目")
    assert [path for path, _ in at.received.posts] == ["/answers", "/questions"]


def test_a_step_is_sent_once(desk: Callable[..., Desk]) -> None:
    at = desk("/first")
    at.page.get_by_role("button", name="二つ目へ").dblclick()
    at.heading("二つ目")
    assert len(at.received_at("/first", 1)) == 1


def test_a_wrong_field_has_the_focus_and_says_why(desk: Callable[..., Desk]) -> None:
    at = desk("/first")
    at.page.fill("#name", "")
    at.press("F12")
    expect(at.page.get_by_role("alert").filter(has_text="入力内容を確認してください（1件）")).to_be_visible()
    name = at.page.get_by_role("textbox", name="氏名", exact=True)
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_accessible_description("氏名を入力してください。")


def test_the_focus_is_always_somewhere(desk: Callable[..., Desk]) -> None:
    at = desk("/first")
    assert at.focused() == "document-card"
    at.press("F12")
    at.heading("二つ目")
    expect(at.page.get_by_role("button", name="確認事項")).to_be_focused()
    expect(at.page).to_have_title("二つ目｜書かない窓口")


def test_guidance_speaks_about_the_field_and_gives_the_focus_back(desk: Callable[..., Desk]) -> None:
    at = desk("/first")
    at.press("F1")
    guide = at.page.get_by_role("complementary", name="ガイダンス")
    expect(guide.get_by_text("一点で足ります。")).to_be_visible()
    expect(guide.get_by_text("ありません。")).to_be_hidden()
    at.press("Escape")
    expect(guide).to_be_hidden()
    assert at.focused() == "document-card"


def test_enter_goes_on_and_control_down_repeats(desk: Callable[..., Desk]) -> None:
    at = desk("/first")
    at.page.focus("#name")
    at.press("Enter")
    assert at.focused() == "kana"
    second = at.page.get_by_label("二の続柄")
    second.focus()
    at.press("Control+ArrowDown")
    expect(second).to_have_value("妻")
    at.press("Enter")
    expect(at.page.get_by_role("button", name="二つ目へ")).to_be_focused()
    assert at.received.sent_to("/first") == []


def test_a_town_is_chosen_by_the_keyboard(desk: Callable[..., Desk]) -> None:
    at = desk("/first")
    town = at.page.get_by_role("combobox", name="町・字")
    town.focus()
    compose(at, "み", "みほん", "見本")
    expect(at.page.get_by_role("option")).to_have_count(2)
    at.press("ArrowDown", "ArrowDown", "Enter")
    expect(town).to_have_value("見本町二丁目")
    assert at.page.input_value("[name=town]") == "2"
    expect(town).not_to_be_focused()
    town.focus()
    at.press("End", "Backspace")
    assert at.page.input_value("[name=town]") == "", "another text kept the town that had been chosen"


def test_enter_waits_for_the_answer_and_takes_what_is_proposed(desk: Callable[..., Desk]) -> None:
    at = desk("/first")
    town = at.page.get_by_role("combobox", name="町・字")
    town.focus()
    at.page.keyboard.insert_text("みほん")
    at.press("Enter")
    expect(town).to_have_value("見本町一丁目")
    assert at.page.input_value("[name=town]") == "1"


def test_the_reading_of_a_name_is_estimated_and_says_so(desk: Callable[..., Desk]) -> None:
    at = desk("/first")
    at.page.fill("#name", "")
    at.page.focus("#name")
    compose(at, "y", "や", "やまd", "やまだ", "山田")
    expect(at.page.locator("#kana")).to_have_value("ヤマダ")
    expect(at.page.locator("#kana")).to_have_accessible_description("読みは推定です。確かめてください")
    at.page.fill("#kana", "サンダ")
    expect(at.page.get_by_text("読みは推定です")).to_have_count(0)


def test_what_was_typed_is_saved_and_said(desk: Callable[..., Desk]) -> None:
    at = desk("/first")
    at.page.get_by_label("運転免許証").check()
    expect(at.page.locator("#status")).to_contain_text("保存済み")
    assert at.received.sent_to("/draft")[0]["document"] == "licence"


def test_a_ticked_box_shows_what_belongs_to_it(desk: Callable[..., Desk]) -> None:
    at = desk("/first")
    expect(at.page.get_by_label("代理人の氏名")).to_be_hidden()
    at.page.get_by_label("代理の方").check()
    expect(at.page.get_by_label("代理人の氏名")).to_be_visible()


def test_without_the_server_nothing_is_lost_and_it_is_sent_again(desk: Callable[..., Desk]) -> None:
    at = desk("/first")
    at.page.route("**/first", lambda route: route.abort())
    at.page.fill("#name", "山田　花子")
    at.press("F12")
    expect(at.page.locator("#alerts")).to_contain_text("入力は残っています")
    at.page.unroute("**/first")
    at.page.get_by_role("button", name="いま送り直す").click()
    at.heading("二つ目")
    assert at.received.sent_to("/first")[0]["name"] == "山田　花子"
    expect(at.page.locator("#alerts")).to_be_empty()


def test_the_browser_keeps_nothing_of_a_person(desk: Callable[..., Desk]) -> None:
    at = desk("/first")
    at.press("F12")
    at.heading("二つ目")
    kept = at.page.evaluate("[...Object.entries(localStorage), ...Object.entries(sessionStorage)]")
    assert kept == [["htmx-current-path-for-history", "/second"]]


def test_htmx_may_do_only_what_it_must(desk: Callable[..., Desk]) -> None:
    config = desk("/first").page.evaluate("htmx.config")
    wanted = {
        "allowEval": False, "allowScriptTags": False, "includeIndicatorStyles": False, "selfRequestsOnly": True,
        "withCredentials": False, "historyCacheSize": 0, "refreshOnHistoryMiss": True,
        "historyRestoreAsHxRequest": False, "methodsThatUseUrlParams": ["get"], "allowNestedOobSwaps": False,
        "reportValidityOfForms": True, "timeout": 15000, "getCacheBusterParam": False, "disableInheritance": True,
    }  # fmt: skip
    assert {name: config[name] for name in wanted} == wanted


@pytest.mark.parametrize("path", ["/first", "/second", "/questions", "/stop"])
def test_screens_are_accessible_and_never_scroll_sideways(desk: Callable[..., Desk], path: str) -> None:
    at = desk(path)
    for width in (1366, 683, 320):
        at.page.set_viewport_size({"width": width, "height": 768})
        assert accessibility_problems(at.page) == [], f"at {width} px"
        assert at.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"at {width} px"


def test_the_right_column_waits_behind_a_button_in_a_narrow_window(desk: Callable[..., Desk]) -> None:
    at = desk("/questions")
    beside = at.page.get_by_role("complementary", name="要約")
    expect(beside.get_by_text("三件あります。")).to_be_visible()
    expect(at.page.get_by_role("button", name="要約を見る")).to_be_hidden()
    at.page.set_viewport_size({"width": 1024, "height": 768})
    expect(beside).to_be_hidden()
    at.page.get_by_role("button", name="要約を見る").click()
    expect(beside).to_be_visible()
    at.press("Escape")
    expect(beside).to_be_hidden()


def test_only_the_work_scrolls_on_a_counter_screen(desk: Callable[..., Desk]) -> None:
    at = desk("/questions")
    assert at.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    expect(at.page.get_by_role("toolbar", name="操作")).to_be_in_viewport(ratio=1)


def test_every_form_works_without_scripts(browser: Browser, desk: Callable[..., Desk]) -> None:
    received = desk("/first").received
    base = desk("/first").page.url.removesuffix("/first")
    with browser.new_context(base_url=base, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/first")
        page.get_by_role("button", name="二つ目へ").click()
        page.get_by_role("button", name="取扱注意の方").click()
        expect(page.get_by_text("この受付は先へ進めません。")).to_be_visible()
    assert [path for path, _ in received.posts] == ["/first", "/second"]
