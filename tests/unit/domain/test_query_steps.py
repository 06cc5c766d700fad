"""What a clerk types in more than one piece: a name with a place, a room, a date with spaces, a label before a number."""

import pytest

from app.domain.query import By, Query
from app.domain.query_steps import MOST_STEPS
from tests.unit.domain.test_query import AN, SHOP, TARO, Person, ask, finds

SASAKI = Person(
    name="佐々木　幸治",
    kana="ササキ　コウジ",
    birth="19760613",
    town="西浦本郷",
    lot="12番地3",
    building="潮見マンション　３０２号",
    number="1000012",
    phone="0999-05-6117",
)
EYANAGI = Person(name="江柳　大輔", kana="エヤナギ　ダイスケ", birth="19760105", town="弓張町", lot="5番地")
TANAKA = Person(name="田中　幸子", kana="タナカ　サチコ", birth="19451121", town="松風台", lot="1番")
CHIDORI = Person(corporation="千鳥電機株式会社", town="千鳥ヶ浜", lot="2番地", number="5000000010")
RIVER = Person(name="山本　明", town="千鳥ヶ浜", lot="2番地", building="リバーサイドマンション　２０１号")
KANA = Person(name="森　花", town="桟橋通", lot="2番1-3号", building="ひまわりコーポ")
LATIN = Person(name="林　愛", town="桟橋通", lot="2番地", building="ＳＵＮアパート　１０１")
TIDE = Person(name="岡　学", town="桟橋通二丁目", lot="1番3号", building="潮見マンション　３０２号室")
CRUZ = Person(latin="ＤＥＬＡ　ＣＲＵＺ　ＪＯＳＥ", kana="デラ　クルス　ホセ", birth="19900101")
MARIA = Person(latin="DELA CRUZ JOSE MARIA")
MACARTHUR = Person(latin="MACARTHUR JOHN")


@pytest.mark.parametrize(
    ("person", "typed"),
    [
        (SASAKI, "佐々木 西浦本郷"),
        (SASAKI, "佐々木 幸治 西浦本郷"),
        (SASAKI, "西浦本郷 佐々木 幸治"),
        (SASAKI, "佐々木 S51 西浦本郷"),
        (SASAKI, "西浦本郷 S51 佐々木"),
        (SASAKI, "ササキ コウジ 西浦本郷"),
        (SASAKI, "佐々木 西浦本郷 12"),
        (EYANAGI, "江柳 弓張町"),
        (EYANAGI, "弓張町 江柳"),
        (EYANAGI, "江柳 架空市弓張町"),
        (TANAKA, "田中幸子 松風台"),
        (CHIDORI, "千鳥電機 千鳥ヶ浜"),
        (CHIDORI, "㈱千鳥電機 千鳥ヶ浜"),
        (SASAKI, "佐々木 潮見マンション"),
        (RIVER, "山本 リバーサイドマンション"),
        (AN, "Nguyen 中央"),
    ],
)
def test_a_name_with_a_town_or_a_building_finds_the_person(person: Person, typed: str) -> None:
    assert ask(typed).problem == "" and finds(person, typed)


@pytest.mark.parametrize(
    ("person", "typed"),
    [
        (SASAKI, "佐々木 松風台"),
        (SASAKI, "田中 西浦本郷"),
        (SASAKI, "江柳 幸治 西浦本郷"),
        (EYANAGI, "佐々木 弓張町"),
        (CHIDORI, "㈱千鳥電機 松風台"),
        (RIVER, "佐々木 リバーサイドマンション"),
    ],
)
def test_a_name_with_a_place_leaves_out_who_is_only_one_of_them(person: Person, typed: str) -> None:
    assert not finds(person, typed)


def test_the_whole_is_a_name_first_and_the_further_readings_are_few() -> None:
    assert ask("佐々木 西浦本郷").by == {By.KANJI, By.CORPORATION}
    for typed in (
        "佐々木",
        "佐々木 幸治 西浦 本郷 中央 東 西 南",
        "グエン アン 中央 302 江柳",
        "a b c d e f g hh",
    ):
        steps = 0
        query: Query | None = ask(typed)
        while query is not None:
            assert query.conditions and all(condition.readings for condition in query.conditions)
            steps, query = steps + 1, query.otherwise
        assert steps <= MOST_STEPS + 1


@pytest.mark.parametrize(
    ("person", "typed"),
    [
        (RIVER, "リバーサイドマンション"),
        (RIVER, "りばーさいどまんしょん"),
        (RIVER, "リバーサイドマンション 201"),
        (RIVER, "千鳥ヶ浜2-201"),
        (RIVER, "山本 千鳥ヶ浜2-201"),
        (KANA, "ひまわりコーポ"),
        (KANA, "ヒマワリコーポ"),
        (LATIN, "SUNアパート"),
        (LATIN, "ＳＵＮ"),
        (LATIN, "SUNアパート 101号室"),
        (SASAKI, "潮見マンション 302"),
        (SASAKI, "潮見マンション 302号室"),
        (SASAKI, "潮見マンション302号室"),
        (SASAKI, "佐々木 302号室"),
        (TIDE, "潮見マンション 302号室"),
        (TIDE, "桟橋通2-1-3-302"),
        (Person(town="桟橋通", lot="2番1-3号", building="潮見マンション３０２"), "桟橋通 2-1-3-302"),
        (TIDE, "桟橋通2-1-3-302号室"),
        (TIDE, "桟橋通2-1-3 潮見マンション 302"),
        (TIDE, "桟橋通2-1-3 潮見マンション302号室"),
        (TIDE, "桟橋通2-1-3 302号室"),
    ],
)
def test_a_building_in_any_letters_and_a_room_find_the_person(person: Person, typed: str) -> None:
    assert ask(typed).problem == "" and finds(person, typed)


@pytest.mark.parametrize(
    ("person", "typed"),
    [
        (RIVER, "千鳥ヶ浜2-202"),
        (RIVER, "千鳥ヶ浜2-20"),
        (RIVER, "リバーサイドマンション 20"),
        (RIVER, "リバーサイドマンション 202号室"),
        (RIVER, "201"),
        (TIDE, "桟橋通2-1-3-301"),
        (TIDE, "桟橋通2-1-4-302"),
        (TIDE, "桟橋通2-1-3 潮見マンション 303"),
        (SASAKI, "潮見マンション 2"),
    ],
)
def test_another_room_is_another_home(person: Person, typed: str) -> None:
    assert not finds(person, typed)


@pytest.mark.parametrize(
    "typed",
    [
        "S51 6 13",
        "S51 06 13",
        "昭和51 6 13",
        "昭和 51 6 13",
        "1976 6 13",
        "51 6 13",
        "佐々木 S51 6 13",
        "S51 6 13 佐々木",
        "佐々木 51 6 13",
        "Ｓ５１　６　１３",
        "S51 - 6 - 13",
    ],
)
def test_a_birth_date_with_spaces_is_one_date(typed: str) -> None:
    assert finds(SASAKI, typed)
    births = [r for c in ask(typed).conditions for r in c.readings if r.by == By.BIRTH]
    assert any(reading.key == reading.last == "19760613" for reading in births)
    assert not finds(EYANAGI, typed)


@pytest.mark.parametrize("typed", ["S51 61 3", "西浦本郷 12 3", "佐々木 51 13"])
def test_numbers_that_are_no_date_stay_apart(typed: str) -> None:
    births = [
        r.key for c in ask(typed).conditions for r in c.readings if r.by == By.BIRTH and r.key == r.last
    ]
    assert births == [] or ask(typed).problem


@pytest.mark.parametrize(
    "typed",
    [
        "電話 0999-05-6117",
        "電話：0999-05-6117",
        "TEL 0999-05-6117",
        "Tel. 0999-05-6117",
        "℡0999-05-6117",
        "電話番号0999-05-6117",
        "電話番号 0999 05 6117",
        "携帯 0999-05-6117",
        "0999 - 05 - 6117",
        "0999.05.6117",
        "佐々木 0999.05.6117",
        "電話 6117",
        "佐々木 電話 6117",
        "宛名番号 1000012",
        "宛名番号：1000012",
        "佐々木 宛名番号 1000012",
    ],
)
def test_a_number_is_read_behind_its_label_and_with_any_separators(typed: str) -> None:
    assert ask(typed).problem == "" and finds(SASAKI, typed)
    assert not finds(EYANAGI, typed)


def test_a_number_with_a_label_is_nothing_else() -> None:
    assert ask("世帯番号 5000000010").by == {By.NUMBER} and finds(CHIDORI, "世帯番号 5000000010")
    assert ask("電話 1965").by == {By.PHONE}
    assert ask("1965.1.2").by == {By.BIRTH}


@pytest.mark.parametrize(
    ("person", "typed"),
    [
        (EYANAGI, "大輔S51"),
        (EYANAGI, "大輔s51"),
        (EYANAGI, "大輔昭和51年"),
        (EYANAGI, "大輔1976年"),
        (EYANAGI, "大輔51年"),
        (EYANAGI, "大輔 51年"),
        (EYANAGI, "大輔 51年1月"),
        (EYANAGI, "ダイスケS51"),
        (TANAKA, "タナカS20"),
        (TANAKA, "田中S20.11.21"),
        (TANAKA, "田中S20.11.21生"),
        (SASAKI, "佐々木S51"),
        (SASAKI, "51年6月13日"),
        (Person(name="大和　一", birth="19760000"), "大和 昭和51年"),
    ],
)
def test_a_year_directly_behind_a_name_is_read(person: Person, typed: str) -> None:
    assert ask(typed).problem == "" and finds(person, typed)


@pytest.mark.parametrize(
    ("person", "typed"),
    [
        (EYANAGI, "大輔S52"),
        (EYANAGI, "大輔 50年"),
        (TANAKA, "田中S20.11.22"),
        (SASAKI, "大輔S51"),
    ],
)
def test_a_year_directly_behind_a_name_must_hold(person: Person, typed: str) -> None:
    assert not finds(person, typed)


def test_a_building_that_ends_like_a_year_is_still_one() -> None:
    assert finds(Person(building="サンハイツＨ１"), "サンハイツH1")
    assert finds(Person(building="コーポＳ７０"), "コーポS70")
    assert "読めません" in ask("大輔 99年").problem


@pytest.mark.parametrize(
    ("person", "typed"),
    [
        (CRUZ, "DE LA CRUZ"),
        (CRUZ, "José de la Cruz"),
        (CRUZ, "de la Cruz José"),
        (CRUZ, "dela cruz"),
        (CRUZ, "DE LA CRUZ H2"),
        (MARIA, "de la Cruz Maria"),
        (MARIA, "Maria de la Cruz"),
        (MACARTHUR, "Mac Arthur"),
        (MACARTHUR, "Mac Arthur John"),
        (Person(latin="DE LA CRUZ JOSE"), "dela cruz"),
    ],
)
def test_particles_of_a_latin_name_are_found_together_or_apart(person: Person, typed: str) -> None:
    assert finds(person, typed)


@pytest.mark.parametrize(
    ("person", "typed"),
    [(CRUZ, "de la Torre"), (CRUZ, "Maria de la Cruz"), (MACARTHUR, "Mac Donald"), (CRUZ, "DE LA CRUZ H3")],
)
def test_particles_do_not_find_another_name(person: Person, typed: str) -> None:
    assert not finds(person, typed)


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("特定非営利活動法人架空の会", "NPO架空の会"),
        ("特定非営利活動法人架空の会", "NPO 架空の会"),
        ("特定非営利活動法人架空の会", "npo 架空の会"),
        ("ＮＰＯ法人　架空の会", "NPO法人 架空の会"),
        ("ＮＰＯ架空の会", "特定非営利活動法人架空の会"),
        ("株式会社架空商事", "㊑架空商事"),
        ("株式会社架空商事", "架空商事㊑"),
        ("有限会社架空商事", "㊒架空商事"),
        ("医療法人架空会", "㊩架空会"),
        ("株式会社架空商事", "株式會社架空商事"),
        ("株式會社架空商事", "架空商事"),
        ("医療法人社団架空会", "(医)社団架空会"),
        ("医療法人社団　架空会", "(医)社団 架空会"),
        ("(医)社団架空会", "医療法人社団架空会"),
        ("医療法人(社団)架空会", "医療法人社団架空会"),
    ],
)
def test_a_corporation_is_found_under_any_spelling_of_its_form(stored: str, typed: str) -> None:
    assert ask(typed).problem == "" and finds(Person(corporation=stored), typed)
    assert ask(typed).by == {By.CORPORATION} or typed == "架空商事"


@pytest.mark.parametrize(
    "form", ["カブ)", "シヤ）", "ザイ）", "イツシヤ）", "ｼﾔ)", "シャ)", "フク）", "トクヒ）"]
)
def test_a_corporation_is_found_as_a_bank_transfer_writes_it(form: str) -> None:
    assert finds(SHOP, f"{form}カクウシヨウジ")
    assert ask(f"{form}カクウシヨウジ").by == {By.CORPORATION, By.CORPORATION_KANA}


def test_a_name_that_begins_like_a_form_stays() -> None:
    assert ask("NPOS架空").by == {By.KANJI, By.CORPORATION}
    assert not finds(TARO, "NPO高橋")
