"""The placement desk in Chromium: an official form nobody has seen goes into service by mouse and arrow keys, and by keys alone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, accessibility_problems
from tests.browser.official import WIDTH, cells, official_pdf
from tests.desk import FAMILY, Desk
from tests.http import HttpBrowser

TITLE = "架空市子育て応援金支給申請書"
WHO = {"申請者": "applicant", "対象者": "subject", "世帯主": "householder"}
KEYS = {
    "フリガナ": "kana", "氏名": "name", "生年月日": "birth", "電話番号": "phone", "住所": "address", "性別": "sex",
    "続柄": "relationship", "異動日": "move.changed_on", "届出日": "move.notified_on", "前の住所": "move.old_address",
    "新しい住所": "move.new_address", "受付番号": "case.number", "受付日": "case.received_on", "窓口": "case.counter",
    "受付職員": "case.staff", "受付の方法": "case.channel",
}  # fmt: skip
FROM_THE_LINE = 1.4
"""How far from its left line a click into a ruled cell sets a text (mm)."""
RIGHT = 0.5


def key_of(block: str, line: str) -> str:
    key = KEYS[line]
    return key if "." in key else f"{WHO[block]}.{key}"


@pytest.fixture
def desk(page: Page, sign_in_page: Callable[..., Page], tmp_path: Path) -> Page:
    """A new form on the official PDF, ready to be placed."""
    page.set_default_timeout(60_000)
    opened = sign_in_page("demo-content", "情報政策課")
    file = tmp_path / "official.pdf"
    file.write_bytes(official_pdf(TITLE))
    opened.goto("/admin/forms")
    opened.keyboard.press("F12")
    opened.get_by_role("textbox", name="様式の名前").fill(TITLE)
    opened.get_by_label("公式様式の PDF ファイル").set_input_files(file)
    opened.keyboard.press("F12")
    opened.wait_for_url(re.compile(r"/admin/forms/\w+/yoshiki_\d+/1$"))
    lines_are_known(opened)
    return opened


def lines_are_known(desk: Page) -> None:
    """The picture has come and its ruled lines are read: a click fills a cell."""
    desk.wait_for_function(
        "() => document.getElementById('sheet-of-page')?.dataset.lines === document.getElementById('picture')?.getAttribute('href')"
    )


def fields(desk: Page) -> int:
    return desk.locator(".place:not(.place-within)").count()


def point(desk: Page, x: float, y: float) -> tuple[float, float]:
    """Where a place of the form (mm) is on the screen, scrolled into view."""
    return tuple(desk.evaluate(
        """([x, y, width]) => {
          const view = document.getElementById("placing-scroll"), sheet = document.getElementById("sheet-of-page");
          const scale = sheet.getBoundingClientRect().width / width;
          view.scrollTop += sheet.getBoundingClientRect().top + y * scale - view.getBoundingClientRect().top - 200;
          const box = sheet.getBoundingClientRect();
          return [box.left + x * scale, box.top + y * scale];
        }""",
        [x, y, WIDTH],
    ))  # fmt: skip


def place(desk: Page, key: str, word: str, x: float, y: float) -> None:
    """Choose a fact from the list, searching where it is not shown, and click where it goes."""
    before, fact = fields(desk), desk.locator(f'button[data-fact][value="{key}"]')
    if not fact.count():
        desk.get_by_role("searchbox", name="差し込む項目を探す").fill(word)
    fact.first.click()
    desk.mouse.click(*point(desk, x, y))
    expect(desk.locator(".place:not(.place-within)")).to_have_count(before + 1)
    lines_are_known(desk)


def measured(pdf: bytes, text: str, near: float) -> tuple[float, float]:
    """Left edge and vertical middle (mm from the top left) of a text on the first page, the one nearest to a height."""
    page = pypdfium2.PdfDocument(pdf)[0]
    high, words = page.get_height(), page.get_textpage()
    found, search = [], words.search(text)
    while hit := search.get_next():
        boxes = [words.get_charbox(hit[0] + at, loose=True) for at in range(hit[1])]
        middle = high - (min(box[1] for box in boxes) + max(box[3] for box in boxes)) / 2
        found.append((min(box[0] for box in boxes) * 25.4 / 72, middle * 25.4 / 72))
    assert found, f"{text} is not on the page"
    return min(found, key=lambda place: abs(place[1] - near))


def test_a_form_nobody_has_seen_goes_into_service_and_prints_where_it_was_placed(
    desk: Page, sign_in_page: Callable[..., Page], site: Site
) -> None:
    """Twenty-five fields by mouse, one of them moved by arrow keys; reviewed, printed at a reception, measured, rolled back."""
    wanted = cells()
    assert len(wanted) == 25
    for block, line, x, y, w, h in wanted:
        place(desk, key_of(block, line), line, x + w / 2, y + h / 2)
    assert fields(desk) == 25
    desk.locator("#place-f1").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "ArrowLeft"):
        desk.keyboard.press(key)
    expect(desk.locator("#s-x")).to_have_value("83.3")
    desk.locator("#to-list").click()
    expect(desk.get_by_text("直すところはありません")).to_be_visible()
    assert accessibility_problems(desk) == []
    desk.locator("#sample").select_option("large_family")
    expect(desk.locator("#picture")).to_have_attribute("href", re.compile("sample=large_family"))
    desk.keyboard.press("F12")
    desk.get_by_role("checkbox", name="転入届", exact=True).check()
    desk.keyboard.press("F12")
    desk.wait_for_url("**/admin/desk/drafts/*")
    draft = desk.url
    desk.get_by_role("button", name="今日").click()
    desk.keyboard.press("F12")
    desk.get_by_text("審査を待っています").wait_for()
    desk.get_by_role("button", name="ログアウト").click()
    desk.wait_for_url("**/login")
    reviewer = sign_in_page("demo-content2", "情報政策課")
    reviewer.goto(draft)
    reviewer.keyboard.press("F12")
    reviewer.wait_for_url("**/admin/desk/versions/*")
    version = int(reviewer.url.rpartition("/")[2])
    try:
        pdf = printed_at_a_reception(site)
    finally:
        reviewer.goto(f"/admin/desk/versions/{version - 1}")
        reviewer.get_by_role("textbox", name="戻す理由").fill("試験のため")
        reviewer.get_by_role("button", name="この版に戻す").click()
        reviewer.wait_for_url(f"**/admin/desk/versions/{version + 1}")
    name, kana = FAMILY[0][:2]
    said = {"氏名": (name, 1.2), "フリガナ": (kana, 0.0), "受付番号": (None, 0.0)}
    number = re.search(r"R\d+-\d\d-\d{6}-\d", words_of(pdf))
    assert number
    for block, line, x, y, _w, h in wanted:
        if line not in said or block not in {"申請者", "窓口記入欄"}:
            continue
        text, moved = said[line]
        left, middle = measured(pdf, text or number[0], y + h / 2)
        assert abs(left - (x + FROM_THE_LINE + moved)) <= RIGHT, (block, line, left)
        assert abs(middle - (y + h / 2)) <= RIGHT, (block, line, middle)


def words_of(pdf: bytes) -> str:
    return str(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range())


def printed_at_a_reception(site: Site) -> bytes:
    """A family moves in; the page of its papers that is our form, as a PDF of one page."""
    port = urlsplit(site.url).port
    assert port
    clerk = Desk(HttpBrowser(port)).sign_in()
    case = clerk.open_case()
    clerk.identify_newcomer(case)
    clerk.choose(case, "move_in")
    clerk.move(case, FAMILY)
    clerk.answer_all(case)
    clerk.save(case, "questions")
    assert clerk.issue(case).status_code == 303
    whole = pypdfium2.PdfDocument(io.BytesIO(clerk.get(clerk.document(case)).data))
    ours = next(at for at in range(len(whole)) if TITLE in whole[at].get_textpage().get_text_range())
    one, target = pypdfium2.PdfDocument.new(), io.BytesIO()
    one.import_pages(whole, [ours])
    one.save(target)
    return target.getvalue()


def test_a_field_is_found_placed_moved_set_and_undone_by_keys_alone(desk: Page) -> None:
    keyboard = desk.keyboard
    keyboard.press("Alt+s")
    keyboard.type("しめい")
    fact = desk.locator('button[data-fact][value="applicant.name"]')
    fact.wait_for()
    expect(desk.locator('button[data-fact][value="applicant.phone"]')).to_have_count(0)
    fact.focus()
    keyboard.press("Enter")
    field = desk.locator("#place-f0")
    expect(field).to_have_attribute("aria-current", "true")
    field.focus()
    keyboard.press("Shift+ArrowRight")
    keyboard.press("ArrowDown")
    keyboard.press("Control+ArrowRight")
    expect(desk.locator("#s-x")).to_have_value("21.0")
    expect(desk.locator("#s-w")).to_have_value("60.1")
    expect(field).to_be_focused()
    keyboard.press("Enter")
    expect(desk.locator("#s-x")).to_be_focused()
    desk.locator("#s-size").focus()
    keyboard.press("Control+a")
    keyboard.type("999")
    keyboard.press("Tab")
    desk.get_by_text("「999」は使えません。").wait_for()
    # The answer leads to the field in error; a key before that is still meant for the field it was typed in.
    expect(desk.locator("#s-size")).to_be_focused()
    keyboard.press("Escape")
    expect(field).to_be_focused()
    keyboard.press("Control+z")
    expect(desk.locator("#s-x")).to_have_value("20.0")
    keyboard.press("Control+d")
    expect(desk.locator(".place")).to_have_count(2)
    desk.locator("#place-f1").focus()
    keyboard.press("Delete")
    expect(desk.locator(".place")).to_have_count(1)
