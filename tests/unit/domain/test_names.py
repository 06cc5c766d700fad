"""Which names are one for a searching clerk, and which must stay apart."""

import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from app.domain import characters
from app.domain.characters import RADICALS, VARIANTS, fold, join_tables, read_variants
from app.domain.names import (
    corporation_key,
    kanji_key,
    latin_keys,
    latin_words,
    name_parts,
    split_corporation,
    suffixes,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("高橋　太郎", "髙橋太郎"),
        ("山﨑", "山崎"),
        ("川嵜", "川崎"),
        ("渡邉", "渡辺"),
        ("渡邊", "渡邉"),
        ("斎藤", "齋藤"),
        ("斉藤", "齊籐"),
        ("斎藤", "斉藤"),
        ("𠮷田", "吉田"),
        ("濱田", "浜田"),
        ("濵田", "滨田"),
        ("廣澤", "広沢"),
        ("嶋", "島"),
        ("冨樫", "富樫"),
        ("德永", "徳永"),
        ("舘", "館"),
        ("瀧", "滝"),
        ("龍", "竜"),
        ("柳沢", "栁澤"),
        ("桒原", "桑原"),
        ("佐々木", "佐佐木"),
        ("奈々", "奈奈"),
        ("⼾⽥⺠⼦", "戸田民子"),
        ("⻑⾕川", "長谷川"),
        ("渡邉\U000e0100", "渡辺"),
        ("葛\U000e0101城", "葛城"),
        ("\ufa19田", "神田"),
        ("さくら", "サクラ"),
        ("ｻｸﾗ", "さくら"),
        ("四ヶ所", "四ケ所"),
        ("李・太郎", "李 太郎"),
        ("高\u200b橋", "高橋"),
        ("Ｊｏｈｎ", "JOHN"),
        ("圓山", "円山"),
        ("國松", "国松"),
        ("会澤", "會沢"),
        ("\ufa10本", "塚本"),
        ("埜村", "野邨"),
        ("龜井", "亀井"),
        ("曻", "昇"),
        ("靑栁", "青柳"),
        ("淸水", "清水"),
        ("髙𣘺㐂一", "高橋喜一"),
        ("敎逹", "教達"),
        ("尙", "尚"),
        ("囯枝", "国枝"),
        ("葊原", "庵原"),
    ],
)
def test_names_that_are_one(one: str, other: str) -> None:
    assert kanji_key(one) == kanji_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("玉名", "王名"),
        ("師", "帥"),
        ("書", "昼"),
        ("切", "功"),
        ("吊", "弔"),
        ("坂本", "阪本"),
        ("畠山", "畑山"),
        ("杉山", "椙山"),
        ("岩", "巌"),
        ("柿", "杮"),
        ("伊藤", "伊東"),
        ("阿部", "安部"),
        ("太田", "大田"),
        ("荻原", "萩原"),
        ("末", "未"),
        ("己", "巳"),
        ("土屋", "士屋"),
        ("治", "冶"),
        ("川", "河"),
        ("刈田", "苅田"),
        ("花", "華"),
        ("一", "ー一一"),
        ("琉", "瑠"),
        ("准", "準"),
        ("怜子", "憐子"),
        ("敦", "惇"),
        ("千", "干"),
        ("佐々木", "佐木"),
        ("暉", "輝"),
        ("晧", "皓"),
        ("丘", "岳"),
        ("仿", "彷"),
        ("八代", "八ケ代"),
        ("マツダ", "マスダ"),
    ],
)
def test_names_that_stay_apart(one: str, other: str) -> None:
    assert kanji_key(one) != kanji_key(other)


def test_the_variant_table_folds_each_character_once_to_a_common_form() -> None:
    roots = set(VARIANTS.values())
    assert len(roots) >= 500
    assert roots.isdisjoint(VARIANTS)
    for char in roots | set(VARIANTS):
        assert unicodedata.normalize("NFKC", char) == char, f"{char} is folded before the table"
    reviewed = read_variants(Path(characters.__file__).with_name("variants.txt").read_text(encoding="utf-8"))
    for root in set(reviewed.values()) - set("減鄧龔"):
        assert root.encode("euc_jp"), root
    # Tables joined blindly make classes of a hundred and more that have nothing to do with each other.
    assert max(Counter(VARIANTS.values()).values()) <= 32


def test_a_table_with_a_character_in_two_classes_is_refused() -> None:
    assert read_variants("# note\n高 髙\n\n辺 邊 邉\n") == {"髙": "高", "邊": "辺", "邉": "辺"}
    for table in ("高 髙\n橋 髙", "高 髙\n髙 橋", "高橋 髙", "高  髙", "高 高"):
        with pytest.raises(ValueError, match="variants"):
            read_variants(table)


def test_what_the_counter_knows_holds_against_the_national_tables() -> None:
    reviewed = {"髙": "高", "埼": "崎"}
    derived = {"髙": "亠", "𥔎": "埼", "崎": "碕", "埼": "土", "邉": "辺"}
    assert join_tables(reviewed, derived) == {"髙": "高", "埼": "崎", "𥔎": "崎", "邉": "辺"}


def test_every_radical_form_becomes_an_ideograph() -> None:
    repetition_marks = {0x2E80}
    for code in [*range(0x2E80, 0x2EF4), *range(0x2F00, 0x2FD6)]:
        if unicodedata.name(chr(code), "") and code not in repetition_marks:
            assert len(fold(chr(code))) == 1 and ord(fold(chr(code))) > 0x2FFF, hex(code)
    assert all(len(shape) == 1 for shape in RADICALS.values())


def test_a_character_of_the_city_is_kept_and_a_selector_is_not() -> None:
    assert kanji_key("\ue000田") == "\ue000田"
    assert kanji_key("辻\U000e0101") == kanji_key("辻︀") == "辻"
    assert kanji_key("\u202e\ufeff\x00 　・") == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NGUYỄN VĂN ĐẠT", ("nguyen", "van", "dat")),
        ("Ｓｔｒａßｅ Ø", ("strasse", "o")),
        ("O'BRIEN, JEAN-PIERRE", ("obrien", "jean", "pierre")),
        ("Łukasz Æ", ("lukasz", "ae")),
        ("山田 123", ()),
    ],
)
def test_latin_words(name: str, words: tuple[str, ...]) -> None:
    assert latin_words(name) == words


def test_a_latin_name_is_found_from_any_of_its_words() -> None:
    assert latin_keys("Nguyen Van An") == {"nguyenvanan", "vanannguyen", "annguyenvan"}
    assert latin_keys("") == frozenset()
    assert len(latin_keys(" ".join("abcdefghijklmnopqrstuvwxyz"))) == 12


@pytest.mark.parametrize(
    "name",
    [
        "㈱架空商事",
        "(株)架空商事",
        "（株）架空商事",
        "株式会社架空商事",
        "架空商事株式会社",
        "株式会社　架空商事",
        "㊑架空商事",
        "架空商事㈱",
        "有限会社架空商事",
        "㈲架空商事",
        "特例有限会社架空商事",
        "合同会社架空商事",
        "架空商事",
        "株式會社架空商事",
        "架空商事合資會社",
        "㊒架空商事",
        "㊔架空商事",
        "㊩架空商事",
        "NPO架空商事",
        "NPO 架空商事",
        "ＮＰＯ法人　架空商事",
    ],
)
def test_a_corporation_is_found_whatever_its_form_is_written_like(name: str) -> None:
    assert corporation_key(name) == "架空商事"


@pytest.mark.parametrize(
    ("name", "core", "form"),
    [
        ("㈱架空商事", "架空商事", "株式会社"),
        ("カ）カクウシヨウジ", "カクウシヨウジ", "株式会社"),
        ("カクウシヨウジ（ユ", "カクウシヨウジ", "有限会社"),
        ("カブシキガイシャ　カクウ", "カクウ", "株式会社"),
        ("医療法人社団架空会", "架空会", "医療法人社団"),
        ("NPO法人架空", "架空", "特定非営利活動法人"),
        ("公益社団法人架空", "架空", "公益社団法人"),
        ("NPO架空", "架空", "特定非営利活動法人"),
        ("npo 架空", "架空", "特定非営利活動法人"),
        ("株式會社架空", "架空", "株式会社"),
        ("醫療法人架空", "架空", "医療法人"),
        ("(医)社団架空会", "架空会", "医療法人社団"),
        ("医療法人（社団）架空会", "架空会", "医療法人社団"),
        ("医療法人　社団架空会", "架空会", "医療法人社団"),
        ("(医)財団架空会", "架空会", "医療法人財団"),
        ("(医)架空会", "架空会", "医療法人"),
        ("カブ）カクウ", "カクウ", "株式会社"),
        ("ｶﾌﾞ)ｶｸｳ", "カクウ", "株式会社"),
        ("シヤ）カクウ", "カクウ", "社団法人"),
        ("カクウ（ザイ", "カクウ", "財団法人"),
        ("イツシヤ）カクウ", "カクウ", "一般社団法人"),
        ("イツザイ）カクウ", "カクウ", "一般財団法人"),
        ("シャダンホウジン　カクウ", "カクウ", "社団法人"),
        ("コウエキザイダンホウジン　カクウ", "カクウ", "公益財団法人"),
        ("Kakuu Co., Ltd.", "Kakuu", "Co., Ltd."),
        ("株式会社", "株式会社", "株式会社"),
        ("株田商店", "株田商店", ""),
        ("カナ商店", "カナ商店", ""),
        ("NPOS商店", "NPOS商店", ""),
        ("架空NPO", "架空NPO", ""),
        ("カブトムシ", "カブトムシ", ""),
        ("ザイツ", "ザイツ", ""),
        ("Incorporated Corpus", "Incorporated Corpus", ""),
    ],
)
def test_the_legal_form_is_kept_apart(name: str, core: str, form: str) -> None:
    assert split_corporation(name) == (core, form)


def test_the_index_holds_every_end_of_a_key_and_names_of_one_character() -> None:
    assert suffixes("高橋太郎", ("高橋", "太郎")) == ("高橋太郎", "橋太郎", "太郎")
    assert suffixes("高橋武", ("高橋", "武")) == ("高橋武", "橋武", "武")
    assert suffixes("林武", ("林", "武")) == ("林武", "林", "武")
    assert suffixes("オオノオタ", ("オオノ", "ウタ")) == ("オオノオタ", "オノオタ", "ノオタ", "オタ", "ウタ")
    assert suffixes("李") == ("李",) and suffixes("") == ()
    assert name_parts("高橋　武") == ("高橋", "武")
