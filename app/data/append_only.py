"""What the database itself refuses for the operation log: changing or deleting what is recorded (AC-78).

SQLite: triggers in the file, and every connection of ours refuses such statements before they run, the removal of the
triggers included. PostgreSQL: triggers, row policies that hold for the owner of the tables, too, and a role for the server
that has no right to it at all (`grants`), where the owner is another role.
"""

from __future__ import annotations

import sqlite3

TABLE = "audit_event"
APPENDED = (TABLE, "audit_person", "audit_seal")
"""Rows are added to these and never changed."""

HEADS = "audit_head"
"""Its rows are changed with every record, and never deleted."""

MESSAGE = "the operation log is append-only"

_CHANGES = {sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}
_REMOVALS = {sqlite3.SQLITE_DROP_TABLE, sqlite3.SQLITE_ALTER_TABLE, sqlite3.SQLITE_DROP_TRIGGER}


def is_refused(action: int, first: str | None, second: str | None) -> bool:
    """Whether a SQLite connection refuses this part of a statement."""
    if action in _CHANGES:
        return first in APPENDED or (action == sqlite3.SQLITE_DELETE and first == HEADS)
    if action in _REMOVALS:
        return bool({first, second} & {*APPENDED, HEADS})
    return action == sqlite3.SQLITE_PRAGMA and first == "writable_schema"


def statements(dialect: str) -> tuple[str, ...]:
    """The DDL of the first release for a database, by its SQLAlchemy dialect name."""
    return _SQLITE if dialect == "sqlite" else _POSTGRESQL


def _sqlite_triggers(table: str, verbs: tuple[str, ...], message: str) -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        for verb in verbs
    )


_FIRST_MESSAGE = f"{TABLE} is append-only"
_SQLITE = _sqlite_triggers(TABLE, ("UPDATE", "DELETE"), _FIRST_MESSAGE)
_POSTGRESQL = (
    f"CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_FIRST_MESSAGE}'; END $$",
    f"CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
    f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()",
    f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()",
)


def further_statements(dialect: str) -> tuple[str, ...]:
    """The DDL for the tables that came later, and the row policies of all."""
    added = tuple(table for table in APPENDED if table != TABLE)
    if dialect == "sqlite":
        changes = (part for table in added for part in _sqlite_triggers(table, ("UPDATE", "DELETE"), MESSAGE))
        return (*changes, *_sqlite_triggers(HEADS, ("DELETE",), MESSAGE))
    return (
        *(part for table in added for part in _postgresql_triggers(table, "UPDATE OR DELETE")),
        *_postgresql_triggers(HEADS, "DELETE"),
        *(part for table in (*APPENDED, HEADS) for part in _policies(table)),
    )


def _postgresql_triggers(table: str, verbs: str) -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} FOR EACH {each} EXECUTE FUNCTION {TABLE}_refuse()"
        for name, verb, each in (("no_change", verbs, "ROW"), ("no_truncate", "TRUNCATE", "STATEMENT"))
    )


def _policies(table: str) -> tuple[str, ...]:
    # Without a policy for changing and deleting no row can be reached by either, by the owner as little as by others.
    changed = (f"CREATE POLICY {table}_change ON {table} FOR UPDATE USING (true)",) if table == HEADS else ()
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_read ON {table} FOR SELECT USING (true)",
        f"CREATE POLICY {table}_add ON {table} FOR INSERT WITH CHECK (true)",
        *changed,
    )


def grants(role: str) -> tuple[str, ...]:
    """What the server's own role may do in PostgreSQL, where another one owns the tables; ``role`` is quoted already."""
    return (
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"REVOKE UPDATE, DELETE ON {', '.join(APPENDED)} FROM {role}",
        f"REVOKE DELETE ON {HEADS} FROM {role}",
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}",
    )
