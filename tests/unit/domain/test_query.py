"""The search box: what is typed finds whom it should, and says what is wrong with what it cannot read."""

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.addresses import address_key, address_keys, building_keys, phone_key
from app.domain.kana import kana_key, kana_keys
from app.domain.names import corporation_key, kanji_key, latin_keys, name_parts, suffixes
from app.domain.numbers import number_key
from app.domain.query import By, Match, Query, Reading, parse_query

TODAY = date(2026, 11, 22)
CITY = "架空県架空市"


@dataclass(frozen=True)
class Person:
    """What is stored of a person, found the way the index finds it."""

    name: str = ""
    kana: str = ""
    latin: str = ""
    corporation: str = ""
    birth: str = ""
    town: str = ""
    lot: str = ""
    building: str = ""
    number: str = ""
    phone: str = ""

    def keys(self, by: By) -> set[str]:
        kana_parts = tuple(kana_key(part) for part in name_parts(self.kana))
        stored: dict[By, set[str]] = {
            By.KANJI: set(
                suffixes(kanji_key(self.name), tuple(kanji_key(part) for part in name_parts(self.name)))
            ),
            By.KANA: {end for key in kana_keys(self.kana) for end in suffixes(key, kana_parts)},
            By.LATIN: set(latin_keys(self.latin)),
            By.CORPORATION: set(suffixes(corporation_key(self.corporation))),
            By.ADDRESS: set(address_keys(self.town + self.lot)),
            By.LOT: {address_key(self.lot)},
            By.CORPORATION_KANA: {
                end for key in kana_keys(self.kana if self.corporation else "") for end in suffixes(key)
            },
            By.BUILDING: set(building_keys(self.building)),
            By.NUMBER: {number_key(self.number)},
            By.PHONE: {phone_key(self.phone)},
        }
        return stored.get(by, set()) - {""}

    def meets(self, reading: Reading) -> bool:
        if reading.by == By.BIRTH:
            return reading.key <= self.birth <= reading.last
        stored = self.keys(reading.by)
        return (
            reading.key in stored
            if reading.match == Match.EXACT
            else any(key.startswith(reading.key) for key in stored)
        )

    def meets_all(self, query: Query) -> bool:
        return bool(query.conditions) and all(
            any(self.meets(reading) for reading in condition.readings) for condition in query.conditions
        )


def ask(typed: str) -> Query:
    return parse_query(typed, today=TODAY, own_city=CITY)


def finds(person: Person, typed: str) -> bool:
    query: Query | None = ask(typed)
    while query is not None:
        if person.meets_all(query):
            return True
        query = query.otherwise
    return False


TARO = Person(
    name="髙橋　太郎",
    kana="タカハシ　タロウ",
    birth="19650102",
    town="架空町大字浜田",
    lot="163番地2",
    building="コーポ架空101",
    number="0000012345",
    phone="090-1234-5678",
)
AN = Person(
    latin="NGUYỄN VĂN AN", kana="グエン　ヴァン　アン", birth="19990505", town="中央一丁目", lot="12番3号"
)
SHOP = Person(
    corporation="株式会社　架空商事",
    kana="カブシキガイシャカクウショウジ",
    number="1234567890123",
    town="中央二丁目",
    lot="1番",
)
MIZUKI = Person(name="林　桜", kana="ハヤシ　ミヅキ", birth="20190000")


@pytest.mark.parametrize(
    ("person", "typed"),
    [
        *[
            (TARO, typed)
            for typed in (
                "高橋",
                "髙橋太郎",
                "高橋 太郎",
                "高橋　太郎",
                "太郎",
                "橋太",
                "タカハシ",
                "たかはし",
                "ﾀｶﾊｼ",
                "ﾀｶﾊｼ ﾀﾛｳ",
                "たかはしたろ",
                "タロウ",
                "タガハジ",
                "高橋 S40",
                "高橋 1965",
                "高橋 S40.1.2",
                "太郎 昭和40年1月",
                "タカハシ 19650102",
                "S40.1.2",
                "昭和40年1月2日",
                "昭和四十年一月二日生",
                "昭和 40年 1月 2日",
                "1965",
                "1965-01-02",
                "1965/1",
                "S4001",
                "3400102",
                "40.1.2",
                "196501",
                "Ｓ４０．１．２",
                "高橋 タロウ",
                "0000012345",
                "12345",
                "090-1234-5678",
                "09012345678",
                "5678",
                "電話5678",
                "０９０－１２３４－５６７８",
                "090 1234 5678",
                "+81 90-1234-5678",
                "架空町浜田",
                "浜田163-2",
                "架空県架空市架空町大字濱田163番地の2",
                "浜田 163-2",
                "163-2 高橋",
                "163番地2",
                "高橋 163",
                "架空町",
                "高橋 架空町浜田163",
                "浜田163-2 コーポ架空101",
                "浜田163-2 コーポ架空",
                "架空県架空市架空町大字浜田163番地2コーポ架空101",
                "浜田163-2コーポ架空",
                "コーポ架空101",
                "コーポ架空１０１ 高橋",
                "たかはし S40 5678",
                "高橋 S",
                "髙\U000e0101橋",
                "S40\u200b.1.2",
            )
        ],
        *[
            (AN, typed)
            for typed in (
                "Nguyen Van",
                "nguyen",
                "an nguyen",
                "AN",
                "ＮＧＵＹＥＮ",
                "Nguyễn Văn An",
                "グエン",
                "ヴァン",
                "バン",
                "ぐえん ばん",
                "H11",
                "中央1-12-3",
                "中央 12-3",
                "12-3 中央",
                "中央1丁目12番3号",
                "中央一丁目 12番3号",
                "Nguyen H11.5",
                "van 1999",
                "中央",
            )
        ],
        *[
            (SHOP, typed)
            for typed in (
                "㈱架空商事",
                "架空商事",
                "架空商事㈱",
                "株式会社架空商事",
                "(株) 架空",
                "商事",
                "カクウショウジ",
                "カ）カクウシヨウジ",
                "カブシキガイシャ　カクウショウジ",
                "ｶﾌﾞｼｷｶﾞｲｼｬｶｸｳ",
                "1234567890123",
                "架空商事 中央2",
            )
        ],
        *[
            (MIZUKI, typed)
            for typed in (
                "林",
                "桜",
                "林 桜",
                "ハヤシ ミズキ",
                "みつき",
                "ミヅキ",
                "2019",
                "R1",
                "H31",
                "林 R1",
            )
        ],
    ],
)
def test_what_is_typed_finds_the_person(person: Person, typed: str) -> None:
    assert ask(typed).problem == ""
    assert finds(person, typed)


@pytest.mark.parametrize(
    ("person", "typed"),
    [
        (TARO, "高橋 S41"),
        (TARO, "高田"),
        (TARO, "太"),
        (TARO, "タ"),
        (TARO, "1966"),
        (TARO, "S64"),
        (TARO, "5679"),
        (TARO, "浜田16"),
        (TARO, "浜田163-20"),
        (TARO, "12346"),
        (TARO, "高橋 次郎"),
        (TARO, "タカハシ ジロウ"),
        (TARO, "株式会社高橋"),
        (TARO, "19650103"),
        (AN, "uyen"),
        (AN, "Nguyen Tran"),
        (AN, "H11.6"),
        (SHOP, "架空商店"),
        (MIZUKI, "木"),
        (MIZUKI, "ミ"),
        (MIZUKI, "R2"),
        (MIZUKI, "2019-05-01"),
        (MIZUKI, "スキ"),
    ],
)
def test_what_is_typed_leaves_out_others(person: Person, typed: str) -> None:
    if typed == "スキ":
        assert finds(person, typed), "the end of ミズキ, one of the two keys of ミヅキ"
    else:
        assert not finds(person, typed)


def test_one_box_reads_the_reception_number() -> None:
    for typed in ("R8-04-000123-7", "r8-04-000123-7", "R8040001237", "Ｒ８－０４－０００１２３－７"):
        assert [condition.readings for condition in ask(typed).conditions] == [
            (Reading(By.RECEPTION, "R8-04-000123-7"),)
        ]


def test_a_name_comes_before_a_town_of_the_same_characters() -> None:
    query = ask("高瀬 S40")
    assert query.by == {By.KANJI, By.CORPORATION, By.BIRTH}
    assert query.otherwise is not None and query.otherwise.by == {By.ADDRESS, By.BUILDING, By.BIRTH}
    assert query.otherwise.otherwise is None
    beside_a_lot = ask("高瀬 12-3")
    assert {By.KANJI, By.ADDRESS, By.LOT} <= beside_a_lot.by and beside_a_lot.otherwise is None


def test_a_town_named_after_an_era_is_also_read_as_an_address() -> None:
    assert ask("昭和1-2-3").by == {By.ADDRESS}
    assert ask("昭和2-2-3").by == {By.ADDRESS, By.BIRTH}
    assert ask("昭和1丁目2").by == {By.ADDRESS, By.BUILDING}
    assert ask("平成町1-2").by == {By.ADDRESS, By.BUILDING}
    assert ask("一番ヶ瀬").by == {By.KANJI, By.CORPORATION}


@pytest.mark.parametrize("typed", ["", "　", "・", "S", "a", "1", "12", "123", "ー", "-", "\u200b"])
def test_too_little_is_not_searched(typed: str) -> None:
    query = ask(typed)
    assert query.too_short and not query.conditions and not query.problem


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("S64.1.8", "平成元年1月8日"),
        ("高橋 H31.5.1", "R1.5.1"),
        ("S40.13.1", "月は1から12まで"),
        ("R8-04-000123-8", "合いません"),
        ("3/2", "年がありません"),
        ("株式会社", "名前も入れてください"),
        ("㈱", "名前も入れてください"),
        ("123456789018", "個人番号"),
        ("1234-5678-9018", "個人番号"),
        ("あ" * 101, "長すぎます"),
        ("a b c d e f g h i", "長すぎます"),
        ("99.99.99", "日付として読めません"),
    ],
)
def test_what_cannot_be_read_is_answered_with_what_to_do(typed: str, part: str) -> None:
    query = ask(typed)
    assert part in query.problem and not query.conditions and not query.too_short


def test_an_individual_number_is_not_repeated_in_the_answer() -> None:
    assert "9018" not in ask("123456789018").problem


def test_the_number_of_readings_is_bounded() -> None:
    for typed in ("ヅーヂータロウ", "40.1.2", "75-1234", "R1", "1965-1"):
        for condition in ask(typed).conditions:
            assert len(condition.readings) <= 6


@given(st.text(max_size=60))
def test_any_text_is_answered_and_every_key_is_one_that_could_be_stored(typed: str) -> None:
    query = ask(typed)
    assert bool(query.conditions) + query.too_short + bool(query.problem) == 1
    for condition in query.conditions:
        assert condition.readings and all(reading.key for reading in condition.readings)


@given(st.text(alphabet="高髙橋崎﨑太郎渡邉辺佐々木斎齋 　", min_size=1, max_size=12))
def test_a_stored_name_is_found_by_itself(name: str) -> None:
    if len(kanji_key(name)) > 1:
        assert finds(Person(name=name), name)
