"""The operation log: written with what it records, and every tampering is found."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DatabaseError

from app import create_app
from app.data import append_only, audit, audit_check
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.extensions import db
from app.operations import audits, feeds
from tests.conftest import application, prepare_empty_template, settings_for
from tests.integration import small_city as city
from tests.stores import PostgresqlStore, see_vault

ACTOR = Actor("somebody", "だれか", "C01", "市民課", frozenset({"counter"}))
OTHER = Actor("another", "べつのだれか", "C02", "支所", frozenset({"counter"}))


def write(count: int, actor: Actor = ACTOR) -> None:
    for number in range(count):
        with transaction():
            audit.record("resident.search", actor=actor, detail={"hits": number}, sealed=audit.seal("高橋"))


def without_guard(*statements: str) -> None:
    """What someone with the database's own password could do: take the triggers away first."""
    engine = create_engine(db.engine.url)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            for (name,) in connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).all():
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            for table in (*append_only.APPENDED, append_only.HEADS):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
                connection.execute(text(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_rows_of_two_counters_form_two_sound_chains(app: Flask) -> None:
    with app.app_context():
        before = audit_check.verify().rows
        write(3)
        write(2, OTHER)
        result = audit_check.verify()
        assert result.breaks == ()
        # Each counter's first row opens its lane with a row of its own.
        assert result.rows - before == 3 + 2 + 2


def test_nothing_is_recorded_outside_a_transaction(app: Flask) -> None:
    with app.app_context(), pytest.raises(RuntimeError):
        audit.record("resident.search", actor=ACTOR)


def test_an_event_outside_the_catalogue_is_refused(app: Flask) -> None:
    with app.app_context(), transaction(), pytest.raises(KeyError):
        audit.record("resident.painted", actor=ACTOR)


def test_a_rolled_back_change_leaves_no_row(app: Flask) -> None:
    with app.app_context():
        before = audit_check.verify().rows
        with pytest.raises(ZeroDivisionError), transaction():
            audit.record("resident.search", actor=ACTOR)
            raise ZeroDivisionError
        assert audit_check.verify().rows == before


CHANGES = (
    "UPDATE audit_event SET actor_id = 'x'",
    "DELETE FROM audit_event",
    "UPDATE audit_person SET person_number = 'x'",
    "DELETE FROM audit_person",
    "UPDATE audit_seal SET lanes = '{}'",
    "DELETE FROM audit_seal",
    "DELETE FROM audit_head",
)


def filled() -> None:
    with transaction():
        audit.record("resident.viewed", actor=ACTOR, persons=["1"])
    audits.seal()


def test_rows_cannot_be_changed_or_deleted(app: Flask) -> None:
    """Neither by the server's connection nor, while triggers or row policies are there, by another."""
    with app.app_context():
        filled()
        before = len(audit_check.verify().breaks), audit_check.verify().rows
        for engine in (db.engine, create_engine(db.engine.url)):
            for statement in CHANGES:
                assert changed(engine, statement) == 0, statement
            engine.dispose()
        if db.engine.dialect.name == "postgresql":
            with db.engine.begin() as connection:
                for table in (*append_only.APPENDED, append_only.HEADS):
                    connection.execute(text(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))
            with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
                connection.execute(text(CHANGES[0]))
        db.session.rollback()
        assert (len(audit_check.verify().breaks), audit_check.verify().rows) == before


def changed(engine: Engine, statement: str) -> int:
    """How many rows a statement changes; none where it is refused."""
    try:
        with engine.begin() as connection:
            return connection.execute(text(statement)).rowcount
    except DatabaseError as refusal:
        assert re.search("append-only|not authorized", str(refusal)), refusal
        return 0


@pytest.mark.sqlite
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_server_cannot_take_the_guard_away(app: Flask) -> None:
    with app.app_context():
        filled()
        for statement in (
            "DROP TRIGGER audit_event_no_update",
            "DROP TABLE audit_event",
            "ALTER TABLE audit_event RENAME TO gone",
            "PRAGMA writable_schema = ON",
        ):
            with pytest.raises(DatabaseError, match="not authorized"), db.engine.begin() as connection:
                connection.execute(text(statement))
        replaced = "INSERT OR REPLACE INTO audit_person SELECT event_id, person_number FROM audit_person"
        with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text(replaced))


@pytest.mark.postgresql
def test_two_roles_of_the_database(postgresql_store: PostgresqlStore, tmp_path: Path) -> None:
    """The owner makes the tables, the server works with them, and neither changes what is recorded (AC-78)."""
    admin = create_engine(postgresql_store.copy_of_nothing(), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for role in ("city_owner", "city_app"):
            connection.execute(text(f"DROP ROLE IF EXISTS {role}"))
            connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        connection.execute(text("GRANT ALL ON SCHEMA public TO city_owner"))
    of = {role: admin.url.set(username=role) for role in ("city_owner", "city_app")}
    settings = replace(
        settings_for(tmp_path / "instance", of["city_app"].render_as_string(hide_password=False)),
        database_owner_url=of["city_owner"].render_as_string(hide_password=False),
    )
    app = create_app(replace(settings, database_url=admin.url.render_as_string(hide_password=False)))
    refused_role = app.test_cli_runner().invoke(args=["db", "upgrade"])
    assert refused_role.exit_code == 1 and "BYPASSRLS" in refused_role.output
    with app.app_context():
        db.engine.dispose()
    app = create_app(settings)
    assert app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    with app.app_context():
        filled()
        refused = (*CHANGES, "TRUNCATE audit_event", "DROP TABLE audit_event", "CREATE TABLE mine (id int)")
        for statement in (*refused, "ALTER TABLE audit_event DISABLE TRIGGER USER"):
            with (
                pytest.raises(DatabaseError, match="permission denied|must be owner"),
                db.engine.begin() as own,
            ):
                own.execute(text(statement))
        # The first import runs with the server's role, too; whose vault it is nobody sees unasked, the owner neither.
        city.write(tmp_path / "first", city.people())
        feeds.import_files([tmp_path / "first"])
        count = text("SELECT count(*) FROM vault_entry")
        assert db.session.scalar(text("SELECT count(*) FROM person WHERE protected")) == 2
        assert db.session.scalar(count) == 0
        see_vault(db.session())
        assert db.session.scalar(count) == 3
        db.session.rollback()
        assert db.session.scalar(count) == 0, "it ended with the transaction"
        owner = create_engine(of["city_owner"])
        with owner.begin() as connection:
            assert connection.scalar(count) == 0
            connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
            for statement in CHANGES[:2]:
                assert connection.execute(text(statement)).rowcount == 0, "no row policy lets it reach a row"
        owner.dispose()
        assert audit_check.verify().breaks == ()
        db.session.remove()
        db.engine.dispose()
    with admin.connect() as connection:
        connection.execute(text("DROP OWNED BY city_owner CASCADE"))
        connection.execute(text("DROP OWNED BY city_app CASCADE"))
        for role in of:
            connection.execute(text(f"DROP ROLE {role}"))
    admin.dispose()
    postgresql_store.drop(admin.url.render_as_string(hide_password=False))


@pytest.mark.parametrize(
    ("statement", "position"),
    [
        ("UPDATE audit_event SET actor_id = 'x' WHERE lane = 'C01' AND position = 2", 2),
        ("UPDATE audit_event SET detail = '{\"hits\": 99}' WHERE lane = 'C01' AND position = 3", 3),
        ("DELETE FROM audit_event WHERE lane = 'C01' AND position = 2", 2),
        ("DELETE FROM audit_event WHERE lane = 'C01' AND position = 4", 4),
        ("DELETE FROM audit_event WHERE lane = 'C01'", 1),
    ],
)
def test_tampering_is_found_and_located(app: Flask, statement: str, position: int) -> None:
    with app.app_context():
        write(4)
        without_guard(statement)
        found = audit_check.verify().breaks
        assert [(one.lane, one.position) for one in found] == [("C01", position)]


def test_a_lane_that_vanished_with_its_head_is_missed(app: Flask) -> None:
    with app.app_context():
        write(2)
        without_guard(
            "DELETE FROM audit_event WHERE lane = 'C01'", "DELETE FROM audit_head WHERE lane = 'C01'"
        )
        assert "C01" in {one.lane for one in audit_check.verify().breaks}


def test_the_search_text_is_not_readable_in_the_row(app: Flask) -> None:
    with app.app_context():
        write(1)
        row = db.session.execute(text("SELECT * FROM audit_event WHERE action = 'resident.search'")).one()
        assert "高橋" not in repr(tuple(row))
        assert "高橋".encode() not in bytes(row.secret)


@pytest.mark.postgresql
def test_a_counter_that_works_meanwhile_raises_no_alarm(
    postgresql_store: PostgresqlStore,
    tmp_path: Path,
    make_settings: Callable[[str], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """SQLite gives every reader one moment by itself; here each statement would have its own."""
    prepare_empty_template(postgresql_store, tmp_path)
    read_lane = audit_check._read_lane
    opened = application(postgresql_store, "empty", make_settings)
    app = next(opened)

    def at_work() -> None:
        with app.app_context():
            write(1)

    def meanwhile(*args: Any) -> Any:
        worker = threading.Thread(target=at_work)
        worker.start()
        worker.join()
        return read_lane(*args)

    with app.app_context():
        write(3)
        monkeypatch.setattr(audit_check, "_read_lane", meanwhile)
        assert audit_check.verify().breaks == ()
    assert next(opened, None) is None
