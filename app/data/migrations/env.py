"""Alembic's entry: migrations run on the application's own engine, or on the one handed over (of the tables' owner)."""

from __future__ import annotations

from alembic import context

from app.data import models  # noqa: F401  every table is known to the metadata
from app.extensions import Base, db


def run() -> None:
    engine = context.config.attributes.get("engine") or db.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
