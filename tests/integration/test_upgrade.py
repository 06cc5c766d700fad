"""An instance of an earlier version is brought up to date beside what it holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config

from app import create_app
from app.config import Settings
from app.data import audit
from app.data.transactions import transaction
from app.domain.authority import SYSTEM
from app.extensions import db
from app.operations import database


def test_a_database_of_the_first_version_is_upgraded(
    make_settings: Callable[[str], Settings], tmp_path: Path
) -> None:
    app = create_app(make_settings(f"sqlite:///{(tmp_path / 'old.db').as_posix()}"))
    with app.app_context():
        config = Config()
        config.set_main_option("script_location", str(database.MIGRATIONS))
        command.upgrade(config, "0001")
        with transaction():
            audit.record("database.upgraded", actor=SYSTEM)
        before, after = database.upgrade()
        assert before == "0001" and after is not None and after > before
        db.session.remove()
        db.engine.dispose()
