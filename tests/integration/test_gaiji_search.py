"""A person whose name holds a character of the city is found by the plain one, whichever way it was written."""

from __future__ import annotations

import pytest
from flask import Flask

from app.demo.city.wordlists import glyphs
from app.domain.authority import Actor
from app.operations import residents

ACTOR = Actor("demo-counter", "見本　花子", "main", "市民課", frozenset({"counter"}))


@pytest.mark.parametrize("typed", ["渡辺 実", "渡邉実", "渡~E000 実", "渡邉+E0110実"])
def test_the_identified_character_finds_its_bearer(city_app: Flask, typed: str) -> None:
    found = residents.find(glyphs(typed), ACTOR)
    assert glyphs("渡~E000　実") in {hit.person.name for hit in found.page.hits}


def test_a_character_that_is_drawn_by_the_city_only_is_found_by_the_shrunk_one(city_app: Flask) -> None:
    from app.demo.city import wordlists

    name = next(f"{a}　{b}" for a, b in wordlists.read("rare_names") if "~E008" in a + b)
    typed = glyphs(name).replace("\ue008", "花")
    found = residents.find(typed, ACTOR)
    assert glyphs(name) in {hit.person.name for hit in found.page.hits}
