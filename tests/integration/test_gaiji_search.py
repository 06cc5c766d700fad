"""A person whose name holds a character of the city is found by the plain one, whichever way it was written."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from flask import Flask

from app.demo.city.wordlists import glyphs
from app.domain.authority import Actor
from app.operations import feeds, residents

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


def test_another_identification_holds_from_the_next_import_on(
    city_app: Flask, city_feeds: Path, tmp_path: Path
) -> None:
    """The code table says that E000 is another character: its bearer is found by that one, though nothing of him changed."""
    old = next(city_feeds.glob("*_000o915_*.csv"))
    rows = (
        old.read_text(encoding="utf-8")
        .replace("MJ060248", "MJ032129")
        .replace("9089", "20BB7")
        .replace("E0110", "")
    )
    new = tmp_path / old.name.replace("233000_001", "233500_001")
    new.write_text(rows, encoding="utf-8", newline="")
    manifest = json.loads(old.with_suffix(".json").read_text(encoding="utf-8"))
    manifest |= {"sha256": hashlib.sha256(new.read_bytes()).hexdigest(), "as_of": "2026-11-19T23:35:00"}
    new.with_suffix(".json").write_text(json.dumps(manifest), encoding="utf-8")
    feeds.import_files([new])
    bearer = glyphs("渡~E000　実")
    assert bearer in {hit.person.name for hit in residents.find("渡吉 実", ACTOR).page.hits}
    assert bearer not in {hit.person.name for hit in residents.find("渡辺 実", ACTOR).page.hits}
