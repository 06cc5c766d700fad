"""Bringing the schema up."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from app.data import audit
from app.data.transactions import transaction
from app.domain.authority import SYSTEM
from app.domain.errors import Refused
from app.extensions import db

MIGRATIONS = Path(__file__).resolve().parent.parent / "data" / "migrations"


def revision() -> str | None:
    """The schema's revision, None for an empty database."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade() -> tuple[str | None, str | None]:
    """Run the migrations that are missing; returns the revision before and after.

    Raises Refused when the instance's keys are not those of the database: its vault and its log could not be read.
    """
    before = revision()
    fits = before is None or audit.keys_fit()
    # What was read here would keep SQLite from committing the migrations, which have a connection of their own.
    db.session.rollback()
    if not fits:
        raise Refused(
            "鍵ファイルがこのデータベースのものと一致しません。控えてある鍵ファイルをインスタンスフォルダーに戻してください。"
        )
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    command.upgrade(config, "head")
    after = revision()
    if before != after:
        with transaction():
            audit.record("database.upgraded", actor=SYSTEM, detail={"from": before, "to": after})
    return before, after
