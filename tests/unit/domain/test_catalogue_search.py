"""Finding things of the catalogue however they are typed."""

from __future__ import annotations

import pytest

from app.domain.catalogue_search import LONGEST_QUERY, Catalogue, Entry

SHELF = Catalogue(
    [
        Entry("procedure", "allowance", "児童手当の認定請求", ("子育て支援課", "児童手当法7条")),
        Entry("procedure", "single_parent", "児童扶養手当", ("子育て支援課",)),
        Entry("procedure", "nhi", "国民健康保険 資格の取得", ("保険年金課", "児童の分も届け出ます。")),
        Entry("question", "insurance", "これからの健康保険は、どれですか", ()),
    ]
)


def found(query: str, *kinds: str) -> list[str]:
    return [entry.code for entry in SHELF.find(query, 10, kinds)]


@pytest.mark.parametrize(
    "query", ["児童手当", "じどうてあて", "ジドウ", "ｼﾞﾄﾞｳﾃｱﾃ", "手当 認定", "てあて　にんてい"]
)
def test_the_title_is_found_by_kanji_and_by_any_kana(query: str) -> None:
    assert found(query)[0] == "allowance"


def test_titles_come_before_what_only_mentions_the_word() -> None:
    assert found("児童") == ["allowance", "single_parent", "nhi"]
    assert found("児童手当法") == ["allowance"]
    assert found("ほけんねんきんか") == ["nhi"]


def test_a_word_is_found_by_its_short_name() -> None:
    assert found("国保") == found("こくほ") == found("コクホ　取得") == ["nhi"]


def test_kinds_limits_and_queries_of_nothing() -> None:
    assert found("保険", "question") == ["insurance"]
    assert [entry.code for entry in SHELF.find("児童", 1)] == ["allowance"]
    assert found("") == found(" 　・") == []
    assert found("児童手当" + "あ" * LONGEST_QUERY) == []
