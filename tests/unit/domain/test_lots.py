"""Lots and house numbers in every notation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.lots import lot_key, lot_order, written_lot


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("163番地2", "163-2"),
        ("１６３－２", "163-2"),
        ("163番地の2", "163-2"),
        ("百六十三番地二", "163-2"),
        ("163の2の5", "163-2-5"),
        ("0163ー02", "163-2"),
        ("３番１２号", "3-12"),
        ("3番12号203", "3-12-203"),
        ("163番地", "163"),
        ("163 番地 2", "163-2"),
        ("甲12番地", "甲12"),
        ("163-", "163-"),
        ("163番地の", "163-"),
        ("", ""),
        ("の", ""),
    ],
)
def test_every_notation_has_one_key(typed: str, key: str) -> None:
    assert lot_key(typed) == key


@pytest.mark.parametrize(
    ("key", "residence", "written"),
    [
        ("163", False, "１６３番地"),
        ("163-2", False, "１６３番地２"),
        ("163-2-5", False, "１６３番地２－５"),
        ("3", True, "３番"),
        ("3-12", True, "３番１２号"),
        ("3-12-203", True, "３番１２－２０３号"),
        ("", False, ""),
    ],
)
def test_a_key_is_written_as_addresses_write_it(key: str, residence: bool, written: str) -> None:
    assert written_lot(key, residence=residence) == written


@given(st.lists(st.integers(1, 99999), min_size=1, max_size=4), st.booleans())
def test_what_is_written_is_read_again(parts: list[int], residence: bool) -> None:
    key = "-".join(map(str, parts))
    assert lot_key(written_lot(key, residence=residence)) == key


@given(st.text(max_size=80))
def test_nothing_that_is_typed_fails(typed: str) -> None:
    key = lot_key(typed)
    assert lot_key(key.rstrip("-")) == key.rstrip("-") or not key.isascii()


def test_numbers_are_in_their_order() -> None:
    keys = ["10", "2-10", "2-3", "2"]
    assert sorted(keys, key=lot_order) == ["2", "2-3", "2-10", "10"]
