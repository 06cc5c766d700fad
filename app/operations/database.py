"""Bringing the schema up."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from flask import current_app
from sqlalchemy import create_engine, text

from app.config import Settings
from app.data import append_only, audit
from app.data.transactions import transaction
from app.domain.authority import SYSTEM
from app.domain.errors import Refused
from app.extensions import db

MIGRATIONS = Path(__file__).resolve().parent.parent / "data" / "migrations"


def revision() -> str | None:
    """The schema's revision, None for an empty database."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _migrate() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    settings: Settings = current_app.config["KAKANAI"]
    if not settings.database_owner_url:
        command.upgrade(config, "head")
        return
    owner = create_engine(settings.database_owner_url, hide_parameters=True)
    try:
        config.attributes["engine"] = owner
        command.upgrade(config, "head")
        with owner.begin() as connection:
            role = owner.dialect.identifier_preparer.quote_identifier(str(db.engine.url.username))
            for statement in append_only.grants(role):
                connection.execute(text(statement))
    finally:
        owner.dispose()


def upgrade() -> tuple[str | None, str | None]:
    """Run the migrations that are missing; returns the revision before and after.

    With a ``database_owner_url`` they run as the owner of the tables, and the server's own role gets its rights anew.
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
    _migrate()
    after = revision()
    if before != after:
        with transaction():
            audit.record("database.upgraded", actor=SYSTEM, detail={"from": before, "to": after})
    return before, after
