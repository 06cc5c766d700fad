"""Searches that are still being typed, and how many counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "unsettled_search",
        sa.Column("session", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("counter", sa.String(length=20), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("typed", sa.Integer(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("session", name=op.f("pk_unsettled_search")),
    )
    op.create_index(op.f("ix_unsettled_search_last_at"), "unsettled_search", ["last_at"])
    op.create_table(
        "search_count",
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("hour", sa.String(length=10), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "hour", name=op.f("pk_search_count")),
    )
