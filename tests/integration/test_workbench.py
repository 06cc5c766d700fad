"""What an import stages may be lost in a crash; its switch may not, and it leaves the indexes of the register alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from app.config import Settings
from app.data.staging import workbench
from app.data.transactions import transaction
from app.demo.city import generate
from app.extensions import db
from app.operations import feeds
from tests.conftest import application, prepare_empty_template
from tests.stores import PostgresqlStore

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("city")]


@pytest.fixture
def city(
    postgresql_store: PostgresqlStore, tmp_path: Path, make_settings: Callable[[str], Settings]
) -> Iterator[None]:
    """A register without anybody, on PostgreSQL."""
    prepare_empty_template(postgresql_store, tmp_path)
    for app in application(postgresql_store, "empty", make_settings):
        with app.app_context():
            yield


def waits_for_the_disk(connection: Connection) -> bool:
    return connection.scalar(text("SHOW synchronous_commit")) == "on"


def test_staging_does_not_wait_for_the_disk_and_the_switch_does() -> None:
    with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        # The server of the tests waits for no disk; that of a city does.
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = on'))
    db.engine.dispose()
    with workbench(db.engine) as connection:
        assert not waits_for_the_disk(connection)
        connection.commit()
        with transaction(connection):
            assert waits_for_the_disk(connection)
        assert not waits_for_the_disk(connection)
    db.session.rollback()
    assert waits_for_the_disk(db.session.connection())


def test_a_changed_row_stays_on_its_page(tmp_path: Path) -> None:
    generate(400, 7, tmp_path / "files")
    feeds.import_files([tmp_path / "files"])
    changed = text("UPDATE register_row SET digest = digest WHERE ctid = '(0,1)'")
    with transaction() as session:
        assert session.execute(changed).rowcount == 1
        # The transaction's own count: those of finished ones are gathered later.
        moved = session.scalar(
            text(
                "SELECT pg_stat_get_xact_tuples_updated(r) - pg_stat_get_xact_tuples_hot_updated(r)"
                " FROM (SELECT 'register_row'::regclass::oid AS r) AS t"
            )
        )
    assert moved == 0
