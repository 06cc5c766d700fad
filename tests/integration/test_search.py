"""The search of persons in the database: what finds whom, in which order, and who may find what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.data import persons, residents
from app.domain.authority import Actor
from app.domain.disclosure import Disclosure
from app.domain.errors import NotFound
from app.domain.person import Category, SearchPage, Status, WarningLevel
from app.domain.query import parse_query
from app.extensions import db
from app.operations import feeds, person_view
from app.operations import residents as desk
from tests.integration import small_city as city

EVERYTHING = Disclosure("tester", "", "test", frozenset({"01a", "02", "04", "16", "17", "19", "20a", "20b"}))
CLERK = Actor("clerk", "窓口", "main", "市民課", frozenset({"counter"}))


@pytest.fixture
def loaded(app: Flask, tmp_path: Path) -> Flask:
    city.write(tmp_path, city.people())
    feeds.import_files([tmp_path])
    return app


def search(typed: str, disclosure: Disclosure = EVERYTHING, start: int = 0) -> SearchPage:
    query = parse_query(typed, today=date(2026, 11, 20), own_city="熊本県架空市")
    assert not query.problem
    return residents.search(query, disclosure, start)


def names(typed: str, disclosure: Disclosure = EVERYTHING) -> list[str]:
    return [hit.person.name.replace("\u3000", "") for hit in search(typed, disclosure).hits]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("高橋太郎", ["髙橋太郎"]),
        ("髙橋　太郎", ["髙橋太郎"]),
        ("高橋", ["髙橋太郎", "髙橋花子"]),
        ("花子", ["髙橋花子"]),
        ("橋花", ["髙橋花子"]),
        ("桜", ["避難桜"]),
        ("武", ["大野武", "小野武"]),
        ("たかはしたろう", ["髙橋太郎"]),
        ("ﾀｶﾊｼ ﾀﾛｳ", ["髙橋太郎"]),
        ("ハナコ", ["髙橋花子"]),
        ("斎藤", ["斉藤健", "齋藤健"]),
        ("オオノ", ["大野武"]),
        ("渡辺太郎", ["髙橋太郎"]),
        ("旧姓武", ["大野武"]),
        ("nguyen an", ["NGUYEN VAN AN"]),
        ("van", ["NGUYEN VAN AN"]),
        ("グエン", ["NGUYEN VAN AN"]),
        ("阮安", ["NGUYEN VAN AN"]),
        ("(株)架空商事", ["株式会社架空商事"]),
        ("カクウショウジ", ["株式会社架空商事"]),
        ("S40.1.2", ["髙橋太郎"]),
        ("昭和40年1月", ["髙橋太郎"]),
        ("1965", ["髙橋太郎"]),
        ("1965-01-02", ["髙橋太郎"]),
        ("高橋 S43", ["髙橋花子"]),
        ("タカハシ 1965", ["髙橋太郎"]),
        ("高橋 S45", []),
        ("高橋 ハナコ", ["髙橋花子"]),
        ("中央一丁目3番5号", ["大野武"]),
        ("熊本県架空市中央１－３－５", ["大野武"]),
        ("大野 中央1-3-5", ["大野武"]),
        ("浜田12番地", ["大野武"]),
        ("岱明町浜田", ["大野武"]),
        ("000000000000007", ["斉藤健"]),
        ("09000005", ["斉藤健"]),
        ("0968-12-3456", ["株式会社架空商事"]),
        ("3456", ["株式会社架空商事"]),
        ("外野", ["外野次郎"]),
        ("テンニュウ", ["転入一郎", "転入次郎"]),
        ("秘密次郎", []),
        ("誰もいない", []),
        ("%", []),
        ("高橋' OR '1'='1", []),
    ],
)
def test_what_is_typed_finds(loaded: Flask, typed: str, expected: list[str]) -> None:
    assert sorted(names(typed)) == sorted(expected)


def test_the_whole_name_comes_before_its_parts_and_residents_before_others(
    app: Flask, tmp_path: Path
) -> None:
    data = city.people()
    data["01a"] += [
        city.resident(20, "森　太郎左", "モリ　タロウザ", "1950-01-01", 20),
        city.resident(
            21, "森　太郎", "モリ　タロウ", "1950-01-01", 21, juminjotai="2", shojonoidonengappi="2024-01-01"
        ),
        city.resident(22, "森　太郎", "モリ　タロウ", "1951-01-01", 22),
        city.resident(23, "大森　太郎", "オオモリ　タロウ", "1950-01-01", 23),
    ]
    city.write(tmp_path, data)
    feeds.import_files([tmp_path])
    found = [(hit.person.number, hit.person.status) for hit in search("森太郎").hits]
    assert found == [
        (city.number(22), Status.RESIDENT),
        (city.number(21), Status.MOVED_OUT),
        (city.number(20), Status.RESIDENT),
        (city.number(23), Status.RESIDENT),
    ]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("吉崎", "吉崎　一"),
        ("吉﨑", "吉﨑　二"),
        ("吉﨑 1950", "吉﨑　二"),
        ("ヨシサキ", "吉崎　一"),
        ("よしざき", "吉﨑　二"),
        ("ﾖｼｻﾞｷ", "吉﨑　二"),
    ],
)
def test_who_is_written_as_it_was_typed_comes_before_a_variant(
    app: Flask, tmp_path: Path, typed: str, first: str
) -> None:
    data = city.people()
    data["01a"] += [
        city.resident(20, "吉﨑　二", "ヨシザキ　ニ", "1950-01-01", 20),
        city.resident(21, "吉崎　一", "ヨシサキ　イチ", "1950-01-01", 21),
    ]
    city.write(tmp_path, data)
    feeds.import_files([tmp_path])
    found = [hit.person.name for hit in search(typed).hits]
    assert (found[0], len(found)) == (first, 2)


def test_household_members_stand_below_their_hit(loaded: Flask) -> None:
    (hit,) = search("高橋花子").hits
    assert [member.name for member in hit.members] == ["髙橋　太郎"]
    (first, second) = search("高橋").hits
    assert [first.person.name, second.person.name] == ["髙橋　太郎", "髙橋　花子"]
    assert (first.members, second.members, first.below, second.below) == ((), (), False, True)
    people = residents.list_household(hit.person.household_number, EVERYTHING)
    assert [(person.name, person.is_householder) for person in people] == [
        ("髙橋　太郎", True),
        ("髙橋　花子", False),
    ]


def test_at_most_so_many_hits_and_a_word_about_the_rest(app: Flask, tmp_path: Path) -> None:
    data = city.people()
    data["01a"] += [
        city.resident(
            1000 + at, f"多田　{at}", f"タダ　{'アイウエオカキクケコ'[at % 10]}", "1950-01-01", 1000 + at
        )
        for at in range(260)
    ]
    city.write(tmp_path, data)
    feeds.import_files([tmp_path])
    page = search("多田")
    assert (page.total, page.too_many, len(page.hits)) == (200, True, page.next)
    assert 30 <= len(page.hits) <= 50
    narrowed = search("タダ ア")
    assert (len(narrowed.hits), narrowed.total, narrowed.next, narrowed.too_many) == (26, 26, None, False)
    several = search("タダ キ 1950")
    assert {hit.person.kana for hit in several.hits} == {"タダ　キ"}


@pytest.mark.parametrize(
    ("lacking", "typed"),
    [
        ("01a", "高橋太郎"),
        ("16", "外野"),
        ("17", "架空商事"),
        ("20b", "転入一郎"),
        ("01a", "S40.1.2"),
        ("01a", "000000000000007"),
    ],
)
def test_a_kind_of_person_that_may_not_be_read_is_not_found(loaded: Flask, lacking: str, typed: str) -> None:
    (hit,) = search(typed).hits
    blind = replace(EVERYTHING, data_sets=EVERYTHING.data_sets - {lacking})
    assert search(typed, blind).hits == ()
    with pytest.raises(NotFound):
        residents.get_person(hit.person.id, blind)
    with pytest.raises(NotFound):
        residents.get_person_by_number(hit.person.number, blind)


def test_a_person_is_reached_by_an_opaque_id_that_stays(loaded: Flask) -> None:
    person = residents.get_person_by_number(city.number(1), EVERYTHING)
    assert residents.get_person(person.id, EVERYTHING) == person
    assert city.number(1) not in person.id and len(person.id) == 20
    with pytest.raises(NotFound):
        residents.get_person("p" + "a" * 19, EVERYTHING)


def test_a_foreign_resident_and_an_expected_one_are_told_apart(loaded: Flask) -> None:
    (foreign,) = search("グエン").hits
    assert (foreign.person.category, foreign.person.nationality, foreign.person.is_foreign) == (
        Category.FOREIGN, "ベトナム", True,
    )  # fmt: skip
    (expected,) = search("転入一郎").hits
    assert (expected.person.status, expected.person.receipt_number) == (Status.EXPECTED, "T0001")
    assert [member.name for member in expected.members] == ["転入　次郎"]
    assert expected.person.address.text == "熊本県隣市港町5番地"


def test_a_notice_that_is_done_hides_its_people(loaded: Flask, tmp_path: Path) -> None:
    notice = {**city.people()["20a"][0], "jotai": "3"}
    city.write(tmp_path / "next", {"20a": [notice]}, at="2026-11-21T01:00:00", kind="diff")
    feeds.import_files([tmp_path / "next"])
    assert names("転入") == []


def test_the_notice_is_read_with_its_people_in_order(loaded: Flask) -> None:
    found = residents.get_move_in("T0001", EVERYTHING)
    assert found.notice["tenshutsumotojusho_choaza"] == "港町"
    assert [row["shimei"] for row in found.people] == ["転入　一郎", "転入　次郎"]
    assert [person.name for person in found.persons] == ["転入　一郎", "転入　次郎"]
    for receipt, disclosure in (
        ("T9999", EVERYTHING),
        ("T0001", replace(EVERYTHING, data_sets=frozenset({"20a"}))),
    ):
        with pytest.raises(NotFound):
            residents.get_move_in(receipt, disclosure)


def test_warnings_follow_the_data_sets_that_may_be_read(loaded: Flask) -> None:
    def levels(number: int, disclosure: Disclosure = EVERYTHING) -> list[WarningLevel]:
        person = residents.get_person_by_number(city.number(number), disclosure)
        return [warning.level for warning in person.warnings]

    assert levels(1) == [WarningLevel.HOLD]
    assert levels(2) == [WarningLevel.CONFIRM]
    assert levels(5) == [WarningLevel.HOLD], "a restriction does not end by its date"
    assert levels(3) == [WarningLevel.RESTRICTED]
    assert levels(2, replace(EVERYTHING, data_sets=frozenset({"01a"}))) == []
    assert levels(3, replace(EVERYTHING, data_sets=frozenset({"01a"}))) == [WarningLevel.RESTRICTED]


def test_nobody_is_lost_in_a_large_institution(app: Flask, tmp_path: Path) -> None:
    data = city.people()
    data["01a"] += [
        city.resident(2000 + at, f"多田　{at}", f"タダ　{'キク'[at == 479]}", "1950-01-01", 3000 + at // 240)
        for at in range(480)
    ]
    city.write(tmp_path, data)
    feeds.import_files([tmp_path])
    (last,) = search("タダ　ク").hits
    assert last.person.number == city.number(2479)
    assert len(last.members) == persons.MOST_MEMBERS and last.more_members
    assert last.person not in last.members
    page = search("多田")
    assert page.too_many and len(page.hits) == 20
    assert page.next is not None
    further = search("多田", start=page.next)
    assert not {hit.person.number for hit in page.hits} & {hit.person.number for hit in further.hits}


def test_a_search_is_recorded_with_what_was_typed_sealed(loaded: Flask) -> None:
    found = desk.find("高橋太郎", CLERK)
    assert [hit.person.name for hit in found.page.hits] == ["髙橋　太郎"]
    row = db.session.execute(
        text("SELECT actor_id, detail, secret FROM audit_event WHERE action = 'resident.search'")
    ).one()
    assert (
        row.actor_id == "clerk" and "高橋" not in str(row.detail) and "高橋".encode() not in bytes(row.secret)
    )
    assert desk.find("昭和40年13月", CLERK).problem
    assert desk.find("あ", CLERK).page.hits == ()


def test_a_view_names_everybody_whom_it_showed(loaded: Flask) -> None:
    person = residents.get_person_by_number(city.number(2), CLERK.disclosure("test"))
    view = person_view.show(person.id, CLERK, "visitor")
    assert [member.number for member in view.household] == [city.number(1), city.number(2)]
    persons_seen = db.session.scalar(text("SELECT persons FROM audit_event WHERE action = 'resident.viewed'"))
    assert city.number(1) in str(persons_seen) and city.number(2) in str(persons_seen)
