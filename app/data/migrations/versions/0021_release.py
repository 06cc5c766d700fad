"""Releases (解除) of cases that stand still because of a protected person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "case_release",
        sa.Column("id", sa.String(length=32), nullable=False),
        _reference("case_id", "case_file.id", 32),
        sa.Column("person_number", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        _reference("asked_by", "staff.id", 40),
        _reference("asked_counter", "counter.code", 20),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        _reference("decided_by", "staff.id", 40, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document_id", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_case_release"),
    )
    op.create_index("ix_case_release_case_id", "case_release", ["case_id"])
    op.create_index("ix_case_release_state_asked_at", "case_release", ["state", "asked_at"])


def _reference(name: str, to: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    table = to.split(".")[0]
    key = sa.ForeignKey(to, name=f"fk_case_release_{name}_{table}")
    return sa.Column(name, sa.String(length=length), key, nullable=nullable)
