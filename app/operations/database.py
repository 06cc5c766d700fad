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

ABOVE = (
    "サーバーの利用者（KAKANAI_DATABASE_URL）が、PostgreSQL の管理者か、行の保護を受けない権限（BYPASSRLS）を持っています。"
    "どちらも持たない利用者に替えて、もう一度実行してください。データベースは変わっていません。"
)
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
        _refuse_role_above_rights()
        config.attributes["engine"] = owner
        command.upgrade(config, "head")
        with owner.begin() as connection:
            role = owner.dialect.identifier_preparer.quote_identifier(str(db.engine.url.username))
            for statement in append_only.grants(role):
                connection.execute(text(statement))
    finally:
        owner.dispose()


def _refuse_role_above_rights() -> None:
    """Two roles guard nothing where the server's own is asked for no right at all. Raises Refused."""
    above = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    with db.engine.connect() as connection:
        if connection.scalar(above):
            raise Refused(ABOVE)


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
