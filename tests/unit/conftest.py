"""Unit tests know no database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import psycopg
import pytest
from sqlalchemy.pool import Pool


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Opening a connection fails the test: rules that need one belong to tests/integration."""

    def refuse(*_args: Any, **_kwargs: Any) -> NoReturn:
        pytest.fail("a unit test opened a database connection")

    monkeypatch.setattr(Pool, "connect", refuse)
    monkeypatch.setattr(psycopg, "connect", refuse)
    yield
