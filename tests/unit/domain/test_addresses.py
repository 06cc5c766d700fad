"""Addresses that are one for a searching clerk, and addresses that are not."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import addresses
from app.domain.addresses import (
    AddressParts,
    address_key,
    address_keys,
    building_keys,
    lot_numbers,
    phone_key,
    split_address,
)

CITY = "架空県架空市"


@pytest.mark.parametrize(
    "typed",
    [
        "中央一丁目2番3号",
        "中央1-2-3",
        "中央１ー２ー３",
        "大字中央1丁目2番地の3",
        "中央1の2の3",
        "中央1ノ2ノ3",
        "中央 1 丁目 2 番 3 号",
        "中央一-二-三",
        "架空市中央1-2-3",
        "架空県架空市中央1−2−3",
        "中央01-02-03",
        "中央1丁2番3",
        "中央一丁目二番三号",
        "中央１‐２‐３",
    ],
)
def test_every_notation_of_an_address_is_one(typed: str) -> None:
    assert split_address(typed, own_city=CITY) == AddressParts("中央", (1, 2, 3))
    assert address_key(typed, own_city=CITY) == "中央1-2-3-"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("霞が関1", "霞ヶ関1"),
        ("霞ケ関1", "霞ガ関1"),
        ("つつじが丘", "つつじヶ丘"),
        ("井の上", "井ノ上"),
        ("井之上", "井ノ上"),
        ("三ツ川", "三ッ川"),
        ("浜田大字西", "濱田字西"),
        ("三番町12", "3番町12"),
        ("十町千三百番地", "十町1300"),
        ("十町一三〇〇番地", "十町1300"),
        ("髙瀬12番地イ", "高瀬12-イ"),
        ("浜田甲12", "浜田 甲12番地"),
        ("二十三番地", "23"),
        ("百五番地", "105番"),
        ("中央百二十三番地四", "中央123-4"),
        ("中央百二十三番地の四", "中央123-4"),
        ("中央一丁目二番地三", "中央1-2-3"),
        ("中央一丁目二番地の三号", "中央1-2-3"),
        ("中央一丁目二", "中央1-2"),
        ("中央1番地一の一", "中央1-1-1"),
        ("中央1番地一の一", "中央一番地1の1"),
        ("鐘ヶ原五の三", "鐘ヶ原5-3"),
        ("鐘ヶ原五之三番地", "鐘ヶ原5-3"),
        ("八千代五の三の二", "八千代5-3-2"),
        ("三番町二の一", "三番町2-1"),
        ("三月田十二番地三", "三月田12-3"),
    ],
)
def test_spellings_of_a_place_that_are_one(one: str, other: str) -> None:
    assert address_key(one) == address_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("中央1-2", "中央12"),
        ("中央1-2", "中央1-20"),
        ("中央1-23", "中央12-3"),
        ("十文字", "十文"),
        ("三番町12", "3-町12"),
        ("西町1", "西1"),
        ("浜田", "浜"),
        ("中央1番地三田", "中央1番地3田"),
        ("中央1の一色", "中央1の1色"),
        ("一色", "1色"),
        ("三月田", "3月田"),
        ("八千代", "8代"),
        ("三の丸", "3の丸"),
        ("二の三丸", "2の3丸"),
    ],
)
def test_places_that_stay_apart(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)


def test_a_shorter_address_is_a_prefix_of_the_longer_but_not_of_another_number() -> None:
    stored = address_key("中央1丁目20番3号")
    assert stored.startswith(address_key("中央")) and stored.startswith(address_key("中央1-20"))
    assert not stored.startswith(address_key("中央1-2"))


def test_a_place_is_found_without_its_former_town() -> None:
    assert address_keys("架空町大字浜田163番地2") == ("架空町浜田163-2-", "浜田163-2-")
    assert address_keys("中央町1-2") == ("中央町1-2-",)
    assert address_keys("町田1") == ("町田1-",)
    assert address_keys("") == ()


@pytest.mark.parametrize(
    ("text", "lot"),
    [
        ("163番地2", (163, 2)),
        ("163-2", (163, 2)),
        ("１６３番地の２", (163, 2)),
        ("163番地", (163, None)),
        ("一丁目2番3号", (2, 3)),
        ("2番3号", (2, 3)),
        ("浜田12-3-4", (12, 3)),
        ("甲12", (12, None)),
        ("", (None, None)),
        ("無番地", (None, None)),
    ],
)
def test_the_lot_is_up_to_two_numbers(text: str, lot: tuple[int | None, int | None]) -> None:
    assert lot_numbers(text) == lot


@given(st.integers(1, 99), st.integers(1, 9999), st.integers(1, 999))
def test_numbers_survive_every_notation(block: int, lot: int, branch: int) -> None:
    expected = address_key(f"中央{block}-{lot}-{branch}")
    full_width = str.maketrans("0123456789", "０１２３４５６７８９")
    for written in (
        f"中央{block}丁目{lot}番地{branch}",
        f"中央{block}丁目{lot}番地の{branch}号",
        f"中央{block}の{lot}の{branch}",
    ):
        assert address_key(written) == address_key(written.translate(full_width)) == expected
    assert lot_numbers(f"{lot}番地{branch}") == (lot, branch)


@given(st.text(max_size=40))
def test_any_text_has_a_key_that_is_stable_under_width(text: str) -> None:
    assert address_key(text) == address_key(" " + text + "　")
    assert len(address_keys(text)) <= 2


_PIECES = [*"0179３５一二十〇三百", *"-ー−のノ之ケヶガ々゛ 　\u200b\ufe00", *"号番甲イ②⑳²字町村文中央東"]
_PIECES += [
    "丁目",
    "番地",
    "大字",
    "番町",
    "番地の",
    "三月田",
    "八千代",
    "五の三",
    "架空県",
    "架空市",
    "熊本県",
    "メゾン",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join), st.sampled_from(["", CITY]))
@settings(max_examples=1500, deadline=None)
def test_what_stands_before_the_first_digit_is_read_alone_as_within_the_whole(text: str, city: str) -> None:
    alone = split_address(text, own_city=city)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(addresses, "_DIGIT", re.compile("(?!)"))
        assert split_address(text, own_city=city) == alone


def test_phones_are_compared_from_their_end() -> None:
    assert (
        phone_key("090-1234-5678")
        == phone_key("０９０（１２３４）５６７８")
        == phone_key("+81 90-1234-5678")
        == "87654321090"
    )
    assert phone_key("0968-75-1234").startswith(phone_key("1234"))
    assert phone_key("内線") == ""


@pytest.mark.parametrize(
    ("building", "keys"),
    [
        ("潮見マンション　３０２号", ("潮見マンション302号", "302")),
        ("潮見マンション302号室", ("潮見マンション302号室", "302")),
        ("コーポ架空Ａ－１０１", ("コポ架空a101", "101")),
        ("コーポ架空 0101", ("コポ架空0101", "101")),
        ("１０１", ("101",)),
        ("ひまわりコーポ", ("ヒマワリコポ",)),
        ("第2コーポ", ("第2コポ",)),
        ("", ()),
    ],
)
def test_a_building_is_found_by_its_name_and_by_the_room(building: str, keys: tuple[str, ...]) -> None:
    assert building_keys(building) == keys
