"""The city's own addresses to pick from (R45)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.data import towns
from app.extensions import db
from app.operations import feeds
from tests.integration import small_city as city

TODAY = date(2026, 11, 22)


def town(serial: int, name: str, kana: str, **more: str) -> city.Values:
    return {
        "lg_code": city.LG_CODE, "machiaza_id": f"{serial:07d}", "pref": city.PREFECTURE, "city": city.CITY,
        "oaza_cho": name, "oaza_cho_kana": kana, **more,
    }  # fmt: skip


@pytest.fixture
def loaded(app: Flask, tmp_path: Path) -> Path:
    data = city.people()
    data["18a"] = [
        town(1, "中央", "チュウオウ", chome="一丁目", chome_number="1"),
        town(2, "中央", "チュウオウ", chome="二丁目", chome_number="2"),
        town(3, "桜ヶ丘", "サクラガオカ"),
        town(4, "廃町", "ハイチョウ", ablt_date="2020-01-01"),
    ]
    data["18b"] = [
        {"shikuchosonkodo": city.LG_CODE, "machiaza_id": "0000001", "banchi": lot, **more}
        for lot, more in (("10", {}), ("2", {}), ("2", {"edaban1": "3"}), ("25", {}))
    ]
    data["18c"] = [
        {
            "shikuchosonkodo": city.LG_CODE,
            "katagakikodo": code,
            "katagaki": name,
            "machiaza_id": "0000001",
            "banchi": lot,
        }
        for code, name, lot in (("1", "架空ビル", "2"), ("2", "架空ハイツ", "10"))
    ]
    data["18d"] = [
        {"dantaikodo": code, "yubinbango": postal, "todofukenmei": city.PREFECTURE, "shikuchosonmei": city.CITY, "choikimei": name}
        for code, postal, name in (("43206", "8650001", "中央"), ("43100", "8600001", "桜ヶ丘"))
    ]  # fmt: skip
    city.write(tmp_path / "first", data)
    feeds.import_files([tmp_path / "first"])
    return tmp_path / "next"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("中央", ["中央一丁目", "中央二丁目"]),
        ("ちゅうおう", ["中央一丁目", "中央二丁目"]),
        ("ﾁﾕｳ", ["中央一丁目", "中央二丁目"]),
        ("桜が丘", ["桜ヶ丘"]),
        ("中央一", ["中央一丁目"]),
        ("中央２", ["中央二丁目"]),
        ("865-0001", ["中央一丁目", "中央二丁目"]),
        ("", ["桜ヶ丘", "中央一丁目", "中央二丁目"]),
        ("廃町", []),
        ("%", []),
    ],
)
def test_towns_are_found_by_name_reading_and_postal_code(
    loaded: Path, typed: str, expected: list[str]
) -> None:
    assert [found.name for found in towns.list_towns(typed, 50, TODAY)] == expected


def test_lots_come_in_the_order_of_their_numbers(loaded: Path) -> None:
    assert [lot.number for lot in towns.list_lots("0000001", "", 50)] == ["2", "2-3", "10", "25"]
    assert [lot.number for lot in towns.list_lots("0000001", "２", 50)] == ["2", "2-3", "25"]
    assert len(towns.list_lots("0000001", "", 3)) == 3
    assert towns.list_lots("0000002", "", 50) == ()


def test_buildings_stand_on_their_lot(loaded: Path) -> None:
    assert [building.name for building in towns.list_buildings("0000001", "2", "", 50, TODAY)] == ["架空ビル"]
    assert {building.name for building in towns.list_buildings("0000001", "", "", 50, TODAY)} == {
        "架空ビル",
        "架空ハイツ",
    }


def test_the_city_is_named_by_its_own_master(loaded: Path) -> None:
    assert towns.own_city() == city.PREFECTURE + city.CITY


def test_a_town_that_is_gone_is_not_offered_any_more(loaded: Path) -> None:
    city.write(loaded, {"18a": [town(3, "桜ヶ丘", "サクラガオカ")]}, at="2026-11-21T01:00:00")
    feeds.import_files([loaded], allow_shrink=True)
    assert [found.name for found in towns.list_towns("", 50, TODAY)] == ["桜ヶ丘"]
    assert towns.list_lots("0000001", "", 50)


def test_a_difference_changes_the_places_that_it_names(loaded: Path) -> None:
    lot = {"shikuchosonkodo": city.LG_CODE, "machiaza_id": "0000001"}
    building = {**lot, "katagakikodo": "2", "banchi": "10"}
    city.write(
        loaded,
        {
            "18b": [{**lot, "banchi": "25", "sakujofuragu": "1"}, {**lot, "banchi": "10"}, {**lot, "banchi": "9"}],
            "18c": [{**building, "katagaki": "新しいハイツ"}],
            "18d": [
                {"dantaikodo": "43101", "yubinbango": "8600002", "todofukenmei": city.PREFECTURE, "shikuchosonmei": "となり市"}
            ],
        },
        at="2026-11-21T01:00:00",
        kind="diff",
    )  # fmt: skip
    feeds.import_files([loaded])
    assert [lot.number for lot in towns.list_lots("0000001", "", 50)] == ["2", "2-3", "9", "10"]
    names = {building.name for building in towns.list_buildings("0000001", "", "", 50, TODAY)}
    assert names == {"架空ビル", "新しいハイツ"}
    assert towns.own_city() == city.PREFECTURE + city.CITY
    with db.engine.connect() as connection:
        named = "SELECT name FROM municipality WHERE code LIKE '43%' AND name <> '' ORDER BY code"
        assert list(connection.scalars(text(named))) == [city.CITY, "となり市", city.CITY]
