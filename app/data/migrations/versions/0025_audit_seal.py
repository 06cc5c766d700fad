"""Daily seals of the operation log, whom its rows are about to be found by, and who is watched over."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from app.data.append_only import further_statements
from app.data.models.register import BYTEWISE

revision = "0025"
down_revision = "0024"

BATCH = 5000


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    persons = op.create_table(
        "audit_person",
        sa.Column("event_id", number, autoincrement=False, nullable=False),
        sa.Column("person_number", BYTEWISE, nullable=False),
        sa.PrimaryKeyConstraint("event_id", "person_number", name="pk_audit_person"),
    )
    _take_over(persons)
    op.create_index("ix_audit_person_person_number", "audit_person", ["person_number"])
    op.create_table(
        "audit_seal",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lanes", sa.JSON(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_audit_seal"),
    )
    op.create_table(
        "watched_person",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", BYTEWISE, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("added_by", sa.String(length=40), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_watched_person"),
    )
    op.create_index("ix_watched_person_number", "watched_person", ["number"])
    for statement in further_statements(op.get_bind().dialect.name):
        op.execute(statement)


def _take_over(persons: sa.Table) -> None:
    """What the log says already."""
    connection, last = op.get_bind(), 0
    statement = sa.text("SELECT id, persons FROM audit_event WHERE id > :last ORDER BY id LIMIT :most")
    while rows := connection.execute(statement, {"last": last, "most": BATCH}).all():
        found = [
            {"event_id": row.id, "person_number": one}
            for row in rows
            for one in sorted(set(json.loads(row.persons) if isinstance(row.persons, str) else row.persons))
        ]
        if found:
            op.bulk_insert(persons, found)
        last = rows[-1].id
