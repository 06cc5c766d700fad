"""Readings that are one for a searching clerk, and readings that are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.kana import kana_key, kana_keys, to_katakana

KATAKANA = "".join(chr(code) for code in range(0x30A1, 0x30F7))


def found(stored: str, typed: str) -> bool:
    """Whether a person with the stored reading is found by the typed one, as the search compares them."""
    return not kana_keys(stored).isdisjoint(kana_keys(typed))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("サトウ", "サトオ"),
        ("タカハシ", "ﾀｶﾊｼ"),
        ("たかはし", "タカハシ"),
        ("タカハシ　タロウ", "タカハシタロウ"),
        ("ガ", "カ"),
        ("ﾊﾟﾋﾟ", "ハヒ"),
        ("か゛", "ガ"),
        ("ｶﾞ", "カ゛"),
        ("ショウコ", "シヨウコ"),
        ("ハットリ", "ハツトリ"),
        ("ミツキ", "ミヅキ"),
        ("ミズキ", "ミヅキ"),
        ("チヂワ", "チジワ"),
        ("チヂワ", "チチハ"),
        ("ヴァン", "バン"),
        ("ヴィ", "ビ"),
        ("ヴ", "ブ"),
        ("ウ゛ェ", "ベ"),
        ("カヲリ", "カオリ"),
        ("ヰセ", "イセ"),
        ("ヱミ", "エミ"),
        ("ワタナベ", "ハタナベ"),
        ("マリー", "マリ"),
        ("マリー", "マリイ"),
        ("コーノ", "コウノ"),
        ("コーノ", "コノ"),
        ("コウノ", "コオノ"),
        ("マリ－", "マリー"),
        ("マリ‐", "マリ―"),
        ("ﾏﾘｰ", "マリー"),
        ("ジョン・スミス", "ジヨンスミス"),
        ("いすゞ", "イスズ"),
        ("サカヱ", "サカエ"),
        ("ヤヱガシ", "ヤエカシ"),
        ("ツヅキ", "ツズキ"),
        ("コーヅ", "コウズ"),
        ("カヅー", "カズウ"),
        ("関ヶ原", "関ケ原"),
    ],
)
def test_readings_that_are_one(one: str, other: str) -> None:
    assert found(one, other) and found(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("マツダ", "マスダ"),
        ("オオノ", "オノ"),
        ("イシカワ", "イチカワ"),
        ("スギヤマ", "ツキヤマ"),
        ("オオタ", "オタ"),
        ("サトウ", "サト"),
        ("コウノ", "コノ"),
        ("ミツキ", "ミズキ"),
        ("ユウ", "ユ"),
        ("ケイコ", "ケコ"),
        ("ウエダ", "オエダ"),
        ("カト", "カド　ウ"),
        ("ニシ", "ニチ"),
    ],
)
def test_readings_that_stay_apart(one: str, other: str) -> None:
    assert not found(one, other)


def test_only_readings_with_a_second_spelling_have_more_than_one_key() -> None:
    assert kana_keys("マツダ") == {"マツタ"}
    assert kana_keys("ミヅキ") == {"ミツキ", "ミスキ"}
    assert kana_keys("マリー") == {"マリ", "マリイ"}
    assert kana_keys("ヅーヂ") == {"ツチ", "スシ", "ツウチ", "スウシ"}
    assert kana_key("マリー") == "マリ"
    assert kana_keys("") == kana_keys("・ー　") == frozenset()


@given(st.text(alphabet=KATAKANA + "ーガッャ　・ ", max_size=20))
def test_a_reading_is_found_by_itself_in_hiragana_in_half_width_and_without_spaces(reading: str) -> None:
    hiragana = "".join(chr(ord(char) - 0x60) if "ァ" <= char <= "ヴ" else char for char in reading)
    assert kana_keys(hiragana) == kana_keys(reading) == kana_keys(reading.replace(" ", "").replace("　", ""))
    assert kana_keys(to_katakana(reading)) == kana_keys(reading)
    assert 0 <= len(kana_keys(reading)) <= 4


@given(st.text(max_size=30))
def test_any_text_has_stable_keys(text: str) -> None:
    for key in kana_keys(text):
        assert kana_key(key) == key
