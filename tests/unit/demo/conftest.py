"""One invented city for all tests of this folder: made once, read back through the intake."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from app.demo.city import build_city, generate, special_households
from app.demo.city.people import City, Person, SpecialHousehold
from app.intake.layouts import load_versions
from app.intake.reader import FeedRow, RowFault, open_feed

POPULATION, SEED = 3000, 1


class Feeds:
    """The rows of the generated files by layout, and every fault the reader found."""

    def __init__(self, paths: list[Path]) -> None:
        layouts = load_versions()
        self.paths = paths
        self.rows: dict[str, list[FeedRow]] = {}
        self.faults: list[RowFault] = []
        for path in paths:
            feed = open_feed(path, layouts)
            self.rows[feed.layout.id] = []
            for row in feed.rows():
                if isinstance(row, RowFault):
                    self.faults.append(row)
                else:
                    self.rows[feed.layout.id].append(row)

    def of(self, layout: str, number: str) -> list[Mapping[str, str]]:
        """The rows of one person in one file."""
        return [row.values for row in self.rows[layout] if row.person == number]


@pytest.fixture(scope="session")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Feeds:
    return Feeds(generate(POPULATION, SEED, tmp_path_factory.mktemp("city") / "feeds"))


@pytest.fixture(scope="session")
def city() -> City:
    return build_city(POPULATION, SEED)


@pytest.fixture(scope="session")
def special(city: City) -> dict[str, list[SpecialHousehold]]:
    return special_households(city)


@pytest.fixture(scope="session")
def persons(city: City) -> dict[str, Person]:
    return {person.number: person for person in (*city.residents(), *city.former)}
