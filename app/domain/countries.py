"""Countries and regions (国名等) an address abroad can lie in: code of three letters (ISO 3166-1) and Japanese name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.domain.kana import kana_key
from app.domain.places import place_key


@dataclass(frozen=True)
class Country:
    """A country by its code; ``words``: readings and other names under which it is looked for."""

    code: str
    name: str
    words: tuple[str, ...]


@cache
def countries() -> tuple[Country, ...]:
    """All of them in the order of the Japanese alphabet; Japan is none of them."""
    text = (Path(__file__).parent / "countries.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line)
    return tuple(Country(code, name, tuple(" ".join(more).split())) for code, name, *more in rows)


def find_countries(typed: str, limit: int) -> tuple[Country, ...]:
    """Countries whose name, reading or other name holds what was typed; those that begin so first. None for nothing."""
    name, kana = place_key(typed), kana_key(typed)
    if not name:
        return ()
    wanted = [one for one in (name, kana) if one]
    found: list[tuple[bool, int, Country]] = []
    for country in countries():
        keys = _keys(country)
        if any(one in key for one in wanted for key in keys):
            first = any(key.startswith(one) for one in wanted for key in keys)
            found.append((not first, len(found), country))
    return tuple(country for _, _, country in sorted(found, key=lambda item: item[:2])[:limit])


@cache
def _keys(country: Country) -> tuple[str, ...]:
    """Under what a country is looked for."""
    words = (country.name, *country.words)
    return tuple(key for word in words for key in (place_key(word), kana_key(word)) if key)


@cache
def _names(country: Country) -> tuple[str, ...]:
    """With what an address in it can begin."""
    return tuple(place_key(word) for word in (country.name, *country.words) if len(word) > 1)


def leading_country(text: str) -> Country | None:
    """The country that an address begins with, None for an address in Japan or one that names none."""
    key = place_key(text)
    named = [
        (len(name), country) for country in countries() for name in _names(country) if key.startswith(name)
    ]
    return max(named, key=lambda item: item[0])[1] if named else None
