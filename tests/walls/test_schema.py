"""The migrations make exactly the tables that the models describe, on both databases."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Column, String

from app.extensions import Base, db
from tests.walls import tree


def test_migrated_schema_is_the_models(app: Flask) -> None:
    with app.app_context():
        assert _differences() == []


def test_a_forgotten_migration_is_seen(app: Flask) -> None:
    table = Base.metadata.tables["counter"]
    column: Column[Any] = Column("forgotten", String(5))
    table.append_column(column)
    try:
        with app.app_context():
            assert ("add_column", None, "counter", column) in _differences()
    finally:
        table._columns.remove(column)


def test_migrations_have_one_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(tree.ROOT / "app" / "data" / "migrations"))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def _differences() -> list[Any]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))
