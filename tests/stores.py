"""Databases for tests: prepared once by the real migrations, then copied, so that each test has one of its own."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.data.row_policies import EVERYBODY, NAME_OWNERS, owners_said
from tests.postgresql import SUPERUSER

ONE_IS_ENOUGH = pytest.mark.parametrize(
    "store", [pytest.param("sqlite", marks=pytest.mark.sqlite)], indirect=True
)
"""For what rules, papers or words decide, the same on every database: one test of such a module runs on both."""

Prepare = Callable[[str], None]
"""Fills the database behind a URL; it is empty, or a copy of the template named as its base."""


class SqliteStore:
    """Templates and copies as files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._templates: dict[str, Path] = {}

    def template(self, name: str, prepare: Prepare, base: str | None = None) -> None:
        """Make the template ``name`` unless it is there."""
        if name in self._templates:
            return
        path = self._folder / f"template-{name}.db"
        if base:
            shutil.copyfile(self._templates[base], path)
        prepare(f"sqlite:///{path.as_posix()}")
        self._templates[name] = path

    def copy(self, name: str) -> str:
        """URL of a new copy of the template."""
        path = self._folder / f"{uuid.uuid4().hex}.db"
        shutil.copyfile(self._templates[name], path)
        return f"sqlite:///{path.as_posix()}"

    def drop(self, url: str) -> None:
        """Delete a copy."""
        path = Path(url.removeprefix("sqlite:///"))
        for leftover in path.parent.glob(f"{path.name}*"):
            leftover.unlink()


class PostgresqlStore:
    """Templates and copies as databases of the tests' own server.

    They belong to a role without privileges, and the URLs are its: row policies hold for nobody who stands above them.
    """

    ROLE = "kakanai_tests"

    def __init__(self, prefix: str) -> None:
        self._super = prefix
        self._prefix = prefix.replace(f"{SUPERUSER}@", f"{self.ROLE}@")
        self._templates: set[str] = set()
        self._admin = create_engine(prefix + "postgres", isolation_level="AUTOCOMMIT")
        self._run(f"CREATE ROLE {self.ROLE} LOGIN NOSUPERUSER NOBYPASSRLS")

    def close(self) -> None:
        """Leave the server."""
        self._admin.dispose()

    def template(self, name: str, prepare: Prepare, base: str | None = None) -> None:
        """Make the template ``name`` unless it is there."""
        if name in self._templates:
            return
        self._create(f"template_{name}", f"template_{base}" if base else "template0")
        prepare(f"{self._prefix}template_{name}")
        self._templates.add(name)

    def copy(self, name: str) -> str:
        """URL of a new copy of the template."""
        database = f"test_{uuid.uuid4().hex}"
        self._create(database, f"template_{name}")
        return self._prefix + database

    def copy_of_nothing(self) -> str:
        """URL of a new empty database, for the superuser."""
        database = f"test_{uuid.uuid4().hex}"
        self._create(database, "template0")
        return self._super + database

    def drop(self, url: str) -> None:
        """Delete a copy, also when a connection was left open."""
        self._run(f'DROP DATABASE "{url.rpartition("/")[2]}" WITH (FORCE)')

    def _create(self, database: str, source: str) -> None:
        self._run(f'CREATE DATABASE "{database}" TEMPLATE "{source}" OWNER {self.ROLE} STRATEGY FILE_COPY')

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))


def see_vault(session: Session) -> None:
    """Let a test count the rows of the vault until its transaction ends; what they hold stays encrypted."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(NAME_OWNERS), {"owners": owners_said([EVERYBODY])})


Store = SqliteStore | PostgresqlStore
