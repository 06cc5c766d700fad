"""What the database itself holds back of protected persons (支援対象者), whatever the program asks of it (AC-44).

The vault shows its rows only to a transaction that has said whose it opens (`app.data.vault`): on PostgreSQL by row
policies, on SQLite by the connection. And where a person is protected, the columns of his address hold the mask or
nothing: a row that says more is refused, so that a forgotten check while writing ends the import, not the protection.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

VAULT = "vault_entry"
SETTING = "kakanai.vault"
EVERYBODY = "*"
"""Said by an import, which replaces the entries of everybody its files are about."""

NAME_OWNERS = f"SELECT set_config('{SETTING}', :owners, true)"
"""Says for the running transaction (PostgreSQL) whose rows are opened; its end takes that back."""

_SAID = f"(SELECT NULLIF(current_setting('{SETTING}', true), '')::jsonb)"
_OPENED = f"jsonb_exists({_SAID}, person_number) OR jsonb_exists({_SAID}, '{EVERYBODY}')"

MASKED = "town = '（住所は表示できません）'"
_EMPTY = ("prefecture", "city", "lot", "building", "postal_code")
WITHHELD = " AND ".join((MASKED, *(f"{column} = ''" for column in _EMPTY)))
"""What holds for the columns of a protected person (`app.data.projection.WITHHELD_COLUMNS`)."""

MESSAGE = "a protected person has no address in this table"


def owners_said(owners: Iterable[str]) -> str:
    """The value of the setting for the rows of these persons and notices."""
    return json.dumps(sorted(set(owners)))


def statements(dialect: str) -> tuple[str, ...]:
    """The DDL for a database, by its SQLAlchemy dialect name."""
    return _SQLITE if dialect == "sqlite" else _POSTGRESQL


_POSTGRESQL = (
    f"ALTER TABLE {VAULT} ENABLE ROW LEVEL SECURITY",
    f"ALTER TABLE {VAULT} FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY {VAULT}_read ON {VAULT} FOR SELECT USING ({_OPENED})",
    f"CREATE POLICY {VAULT}_remove ON {VAULT} FOR DELETE USING ({_OPENED})",
    f"CREATE POLICY {VAULT}_add ON {VAULT} FOR INSERT WITH CHECK (true)",
    f"ALTER TABLE person ADD CONSTRAINT ck_person_withheld CHECK (NOT protected OR ({WITHHELD}))",
)


def _sqlite_trigger(verb: str) -> str:
    held = " AND ".join(f"NEW.{part}" for part in WITHHELD.split(" AND "))
    return (
        f"CREATE TRIGGER person_withheld_{verb.lower()} BEFORE {verb} ON person WHEN NEW.protected AND NOT ({held}) "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


_SQLITE = tuple(_sqlite_trigger(verb) for verb in ("INSERT", "UPDATE"))
