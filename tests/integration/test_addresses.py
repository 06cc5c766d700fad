"""Addresses anywhere, and files of the address base registry (R45)."""

from __future__ import annotations

import lzma
import zipfile
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app.data import areas, towns
from app.operations import address_masters, feeds, places
from app.operations.address_masters import MasterRefused
from tests.integration import small_city as city

TODAY = date(2026, 11, 22)
POSTAL = """\
#\t2026.10.0\t日本郵便
M\t13104\t東京都\tトウキョウト\t新宿区\tシンジュクク
A\t1600022\t新宿\tシンジュク\t
A\t1630690\t新宿\tシンジュク\t６階
A\t1620041\t早稲田鶴巻町\tワセダツルマキチョウ\t
M\t13206\t東京都\tトウキョウト\t府中市\tフチュウシ
A\t1830000\t\t\t
A\t1830055\t府中町\tフチュウチョウ\t
M\t34208\t広島県\tヒロシマケン\t府中市\tフチュウシ
A\t7260005\t府中町\tフチュウチョウ\t
M\t43206\t熊本県\tクマモトケン\t架空市\tカクウシ
A\t8650016\t岩崎\tイワサキ\t
M\t43100\t熊本県\tクマモトケン\t隣市\tトナリシ
A\t8600001\t桜ヶ丘\tサクラガオカ\t
A\t8600001\t桜町\tサクラマチ\t
"""
# The headings as the registry publishes them.
TOWN_HEAD = (
    "lg_code,machiaza_id,machiaza_type,pref,pref_kana,pref_roma,county,county_kana,county_roma,city,city_kana,city_roma,"
    "ward,ward_kana,ward_roma,oaza_cho,oaza_cho_kana,oaza_cho_roma,chome,chome_kana,chome_number,koaza,koaza_kana,"
    "koaza_roma,machiaza_dist,rsdt_addr_flg,rsdt_addr_mtd_code,oaza_cho_aka_flg,koaza_aka_code,oaza_cho_gsi_uncmn,"
    "koaza_gsi_uncmn,status_flg,wake_num_flg,efct_date,ablt_date,src_code,post_code,remarks"
)
PARCEL_HEAD = (
    "lg_code,machiaza_id,prc_id,city,ward,oaza_cho,chome,koaza,prc_num1,prc_num2,prc_num3,rsdt_addr_flg,prc_rec_flg,"
    "prc_area_code,efct_date,ablt_date,src_code,remarks,real_prop_num"
)
BLOCK_HEAD = (
    "lg_code,machiaza_id,blk_id,city,ward,oaza_cho,chome,koaza,machiaza_dist,blk_num,rsdt_addr_flg,rsdt_addr_mtd_code,"
    "status_flg,efct_date,ablt_date,src_code,remarks"
)
RESIDENCE_HEAD = (
    "lg_code,machiaza_id,blk_id,rsdt_id,rsdt2_id,city,ward,oaza_cho,chome,koaza,machiaza_dist,blk_num,rsdt_num,rsdt_num2,"
    "basic_rsdt_div,rsdt_addr_flg,rsdt_addr_mtd_code,status_flg,efct_date,ablt_date,src_code,remarks"
)


def line(head: str, **values: str) -> str:
    """A line under a heading; a town of the city unless told otherwise."""
    row = {
        "lg_code": city.LG_CODE,
        "machiaza_id": "0000001",
        "city": city.CITY,
        "efct_date": "1954-04-01",
        **values,
    }
    return ",".join(row.get(name, "") for name in head.split(","))


def town(town_id: str, name: str, kana: str, **more: str) -> city.Values:
    return {
        "lg_code": city.LG_CODE, "machiaza_id": town_id, "pref": city.PREFECTURE, "city": city.CITY, "oaza_cho": name,
        "oaza_cho_kana": kana, **more,
    }  # fmt: skip


@pytest.fixture
def loaded(app: Flask, tmp_path: Path) -> Path:
    """A city with two towns, and a country of five municipalities."""
    data = city.people()
    data["18a"] = [
        town(
            "0000001",
            "岩崎",
            "イワサキ",
            gyoseikumei="岩崎区",
            shogakkokukodo="E01",
            shogakkokumei="架空小学校",
        ),
        town("0000002", "旧岩崎町", "キュウイワサキマチ", ablt_date="2005-10-03"),
        town("0000003", "新町", "シンマチ", efct_date="2027-01-01"),
    ]
    data["18b"] = [
        {"shikuchosonkodo": city.LG_CODE, "machiaza_id": "0000001", "banchi": "163", **more}
        for more in ({"edaban1": "2"}, {"edaban1": "10"}, {})
    ]
    data.pop("18d", None)
    city.write(tmp_path / "first", data)
    feeds.import_files([tmp_path / "first"])
    postal = tmp_path / "postal.tsv.xz"
    postal.write_bytes(lzma.compress(POSTAL.encode()))
    assert address_masters.load_postal(postal) == 9
    return tmp_path


def texts(typed: str) -> list[str]:
    return [choice.text for choice in places.suggest(typed)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("とうきょう", "東京都"),
        ("しんじゅく", "東京都新宿区"),
        ("東京都し", "東京都新宿区"),
        ("東京都新宿区わせ", "東京都新宿区早稲田鶴巻町"),
        ("東京都新宿区つるまき", "東京都新宿区早稲田鶴巻町"),
        ("新宿区早稲田", "東京都新宿区早稲田鶴巻町"),
        ("ﾄﾅﾘｼ", "熊本県隣市"),
        ("隣市桜が", "熊本県隣市桜ヶ丘"),
        ("162-0041", "東京都新宿区早稲田鶴巻町"),
        ("〒1620041", "東京都新宿区早稲田鶴巻町"),
        ("あめりか", "アメリカ合衆国　"),
    ],
)
def test_an_address_goes_on_from_what_was_typed(loaded: Path, typed: str, first: str) -> None:
    assert texts(typed)[0] == first


def test_a_postal_code_of_one_area_is_sure_and_of_several_is_chosen(loaded: Path) -> None:
    (only,) = places.suggest("1620041")
    assert only.sure
    assert only.code == "131041"
    two = places.suggest("860-0001")
    assert [choice.text for choice in two] == ["熊本県隣市桜ヶ丘", "熊本県隣市桜町"]
    assert not any(choice.sure for choice in two)


def test_a_name_that_two_prefectures_have_asks_which(loaded: Path) -> None:
    assert texts("府中市") == ["東京都府中市", "広島県府中市"]
    assert places.resolve("府中市府中町1").code == ""
    assert places.resolve("広島県府中市府中町1").code == "342084"


@pytest.mark.parametrize("typed", ["", " ", "%", "_", "東京都新宿区どこにもない", "\\", "'"])
def test_what_leads_nowhere_brings_no_candidates(loaded: Path, typed: str) -> None:
    assert places.suggest(typed) == ()


def test_what_is_certain_of_an_address_is_known_from_its_text(loaded: Path) -> None:
    found = places.resolve("東京都新宿区早稲田鶴巻町1-2")
    assert (found.code, found.prefecture, found.city, found.postal_code) == (
        "131041", "東京都", "新宿区", "1620041",
    )  # fmt: skip
    assert places.origin_of(found) == "other"
    assert places.resolve("東京都新宿区新宿3").postal_code == "", "two codes bear this name"
    assert places.origin_of(places.resolve("熊本県隣市桜町1")) == "same"
    assert places.origin_of(places.resolve("ドイツ　ベルリン")) == "abroad"
    assert places.resolve("どこか1-2") == places.Resolved()


def test_abolished_towns_are_offered_for_past_addresses_only(loaded: Path) -> None:
    assert texts("熊本県架空市いわ") == ["熊本県架空市岩崎", "熊本県架空市旧岩崎町"]
    assert [one.name for one in towns.list_towns("いわ", 20, TODAY)] == ["岩崎"]
    assert [one.name for one in towns.list_towns("", 20, date(2005, 1, 1))] == ["岩崎", "旧岩崎町"]
    assert [one.name for one in towns.list_towns("", 20, date(2027, 1, 1))] == ["岩崎", "新町"]


def test_what_follows_from_a_town_is_known(loaded: Path) -> None:
    found = places.find_town("", "いわさき", TODAY)
    assert found is not None
    assert (found.postal_code, found.district, found.elementary) == ("8650016", "岩崎区", "架空小学校")
    assert places.find_town("0000001", "どこか", TODAY) is None, "another text is another town"


def test_a_lot_is_known_in_any_notation(loaded: Path) -> None:
    assert [lot.number for lot in places.list_lots("0000001", "１６３番地")] == ["163", "163-2", "163-10"]
    assert [lot.number for lot in places.list_lots("0000001", "163番地の")] == ["163-2", "163-10"]
    assert places.is_lot("0000001", "百六十三番地二")
    assert not places.is_lot("0000001", "163-3")
    assert not places.is_lot("", "163")


def test_the_citys_own_postal_feed_stands_before_the_shipped_file(loaded: Path) -> None:
    row = {"dantaikodo": "13206", "yubinbango": "1839999", "todofukenmei": "東京都", "shikuchosonmei": "府中市",
           "choikimei": "新しい町（１〜２丁目）", "choikimei_furigana": "ｱﾀﾗｼｲﾏﾁ(1-2ﾁｮｳﾒ)",
           "todofukenmei_furigana": "ﾄｳｷｮｳﾄ", "shikuchosonmei_furigana": "ﾌﾁｭｳｼ"}  # fmt: skip
    city.write(loaded / "next", {"18d": [row]}, at="2026-11-21T01:00:00")
    feeds.import_files([loaded / "next"])
    assert texts("東京都府中市") == ["東京都府中市新しい町"]
    assert texts("あたらしい") == []
    assert texts("東京都府中市あたら") == ["東京都府中市新しい町"]
    assert texts("7260005") == ["広島県府中市府中町"]
    assert address_masters.load_postal(loaded / "postal.tsv.xz") is None, "this very file is loaded already"
    address_masters.load_postal(loaded / "postal.tsv.xz", again=True)
    assert texts("東京都府中市") == ["東京都府中市新しい町"]


def registry(folder: Path, name: str, head: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8-sig")
    return path


def test_the_registry_adds_what_the_feed_does_not_know(loaded: Path) -> None:
    file = registry(
        loaded, "mt_town.csv", TOWN_HEAD,
        line(TOWN_HEAD, oaza_cho="岩﨑", oaza_cho_kana="イワザキ", rsdt_addr_flg="1", post_code="8650016"),
        line(TOWN_HEAD, machiaza_id="0000009", oaza_cho="岩崎", oaza_cho_kana="イワサキ", koaza="東", koaza_kana="ヒガシ"),
        line(TOWN_HEAD, lg_code="131016", city="千代田区", oaza_cho="麹町", oaza_cho_kana="コウジマチ"),
    )  # fmt: skip
    (checked,) = address_masters.check_registry([file])
    assert (checked.rows, checked.added, checked.known, checked.elsewhere) == (3, 1, 1, 1)
    assert [one.name for one in towns.list_towns("いわ", 20, TODAY)] == ["岩崎"], "a check writes nothing"
    address_masters.import_registry([file])
    assert [one.name for one in towns.list_towns("いわ", 20, TODAY)] == ["岩崎", "岩崎東"]
    address_masters.import_registry([file], replace_known=True)
    found = towns.find_town("0000001")
    assert found is not None
    assert (found.name, found.residence, found.district) == ("岩﨑", True, "岩崎区")
    # The next delivery of the feed does not undo what was asked for.
    city.write(
        loaded / "next",
        {"18a": [town("0000001", "岩崎", "イワサキ", gyoseikumei="新区")]},
        at="2026-11-21T01:00:00",
    )
    feeds.import_files([loaded / "next"], allow_shrink=True)
    found = towns.find_town("0000001")
    assert found is not None
    assert (found.name, found.district) == ("岩﨑", "新区")
    address_masters.import_registry([file])
    found = towns.find_town("0000001")
    assert found is not None
    assert found.name == "岩崎"


def test_lots_of_the_registry_are_kept_once(loaded: Path) -> None:
    path = registry(
        loaded, "mt_parcel.csv", PARCEL_HEAD,
        line(PARCEL_HEAD, oaza_cho="岩崎", prc_num1="163", prc_num2="2"),
        line(PARCEL_HEAD, oaza_cho="岩崎", prc_num1="200"),
        line(PARCEL_HEAD, oaza_cho="岩崎", prc_num1="200"),
        line(PARCEL_HEAD, oaza_cho="岩崎", prc_num1="300", ablt_date="2001-01-01"),
    )  # fmt: skip
    packed = loaded / "mt_parcel.csv.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, path.name)
    (outcome,) = address_masters.import_registry([packed])
    assert (outcome.added, outcome.known, outcome.ended) == (1, 1, 1)
    assert [lot.number for lot in towns.list_lots("0000001", "", 20)] == ["163", "163-2", "163-10", "200"]
    counts = {(line.title, line.origin[:3]): line.count for line in address_masters.overview()}
    assert (counts["地番・住居番号", "データ"], counts["地番", "アドレ"]) == (3, 1)


@pytest.mark.parametrize(
    ("head", "row", "said"),
    [
        (TOWN_HEAD, line(TOWN_HEAD, machiaza_id="1", oaza_cho="岩崎"), "町字ID「1」"),
        (TOWN_HEAD, line(TOWN_HEAD, oaza_cho="岩崎", efct_date="昨日"), "efct_date「昨日」"),
        (TOWN_HEAD, "432067,0000001,1", "3列"),
        (TOWN_HEAD, line(TOWN_HEAD, lg_code="43206", oaza_cho="岩崎"), "「43206」は数字6桁"),
        (TOWN_HEAD, line(TOWN_HEAD, lg_code="131016", oaza_cho="麹町"), "行がありません"),
        (PARCEL_HEAD, line(PARCEL_HEAD, oaza_cho="岩崎"), "地番（prc_num1）"),
        ("a,b,c", "1,2,3", "ファイルではありません"),
        (TOWN_HEAD, '"1"x,', "3行目が読めません（閉じる引用符のすぐ後に"),
        ('"lg_code"x', "", "見出しの行が読めません（閉じる引用符のすぐ後に"),
        (
            PARCEL_HEAD.replace("prc_num1", "chiban"),
            line(PARCEL_HEAD, oaza_cho="岩崎"),
            "ファイルではありません",
        ),
    ],
)
def test_a_file_of_the_registry_with_a_fault_changes_nothing(
    loaded: Path, head: str, row: str, said: str
) -> None:
    good = line(TOWN_HEAD, machiaza_id="0000008", oaza_cho="良町", oaza_cho_kana="ヨマチ")
    rows = (good, row) if head == TOWN_HEAD and "行がありません" not in said else (row,)
    file = registry(loaded, "file.csv", head, *rows)
    with pytest.raises(MasterRefused, match=said):
        address_masters.import_registry([file])
    assert towns.find_town("0000008") is None
    assert [
        line.title
        for line in address_masters.overview()
        if line.origin.startswith("アドレス") and line.came_at
    ] == []


def test_towns_and_lots_of_the_registry_come_in_together(loaded: Path) -> None:
    """Published lots and house numbers repeat the names of their town; they are no towns for that."""
    lots = registry(
        loaded, "mt_parcel.csv", PARCEL_HEAD,
        line(PARCEL_HEAD, oaza_cho="岩崎", prc_num1="200"),
        line(PARCEL_HEAD, machiaza_id="0000009", oaza_cho="岩崎", koaza="東", prc_num1="7"),
        line(PARCEL_HEAD, machiaza_id="0000044", oaza_cho="消町", prc_num1="12", prc_num2="3"),
        line(PARCEL_HEAD, machiaza_id="0000044", oaza_cho="消町", prc_num1="5"),
    )  # fmt: skip
    homes = registry(
        loaded, "mt_rsdtdsp_rsdt.csv", RESIDENCE_HEAD, line(RESIDENCE_HEAD, oaza_cho="岩崎", blk_num="4", rsdt_num="2")
    )  # fmt: skip
    town_file = registry(
        loaded, "mt_town.csv", TOWN_HEAD, line(TOWN_HEAD, machiaza_id="0000009", oaza_cho="岩崎", koaza="東")
    )  # fmt: skip
    outcomes = {one.kind: one for one in address_masters.import_registry([lots, homes, town_file])}
    assert {kind: one.added for kind, one in outcomes.items()} == {"parcel": 4, "residence": 1, "town": 1}
    assert (outcomes["parcel"].stray, outcomes["parcel"].example) == (2, ("0000044", "5"))
    assert outcomes["residence"].stray == 0
    assert [one.name for one in towns.list_towns("岩崎", 20, TODAY)] == ["岩崎東", "岩崎"]
    assert [lot.number for lot in towns.list_lots("0000009", "", 20)] == ["7"]
    assert "4-2" in {lot.number for lot in towns.list_lots("0000001", "", 20)}


def test_lots_without_their_towns_are_said(loaded: Path, app: Flask) -> None:
    town_file = registry(
        loaded, "mt_town.csv", TOWN_HEAD, line(TOWN_HEAD, machiaza_id="0000009", oaza_cho="岩崎", koaza="東")
    )  # fmt: skip
    lots = registry(
        loaded, "mt_parcel.csv", PARCEL_HEAD, line(PARCEL_HEAD, machiaza_id="0000009", koaza="東", prc_num1="7")
    )  # fmt: skip
    run = app.test_cli_runner().invoke
    assert "1件あります（例: 町字ID 0000009 の 7）" in run(args=["addresses", "check", str(lots)]).output
    address_masters.import_registry([town_file])
    assert "町字マスタにない" not in run(args=["addresses", "check", str(lots)]).output
    other = registry(loaded, "other.csv", TOWN_HEAD, line(TOWN_HEAD, machiaza_id="0000010", oaza_cho="別町"))
    (_, checked) = address_masters.check_registry([other, lots])
    assert checked.stray == 1, "the towns of the registry are replaced by those of the new file"


def test_a_file_of_blocks_is_one_of_house_numbers(loaded: Path) -> None:
    blocks = registry(
        loaded, "mt_rsdtdsp_blk.csv", BLOCK_HEAD, line(BLOCK_HEAD, oaza_cho="岩崎", blk_num="12")
    )
    (checked,) = address_masters.check_registry([blocks])
    assert (checked.kind, checked.added) == ("residence", 1)


def test_a_damaged_postal_file_changes_nothing(loaded: Path) -> None:
    damaged = loaded / "damaged.tsv.xz"
    damaged.write_bytes(lzma.compress(POSTAL.replace("2026.10.0", "2026.11.0").encode())[:-40])
    with pytest.raises(MasterRefused, match=r"damaged\.tsv\.xz"):
        address_masters.load_postal(damaged)
    assert areas.count_areas() == (5, {"postal": 9})
