"""The list of characters that could not be printed, with the form and field they were asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "unprinted_character",
        sa.Column("text", sa.String(length=8), nullable=False),
        sa.Column("form", sa.String(length=80), nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("text", "form", "field", name=op.f("pk_unprinted_character")),
    )
    op.create_index(op.f("ix_unprinted_character_last_at"), "unprinted_character", ["last_at"], unique=False)
