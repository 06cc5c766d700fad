"""The detailed search: what is asked for field by field, and what cannot be asked for together."""

from datetime import date

import pytest

from app.domain.detailed_query import DetailedQuery, parse_details
from app.domain.search import By, Match, Origin

TODAY = date(2026, 11, 22)


def ask(**typed: str) -> DetailedQuery:
    return parse_details(typed, today=TODAY, own_city="架空県架空市")


@pytest.mark.parametrize(
    ("typed", "field", "part"),
    [
        ({}, "name", "条件を1つ以上"),
        ({"sex": "1"}, "name", "性別だけでは"),
        ({"sex": "1", "corporation": "架空商事"}, "corporation", "法人名と性別の両方に合う方はいません"),
        ({"birth_from": "S40", "name": "高橋", "corporation": "架空商事"}, "corporation", "氏名・生年月日"),
        ({"former_surname": "渡辺", "alias": "阮"}, "alias", "どちらかを空に"),
        ({"birth_from": "S43", "birth_to": "S40"}, "birth_to", "範囲が逆です"),
        ({"birth_from": "S64.1.8"}, "birth_from", "平成元年1月8日"),
        ({"birth_to": "いつか"}, "birth_to", "日付として読めません"),
        ({"kana": "高橋"}, "kana", "カナとして読めません"),
        ({"latin": "山田"}, "latin", "NGUYEN"),
        ({"phone": "12"}, "phone", "下4桁"),
        ({"number": "123456789018"}, "number", "個人番号では探せません"),
        ({"corporation": "㈱"}, "corporation", "名前も入れてください"),
        ({"address": "・"}, "address", "町字・地番として読めません"),
        ({"name": "あ" * 101}, "name", "100文字まで"),
    ],
)
def test_what_cannot_be_asked_is_named(typed: dict[str, str], field: str, part: str) -> None:
    asked = ask(**typed)
    assert part in asked.errors[field] and not asked.query.conditions


def test_each_field_asks_for_its_own_kind_of_name() -> None:
    (condition,) = ask(former_surname="渡辺").query.conditions
    assert {reading.by for reading in condition.readings} == {By.KANJI}
    assert condition.readings[0].origins == {Origin.FORMER_SURNAME, Origin.PAST}
    (condition,) = ask(alias="けん").query.conditions
    assert [reading.by for reading in condition.readings] == [By.KANA, By.KANJI]
    (condition,) = ask(kana="タカ", kana_match="prefix").query.conditions
    assert {reading.match for reading in condition.readings} == {Match.PREFIX}
    assert [c.typed for c in ask(latin="AN NGUYEN").query.conditions] == ["an", "nguyen"]


def test_the_first_birth_date_alone_means_its_own_span() -> None:
    (condition,) = ask(birth_from="S40").query.conditions
    assert (condition.readings[0].key, condition.readings[0].last) == ("19650000", "19651231")
    (condition,) = ask(birth_from="S40", birth_to="1966-05").query.conditions
    assert (condition.readings[0].key, condition.readings[0].last) == ("19650000", "19660531")
    (condition,) = ask(birth_to="S40.1.2").query.conditions
    assert condition.readings[0].last == "19650102"


def test_the_former_are_left_out_unless_asked_for() -> None:
    assert not ask(name="高橋").query.former
    assert ask(name="高橋", former="1").query.former
    current = ask(address="浜田12").query.conditions[0].readings[0]
    assert current.origins == {Origin.CURRENT}
    assert Origin.PAST in ask(address="浜田12", past="1").query.conditions[0].readings[0].origins
