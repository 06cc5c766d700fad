"""Integration tests call operations directly, so the application is theirs from the first line on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.config import Settings
from app.documents.renderer import Renderer
from tests.conftest import application, prepare_city_template
from tests.stores import Store


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    """As everywhere, with its context entered."""
    with app.app_context():
        yield app


@pytest.fixture
def city_app(city_app: Flask) -> Iterator[Flask]:
    """As everywhere, with its context entered."""
    with city_app.app_context():
        yield city_app


@pytest.fixture(scope="session")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Renderer]:
    """One renderer for all tests that print: loading its fonts takes longer than printing."""
    renderer = Renderer(tmp_path_factory.mktemp("printer"), timeout=60, workers=1)
    yield renderer
    renderer.close()


@pytest.fixture
def served_city(
    store: Store,
    city_feeds: Path,
    tmp_path: Path,
    make_settings: Callable[[str], Settings],
    printer: Renderer,
) -> Iterator[Flask]:
    """The city as a server runs it: no context is entered, so that every request has one of its own."""
    prepare_city_template(store, city_feeds, tmp_path)
    for app in application(store, "city", make_settings):
        app.extensions["kakanai_renderer"] = printer
        yield app
