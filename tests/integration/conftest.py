"""Integration tests call operations directly, so the application is theirs from the first line on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask


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
