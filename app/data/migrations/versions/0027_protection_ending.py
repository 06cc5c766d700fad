"""Requests to end the protection of a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "protection_ending",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_number", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_protection_ending_asked_by_staff")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_protection_ending_decided_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protection_ending")),
    )
    op.create_index("ix_protection_ending_state_asked_at", "protection_ending", ["state", "asked_at"])
    op.create_index(op.f("ix_protection_ending_person_number"), "protection_ending", ["person_number"])
