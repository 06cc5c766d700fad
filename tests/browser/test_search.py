"""A clerk finds people of the invented city, with the keyboard, in Chromium."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import protected_numbers, rows

FIRST_SCREEN = 8
ERAS = ((2019, "R"), (1989, "H"), (1926, "S"), (1912, "T"))
Row = dict[str, str]


def _era_year(birth: str) -> str:
    year = int(birth[:4])
    first, letter = next(era for era in ERAS if year > era[0])
    return f"{letter}{year - first + 1}"


def _typed_for(feeds: Path) -> Iterator[tuple[str, str, str]]:
    """(what it is, what is typed, whose name must stand in the list), each from the first fitting row of the feeds."""
    hidden = protected_numbers(feeds)
    residents = {row["atenabango"]: row for row in rows(feeds, "01a") if row["juminjotai"] == "1"}
    known = [row for row in residents.values() if row["atenabango"] not in hidden]
    once = Counter(row["shimei"] for row in known)
    japanese = [row for row in known if row["juminshubetsu"] == "1" and once[row["shimei"]] == 1]

    row = next(row for row in japanese if "髙" in row["shimei"] or "﨑" in row["shimei"])
    yield "wrong variant", row["shimei"].replace("髙", "高").replace("﨑", "崎"), row["shimei"]
    row = next(
        row for row in japanese if set("ガギグゲゴザジズゼゾダドバビブベボ") & set(row["shimei_furigana"])
    )
    detached = (
        unicodedata.normalize("NFD", row["shimei_furigana"]).replace("\u3099", "゛").replace("\u309a", "゜")
    )
    yield "detached voicing marks", detached, row["shimei"]
    row = next(
        row
        for row in japanese
        if "seinengappi_fushofuragu" not in row or row["seinengappi_fushofuragu"] == "0"
    )
    yield (
        "given name and era year",
        f"{row['shimei'].split('　')[1]} {_era_year(row['seinengappi'])}",
        row["shimei"],
    )
    yield from _of_the_past(feeds, {row["atenabango"]: row for row in japanese})
    foreigner = next(
        row
        for row in known
        if len(row.get("shimei_gaikokujinromaji", "").split()) > 1 and row["juminshubetsu"] == "2"
    )
    words = unicodedata.normalize("NFKC", foreigner["shimei_gaikokujinromaji"]).lower().split()
    yield "Latin name in the other order", " ".join(reversed(words)), foreigner["shimei"]
    alias = next(row for row in known if row.get("tsusho"))
    yield "alias", alias["tsusho"], alias["shimei"]
    firm = next(
        row for row in rows(feeds, "17") if row["shogo"].startswith("株式会社") and row.get("denwabango")
    )
    core = firm["shogo"].removeprefix("株式会社").strip()
    yield "short legal form", f"㈱{core}", firm["shogo"]
    yield "legal form at the end", f"{core}株式会社", firm["shogo"]
    yield "phone without hyphens", firm["denwabango"].replace("-", ""), firm["shogo"]
    yield "last four of a phone", f"電話{firm['denwabango'][-4:]}", firm["shogo"]


def _of_the_past(feeds: Path, residents: dict[str, Row]) -> Iterator[tuple[str, str, str]]:
    for older in rows(feeds, "01b"):
        now = residents.get(older["atenabango"])
        lot = older.get("jusho_banchigohyoki")
        own = older.get("jusho_shikuchosonkodo") == older["shikuchosonkodo"]
        if (
            now
            and own
            and lot
            and (lot, older["jusho_choaza"]) != (now.get("jusho_banchigohyoki"), now.get("jusho_choaza"))
        ):
            yield "old address", f"{now['shimei'].split('　')[0]} {older['jusho_choaza']}{lot}", now["shimei"]
            break
    maiden = next(row for row in residents.values() if row.get("kyuji"))
    yield "maiden name", f"{maiden['kyuji']}{maiden['shimei'].split('　')[1]}", maiden["shimei"]


def test_a_clerk_finds_each_on_the_first_screen(sign_in_page: Callable[..., Page], city_feeds: Path) -> None:
    page = sign_in_page("demo-counter", "市民課")
    box = page.get_by_role("searchbox", name="宛名検索")
    for what, typed, name in _typed_for(city_feeds):
        box.fill(typed)
        found = page.locator("tr.hit .name", has_text=name).first
        expect(found, f"{what}: {typed}").to_be_visible()
        first = page.locator("tr.hit .name").all_inner_texts()[:FIRST_SCREEN]
        # A foreign name may be followed by its alias or its kanji, as the register's order of names says.
        assert any(text.strip().split("（")[0] == name for text in first), f"{what}: {typed} shows {first}"


def test_criteria_by_keyboard(sign_in_page: Callable[..., Page], city_feeds: Path) -> None:
    person = next(
        row for row in rows(city_feeds, "01a") if row["juminjotai"] == "1" and row["juminshubetsu"] == "1"
    )
    page = sign_in_page("demo-counter", "市民課")
    page.keyboard.press("Alt+k")
    kana = page.get_by_role("textbox", name="カナ", exact=True)
    expect(kana).to_be_focused()
    page.keyboard.type(person["shimei_furigana"])
    firm = page.get_by_role("textbox", name="法人名")
    firm.fill("架空商事")
    page.get_by_role("textbox", name="氏名").fill(person["shimei"])
    page.keyboard.press("F12")
    expect(page.get_by_text("法人名と氏名の両方に合う方はいません").first).to_be_visible()
    expect(firm).to_be_focused()
    assert kana.input_value() == person["shimei_furigana"]
    firm.fill("")
    page.keyboard.press("Enter")
    expect(page.locator("tr.hit .name", has_text=person["shimei"]).first).to_be_visible()
    assert page.url.endswith("/residents/search"), "nothing of what was asked is in the address"
    expect(page.locator("tr.hit button").first).to_be_focused()


def test_nobody_is_answered_with_what_to_do_next(sign_in_page: Callable[..., Page], city_feeds: Path) -> None:
    person = next(
        row for row in rows(city_feeds, "01a") if row["juminjotai"] == "1" and row["juminshubetsu"] == "1"
    )
    page = sign_in_page("demo-counter", "市民課")
    page.get_by_role("searchbox", name="宛名検索").fill(f"{person['shimei']} M1")
    page.get_by_role("button", name="条件をゆるめて").first.wait_for()
    page.get_by_role("button", name=f"条件をゆるめて「{person['shimei'].replace('　', ' ')}」で探す").click()
    expect(page.locator("tr.hit .name", has_text=person["shimei"]).first).to_be_visible()


@pytest.mark.parametrize("staff", ["demo-admin"])
def test_who_may_not_find_people_is_not_offered_it(sign_in_page: Callable[..., Page], staff: str) -> None:
    page = sign_in_page(staff)
    expect(page.get_by_text("詳細検索")).to_have_count(0)
    expect(page.get_by_role("searchbox")).to_have_count(0)
