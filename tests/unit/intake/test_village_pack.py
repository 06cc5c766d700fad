"""The sample content of an invented village of 3,000: other sections, counters and fees, fewer procedures, its own codes."""

from __future__ import annotations

from functools import cache

import pytest

from app.config import PROJECT_ROOT
from app.documents import load_definitions
from app.domain.content import ContentPack
from app.domain.example_content import Example
from app.domain.examples import run_example
from app.intake.content_pack import check_pack, load_pack

CITY = PROJECT_ROOT / "app" / "content"
VILLAGE = PROJECT_ROOT / "app" / "demo" / "village_content"


@cache
def village() -> ContentPack:
    return load_pack(VILLAGE).settled


def test_the_village_is_sound_with_the_standard_forms() -> None:
    assert check_pack(VILLAGE, set(load_definitions(CITY / "forms"))) == []


@pytest.mark.parametrize("example", load_pack(VILLAGE).examples, ids=lambda example: example.code)
def test_a_household_of_the_village_gets_its_list(example: Example) -> None:
    assert run_example(village(), example).problems == ()


def test_the_village_shares_no_code_that_a_program_could_rely_on() -> None:
    """Only the vocabulary of facts and events, the certificates and the main office are the product's own."""
    city = load_pack(CITY)
    for part in ("sections", "counters", "procedures", "deadlines"):
        codes = [{row.code for row in getattr(pack, part)} for pack in (city, village())]
        assert codes[0].isdisjoint(codes[1]), part


def test_the_village_differs_as_a_village_does() -> None:
    city = load_pack(CITY)
    small = village()

    assert len(small.procedures) < len(city.procedures) and len(small.counters) < len(city.counters)
    sections = {one.section for one in small.procedures if one.number in {1, 34, 57, 65, 83}}
    assert sections == {"residents"}, "one section does the work of five"
    assert {fee.unit for fee in small.fees} != {fee.unit for fee in city.fees}
    assert {one.code for one in small.settings} <= {one.code for one in city.settings}
