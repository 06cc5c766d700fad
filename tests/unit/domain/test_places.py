"""Postal codes as they are typed, names of places, countries."""

import pytest

from app.domain.countries import countries, find_countries, leading_country
from app.domain.places import place_key, postal_digits, written_postal


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("8650016", "8650016"),
        ("865-0016", "8650016"),
        ("〒８６５－００１６", "8650016"),
        ("865 0016", "8650016"),
        ("865", "865"),
        ("865-", "865"),
        ("86", None),
        ("86500161", None),
        ("865番地", None),
        ("", None),
    ],
)
def test_a_postal_code_is_read_with_and_without_its_dash(typed: str, digits: str | None) -> None:
    assert postal_digits(typed) == digits


def test_a_postal_code_is_written_with_its_dash() -> None:
    assert (written_postal("8650016"), written_postal("865"), written_postal("")) == ("865-0016", "865", "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("龍ヶ崎市", "龍ケ崎市"),
        ("桜が丘", "桜ヶ丘"),
        ("玉名 市", "玉名市"),
        ("一之宮", "一の宮"),
        ("１番町", "1番町"),
    ],
)
def test_small_words_of_towns_do_not_tell_them_apart(one: str, other: str) -> None:
    assert place_key(one) == place_key(other)


def test_countries_have_a_code_and_a_name_of_their_own() -> None:
    every = countries()
    assert len(every) == len({one.code for one in every}) == len({one.name for one in every}) == 248
    assert all(len(one.code) == 3 and one.code.isupper() and one.code.isascii() for one in every)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("あめりか", "USA"),
        ("米国", "USA"),
        ("ﾄﾞｲﾂ", "DEU"),
        ("かんこく", "KOR"),
        ("合衆国", "USA"),
        ("たいわん", "TWN"),
    ],
)
def test_a_country_is_found_by_reading_and_other_names(typed: str, code: str) -> None:
    assert code in [one.code for one in find_countries(typed, 3)]


def test_an_address_abroad_names_its_country() -> None:
    found = leading_country("ドイツ　ベルリン 12")
    assert found is not None
    assert found.code == "DEU"
    assert leading_country("熊本県玉名市") is None
    assert find_countries("", 5) == ()
