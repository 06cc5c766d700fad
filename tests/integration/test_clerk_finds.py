"""What a clerk types, and the person whom the first screen must show for it; and how it is counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.data import audit
from app.domain.authority import Actor
from app.domain.person import FoundBy, Hit, Status
from app.extensions import db
from app.operations import feeds, person_view, searches
from app.operations import residents as desk
from tests.integration import small_city as city

CLERK = Actor("clerk", "窓口", "main", "市民課", frozenset({"counter"}), session="0123456789abcdef")
FIRST_SCREEN = 8
FORMER, TWIN, OTHER_TWIN, CHAIN, UNKNOWN, LATIN_ONLY = 70, 71, 72, 61, 73, 52


def people() -> dict[str, list[city.Values]]:
    """The small city and whom it lacks: one who left, namesakes born on one day, a renamed firm, an unknown birthday."""
    data = city.people()
    data["01a"] += [
        city.resident(
            FORMER, "葛󠄁城　昇", "カツラギ　ノボル", "1990-02-03", 70, juminjotai="2", idojiyu="21",
            shojonoidonengappi="2024-03-01",
            **{f"tenshutsusakijusho_kakutei_{part}": value for part, value in (
                ("shikuchosonkodo", "431001"), ("todofuken", "熊本県"), ("shikugunchosonmei", "隣市"), ("choaza", "港町"),
                ("banchigohyoki", "5番地"))},
        ),
        city.resident(TWIN, "田中　実", "タナカ　ミノル", "1970-07-07", 71),
        city.resident(OTHER_TWIN, "田中　實", "タナカ　ミノル", "1970-07-07", 72),
        city.resident(
            UNKNOWN, "関ヶ原　ヅウ", "セキガハラ　ヅウ", "1930-00-00", 73, seinengappi_fushofuragu="1",
            seinengappi_fushohyoki="昭和5年頃", tennyumaejusho_shikuchosonkodo="431001", tennyumaejusho_todofuken="熊本県",
            tennyumaejusho_shikugunchosonmei="隣市", tennyumaejusho_choaza="山手", tennyumaejusho_banchigohyoki="9番地",
            tenkyomaejusho_shikuchosonkodo=city.LG_CODE, tenkyomaejusho_choaza="大浜町", tenkyomaejusho_banchigohyoki="88番地",
        ),
    ]  # fmt: skip
    firm = {
        "shogo": "有限会社　架空フーズ",
        "shogo_furigana": "ユウゲンガイシャカクウフーズ",
        "denwabango": "0968-75-0001",
    }
    old = {"shogo": "合資会社昔乃屋", "shogo_furigana": "ゴウシガイシャムカシノヤ", "saishinfuragu": "0"}
    data["17"] += [
        city.person_row(
            CHAIN, **{**firm, "rirekibango": "2"}, **city.address("中央二丁目", "8番8号", "架空第二ビル")
        ),
        city.person_row(CHAIN, **{**firm, **old}, **city.address("中央二丁目", "8番8号")),
    ]
    data["16"].append(
        city.person_row(
            LATIN_ONLY, shimei="SMITH JOHN PAUL", shimei_furigana="スミス　ジョン　ポール", tagyomusanshofukafuragu="0",
            **city.elsewhere("港町", "7番地"),
        )
    )  # fmt: skip
    return data


@pytest.fixture
def counter(app: Flask, tmp_path: Path) -> Flask:
    city.write(tmp_path, people())
    feeds.import_files([tmp_path])
    return app


def found(typed: str) -> list[Hit]:
    result = desk.find(typed, CLERK)
    assert not result.problem, result.problem
    return list(result.page.hits)


@pytest.mark.parametrize(
    ("person", "notes", "typed"),
    [
        (1, [], ["高橋太郎", "髙橋 太郎", "高槗太郎", "⾼橋", "ﾀｶﾊｼ ﾀﾛｳ", "ﾀｶﾊｼﾀﾛｳ", "たかはしたろう"]),
        (1, [], ["タロウ タカハシ", "太郎 髙橋", "太郎 S40", "タロウ 昭和40年"]),
        (2, [], ["ハナコ S43", "花子 1968", "はなこ 昭和43年5月", "3430506", "S43.5.6"]),
        (8, [], ["斉藤健", "斎藤 健", "齊藤健 1971", "ｻｲﾄｳ S46", "サイトオ ケン", "さいとう 46.1.1"]),
        (5, [FoundBy.PAST_ADDRESS], ["岱明町浜田12番地", "大字浜田１２", "岱明町浜田12", "大野 浜田12", "浜田12-"]),
        (1, [FoundBy.FORMER_SURNAME], ["渡辺太郎", "渡邊　太郎", "ﾜﾀﾅﾍﾞﾀﾛｳ", "わたなべ たろう", "ハタナヘ゛タロウ"]),
        (5, [FoundBy.PAST_NAME], ["旧姓武", "キュウセイ", "キユウセイ S15"]),
        (9, [], ["nguyen van an", "AN NGUYEN", "Nguyễn Văn An", "ＮＧＵＹＥＮ", "van an", "an van nguyen", "グエン", "グエン アン"]),
        (9, [FoundBy.ALIAS], ["阮安", "阮　安", "ゲンアン", "けん あん"]),
        (60, [], ["㈱架空商事", "架空商事", "株式会社　架空商事", "(株)架空商事", "架空商事㈱", "カ）カクウショウジ", "かくうしょうじ"]),
        (60, [], ["0968-12-3456", "0968123456", "０９６８−１２−３４５６", "0968(12)3456", "12-3456", "3456", "電話3456"]),
        (CHAIN, [], ["㈲架空フーズ", "架空フーズ有限会社", "カクウフウズ", "架空第二ビル", "中央2-8-8架空第二ビル"]),
        (CHAIN, [FoundBy.PAST_NAME], ["昔乃屋", "合資会社 昔乃屋", "ムカシノヤ"]),
        (LATIN_ONLY, [], ["john smith", "Smith, John", "paul", "隣市港町7", "熊本県隣市港町7番地"]),
        (FORMER, [], ["葛城昇", "葛󠄀城 昇", "カツラキ", "ノボル H2"]),
        (FORMER, [FoundBy.ADDRESS_AFTER], ["隣市港町5番地 昇", "昇 隣市港町5"]),
        (UNKNOWN, [], ["S5 ヅウ", "1930 関ケ原", "セキカハラ ツウ", "関ケ原 ズウ", "昭和5年 関ヶ原"]),
        (UNKNOWN, [FoundBy.PAST_ADDRESS], ["大浜町88", "大濱町88番地"]),
        (UNKNOWN, [FoundBy.ADDRESS_BEFORE], ["隣市山手9番地"]),
        (7, [], ["000000000000007", "宛名番号7", "宛名番号：000-7"]),
        (7, [], ["9000005", "9-000-005"]),
    ],
)  # fmt: skip
def test_the_first_screen_shows(counter: Flask, person: int, notes: list[FoundBy], typed: list[str]) -> None:
    for query in typed:
        hits = found(query)[:FIRST_SCREEN]
        those = [hit for hit in hits if hit.person.number == city.number(person)]
        assert those, f"{query} found {[hit.person.name for hit in hits]}"
        assert list(those[0].found_by) == notes, query


def test_the_expected_person_stands_first(counter: Flask) -> None:
    for query, first in (
        ("高橋太郎", 1),
        ("斉藤健", 7),
        ("齋藤健", 8),
        ("斎藤健 1971", 8),
        ("髙橋 花子", 2),
        ("オノ", 6),
        ("㈱架空", 60),
        ("㈲架空", CHAIN),
    ):
        assert found(query)[0].person.number == city.number(first), query
    assert found("カツラギ")[0].person.status is Status.MOVED_OUT


def test_namesakes_born_on_one_day_are_marked(counter: Flask) -> None:
    hits = found("田中実")
    assert [hit.namesake for hit in hits] == [True, True]
    assert {hit.person.number for hit in hits} == {city.number(TWIN), city.number(OTHER_TWIN)}
    assert not any(hit.namesake for hit in found("斉藤健"))


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"kana": "タカハシ", "kana_match": "prefix"}, [1, 2]),
        ({"kana": "ハナコ", "kana_match": "prefix"}, []),
        ({"kana": "ハナコ"}, [2]),
        ({"kana": "タカハシ", "sex": "2"}, [2]),
        ({"birth_from": "S40", "birth_to": "S43.5.6"}, [1, 2]),
        ({"birth_from": "S40.1.2"}, [1]),
        ({"birth_to": "S5", "former": "1"}, [UNKNOWN]),
        ({"former_surname": "渡辺"}, [1]),
        ({"former_surname": "高橋"}, []),
        ({"alias": "阮"}, [9]),
        ({"alias": "ゲン"}, [9]),
        ({"latin": "an nguyen"}, [9]),
        ({"corporation": "㈱架空"}, [60, CHAIN]),
        ({"corporation": "カクウ"}, [60, CHAIN]),
        ({"address": "浜田12", "past": "1"}, [5]),
        ({"address": "浜田12"}, []),
        ({"address": "中央1-3-5"}, [5]),
        ({"building": "架空第二"}, [CHAIN]),
        ({"phone": "3456"}, [60]),
        ({"number": "9000005"}, [7]),
        ({"name": "葛城"}, []),
        ({"name": "葛城", "former": "1"}, [FORMER]),
        ({"name": "武", "birth_from": "1940"}, [5]),
    ],
)
def test_the_detailed_search_finds_by_criteria(
    counter: Flask, form: dict[str, str], expected: list[int]
) -> None:
    result, errors = desk.find_by_details(form, CLERK)
    assert errors == {}
    assert sorted(hit.person.number for hit in result.page.hits) == sorted(map(city.number, expected))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the time at which searches are asked."""
    now = [datetime(2026, 11, 20, 1, 0, tzinfo=UTC)]
    monkeypatch.setattr(searches, "utc_now", lambda: now[0])

    def pass_by(seconds: float) -> None:
        now[0] += timedelta(seconds=seconds)

    return pass_by


def logged() -> list[dict[str, Any]]:
    rows = db.session.execute(
        text("SELECT detail FROM audit_event WHERE action = 'resident.search' ORDER BY id")
    ).scalars()
    found = [row if isinstance(row, dict) else json.loads(row) for row in rows]
    db.session.rollback()
    return found


def test_letters_typed_are_one_search_in_the_log(counter: Flask, clock: Callable[[float], None]) -> None:
    for typed in ("たか", "たかは", "たかはし", "高橋"):
        desk.find(typed, CLERK, settled=False)
        clock(0.4)
    assert logged() == []
    clock(2)
    desk.find("花子", CLERK, settled=False)
    (row,) = logged()
    assert (row["typed"], row["hits"]) == (4, 2)
    searches.settle(CLERK.session)
    assert [row["typed"] for row in logged()] == [4, 1]
    searches.settle(CLERK.session)
    assert len(logged()) == 2


def test_opening_a_hit_settles_the_search_that_led_to_it(
    counter: Flask, clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.config["KAKANAI"] = replace(counter.config["KAKANAI"], search_limit_hour=2)
    monkeypatch.setattr(audit, "utc_now", lambda: searches.utc_now())
    found = desk.find("花子", CLERK, settled=False)
    clock(0.4)
    person_view.show(found.page.hits[0].person.id, CLERK, "visitor")
    clock(0.4)
    desk.find("高橋", CLERK, settled=False)
    assert [row["typed"] for row in logged()] == [1]
    assert not desk.find(
        "高橋一", CLERK, settled=False
    ).problem  # still typing: the second search is not over
    clock(2)
    assert "2回になり" in str(desk.find("佐", CLERK).problem)


def test_a_search_that_its_clerk_left_is_logged_by_the_next_one(
    counter: Flask, clock: Callable[[float], None]
) -> None:
    desk.find("高橋", replace(CLERK, staff_id="gone", session="f" * 16), settled=False)
    clock(120)
    desk.find("花子", CLERK)
    assert len(logged()) == 2


def test_typing_on_and_on_does_not_escape_the_log(counter: Flask, clock: Callable[[float], None]) -> None:
    for _ in range(80):
        desk.find("高橋", CLERK, settled=False)
        clock(1)
    assert len(logged()) >= 2


def test_who_has_searched_enough_is_stopped_until_the_next_hour(
    counter: Flask, clock: Callable[[float], None]
) -> None:
    counter.config["KAKANAI"] = replace(counter.config["KAKANAI"], search_limit_hour=3, search_limit_day=5)
    assert [bool(desk.find("高橋", CLERK).problem) for _ in range(4)] == [False, False, False, True]
    assert not desk.find("高橋", replace(CLERK, staff_id="other")).problem
    clock(3600)
    assert [bool(desk.find("高橋", CLERK).problem) for _ in range(3)] == [False, False, True]
    assert "今日の検索が5回" in str(desk.find("高橋", CLERK).problem)
    count = db.session.scalar(text("SELECT count(*) FROM audit_event WHERE action = 'resident.search_limit'"))
    db.session.rollback()
    assert count == 2
    clock(86400)
    assert not desk.find("高橋", CLERK).problem
