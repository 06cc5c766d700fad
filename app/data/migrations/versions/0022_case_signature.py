"""Signatures written on the customer screen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    with op.batch_alter_table("customer_view") as table:
        table.add_column(sa.Column("signs_for", sa.String(length=64), server_default="", nullable=False))
    op.create_table(
        "case_signature",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("strokes", sa.JSON(), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_signature_case_id_case_file"),
        sa.ForeignKeyConstraint(
            ["device_id"], ["counter_device.id"], name="fk_case_signature_device_id_counter_device"
        ),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_signature"),
    )
    op.create_index("ix_case_signature_signed_at", "case_signature", ["signed_at"])
